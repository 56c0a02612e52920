#pragma once

#include "waterbed/stats/interval.hpp"

#include <span>

namespace waterbed {

/// A mean of replications, less what is explained by a control variate whose mean is known, in the unit of the values.
///
///     mean = mean(y) - b (mean(x) - known mean of x),   b = cov(x, y) / var(x)
///
/// Exact for normal values with n - 2 degrees of freedom. Source: Lavenberg & Welch, A perspective on the use of
/// control variables to increase the efficiency of Monte Carlo simulations, Management Science 27 (1981), 322-335.
struct ControlledMean {
  double mean = 0.0;
  SimulationError simulation_error;
  double slope = 0.0;           ///< b
  double variance_ratio = 1.0;  ///< of the plain mean's variance over this one's: what as many replications gain
};

/// @param values        one a replication
/// @param control       one a replication, in the same order
/// @param control_mean  its expectation
/// @throws InvalidArgument if lengths differ, there are fewer than four replications, the control never varies, or
///         unless 0 < confidence < 1
[[nodiscard]] ControlledMean controlled_mean(std::span<const double> values, std::span<const double> control,
                                             double control_mean, double confidence = k_usual_confidence);

}  // namespace waterbed
