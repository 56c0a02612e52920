#include "causes.hpp"

#include "agreement.hpp"

namespace waterbed::engine {
namespace {

/// Spending of all who are registered, brought to the person-time of those who belong to the contract, so that it says
/// who they are and not how many.
CountedSpend brought_to(const Contract& contract, const Registered& all, std::int64_t cycles, Judged by) {
  const auto part = [&](std::int64_t micro) {
    return Money{all.cycles > 0 ? multiply_divide(micro, cycles, all.cycles) : 0};
  };
  CountedSpend counted;
  counted.total = part(by == Judged::uncut ? all.uncut : all.cut);
  if (by == Judged::uncut) {
    return counted;
  }
  if (const Truncate* truncate = find_term<Truncate>(contract)) {
    counted.truncated_at = truncate->amount ? truncate->amount : all.cut_at.value_or(Money{});
  }
  if (find_term<Reinsure>(contract) != nullptr) {
    counted.reinsured = part(all.borne);
  }
  return counted;
}

Facts judged(const Model& model, const ArmState& state, std::size_t contract_id, const PastYear& now, Facts facts,
             Judged by) {
  facts.counted = brought_to(state.arm->contracts[contract_id].contract, now.registered[contract_id],
                             facts.person_time->cycles, by);
  facts.base_years.clear();
  facts.indices.clear();
  facts.updates.clear();
  facts.comparators.clear();
  add_agreement_facts(model, state, contract_id, now, facts, by);
  return facts;
}

}  // namespace

FactsByCause facts_by_cause(const Model& model, const ArmState& state, std::size_t contract, const PastYear& now,
                            const Facts& attributed) {
  const auto by = [&](Judged cause) { return judged(model, state, contract, now, attributed, cause); };
  return {by(Judged::registered), by(Judged::true_risk), by(Judged::uncut)};
}

}  // namespace waterbed::engine
