#pragma once

#include "account.hpp"
#include "exact.hpp"
#include "trace.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

namespace waterbed::internal {

/// What the overlay leaves for the terms after it, not rounded.
struct OverlayResult {
  Exact benchmark = 0;
  Exact paid = 0;  ///< W after adjustment
};

/// Measures counted spending against the reference and books what is shared.
/// @param counted  S after truncation and reinsurance, if it is known; null: what the facts say
OverlayResult settle_overlay(const Contract& contract, const Facts& facts, const Exact* counted, Settlement& result,
                             Account& account, const Trace& trace);

/// What quality adds to base payments, a share of them; zero unless it is for that.
Exact quality_of_base(const Contract& contract, const Facts& facts);

/// What of base payments is held back and not earned, a share of them.
Exact unearned_share(const Contract& contract, const Facts& facts);

/// What was earned of a quality amount, in micro-euro; zero unless quality pays one.
Exact quality_amount(const Contract& contract, const Facts& facts, const Exact& benchmark);

/// Books what quality does to base payments, or its amount of its own.
/// @param base, benchmark  what the payer pays by base terms; B
void settle_quality(const Contract& contract, const Facts& facts, const Exact& base, const Exact& benchmark,
                    Account& account, const Trace& trace);

/// Books what of the base payments was held back and not earned.
void settle_withhold(const Contract& contract, const Facts& facts, const Exact& base, Account& account,
                     const Trace& trace);

/// Books the payment for outcome gained.
void settle_gain(const Contract& contract, const Facts& facts, Account& account, const Trace& trace);

/// Books deductions and advances recovered from a positive settlement.
/// @param paid  W after adjustment
/// @returns what was recovered, zero or more
Money settle_adjust(const Contract& contract, const Facts& facts, const Exact& paid, Account& account,
                    const Trace& trace);

}  // namespace waterbed::internal
