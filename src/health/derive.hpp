#pragma once

#include "waterbed/health/health_model.hpp"

#include <array>
#include <vector>

namespace waterbed {

using QuintileFactors = std::array<double, k_quintiles>;

/// Annual rates by [sex][quintile][class][age] and by [sex][age] that follow from what was written.
struct DerivedHealth {
  int classes = 1;                                         ///< of vulnerability
  std::vector<std::vector<double>> prevalence;             ///< [condition], [sex][quintile][class][age]
  std::vector<std::vector<std::vector<double>>> per_year;  ///< [condition][transition]; empty: by probability
  std::vector<double> death;                               ///< without conditions, [sex][age]
  std::vector<double> class_share;                         ///< of those alive, [sex][quintile][class][age]

  /// Length of a table of [sex][quintile][class][age].
  [[nodiscard]] std::size_t cells() const { return k_health_cells * static_cast<std::size_t>(classes); }
};

/// Factors that rise log-linearly over the quintiles by `gradient` in all and have mean 1 over the region.
[[nodiscard]] QuintileFactors quintile_factors(double gradient, const std::array<double, 5>& shares);

/// @pre check_health() found no fault
[[nodiscard]] DerivedHealth derive_health(const HealthInputs& inputs);

}  // namespace waterbed
