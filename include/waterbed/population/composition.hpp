#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/population/people.hpp"

#include <array>

namespace waterbed {

/// Who lives in the region at the start: what health needs to know to meet the region's totals.
struct Composition {
  std::array<std::array<double, k_max_age + 1>, k_sexes> persons{};  ///< [sex][completed years]
  std::array<double, 5> quintile_share{0.2, 0.2, 0.2, 0.2, 0.2};     ///< least to most deprived, sum 1
};

/// Counts the people who are there in cycle 0.
[[nodiscard]] Composition composition_of(const People& people, int cycles_per_year);

}  // namespace waterbed
