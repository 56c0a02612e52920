#pragma once

#include "waterbed/core/money.hpp"

#include <span>

namespace waterbed {

/// Of each person's spending in a year at most `person` counts; the benchmark is made by the same rule.
struct Truncate {
  Money person{};  ///< EUR per person and year
};

/// Sum of min(spending, level) over persons, exact. Negative spending counts as it is.
/// @param spending  EUR per person in the year, shape (persons,)
/// @throws std::overflow_error
Money truncated_sum(std::span<const Money> spending, Money level);

}  // namespace waterbed
