#pragma once

#include "waterbed/core/money.hpp"

#include <optional>

namespace waterbed {

/// Stop-loss: of each person's spending above `attach` a share is not counted, against a premium that is.
///
/// Counted spending falls by share * min(max(Y - attach, 0), limit) and rises by the premium per person-year.
struct Reinsure {
  Money attach{};                ///< EUR per person and year, above 0
  std::optional<Money> limit{};  ///< EUR of the layer above `attach`; none: open
  Rate share{Rate::k_one};       ///< 0..1
  Money premium{};               ///< EUR per person-year
};

/// What the reinsurer bears of one person's spending, to the micro-euro.
Money reinsured(const Reinsure& reinsure, Money spending);

}  // namespace waterbed
