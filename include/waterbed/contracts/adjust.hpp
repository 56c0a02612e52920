#pragma once

#include "waterbed/core/money.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// Last cuts before the money is paid, and when it is paid.
struct Adjust {
  Rate sequestration{};             ///< taken off what is paid, 0..1
  bool sequester_losses = false;    ///< also off what is owed
  bool mitigates_losses = false;    ///< a loss is owed less the share that a disaster hit: Facts::mitigated_share
  Rate price_index{Rate::k_one};    ///< W is brought to the price level of the year in which it is paid, above 0
  Rate advance_recovery{};          ///< of a positive W at most so much goes against Facts::advance, 0..1
  std::vector<std::string> less{};  ///< named amounts taken off the base payments: Facts::deductions
  int pay_month = 12;               ///< a positive W is paid this many months after the year began, 12 or more
  int owe_month = 12;               ///< a negative W is due, 12 or more
};

}  // namespace waterbed
