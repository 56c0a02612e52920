#include "population/apportion.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>

namespace waterbed {

std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> shares) {
  double sum = 0.0;
  for (const double share : shares) {
    if (!(share >= 0.0 && std::isfinite(share))) {
      throw InvalidArgument("shares", "must be finite and not negative", std::to_string(share));
    }
    sum += share;
  }
  std::vector<std::int64_t> counts(shares.size(), 0);
  if (total == 0) {
    return counts;
  }
  if (!(sum > 0.0)) {
    throw InvalidArgument("shares", "must not all be zero", "0");
  }
  std::vector<double> remainder(shares.size());
  std::int64_t given = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double quota = static_cast<double>(total) * shares[i] / sum;
    // A quota that is whole but for rounding counts as whole.
    counts[i] = static_cast<std::int64_t>(std::floor(quota + 1e-9));
    remainder[i] = shares[i] > 0.0 ? quota - static_cast<double>(counts[i]) : -2.0;
    given += counts[i];
  }
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  for (std::size_t i = 0; given < total; i = (i + 1) % order.size()) {
    if (shares[order[i]] > 0.0) {
      ++counts[order[i]];
      ++given;
    }
  }
  for (std::size_t i = order.size(); given > total;) {
    i = (i + order.size() - 1) % order.size();
    if (counts[order[i]] > 0) {
      --counts[order[i]];
      --given;
    }
  }
  return counts;
}

}  // namespace waterbed
