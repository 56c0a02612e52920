#pragma once

#include "exact.hpp"
#include "waterbed/contracts/period.hpp"

#include <string>

namespace waterbed::internal {

/// "86,400,000.00", rounded to the cent.
std::string money_text(const Exact& micro);

/// "3.2999 %", rounded to four decimals.
std::string percent_text(const Exact& share);

/// "1.02" or "1.0025": to six decimals, without zeros at the end.
std::string factor_text(const Exact& factor);

/// "0.0" or "1.01", to six decimals: a rate as it is written in a file.
std::string rate_text(Rate rate);

/// "7,500" or "7,500.25" years.
std::string years_text(PersonTime time);

}  // namespace waterbed::internal
