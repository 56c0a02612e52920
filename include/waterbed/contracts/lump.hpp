#pragma once

#include "waterbed/contracts/period.hpp"
#include "waterbed/core/money.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// How far the value of what is delivered may move from what was expected before the lump sum moves with it.
struct VolumeBand {
  Rate width{};        ///< share of the expected turnover on either side, 0..1
  Rate share_above{};  ///< paid of each euro above the band, 0..1
  Rate share_below{};  ///< taken back of each euro below it, 0..1
};

/// A fixed amount per period.
struct Lump {
  Money amount{};  ///< EUR per period
  Period period = Period::year;
  std::vector<std::string> services;  ///< units it pays for, at no further price; empty: comes on top of other terms
  std::optional<VolumeBand> band{};   ///< on the list value of `services` delivered
};

/// The payment of one year, in cents, before the band.
Money lump_payment(const Lump& lump);

/// What the band adds or takes back, in cents.
Money band_payment(const VolumeBand& band, Money expected_turnover, Money delivered);

}  // namespace waterbed
