#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <cstdint>
#include <utility>

namespace waterbed::testing {

inline constexpr Rate permille(std::int64_t value) { return Rate{value * 1'000'000}; }
inline constexpr Rate percent(std::int64_t value) { return permille(10 * value); }
inline constexpr Money euro(std::int64_t value) { return Money::from_cents(100 * value); }
inline constexpr Money cents(std::int64_t value) { return Money::from_cents(value); }

inline Layers one_layer(Share up, Share down) { return Layers{{{std::nullopt, up}}, {{std::nullopt, down}}}; }
/// Half of savings and of losses.
inline Layers half() { return one_layer(Share::of(percent(50)), Share::of(percent(50))); }
inline Reference given() { return Reference{{Given{}}}; }

/// Shares only when the standard is met; by the score on the alternative standard.
inline Quality mssp_quality() {
  Quality quality;
  quality.alternative = QualityFactor::of_score();
  quality.failed = QualityFactor::of(Rate{});
  return quality;
}

inline Contract named(std::vector<Term> terms) {
  Contract contract;
  contract.name = "test";
  contract.payer = "payer";
  contract.holder = "holder";
  contract.terms = std::move(terms);
  return contract;
}

inline LimitPart limit_of(LimitBase base, Rate share) { return LimitPart{base, {share}, {}}; }

inline Adjust sequestered(Rate share) {
  Adjust adjust;
  adjust.sequestration = share;
  return adjust;
}

// Levels of the Medicare Shared Savings Program, 42 CFR 425.605 (BASIC) and 425.610 (ENHANCED).

inline Contract mssp_basic_e() {
  return named({Scope{"", {}, PriceBasis::paid, 5000}, given(), Gate{percent(2), percent(2)},
                one_layer(Share::of(percent(50)), Share::of(percent(30))), mssp_quality(),
                Limit{{limit_of(LimitBase::reference, percent(10))},
                      {limit_of(LimitBase::revenue, percent(8)), limit_of(LimitBase::reference, percent(4))}},
                sequestered(percent(2))});
}

inline Contract mssp_basic_a() {
  Gate gate;
  gate.up = mssp_size_table();
  gate.below_share = percent(50);
  gate.below_if = BelowIf::low_revenue;
  return named({Scope{"", {}, PriceBasis::paid, 5000}, given(), gate,
                Layers{{{std::nullopt, Share::of(percent(40))}}, {}}, mssp_quality(),
                Limit{{limit_of(LimitBase::reference, percent(10))}, {}}, sequestered(percent(2))});
}

inline Contract mssp_enhanced() {
  const Share loss{{}, parse_formula("clip(1 - 0.75*q, 0.40, 0.75)"), percent(75)};
  return named({Scope{"", {}, PriceBasis::paid, 5000}, given(), Gate{percent(1), percent(1)},
                one_layer(Share::of(percent(75)), loss), mssp_quality(),
                Limit{{limit_of(LimitBase::reference, percent(20))}, {limit_of(LimitBase::reference, percent(15))}},
                sequestered(percent(2))});
}

/// A year of `people` person-years at these amounts per person-year.
inline Facts year(std::int64_t people, Money benchmark, Money spend) {
  Facts facts;
  facts.person_time = PersonTime{people, 1};
  facts.assigned = people;
  facts.benchmark_per_person_year = benchmark;
  facts.counted.total = spend * people;
  facts.quality_standard = QualityStandard::met;
  facts.quality_score = percent(100);
  facts.own_revenue = euro(30'000'000);
  facts.low_revenue = false;
  return facts;
}

inline Facts saving() { return year(1'000, euro(1'000), euro(900)); }
inline Facts loss() { return year(1'000, euro(1'000), euro(1'100)); }

}  // namespace waterbed::testing
