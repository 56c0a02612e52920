#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/interval.hpp"
#include "waterbed/stats/quantile.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// What replications say that were drawn in two stages: parameter sets, and in each as many replications of chance.
///
/// Variance splits without bias into chance (mean square within sets) and parameters (mean square between sets less
/// that within, over the replications of a set; below zero only by chance, then 0). Source: O'Hagan, Stevenson & Madan,
/// Monte Carlo probabilistic sensitivity analysis for patient level simulation models, Health Economics 16 (2007)
/// 1009-1023.
struct NestedSpread {
  double mean = 0.0;
  SimulationError simulation_error;  ///< of the mean over parameters and chance, from the means of sets
  double parameter_variance = 0.0;   ///< of what is expected under a set
  double chance_variance = 0.0;      ///< of replications of one set
  Range range;                       ///< what one real region would show at the mean of the parameters: chance only
  Range parameter_range;             ///< middle 95 % of what is expected under a set, chance taken out

  /// Of the variance of single replications; NaN if nothing varies.
  [[nodiscard]] double parameter_share() const { return parameter_variance / (parameter_variance + chance_variance); }
};

/// What parameters do and what chance does, apart: deviations from the mean that vary as much as either alone.
struct NestedDeviations {
  double mean = 0.0;
  double between = 0.0;            ///< variance of the means of sets
  double within = 0.0;             ///< of replications of one set
  std::vector<double> parameters;  ///< [set] means of sets, drawn together to the variance of the parameters
  std::vector<double> chance;      ///< [replication] from the mean of its set, drawn apart to the variance within

  /// Of what is expected under a set.
  [[nodiscard]] double parameter_variance() const;
};

/// @param values  one a replication, sets one after another
/// @param sets    at least two, each with the same number of replications, at least two
/// @throws InvalidArgument if that does not hold
[[nodiscard]] NestedDeviations nested_deviations(std::span<const double> values, Index sets);

/// @param values  one a replication, sets one after another
/// @param sets    at least two, each with the same number of replications, at least two
/// @throws InvalidArgument if that does not hold, or unless 0 < confidence < 1
[[nodiscard]] NestedSpread nested_spread(std::span<const std::int64_t> values, Index sets,
                                         double confidence = k_usual_confidence);

}  // namespace waterbed
