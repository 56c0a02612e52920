#pragma once

#include "waterbed/core/age_table.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// What people of one sex and age still have ahead, by state.
struct RemainingRow {
  Sex sex = Sex::women;
  int age = 0;                           ///< completed years
  std::vector<double> remaining;         ///< [state] QALYs
  std::vector<double> remaining_at_end;  ///< [state] QALYs a year on, expected of those who live through it
};

/// Remaining QALYs Q0 by sex, age and recorded state, frozen: what a health gain counts after its window.
struct RemainingLife {
  std::string state;      ///< column with the recorded state
  double discount = 0.0;  ///< per year
  int window = 1;         ///< years that the outcome covers, before what remains
  std::vector<std::string> states;
  std::vector<RemainingRow> rows;  ///< women from age 0 upwards, then men to the same age

  /// Of a sex and age; people stay at the last age.
  [[nodiscard]] const RemainingRow& at(Sex sex, int age) const;
};

}  // namespace waterbed
