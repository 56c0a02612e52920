#include "waterbed/analysis/shapley.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/moments.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>
#include <string>

namespace waterbed {
namespace {

Int128 factorial(std::size_t n) {
  Int128 product = 1;
  for (std::size_t i = 2; i <= n; ++i) {
    product *= static_cast<Int128>(i);
  }
  return product;
}

/// Half a unit goes away from zero, so that a mirrored game has mirrored shares.
Int128 rounded(Int128 numerator, Int128 denominator) {
  const Int128 twice = 2 * numerator;
  return (twice >= 0 ? twice + denominator : twice - denominator) / (2 * denominator);
}

Int128 size(Int128 value) { return value < 0 ? -value : value; }

}  // namespace

std::vector<std::int64_t> shapley(std::span<const std::int64_t> worth) {
  const auto players = static_cast<std::size_t>(std::bit_width(worth.size())) - 1;
  if (!std::has_single_bit(worth.size()) || players < 1 || players > k_most_players) {
    throw InvalidArgument(
        "worth",
        "must hold a value for every set of 1 to " + std::to_string(k_most_players) + " players, a power of two",
        std::to_string(worth.size()) + " values");
  }
  std::vector<Int128> share(players, 0);
  Int128 missing = Int128{worth.back()} - worth.front();
  for (std::size_t player = 0; player < players; ++player) {
    const std::size_t bit = std::size_t{1} << player;
    Int128 sum = 0;
    for (std::size_t others = 0; others < worth.size(); ++others) {
      if ((others & bit) == 0) {
        const auto before = static_cast<std::size_t>(std::popcount(others));
        const Int128 orders = factorial(before) * factorial(players - 1 - before);
        sum += orders * (Int128{worth[others | bit]} - worth[others]);
      }
    }
    share[player] = rounded(sum, factorial(players));
    missing -= share[player];
  }
  *std::max_element(share.begin(), share.end(), [](Int128 a, Int128 b) { return size(a) < size(b); }) += missing;
  std::vector<std::int64_t> found;
  for (const Int128 value : share) {
    if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
      throw std::overflow_error("a share does not fit in 64 bits");
    }
    found.push_back(static_cast<std::int64_t>(value));
  }
  return found;
}

}  // namespace waterbed
