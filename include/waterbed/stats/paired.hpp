#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/interval.hpp"
#include "waterbed/stats/quantile.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace waterbed {

/// What an arm changes against the baseline, replication by replication, in the unit of the observations.
struct PairedDifference {
  Index replications = 0;
  double mean = 0.0;                 ///< arm less baseline
  SimulationError simulation_error;  ///< of the mean; more replications shrink it
  Range range;                       ///< of single replications: what one real region would show
  /// How much less variance pairing leaves than independent runs would: (var arm + var baseline) / var difference.
  /// None if the difference never varies.
  std::optional<double> variance_ratio;
};

/// Replications of one arm, in order. Types of their own, so that an arm cannot be taken for the baseline.
struct BaselineValues {
  std::span<const std::int64_t> values;
};
struct ArmValues {
  std::span<const std::int64_t> values;
};

/// @throws InvalidArgument if lengths differ or are below two, or unless 0 < confidence < 1
/// @throws std::overflow_error if a difference does not fit in 64 bits
[[nodiscard]] PairedDifference paired_difference(BaselineValues baseline, ArmValues arm,
                                                 double confidence = k_usual_confidence);

}  // namespace waterbed
