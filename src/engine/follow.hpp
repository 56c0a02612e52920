#pragma once

#include "state.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "year_end.hpp"

#include <vector>

/// Insurers that follow another one's contract: docs/model/insurers.md.
namespace waterbed::engine {

/// What a follower pays when the leading payer pays this much for its own people, in cents.
/// @param own, leading  person-cycles of the two payers' people, by the contract's rule; none of the leading one's: 0
Money follow_payment(Money leading_pays, Rate paid, std::int64_t own, std::int64_t leading);

/// Posts what followers owe for the lump sums and settlements of the contracts that they follow.
/// @param results  of the leading contracts, shape (contracts,)
/// @param settled  gets amounts and dates of the followers
void settle_followers(const Model& model, ArmState& state, const std::vector<Settlement>& results,
                      std::vector<Settled>& settled);

}  // namespace waterbed::engine
