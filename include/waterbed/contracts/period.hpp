#pragma once

#include <cstdint>

namespace waterbed {

/// How often a rate or an amount is paid.
enum class Period : std::uint8_t { month, quarter, year };

constexpr int periods_per_year(Period period) {
  return period == Period::month ? 12 : period == Period::quarter ? 4 : 1;
}

/// Time lived by a group of people, exactly: `cycles` person-cycles of which `per_year` make a year.
///
/// 96,000 person-months are {96'000, 12}; 8,000 person-years are {8'000, 1}.
struct PersonTime {
  std::int64_t cycles = 0;
  std::int64_t per_year = 1;

  [[nodiscard]] double years() const { return static_cast<double>(cycles) / static_cast<double>(per_year); }
};

}  // namespace waterbed
