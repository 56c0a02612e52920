// Where a settlement comes from: sums by hand, parts that are absent, and that nothing is lost.
#include "waterbed/contracts/settlement_parts.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace waterbed {
namespace {

using namespace testing;

/// Half of what 1,000 people cost less than last year, at their risk, each cut at 20,000, times the quality score.
Contract half_shared() {
  Quality quality;
  quality.met = QualityFactor::of_score();
  quality.alternative = QualityFactor::of_score();
  quality.failed = QualityFactor::of_score();
  Truncate truncate;
  truncate.amount = euro(20'000);
  return named({truncate, Reference{{History{.years = 1, .weights = {}}, Risk{}}},
                one_layer(Share::of(percent(50)), Share::of(percent(50))), quality});
}

/// Facts of 1,000 person-years.
Facts facts_of(std::int64_t before, std::int64_t now, Rate risk, bool cut) {
  Facts facts;
  facts.person_time = PersonTime{1000, 1};
  facts.assigned = 1000;
  facts.quality_score = percent(80);
  facts.quality_standard = QualityStandard::met;
  facts.risk_ratio = risk;
  BaseYear& year = facts.base_years.emplace_back();
  year.person_time = PersonTime{1000, 1};
  year.counted.total = euro(before);
  facts.counted.total = euro(now);
  if (cut) {
    year.counted.truncated_at = euro(20'000);
    facts.counted.truncated_at = euro(20'000);
  }
  return facts;
}

Money paid_on(const Contract& contract, const Facts& facts) {
  return settle(contract, facts, Detail::amounts).settlement;
}

TEST(SettlementParts, EachIsWhatTheSumsByHandSay) {
  // Attributed: B = 2,000,000 x 1.02 = 2,040,000, S = 1,900,000, G = 140,000, W = 0.5 x 0.8 x G = 56,000.
  // All registered: S = 1,950,000, G = 90,000, W = 36,000. True risk 1.00: G = 50,000, W = 20,000.
  // Uncut: B = 2,200,000, S = 2,250,000, G = -50,000; quality scales savings only, W = -25,000.
  const Facts attributed = facts_of(2'000'000, 1'900'000, permille(1020), true);
  const FactsByCause facts{facts_of(2'000'000, 1'950'000, permille(1020), true),
                           facts_of(2'000'000, 1'950'000, permille(1000), true),
                           facts_of(2'200'000, 2'250'000, permille(1000), false)};
  const SettledByCause settled = settle_by_cause(half_shared(), paid_on(half_shared(), attributed), facts);
  EXPECT_EQ(settled.paid, euro(56'000));
  EXPECT_EQ(settled.benchmark, euro(2'200'000));
  EXPECT_EQ(settled.counted, euro(2'250'000));
  // Expected: B = 2,180,000, S = 2,170,000: 0.5 x 10,000 at full quality.
  const Money expected = settle_expected(half_shared(), euro(2'180'000), euro(2'170'000), attributed);
  const SettlementParts parts = settlement_parts(settled, expected);
  EXPECT_EQ(parts.attribution, euro(20'000));
  EXPECT_EQ(parts.coding, euro(16'000));
  EXPECT_EQ(parts.truncation, euro(45'000));
  EXPECT_EQ(parts.quality, euro(0));
  EXPECT_EQ(parts.luck, euro(-30'000));
  EXPECT_EQ(parts.remainder, euro(5'000));
  EXPECT_EQ(parts.sum(), settled.paid);
}

TEST(SettlementParts, QualityIsWhatAFullScoreWouldHavePaidMore) {
  Facts facts = facts_of(2'000'000, 1'900'000, permille(1000), true);
  Facts uncut = facts_of(2'000'000, 1'900'000, permille(1000), false);
  const SettledByCause settled = settle_by_cause(half_shared(), paid_on(half_shared(), facts), {facts, facts, uncut});
  const SettlementParts parts = settlement_parts(settled, settled.full_quality);
  EXPECT_EQ(settled.paid, euro(40'000));
  EXPECT_EQ(parts.quality, euro(-10'000));
  EXPECT_EQ(parts.remainder, euro(50'000));
  EXPECT_EQ(parts.sum(), settled.paid);
}

TEST(SettlementParts, EachIsZeroWithoutItsCause) {
  Facts facts = facts_of(2'000'000, 1'900'000, permille(1010), true);
  facts.quality_score = percent(100);
  Facts uncut = facts_of(2'000'000, 1'900'000, permille(1010), false);
  uncut.quality_score = percent(100);
  const Contract contract = half_shared();
  const SettledByCause settled = settle_by_cause(contract, paid_on(contract, facts), {facts, facts, uncut});
  const Money expected = settle_expected(contract, settled.benchmark, settled.counted, facts);
  const SettlementParts parts = settlement_parts(settled, expected);
  for (const Money part : {parts.attribution, parts.coding, parts.truncation, parts.quality, parts.luck}) {
    EXPECT_EQ(part, Money{});
  }
  EXPECT_EQ(parts.remainder, settled.paid);
}

TEST(SettlementParts, ExpectedPaymentKnowsGatesLimitsDiscountAndWithhold) {
  // A discount of 3 % and a withhold make B; given after them it is not taken off again.
  Contract contract = mssp_basic_e();
  for (Term& term : contract.terms) {
    if (auto* reference = std::get_if<Reference>(&term)) {
      reference->steps.emplace_back(Discount{percent(3), {}});
    }
  }
  contract.terms.emplace_back(Withhold{{{WithholdBase::reference, percent(5), EarnedBy::quality}}});
  // What is paid per person is no part of the settlement, and its facts are not asked for.
  contract.terms.emplace_back(
      Capitation{.period = Period::quarter, .classes = {{"all", "{}", euro(100)}}, .services = {}});
  Facts facts;
  facts.membership = {{"all", PersonTime{8000, 1}}};
  facts.person_time = PersonTime{8000, 1};
  facts.assigned = 8000;
  facts.own_revenue = euro(30'000'000);
  facts.quality_standard = QualityStandard::met;
  facts.quality_score = percent(100);
  facts.benchmark_per_person_year = euro(10'800);
  facts.counted.total = euro(80'000'000);
  const Settlement whole = settle(contract, facts, Detail::amounts);
  EXPECT_EQ(whole.benchmark, euro(83'808'000));
  EXPECT_EQ(whole.settlement, euro(1'865'920));  // 3,808,000 x 50 %, less 2 % sequestration
  facts.membership.clear();
  EXPECT_EQ(settle_expected(contract, whole.benchmark, whole.counted, facts), whole.settlement);
  // Inside the gate of 2 %, and at the limit of 10 %.
  EXPECT_EQ(settle_expected(contract, euro(80'000'000), euro(79'000'000), facts), Money{});
  EXPECT_EQ(settle_expected(contract, euro(80'000'000), euro(40'000'000), facts), euro(7'840'000));
}

TEST(SettlementParts, FullQualityFillsEveryMeasure) {
  Contract contract = half_shared();
  for (Term& term : contract.terms) {
    if (auto* quality = std::get_if<Quality>(&term)) {
      quality->measures = {{"checks", percent(40), percent(90), percent(100)}};
    }
  }
  Facts facts = facts_of(2'000'000, 1'900'000, permille(1000), true);
  facts.quality_score.reset();
  facts.measures = {{"checks", percent(65)}};
  Facts uncut = facts_of(2'000'000, 1'900'000, permille(1000), false);
  uncut.quality_score.reset();
  uncut.measures = facts.measures;
  const SettledByCause settled = settle_by_cause(contract, paid_on(contract, facts), {facts, facts, uncut});
  EXPECT_EQ(settled.uncut, euro(25'000));         // half of the points
  EXPECT_EQ(settled.full_quality, euro(50'000));  // all of them
}

}  // namespace
}  // namespace waterbed
