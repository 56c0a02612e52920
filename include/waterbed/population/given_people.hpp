#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/ids.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// The inhabitants of the first simulated cycle, one by one, as columns; position is the person id. Empty: made of
/// cells. A column that may be empty is drawn, as it is for inhabitants made of cells.
struct GivenPeople {
  std::vector<std::int16_t> age;          ///< completed years, the month of birth drawn; empty: `birth_cycle` is given
  std::vector<std::int32_t> birth_cycle;  ///< negative
  std::vector<Sex> sex;
  std::vector<std::uint8_t> deprivation;   ///< quintile 1 to 5; may be empty
  std::vector<std::uint8_t> municipality;  ///< position in PopulationSpec::municipalities
  std::vector<std::uint8_t>
      practice_group;                   ///< position among the providers of PopulationSpec::gp_groups; may be empty
  std::vector<std::uint16_t> practice;  ///< position in practice_names; may be empty: of about list_size people
  std::vector<std::string> practice_names;
  std::vector<std::uint8_t> practice_owner;  ///< [practice] -> practice group
  std::vector<std::uint8_t> payer;           ///< position among the insurers; may be empty
  /// A stage that is not told: a true one is drawn by the initial shares of stages, a recorded one is the true one.
  static constexpr std::uint8_t k_some_stage = 255;
  /// True and recorded stage, [condition][person], 0 "none"; a condition may be empty, or given without what is
  /// recorded of it.
  std::vector<std::vector<std::uint8_t>> stage;
  std::vector<std::vector<std::uint8_t>> recorded;

  [[nodiscard]] Index size() const { return static_cast<Index>(sex.size()); }
};

}  // namespace waterbed
