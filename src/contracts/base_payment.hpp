#pragma once

#include "exact.hpp"
#include "waterbed/contracts/capitation.hpp"
#include "waterbed/contracts/ceiling.hpp"
#include "waterbed/contracts/fee.hpp"
#include "waterbed/contracts/lump.hpp"

namespace waterbed::internal {

// The base payments before rounding.
Exact exact_tier_payment(const Fee& fee, const Exact& turnover);
/// After tiers, the share that is paid per unit.
Exact exact_fee_payment(const Fee& fee, const Exact& turnover);
Exact exact_capitation(const Capitation& capitation, std::size_t position, PersonTime time);
Exact exact_ceiling_paid(const Ceiling& ceiling, const Exact& amount, const Exact& income);
Exact exact_ceiling_amount(const Ceiling& ceiling, std::optional<Money> expected_turnover);
/// What the band adds to the lump sum or takes back.
Exact exact_band_payment(const VolumeBand& band, const Exact& expected, const Exact& delivered);

}  // namespace waterbed::internal
