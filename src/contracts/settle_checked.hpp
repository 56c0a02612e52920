#pragma once

#include "exact.hpp"
#include "waterbed/contracts/settlement.hpp"

namespace waterbed::internal {

/// settle() on facts that were checked before.
/// @param counted  S after truncation and reinsurance, micro-euro, if it is known; null: what the facts say
Settlement settle_checked(const Contract& contract, const Facts& facts, const Exact* counted, Detail detail);

}  // namespace waterbed::internal
