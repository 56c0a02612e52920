#include "waterbed/contracts/settlement_parts.hpp"

#include "waterbed/contracts/settlement.hpp"

#include <utility>

namespace waterbed {
namespace {

Facts at_full_quality(const Contract& contract, Facts facts) {
  facts.quality_score = Rate{Rate::k_one};
  facts.quality_standard = QualityStandard::met;
  if (const Quality* quality = find_term<Quality>(contract)) {
    for (MeasureResult& result : facts.measures) {
      for (const QualityMeasure& measure : quality->measures) {
        result.achieved = measure.name == result.name ? measure.high : result.achieved;
      }
    }
  }
  return facts;
}

/// Whether a term moves what is shared of a benchmark that is already made.
bool moves_the_share(const Term& term) {
  if (const auto* quality = std::get_if<Quality>(&term)) {
    return quality->target == QualityTarget::layers_up || quality->target == QualityTarget::layers_down ||
           quality->target == QualityTarget::layers_both || quality->target == QualityTarget::settlement;
  }
  return std::holds_alternative<Scope>(term) || std::holds_alternative<Gate>(term) ||
         std::holds_alternative<Layers>(term) || std::holds_alternative<Limit>(term) ||
         std::holds_alternative<Adjust>(term);
}

}  // namespace

Contract without_cut(const Contract& contract) {
  Contract uncut = contract;
  std::erase_if(uncut.terms, [](const Term& term) {
    return std::holds_alternative<Truncate>(term) || std::holds_alternative<Reinsure>(term);
  });
  return uncut;
}

SettledByCause settle_by_cause(const Contract& contract, Money paid, const FactsByCause& facts) {
  const Contract uncut = without_cut(contract);
  const Settlement last = settle(uncut, at_full_quality(uncut, facts.uncut), Detail::amounts);
  return {.paid = paid,
          .registered = settle(contract, facts.registered, Detail::amounts).settlement,
          .true_risk = settle(contract, facts.true_risk, Detail::amounts).settlement,
          .uncut = settle(uncut, facts.uncut, Detail::amounts).settlement,
          .full_quality = last.settlement,
          .benchmark = last.benchmark,
          .counted = last.counted};
}

Money settle_expected(const Contract& contract, Money benchmark, Money counted, Facts facts) {
  Contract given = contract;
  std::erase_if(given.terms, [](const Term& term) { return !moves_the_share(term); });
  for (Term& term : given.terms) {
    if (auto* adjust = std::get_if<Adjust>(&term)) {
      adjust->less.clear();
      adjust->advance_recovery = {};
    }
  }
  // The benchmark is already after discount and withhold: it is given for one person-year, so that nothing is rounded.
  given.terms.emplace_back(Reference{{Given{}}});
  facts.person_time = PersonTime{1, 1};
  facts.benchmark_per_person_year = benchmark;
  facts.counted = {};
  facts.counted.total = counted;
  return settle(given, at_full_quality(given, std::move(facts)), Detail::amounts).settlement;
}

SettlementParts settlement_parts(const SettledByCause& settled, Money expected) {
  return {.attribution = settled.paid - settled.registered,
          .coding = settled.registered - settled.true_risk,
          .truncation = settled.true_risk - settled.uncut,
          .quality = settled.uncut - settled.full_quality,
          .luck = settled.full_quality - expected,
          .remainder = expected};
}

}  // namespace waterbed
