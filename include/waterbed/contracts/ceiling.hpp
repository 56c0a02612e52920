#pragma once

#include "waterbed/core/money.hpp"

#include <optional>

namespace waterbed {

/// A yearly limit on what fees and bundles of the contract bring in.
///
/// Exactly one of `amount` and `of_expected_turnover` is set.
struct Ceiling {
  std::optional<Money> amount{};               ///< EUR per year
  std::optional<Rate> of_expected_turnover{};  ///< 1.02 is expected turnover + 2 %
  Rate share_above{};                          ///< of each euro above the ceiling, 0..1
  bool duty_to_deliver = true;                 ///< keeps treating above the ceiling
  std::optional<Money> floor{};                ///< EUR per year that is paid at least, at most the ceiling
  int set_off_years = 0;                       ///< the excess is paid first and set off so many years later
};

/// The ceiling in euro of this year, to the micro-euro.
/// @throws std::invalid_argument if it is a share and no expected turnover is given
Money ceiling_amount(const Ceiling& ceiling, std::optional<Money> expected_turnover);

/// What is paid of an income of the year under a ceiling of `amount`, in cents.
Money ceiling_paid(const Ceiling& ceiling, Money amount, Money income);

}  // namespace waterbed
