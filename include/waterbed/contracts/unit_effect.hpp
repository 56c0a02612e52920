#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/contracts/service.hpp"
#include "waterbed/ledger/entry.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Who feels one more unit of care, over all contracts at once: a GP who holds shared savings feels the hospital's
/// price.
namespace waterbed {

/// Where one contract is expected to stand at year end when the unit is delivered.
struct Outlook {
  Facts facts{};                        ///< those that settle it; counted spending in them is not used
  std::optional<Forecast> counted{};    ///< spending; none: no settlement is reckoned with
  Forecast turnover{};                  ///< of fees at the contract's prices, before tiers, EUR
  Forecast bundle_income{};             ///< EUR; with fees it meets the ceiling. Beside tiers its mean is taken
  std::optional<Forecast> delivered{};  ///< list value of what a lump sum with a band pays for; none: inside the band
  std::optional<Forecast> score{};      ///< of quality; none: known, as in the facts
  std::optional<Forecast> outcome{};    ///< sum over people of (realised - expected), for a gain
  bool in_scope = true;                 ///< the person is one of those that a conditional base payment is for
  double attributed = 1.0;              ///< chance that the person belongs to the holder, 0..1
  double attribution_change = 0.0;      ///< of that chance, by this unit
  CutLevels cut{};                      ///< of persons, where the contract truncates
};

/// The person who gets the unit.
struct PersonOutlook {
  int age = 0;
  std::optional<Forecast> counted{};       ///< own counted spending of the year; none: under every cut and stop-loss
  std::optional<Forecast> own_payments{};  ///< own spending that counts for the deductible; none: nothing yet
};

/// One unit of care.
struct CareUnit {
  ServiceNames service{};
  std::string payer{};
  std::string provider{};
  double list_price = 0.0;                          ///< EUR
  BundlePosition bundle = BundlePosition::outside;  ///< to the provider's bundle that may hold it
  double charged = 0.0;                             ///< by contents: so far in the open bundle, EUR
  std::optional<Forecast> episode{};                ///< list value inside the window, for an outlier payment
  double quality_change = 0.0;                      ///< of the score of whoever holds a quality term for the person
  double outcome_change = 0.0;                      ///< expected outcome gained, in the units of a gain
};

/// What changes in one party's expected income by one contract, EUR.
struct IncomeChange {
  std::string party;
  std::size_t contract = 0;
  TermKind term = TermKind::fee;
  double amount = 0.0;
};

inline constexpr std::string_view k_household = "household";

/// What one more unit changes in everybody's expected income, by contract and term; what one gains another pays, so
/// that it adds up to zero.
///
/// Base payment: that of the contract with the highest precedence, under tiers, ceiling, withhold and own payments.
/// Then for every contract of the person's payer whose scope counts the unit: dW/dS times the counted amount, by its
/// price basis and what truncation and reinsurance leave of it; dW/d(own revenue) times what its holder is paid;
/// attribution, quality and gain. No costs: those are not in contracts. Counted at the price paid is what payer and
/// patient are expected to pay. Own payments are those of the whole unit, everything else is a slope times the unit.
/// @param outlooks  one for each contract
/// @throws std::invalid_argument if the numbers differ or two contracts claim the unit with equal precedence;
/// FactsError
std::vector<IncomeChange> unit_effect(std::span<const Contract> contracts, std::span<const Outlook> outlooks,
                                      const CareUnit& unit, const PersonOutlook& person);

/// Sum for one party, EUR.
double income_change(std::span<const IncomeChange> changes, std::string_view party);

}  // namespace waterbed
