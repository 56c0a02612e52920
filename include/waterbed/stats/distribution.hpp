#pragma once

#include "waterbed/core/ids.hpp"

namespace waterbed {

// Distribution functions behind intervals and tests. They call waterbed::exact, so a printed interval is the same on
// every machine. All are pure and thread safe.

/// Natural logarithm of the gamma function; relative error below 1e-13 away from 1 and 2. @pre x > 0
[[nodiscard]] double log_gamma(double x);

/// Regularised lower incomplete gamma function P(a, x): the chance that a gamma(a) value is at most x.
/// @throws InvalidArgument unless a > 0 and x >= 0
[[nodiscard]] double gamma_lower(double a, double x);

/// 1 - gamma_lower(a, x), without loss of digits when it is small.
[[nodiscard]] double gamma_upper(double a, double x);

/// Regularised incomplete beta function I_x(a, b).
/// @throws InvalidArgument unless a > 0, b > 0 and 0 <= x <= 1
[[nodiscard]] double beta_lower(double a, double b, double x);

/// Chance that a chi-square value exceeds `statistic`: the p-value of a chi-square test.
/// @throws InvalidArgument unless statistic >= 0 and degrees_of_freedom > 0
[[nodiscard]] double chi_square_upper(double statistic, double degrees_of_freedom);

/// Chance that a Student t value is at most t.
/// @throws InvalidArgument unless degrees_of_freedom > 0
[[nodiscard]] double student_t_cdf(double t, double degrees_of_freedom);

/// Inverse of student_t_cdf; relative error below 1e-9 for degrees of freedom from 1.
/// @throws InvalidArgument unless 0 < p < 1 and degrees_of_freedom > 0
[[nodiscard]] double student_t_quantile(double p, double degrees_of_freedom);

/// The value that a gamma(shape) variable of scale 1 stays below with chance p; relative error below 1e-9 down to
/// 1e-290.
/// @throws InvalidArgument unless shape > 0 and 0 < p < 1
[[nodiscard]] double gamma_quantile(double shape, double p);

/// The value that a beta(a, b) variable stays below with chance p; relative error below 1e-9 down to 1e-290.
/// @throws InvalidArgument unless a > 0, b > 0 and 0 < p < 1
[[nodiscard]] double beta_quantile(double a, double b, double p);

/// Chance of at most `count` successes in `trials` at probability p each; 0 below 0, 1 from `trials` up.
/// @throws InvalidArgument unless trials >= 0 and 0 <= p <= 1
[[nodiscard]] double binomial_cdf(Index count, Index trials, double p);

}  // namespace waterbed
