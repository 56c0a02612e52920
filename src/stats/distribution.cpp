#include "waterbed/stats/distribution.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <string>

namespace waterbed {
namespace {

constexpr double k_epsilon = std::numeric_limits<double>::epsilon();
// Keeps the continued fractions from dividing by zero (Lentz).
constexpr double k_tiny = 1e-300;
// From here Fisher's expansion of the t distribution is exact to 1e-12 and the beta function loses digits.
constexpr double k_many_degrees = 1e6;

void require(bool holds, const char* argument, const char* rule, double got) {
  if (!holds) {
    throw InvalidArgument(argument, rule, std::to_string(got));
  }
}

double away_from_zero(double x) { return std::abs(x) < k_tiny ? k_tiny : x; }

/// x^a exp(-x) / Gamma(a)
double gamma_factor(double a, double x) { return exact::exp(a * exact::log(x) - x - log_gamma(a)); }

/// Power series, quick for x < a + 1.
double gamma_lower_series(double a, double x) {
  double term = 1.0 / a;
  double sum = term;
  for (double n = a + 1.0; term > sum * k_epsilon; n += 1.0) {
    term *= x / n;
    sum += term;
  }
  return sum * gamma_factor(a, x);
}

/// Continued fraction (Abramowitz & Stegun 6.5.31) by Lentz's method, quick for x >= a + 1.
double gamma_upper_fraction(double a, double x) {
  double b = x + 1.0 - a;
  double c = 1.0 / k_tiny;
  double d = 1.0 / away_from_zero(b);
  double fraction = d;
  for (double i = 1.0;; i += 1.0) {
    const double numerator = -i * (i - a);
    b += 2.0;
    d = 1.0 / away_from_zero(numerator * d + b);
    c = away_from_zero(b + numerator / c);
    const double step = c * d;
    fraction *= step;
    if (std::abs(step - 1.0) <= 2.0 * k_epsilon) {
      return fraction * gamma_factor(a, x);
    }
  }
}

/// Continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8) by Lentz's method.
double beta_fraction(double a, double b, double x) {
  double c = 1.0;
  double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
  double fraction = d;
  for (double m = 1.0;; m += 1.0) {
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    d = 1.0 / away_from_zero(1.0 + even * d);
    c = away_from_zero(1.0 + even / c);
    fraction *= c * d;
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    d = 1.0 / away_from_zero(1.0 + odd * d);
    c = away_from_zero(1.0 + odd / c);
    const double step = c * d;
    fraction *= step;
    if (std::abs(step - 1.0) <= 2.0 * k_epsilon) {
      return fraction;
    }
  }
}

/// I_x(a, b) where the complement y = 1 - x is known better than x can say.
double beta_lower_of(double a, double b, double x, double y) {
  if (x <= 0.0) {
    return 0.0;
  }
  if (y <= 0.0) {
    return 1.0;
  }
  const double log_factor = a * exact::log(x) + b * exact::log(y) + log_gamma(a + b) - log_gamma(a) - log_gamma(b);
  const double factor = exact::exp(log_factor);
  if (x < (a + 1.0) / (a + b + 2.0)) {
    return std::min(1.0, factor * beta_fraction(a, b, x) / a);
  }
  return std::max(0.0, 1.0 - factor * beta_fraction(b, a, y) / b);
}

/// Chance of a t value above t >= 0.
double student_t_upper(double t, double degrees_of_freedom) {
  const double square = t * t;
  if (std::isinf(square)) {
    return 0.0;
  }
  const double sum = degrees_of_freedom + square;
  return 0.5 * beta_lower_of(0.5 * degrees_of_freedom, 0.5, degrees_of_freedom / sum, square / sum);
}

double student_t_density(double t, double v) {
  const double log_density = log_gamma(0.5 * (v + 1.0)) - log_gamma(0.5 * v) -
                             0.5 * exact::log(v * 3.14159265358979323846) -
                             0.5 * (v + 1.0) * exact::log(1.0 + t * t / v);
  return exact::exp(log_density);
}

/// t > 0 with the given chance above it, below 1/2: Newton's method inside a bracket that bisection keeps safe.
double student_t_from_upper(double upper, double v) {
  double low = 0.0;
  double high = 1.0;
  while (student_t_upper(high, v) > upper) {
    low = high;
    high *= 2.0;
  }
  double t = 0.5 * (low + high);
  for (int step = 0; step < 200; ++step) {
    const double excess = student_t_upper(t, v) - upper;
    (excess > 0.0 ? low : high) = t;
    double next = t + excess / student_t_density(t, v);
    if (!(next > low && next < high)) {
      next = 0.5 * (low + high);
    }
    if (std::abs(next - t) <= 4.0 * k_epsilon * t) {
      return next;
    }
    t = next;
  }
  return t;
}

/// Regularised incomplete gamma function; each tail directly where it is the smaller one.
struct GammaTails {
  double lower = 0.0;
  double upper = 0.0;
};

GammaTails gamma_tails(double a, double x) {
  require(a > 0.0, "a", "must be positive", a);
  require(x >= 0.0, "x", "must not be negative", x);
  if (x == 0.0) {
    return {0.0, 1.0};
  }
  if (std::isinf(x)) {
    return {1.0, 0.0};
  }
  if (x < a + 1.0) {
    const double lower = gamma_lower_series(a, x);
    return {std::min(1.0, lower), std::max(0.0, 1.0 - lower)};
  }
  const double upper = gamma_upper_fraction(a, x);
  return {1.0 - upper, upper};
}

}  // namespace

double log_gamma(double x) {
  assert(x > 0.0);
  // Stirling's series is exact to the last digits from 10 up; smaller arguments climb there first.
  double product = 1.0;
  while (x < 10.0) {
    product *= x;
    x += 1.0;
  }
  const double r = 1.0 / (x * x);
  const double series =
      (1.0 / 12.0 +
       r * (-1.0 / 360.0 +
            r * (1.0 / 1260.0 + r * (-1.0 / 1680.0 + r * (1.0 / 1188.0 + r * (-691.0 / 360360.0 + r / 156.0)))))) /
      x;
  constexpr double k_half_log_two_pi = 0.91893853320467274178;
  return (x - 0.5) * exact::log(x) - x + k_half_log_two_pi + series - exact::log(product);
}

double gamma_lower(double a, double x) { return gamma_tails(a, x).lower; }

double gamma_upper(double a, double x) { return gamma_tails(a, x).upper; }

double beta_lower(double a, double b, double x) {
  require(a > 0.0, "a", "must be positive", a);
  require(b > 0.0, "b", "must be positive", b);
  require(x >= 0.0 && x <= 1.0, "x", "must be in [0, 1]", x);
  return beta_lower_of(a, b, x, 1.0 - x);
}

double chi_square_upper(double statistic, double degrees_of_freedom) {
  require(statistic >= 0.0, "statistic", "must not be negative", statistic);
  require(degrees_of_freedom > 0.0, "degrees_of_freedom", "must be positive", degrees_of_freedom);
  return gamma_upper(0.5 * degrees_of_freedom, 0.5 * statistic);
}

double student_t_cdf(double t, double degrees_of_freedom) {
  require(degrees_of_freedom > 0.0, "degrees_of_freedom", "must be positive", degrees_of_freedom);
  require(!std::isnan(t), "t", "must be a number", t);
  if (degrees_of_freedom > k_many_degrees) {
    // Nothing that a double can hold lies beyond 40, and up to there the expansion rises with t.
    const double z = std::clamp(t, -40.0, 40.0);
    return exact::normal_cdf(z - (z * z * z + z) / (4.0 * degrees_of_freedom));
  }
  const double upper = student_t_upper(std::abs(t), degrees_of_freedom);
  return t > 0.0 ? 1.0 - upper : upper;
}

double student_t_quantile(double p, double degrees_of_freedom) {
  require(p > 0.0 && p < 1.0, "p", "must be between 0 and 1", p);
  require(degrees_of_freedom > 0.0, "degrees_of_freedom", "must be positive", degrees_of_freedom);
  if (degrees_of_freedom > k_many_degrees) {
    const double z = exact::normal_quantile(p);
    return z + (z * z * z + z) / (4.0 * degrees_of_freedom);
  }
  if (p == 0.5) {
    return 0.0;
  }
  return p < 0.5 ? -student_t_from_upper(p, degrees_of_freedom) : student_t_from_upper(1.0 - p, degrees_of_freedom);
}

double binomial_cdf(Index count, Index trials, double p) {
  require(trials >= 0, "trials", "must not be negative", static_cast<double>(trials));
  require(p >= 0.0 && p <= 1.0, "p", "must be in [0, 1]", p);
  if (count < 0) {
    return 0.0;
  }
  if (count >= trials) {
    return 1.0;
  }
  return beta_lower_of(static_cast<double>(trials - count), static_cast<double>(count + 1), 1.0 - p, p);
}

}  // namespace waterbed
