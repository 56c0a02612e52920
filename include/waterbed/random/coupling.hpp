#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/random/draw.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace waterbed {

/// Share of persons who must choose differently for `base` to become `target`: half the sum of absolute differences.
/// @pre both are probabilities over the same options
[[nodiscard]] inline double total_variation(std::span<const double> base, std::span<const double> target) {
  assert(base.size() == target.size());
  double gained = 0.0;
  double lost = 0.0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    (target[i] > base[i] ? gained : lost) += target[i] - base[i];
  }
  return 0.5 * (gained - lost);
}

/// The choice under `target` of a person whose choice under `base` was `drawn`.
///
/// Maximal coupling: keeps the drawn option with chance min(1, target / base), else moves to an option that gains, in
/// proportion to its gain. The result follows `target`, and as few persons move as can: total_variation() of them.
/// Equal probabilities move nobody. Options new to `target` are reached only by moving.
/// @param base         probabilities that `drawn` came from; sum 1
/// @param target       probabilities wanted, over the same options; sum 1
/// @param drawn        option chosen from base; base[drawn] > 0
/// @param keep_word    random word, independent of the one behind `drawn`
/// @param switch_word  random word, independent of both
/// Source: Lindvall, Lectures on the Coupling Method (1992), section I.5.
[[nodiscard]] inline Index coupled_choice(std::span<const double> base, std::span<const double> target, Index drawn,
                                          std::uint32_t keep_word, std::uint32_t switch_word) {
  assert(base.size() == target.size());
  const auto kept = static_cast<std::size_t>(drawn);
  assert(kept < base.size() && base[kept] > 0.0);
  if (target[kept] >= base[kept] || bernoulli(keep_word, target[kept] / base[kept])) {
    return drawn;
  }
  double gained = 0.0;
  for (std::size_t i = 0; i < base.size(); ++i) {
    gained += target[i] > base[i] ? target[i] - base[i] : 0.0;
  }
  const double aim = uniform_open(switch_word) * gained;
  double sum = 0.0;
  Index chosen = drawn;  // stays so only if nothing gains, which takes sums that are not 1
  for (std::size_t i = 0; i < base.size(); ++i) {
    if (target[i] > base[i]) {
      chosen = static_cast<Index>(i);
      sum += target[i] - base[i];
      if (aim < sum) {
        break;
      }
    }
  }
  return chosen;
}

}  // namespace waterbed
