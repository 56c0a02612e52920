#pragma once

#include "waterbed/contracts/period.hpp"
#include "waterbed/core/money.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// A fixed amount per period.
struct Lump {
  Money amount{};  ///< EUR per period
  Period period = Period::year;
  std::vector<std::string> services;  ///< units it pays for, at no further price; empty: comes on top of other terms
};

/// The payment of one year, in cents.
Money lump_payment(const Lump& lump);

}  // namespace waterbed
