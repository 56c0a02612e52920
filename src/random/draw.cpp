#include "waterbed/random/draw.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <cassert>
#include <cmath>
#include <string>

namespace waterbed {
namespace {

constexpr double k_search_from_zero_below = 30.0;
// Weights are relative to the largest; what lies beyond adds less than 1e-15 even for the largest mean.
constexpr double k_negligible = 1e-22;

/// Adds up the probabilities from zero until u is reached.
Index poisson_from_zero(double u, double mean) {
  double p = exact::exp(-mean);
  double below = p;
  Index count = 0;
  while (u >= below) {
    ++count;
    p *= mean / static_cast<double>(count);
    const double next = below + p;
    if (next == below && static_cast<double>(count) > mean) {
      break;  // the sum has stopped short of u by rounding
    }
    below = next;
  }
  return count;
}

/// Walks over the bulk of the distribution with weights relative to the mode. Their ratios are simple fractions, so no
/// logarithm of a factorial is needed, and dividing by their sum makes them probabilities. Each half is searched from
/// its thin end, so that tails keep their digits.
Index poisson_around_mode(double u, double mean) {
  const double mode = std::floor(mean);
  double low_weight = 1.0;
  double low = mode;
  double low_total = 1.0;
  while (low_weight > k_negligible && low > 0.0) {
    low_weight *= low / mean;
    low_total += low_weight;
    low -= 1.0;
  }
  double high_weight = 1.0;
  double high = mode;
  double high_total = 0.0;
  while (high_weight > k_negligible) {
    high += 1.0;
    high_weight *= mean / high;
    high_total += high_weight;
  }
  const double total = low_total + high_total;
  if (u * total < low_total) {
    for (double sum = low_weight; u * total >= sum && low < mode; sum += low_weight) {
      low += 1.0;
      low_weight *= mean / low;
    }
    return static_cast<Index>(low);
  }
  for (double sum = high_weight; (1.0 - u) * total > sum && high > mode + 1.0; sum += high_weight) {
    high_weight *= high / mean;
    high -= 1.0;
  }
  return static_cast<Index>(high);
}

}  // namespace

double exponential(std::uint64_t bits, double mean) {
  assert(mean > 0.0);
  return -mean * exact::log(uniform_open(bits));
}

double standard_normal(std::uint64_t bits) { return exact::normal_quantile(uniform_open(bits)); }

Index poisson(std::uint64_t bits, double mean) {
  if (!(mean >= 0.0 && mean <= k_poisson_mean_limit)) {
    throw InvalidArgument("mean", "must be in [0, 1e9]", std::to_string(mean));
  }
  const double u = uniform_open(bits);
  return mean < k_search_from_zero_below ? poisson_from_zero(u, mean) : poisson_around_mode(u, mean);
}

}  // namespace waterbed
