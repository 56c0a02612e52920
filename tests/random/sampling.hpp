#pragma once

#include "waterbed/random/stream.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

/// What the tests of samplers share.
namespace waterbed::sampling {

/// Words of the i-th draw of a test.
inline Words words(std::uint64_t seed, int i) {
  return draw(
      seed,
      {.replication = 0, .person = static_cast<std::uint32_t>(i), .cycle = 0, .purpose = Purpose::bootstrap, .k = 0});
}

/// p-value of observed counts against probabilities; cells that expect fewer than 5 are pooled into the next one.
inline double chi_square_p(const std::vector<std::int64_t>& observed, const std::vector<double>& probability) {
  double total = 0.0;
  for (const auto count : observed) {
    total += static_cast<double>(count);
  }
  double statistic = 0.0;
  double cells = 0.0;
  double seen = 0.0;
  double expected = 0.0;
  double left = total;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    seen += static_cast<double>(observed[i]);
    expected += total * probability[i];
    left -= total * probability[i];
    const bool rest_is_small = left < 5.0 && i + 1 < observed.size();
    if (expected >= 5.0 && !rest_is_small) {
      statistic += (seen - expected) * (seen - expected) / expected;
      cells += 1.0;
      seen = 0.0;
      expected = 0.0;
    }
  }
  return chi_square_upper(statistic, cells - 1.0);
}

/// p-value of the Kolmogorov-Smirnov test against a continuous distribution, in Stephens' approximation.
inline double kolmogorov_smirnov_p(std::vector<double> values, const std::function<double(double)>& cdf) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double f = cdf(values[i]);
    distance = std::max({distance, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
  }
  const double scaled = distance * (std::sqrt(n) + 0.12 + 0.11 / std::sqrt(n));
  double p = 0.0;
  for (int j = 1; j <= 100; ++j) {
    p += (j % 2 == 1 ? 2.0 : -2.0) * std::exp(-2.0 * j * j * scaled * scaled);
  }
  return std::clamp(p, 0.0, 1.0);
}

/// Every distribution test asks for more than this; a correct sampler fails one seed in ten thousand.
inline constexpr double k_least_p = 1e-4;

}  // namespace waterbed::sampling
