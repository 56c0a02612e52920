#pragma once

#include "waterbed/core/ids.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// Fills thresholds[i] with the number of words (of 2^32) that choose an option up to i.
///
/// Weights need not sum to one. An option without weight is never chosen, also not by rounding: the remainder goes to
/// the last option that has weight. Options below 2^-33 of the total may get no word.
/// @param weights     one an option, finite and not negative, not all zero
/// @param thresholds  as long as weights
/// @throws InvalidArgument if a weight is negative or not finite, if all are zero, or if lengths differ
void cumulative_thresholds(std::span<const double> weights, std::span<std::uint64_t> thresholds);

/// The option that a word chooses. @param thresholds  as filled by cumulative_thresholds()
[[nodiscard]] inline Index categorical(std::uint32_t word, std::span<const std::uint64_t> thresholds) {
  // Short tables, the rule on a walk, are quicker without halving.
  constexpr std::size_t k_short = 8;
  if (thresholds.size() <= k_short) {
    std::size_t option = 0;
    while (word >= thresholds[option]) {
      ++option;
    }
    return static_cast<Index>(option);
  }
  return std::upper_bound(thresholds.begin(), thresholds.end(), std::uint64_t{word}) - thresholds.begin();
}

/// A choice among options with fixed probabilities.
class CategoricalTable {
 public:
  /// @param probabilities  one an option, not negative, sum 1 to within 1e-9
  /// @throws InvalidArgument if that does not hold
  explicit CategoricalTable(std::span<const double> probabilities);

  /// As above with any sum: shares are the weights divided by their sum.
  /// @throws InvalidArgument if a weight is negative or not finite, or if all are zero
  [[nodiscard]] static CategoricalTable from_weights(std::span<const double> weights);

  /// The option that a word chooses.
  [[nodiscard]] Index operator()(std::uint32_t word) const { return categorical(word, thresholds_); }

  [[nodiscard]] Index size() const { return static_cast<Index>(thresholds_.size()); }
  /// Words (of 2^32) that choose an option up to each.
  [[nodiscard]] std::span<const std::uint64_t> thresholds() const { return thresholds_; }

 private:
  CategoricalTable() = default;

  std::vector<std::uint64_t> thresholds_;
};

}  // namespace waterbed
