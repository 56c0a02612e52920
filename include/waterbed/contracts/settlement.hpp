#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/ledger/entry.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// One step of a settlement, for people who check it by hand.
struct SettlementLine {
  std::string step;   ///< "gate"
  std::string input;  ///< what went in
  std::string rule;   ///< what was done with it
  Money output;       ///< what came out, to the cent
};

enum class Detail : std::uint8_t { amounts, lines };

/// A payment with its date.
struct DatedAmount {
  int month = 12;  ///< months after the start of the performance year; 1 to 12: spread evenly over the year up to then
  TermKind term = TermKind::fee;
  Money amount;  ///< positive: payer to holder
};

/// What a contract pays for one year. Positive: payer to holder. Every amount is in whole cents.
struct Settlement {
  /// Base payments and the settlement by term. `fee` and `bundle` are before the ceiling, `ceiling` is the correction;
  /// `patient_share` is zero or less, the part of the fees that the payer does not pay.
  std::array<Money, k_term_kinds> by_term{};
  Money benchmark;  ///< B after discount and withhold, zero without reference
  Money counted;    ///< S after truncation and reinsurance
  Money gain;       ///< B - S
  bool gate_passed = false;
  Money before_adjustment;  ///< W before sequestration
  Money settlement;         ///< W as paid
  std::vector<PartyAmount> split;
  std::vector<DatedAmount> cash;      ///< adds up to total(): when it is paid
  std::vector<SettlementLine> lines;  ///< empty with Detail::amounts

  [[nodiscard]] Money of(TermKind term) const { return by_term[static_cast<std::size_t>(term)]; }
  /// All that the payer pays the holder for the year.
  [[nodiscard]] Money total() const;
};

/// Settles one year of a contract. Exact rational arithmetic; each line is rounded once, half away from zero.
///
/// Order: base payments, truncate, reinsure, reference, withhold, gate, layers, quality, limit, adjust, split. Gain and
/// a quality amount are added after the limit and share in the split. No people, no benchmark or a benchmark of zero or
/// less: nothing is shared. Spending may be negative.
/// @pre validate(contract) is empty
/// @throws FactsError naming all facts that are missing or impossible, or if an amount or their sum goes past +-9.2e12
Settlement settle(const Contract& contract, const Facts& facts, Detail detail = Detail::lines);

}  // namespace waterbed
