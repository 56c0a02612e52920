#include "waterbed/stats/quantile.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {
namespace {

void require(bool holds, const char* argument, const char* rule, double got) {
  if (!holds) {
    throw InvalidArgument(argument, rule, std::to_string(got));
  }
}

template <class T>
std::vector<T> sorted_copy(std::span<const T> values) {
  if (values.empty()) {
    throw InvalidArgument("values", "must not be empty", "none");
  }
  std::vector<T> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

template <class T>
double quantile_of_sorted(const std::vector<T>& sorted, double p) {
  require(p >= 0.0 && p <= 1.0, "p", "must be in [0, 1]", p);
  const double position = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const auto low = static_cast<double>(sorted[below]);
  const auto high = static_cast<double>(sorted[above]);
  const double share = position - static_cast<double>(below);
  return share == 0.0 || low == high ? low : low + share * (high - low);
}

/// Smallest count with at least this chance of not being exceeded.
Index binomial_quantile(Index trials, double p, double chance) {
  Index low = 0;
  Index high = trials;
  while (low < high) {
    const Index middle = low + (high - low) / 2;
    if (binomial_cdf(middle, trials, p) >= chance) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

double quantile(std::span<const double> values, double p) {
  for (const double value : values) {
    require(!std::isnan(value), "values", "must be numbers", value);
  }
  return quantile_of_sorted(sorted_copy(values), p);
}

double quantile(std::span<const std::int64_t> values, double p) { return quantile_of_sorted(sorted_copy(values), p); }

Range range(std::span<const std::int64_t> values) {
  const std::vector<std::int64_t> sorted = sorted_copy(values);
  return {.low = quantile_of_sorted(sorted, 0.025), .high = quantile_of_sorted(sorted, 0.975)};
}

std::optional<QuantileRanks> quantile_ranks(Index count, double p, double confidence) {
  require(count >= 1, "count", "must be at least 1", static_cast<double>(count));
  require(p > 0.0 && p < 1.0, "p", "must be between 0 and 1", p);
  require(confidence > 0.0 && confidence < 1.0, "confidence", "must be between 0 and 1", confidence);
  const double side = 0.5 * (1.0 - confidence);
  // The number of values below the quantile is binomial. The interval misses on the left if fewer than `low` are below
  // it, on the right if `high` or more are.
  const Index first = binomial_quantile(count, p, side);
  const Index low = binomial_cdf(first, count, p) > side ? first : first + 1;
  const Index high = binomial_quantile(count, p, 1.0 - side) + 1;
  if (low < 1 || high > count) {
    return std::nullopt;
  }
  const double coverage = binomial_cdf(high - 1, count, p) - binomial_cdf(low - 1, count, p);
  return QuantileRanks{.low = low, .high = high, .coverage = coverage};
}

std::optional<Interval> quantile_interval(std::span<const std::int64_t> values, double p, double confidence) {
  const std::vector<std::int64_t> sorted = sorted_copy(values);
  const auto ranks = quantile_ranks(static_cast<Index>(sorted.size()), p, confidence);
  if (!ranks) {
    return std::nullopt;
  }
  return Interval{.low = static_cast<double>(sorted[static_cast<std::size_t>(ranks->low - 1)]),
                  .high = static_cast<double>(sorted[static_cast<std::size_t>(ranks->high - 1)])};
}

}  // namespace waterbed
