#include "waterbed/contracts/settlement.hpp"

#include "account.hpp"
#include "settle_base.hpp"
#include "settle_checked.hpp"
#include "settle_overlay.hpp"
#include "text.hpp"
#include "trace.hpp"

#include <stdexcept>
#include <string>

namespace waterbed {
namespace {

using internal::Exact;

/// What the split divides: the settlement with what was added to it after the limit; without any, all payments.
/// @param recovered  of an advance, from the settlement
Money pool_of(const Contract& contract, const Settlement& result, Money recovered) {
  const Quality* quality = find_term<Quality>(contract);
  const bool settles = find_term<Layers>(contract) != nullptr || find_term<Gain>(contract) != nullptr ||
                       (quality != nullptr && quality->target == QualityTarget::amount);
  if (!settles) {
    return result.total();
  }
  return result.settlement - recovered + result.of(TermKind::quality) + result.of(TermKind::gain) +
         result.of(TermKind::lump);
}

void settle_split(const Contract& contract, Settlement& result, Money recovered, const internal::Trace& trace) {
  const Split* split = find_term<Split>(contract);
  if (split == nullptr) {
    return;
  }
  result.split = divide(*split, pool_of(contract, result, recovered));
  for (std::size_t i = 0; i < result.split.size(); ++i) {
    trace.line(
        "split", [&] { return result.split[i].party; },
        [&] {
          if (split->waterfall.empty()) {
            return std::string("by weight");
          }
          const auto& claim = split->waterfall[i].up_to;
          return claim ? "claim up to " + internal::money_text(internal::fraction(*claim)) : "what is left";
        },
        internal::fraction(result.split[i].amount));
  }
}

}  // namespace

Money Settlement::total() const {
  Money sum;
  for (const Money amount : by_term) {
    sum += amount;
  }
  return sum;
}

Settlement settle(const Contract& contract, const Facts& facts, Detail detail) {
  if (auto problems = check_facts(contract, facts); !problems.empty()) {
    throw FactsError(std::move(problems));
  }
  try {
    return internal::settle_checked(contract, facts, nullptr, detail);
  } catch (const std::overflow_error&) {
    throw FactsError({{"amounts", "must stay within +-9.2e12 " + contract.currency + " in every step"}});
  }
}

Settlement internal::settle_checked(const Contract& contract, const Facts& facts, const Exact* counted, Detail detail) {
  Settlement result;
  internal::Account account(result);
  const internal::Trace trace(detail == Detail::lines ? &result.lines : nullptr);
  const Exact base = internal::settle_base(contract, facts, account, trace);
  internal::settle_withhold(contract, facts, base, account, trace);
  internal::OverlayResult overlay;
  if (find_term<Reference>(contract) != nullptr) {
    overlay = internal::settle_overlay(contract, facts, counted, result, account, trace);
  }
  internal::settle_quality(contract, facts, base, overlay.benchmark, account, trace);
  internal::settle_gain(contract, facts, account, trace);
  const Money recovered = internal::settle_adjust(contract, facts, overlay.paid, account, trace);
  settle_split(contract, result, recovered, trace);
  return result;
}

}  // namespace waterbed
