#pragma once

#include "account.hpp"
#include "exact.hpp"
#include "trace.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

namespace waterbed::internal {

/// Books fees, capitation, bundles, lump sum and ceiling.
/// @returns what the payer pays by them, not rounded: less patient shares and advances
Exact settle_base(const Contract& contract, const Facts& facts, Account& account, const Trace& trace);

/// When what is settled after the year is paid or due, months after its start: 12 without an adjust term.
int pay_month(const Contract& contract);
int owe_month(const Contract& contract);

}  // namespace waterbed::internal
