#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/interval.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace waterbed {

/// Sample quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, the default of R and
/// NumPy). Sorts a copy: n log n.
/// @param values  at least one, none NaN, in any order
/// @throws InvalidArgument without values, with a NaN, or unless 0 <= p <= 1
[[nodiscard]] double quantile(std::span<const double> values, double p);
[[nodiscard]] double quantile(std::span<const std::int64_t> values, double p);

/// What one real region-year would show: where the middle 95 % of replications lie.
///
/// More replications do not shrink it; how far a simulated mean may be off is `SimulationError`.
struct Range {
  double low = 0.0;   ///< 2.5 % quantile
  double high = 0.0;  ///< 97.5 % quantile
};

/// @param values  one a replication. @throws InvalidArgument without values
[[nodiscard]] Range range(std::span<const std::int64_t> values);

/// Which order statistics bracket a quantile, whatever the distribution. Ranks count from 1, the smallest value.
struct QuantileRanks {
  Index low = 0;
  Index high = 0;
  double coverage = 0.0;  ///< exact chance of holding the quantile, for a continuous distribution
};

/// Narrowest ranks that leave at most half of 1 - confidence on each side; none if there are too few values.
/// @throws InvalidArgument unless count >= 1, 0 < p < 1 and 0 < confidence < 1
/// Source: David & Nagaraja, Order Statistics (2003), section 7.1.
[[nodiscard]] std::optional<QuantileRanks> quantile_ranks(Index count, double p,
                                                          double confidence = k_usual_confidence);

/// Simulation error of a sample quantile as an interval between order statistics; none if there are too few values.
/// @throws InvalidArgument as quantile() and quantile_ranks()
[[nodiscard]] std::optional<Interval> quantile_interval(std::span<const std::int64_t> values, double p,
                                                        double confidence = k_usual_confidence);

}  // namespace waterbed
