#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>
#include <limits>
#include <span>

namespace waterbed::internal {

__extension__ using WideInteger = __int128;

/// What truncation and reinsurance do to one person, in micro-euro.
struct PersonTerms {
  std::int64_t low = std::numeric_limits<std::int64_t>::min();   ///< less counts as this
  std::int64_t high = std::numeric_limits<std::int64_t>::max();  ///< more counts as this
  bool reinsured = false;
  std::int64_t attach = 0;                                      ///< above 0
  std::int64_t end = std::numeric_limits<std::int64_t>::max();  ///< of the reinsured layer

  [[nodiscard]] std::int64_t cut(std::int64_t spent) const {
    const std::int64_t raised = spent < low ? low : spent;
    return raised < high ? raised : high;
  }
  /// Part of spending, cut before, that lies in the reinsured layer.
  [[nodiscard]] std::int64_t layer(std::int64_t cut_spent) const {
    const std::int64_t inside = cut_spent < end ? cut_spent : end;
    return (inside > attach ? inside : attach) - attach;
  }
};

/// Sums over the persons of a sample, micro-euro.
struct SampleSums {
  WideInteger cut = 0;       ///< after truncation
  WideInteger positive = 0;  ///< the same without credits
  WideInteger layer = 0;     ///< in the reinsured layer
};

/// Exact whatever the amounts.
SampleSums sum_sample(std::span<const Money> persons, const PersonTerms& terms);

}  // namespace waterbed::internal
