// Inverses by bisection of our own distribution functions, so that a drawn parameter has the same bits everywhere.

#include "waterbed/core/error.hpp"
#include "waterbed/stats/distribution.hpp"

#include <string>

namespace waterbed {
namespace {

constexpr double k_smallest = 1e-300;

void require(bool holds, const char* argument, const char* rule, double got) {
  if (!holds) {
    throw InvalidArgument(argument, rule, std::to_string(got));
  }
}

/// Halves [low, high], at which the function lies below and not below p, until no double is left between.
template <class Rising>
double bisect(const Rising& function, double low, double high, double p) {
  for (;;) {
    const double middle = low + 0.5 * (high - low);
    if (!(middle > low && middle < high)) {
      return high;
    }
    (function(middle) < p ? low : high) = middle;
  }
}

/// From a start, doubles or halves until p lies between: a bracket as narrow as a factor of two, however small the
/// value.
template <class Rising>
double invert(const Rising& function, double start, double p) {
  double high = start;
  while (function(high) < p) {
    high *= 2.0;
  }
  double low = 0.5 * high;
  while (low > k_smallest && function(low) >= p) {
    high = low;
    low *= 0.5;
  }
  return low > k_smallest ? bisect(function, low, high, p) : low;
}

}  // namespace

double gamma_quantile(double shape, double p) {
  require(shape > 0.0, "shape", "must be positive", shape);
  require(p > 0.0 && p < 1.0, "p", "must be between 0 and 1", p);
  return invert([shape](double x) { return gamma_lower(shape, x); }, shape, p);
}

double beta_quantile(double a, double b, double p) {
  require(a > 0.0, "a", "must be positive", a);
  require(b > 0.0, "b", "must be positive", b);
  require(p > 0.0 && p < 1.0, "p", "must be between 0 and 1", p);
  if (beta_lower(a, b, 0.5) >= p) {
    return invert([a, b](double x) { return beta_lower(a, b, x); }, 0.5, p);
  }
  // Above one half the distance to 1 is sought, which keeps its digits.
  const double above = 1.0 - p;
  return 1.0 - invert([a, b](double y) { return beta_lower(b, a, y); }, 0.5, above);
}

}  // namespace waterbed
