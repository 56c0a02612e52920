#pragma once

#include "waterbed/core/money.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

namespace waterbed {

/// What is cut: a person's spending in the year, or an episode's.
enum class TruncateUnit : std::uint8_t { person, episode };

/// Of each person's or episode's spending at most so much counts; the benchmark is made by the same rule.
///
/// Exactly one of `amount`, `percentile` and `sd_above_mean` is set; the last two are taken of the spending that is
/// cut, year by year.
struct Truncate {
  TruncateUnit unit = TruncateUnit::person;
  std::optional<Money> amount{};         ///< EUR
  std::optional<Rate> percentile{};      ///< 0.99: the 99th; the least amount that at least this share stays within
  std::optional<Rate> sd_above_mean{};   ///< 2: mean + 2 standard deviations
  std::optional<Rate> low_percentile{};  ///< amounts below this percentile count as the percentile
};

/// Where spending is cut; none: not on that side.
struct CutLevels {
  std::optional<Money> low{};
  std::optional<Money> high{};
};

/// The levels that a rule finds in this very spending. Nobody: none but a fixed amount.
/// @param spending  EUR per person or episode, shape (persons,)
CutLevels cut_levels(const Truncate& truncate, std::span<const Money> spending);

/// What counts of one amount: at least the low level, then at most the high one.
inline Money cut_to(Money spending, const CutLevels& levels) {
  const Money raised = levels.low ? std::max(spending, *levels.low) : spending;
  return levels.high ? std::min(raised, *levels.high) : raised;
}

/// Sum of min(spending, level) over persons, exact. Negative spending counts as it is.
/// @param spending  EUR per person in the year, shape (persons,)
/// @throws std::overflow_error
Money truncated_sum(std::span<const Money> spending, Money level);

}  // namespace waterbed
