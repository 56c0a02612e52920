#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace waterbed {

enum class Sex : std::uint8_t { women = 0, men = 1 };
inline constexpr int k_sexes = 2;
inline constexpr int k_max_age = 120;

/// Ages from `low` to `high`, both included, in completed years.
struct AgeBand {
  int low = 0;
  int high = k_max_age;
};

/// A number by age band and sex. Bands are ascending, touch each other and cover 0..k_max_age.
struct AgeSexTable {
  std::vector<AgeBand> bands;
  std::array<std::vector<double>, k_sexes> values;  ///< [sex][band]

  [[nodiscard]] double at(int age, Sex sex) const {
    std::size_t band = 0;
    while (band + 1 < bands.size() && age > bands[band].high) {
      ++band;
    }
    return values[static_cast<std::size_t>(sex)][band];
  }
};

}  // namespace waterbed
