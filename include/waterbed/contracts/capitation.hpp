#pragma once

#include "waterbed/contracts/period.hpp"
#include "waterbed/core/money.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// A class of people with one rate.
struct CapitationClass {
  std::string name;
  std::string who;  ///< `who:` filter, on recorded stages
  Money rate{};     ///< EUR per person and period
};

/// A rate per person and period, whatever care is delivered.
struct Capitation {
  Period period = Period::quarter;
  std::vector<CapitationClass> classes;
  std::vector<std::string> services;  ///< units it pays for, at no further price; empty: comes on top of other terms
  /// Paid in advance of fees and taken off them when the year is settled: moves the date of cash, not the amount.
  bool advance = false;
};

/// Position of a class in `classes`, -1 if none has the name.
int capitation_class(const Capitation& capitation, const std::string& name);

/// Payment for the time that people of one class were registered, in cents.
/// @throws std::out_of_range if there is no such class
Money capitation_payment(const Capitation& capitation, int class_position, PersonTime time);

}  // namespace waterbed
