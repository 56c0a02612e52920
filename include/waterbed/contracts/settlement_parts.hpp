#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/core/money.hpp"

/// Where a settlement comes from, by taking one cause after another away: docs/model/settlement_parts.md.
namespace waterbed {

/// The facts of one year with one cause after another taken away.
struct FactsByCause {
  Facts registered;  ///< spending and risk of all who are registered with the holder
  Facts true_risk;   ///< ... and risk on true stages
  Facts uncut;       ///< ... and nobody's spending cut; for the contract without_cut()
};

/// What is paid on each of them, in whole cents. Positive: payer to holder.
struct SettledByCause {
  Money paid;  ///< as settled
  Money registered;
  Money true_risk;
  Money uncut;
  Money full_quality;  ///< uncut, with the best score and the standard met
  Money benchmark;     ///< B of the last step
  Money counted;       ///< S of the last step
};

/// The contract without its cut and its reinsurance.
Contract without_cut(const Contract& contract);

/// Settles every step after the first, which was `paid`.
/// @throws FactsError as settle() does
SettledByCause settle_by_cause(const Contract& contract, Money paid, const FactsByCause& facts);

/// What is paid on this benchmark and this counted spending at full quality, nobody cut: the last step of
/// settle_by_cause() at other amounts. Base payments, gains and what quality adds to them are left out. Of the facts
/// `assigned`, `own_revenue`, `performance_year`, `low_revenue` and `mitigated_share` are looked at.
/// @throws FactsError as settle() does
Money settle_expected(const Contract& contract, Money benchmark, Money counted, Facts facts);

/// Parts of one settlement; they add up to what was paid.
struct SettlementParts {
  Money attribution;
  Money coding;
  Money truncation;
  Money quality;
  Money luck;
  Money remainder;  ///< what is paid at expected spending

  [[nodiscard]] Money sum() const { return attribution + coding + truncation + quality + luck + remainder; }
};

/// @param expected  of settle_expected() at mean benchmark and mean spending
SettlementParts settlement_parts(const SettledByCause& settled, Money expected);

}  // namespace waterbed
