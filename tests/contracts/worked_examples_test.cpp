// Settlements worked by hand from published rules, to the cent.

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::percent;
using testing::permille;

// Medicare Shared Savings Program, 42 CFR 425.605(d)(1)(v), BASIC level E: 8,000 people, benchmark 10,800, spending
// 10,300. Saving 4,000,000 (4.63 %) passes 2 %; 50 %, under the limit of 10 %; 2 % sequestration.
TEST(WorkedExamples, MsspLevelESaving) {
  const auto result = settle(testing::mssp_basic_e(), testing::year(8000, euro(10'800), euro(10'300)));
  EXPECT_EQ(result.benchmark, euro(86'400'000));
  EXPECT_EQ(result.gain, euro(4'000'000));
  EXPECT_TRUE(result.gate_passed);
  EXPECT_EQ(result.before_adjustment, euro(2'000'000));
  EXPECT_EQ(result.settlement, euro(1'960'000));
  EXPECT_EQ(result.total(), euro(1'960'000));
}

// 42 CFR 425.605(b)(1) and (d)(1)(i), BASIC level A: 7,500 people, 11,000 against 10,650. Saving 3.18 % is under the
// table's 3.4 % - 0.2 % x 500/999 = 3.2999 %. Low-revenue groups get half the rate of 40 % under the gate.
TEST(WorkedExamples, MsspLevelAUnderTheMinimumSavingsRate) {
  Facts facts = testing::year(7500, euro(11'000), euro(10'650));
  const auto high = settle(testing::mssp_basic_a(), facts);
  EXPECT_FALSE(high.gate_passed);
  EXPECT_EQ(high.before_adjustment, Money{});
  facts.low_revenue = true;
  EXPECT_EQ(settle(testing::mssp_basic_a(), facts).before_adjustment, euro(525'000));
}

// 42 CFR 425.605(d)(1)(v), level E: 12,000 people, 10,000 against 10,900. Loss 10,800,000, 30 % of it 3,240,000; at
// most 8 % of own revenue and 4 % of the benchmark. No sequestration on losses.
TEST(WorkedExamples, MsspLevelELossWithinItsLimits) {
  Facts facts = testing::year(12'000, euro(10'000), euro(10'900));
  EXPECT_EQ(settle(testing::mssp_basic_e(), facts).settlement, euro(-2'400'000));
  facts.own_revenue = euro(90'000'000);
  EXPECT_EQ(settle(testing::mssp_basic_e(), facts).settlement, euro(-3'240'000));
}

// 42 CFR 425.610, ENHANCED: 20,000 people, 11,500 against 12,200, minimum loss rate 1 %. The loss rate is one less 75 %
// of the quality score, held in 40 .. 75 %; 75 % if the quality standards are failed.
TEST(WorkedExamples, MsspEnhancedLossMovesWithQuality) {
  Facts facts = testing::year(20'000, euro(11'500), euro(12'200));
  facts.quality_score = percent(60);
  EXPECT_EQ(settle(testing::mssp_enhanced(), facts).settlement, euro(-7'700'000));
  facts.quality_score = percent(90);
  EXPECT_EQ(settle(testing::mssp_enhanced(), facts).settlement, euro(-5'600'000));
  facts.quality_standard = QualityStandard::failed;
  EXPECT_EQ(settle(testing::mssp_enhanced(), facts).settlement, euro(-10'500'000));
  facts = testing::year(20'000, euro(11'500), euro(11'600));
  EXPECT_EQ(settle(testing::mssp_enhanced(), facts).settlement, Money{});
}

// Dutch GP care, segment 1, tariffs of 2018 (Dutch Healthcare Authority): 1,800 / 320 / 170 / 60 people by age class,
// per quarter 15.63 / 18.34 / 27.54 / 43.20; 5,200 consultations, 900 long, 300 visits, 2,000 by telephone.
TEST(WorkedExamples, DutchGpPractice2018) {
  Capitation capitation;
  capitation.classes = {
      {"u65", "", cents(1563)}, {"u75", "", cents(1834)}, {"u85", "", cents(2754)}, {"o85", "", cents(4320)}};
  Fee fee;
  fee.prices = {{"consult", cents(959)}, {"long", cents(1918)}, {"visit", cents(1438)}, {"phone", cents(479)}};
  const Contract contract = testing::named({capitation, fee});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.membership = {{"u65", {1800, 1}}, {"u75", {320, 1}}, {"u85", {170 * 12, 12}}, {"o85", {60 * 4, 4}}};
  facts.units = {{"consult", 5200}, {"long", 900}, {"visit", 300}, {"phone", 2000}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.of(TermKind::capitation), cents(16'510'640));
  EXPECT_EQ(result.of(TermKind::fee), cents(8'102'400));
  EXPECT_EQ(result.total(), cents(24'613'040));
}

// Five Dutch hospital contracts on the same 4,200 products at 2,850.
TEST(WorkedExamples, HospitalFiveContractsOnTheSameProduction) {
  Facts facts;
  facts.units = {{"dbc", 4200}};
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  EXPECT_EQ(settle(testing::named({fee}), facts).total(), euro(11'970'000));

  Ceiling ceiling;
  ceiling.amount = euro(11'400'000);
  const auto capped = settle(testing::named({fee, ceiling}), facts);
  EXPECT_EQ(capped.total(), euro(11'400'000));
  EXPECT_EQ(capped.of(TermKind::ceiling), euro(-570'000));
  ceiling.share_above = percent(70);
  EXPECT_EQ(settle(testing::named({ceiling, fee}), facts).total(), euro(11'799'000));

  Lump lump;
  lump.amount = euro(11'600'000);
  lump.services = {"dbc"};
  EXPECT_EQ(settle(testing::named({lump}), facts).total(), euro(11'600'000));

  fee.tiers = {{euro(11'000'000), Rate{}}, {euro(11'500'000), percent(10)}, {std::nullopt, percent(30)}};
  EXPECT_EQ(settle(testing::named({fee}), facts).total(), euro(11'779'000));
}

// Dutch shared savings, each person cut at 22,500: 9,900 people at 1,650 and 100 costing 3,900,000 together; benchmark
// 1,930 x 10,000. Saving 715,000 (3.7 %) passes 2 %; 50 % x quality 0.8; no downside.
TEST(WorkedExamples, DutchSharedSavingsWithTruncation) {
  Quality quality;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  Contract contract = testing::named({Truncate{TruncateUnit::person, euro(22'500)}, testing::given(), Gate{percent(2)},
                                      Layers{{{std::nullopt, Share::of(percent(50))}}, {}}, quality});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.person_time = PersonTime{10'000, 1};
  facts.benchmark_per_person_year = euro(1930);
  facts.counted.groups = {{9900, euro(1650)}, {100, euro(39'000)}};
  facts.quality_score = percent(80);
  const auto cut = settle(contract, facts);
  EXPECT_EQ(cut.counted, euro(18'585'000));
  EXPECT_EQ(cut.gain, euro(715'000));
  EXPECT_EQ(cut.settlement, euro(286'000));

  contract.terms.erase(contract.terms.begin());
  const auto whole = settle(contract, facts);
  EXPECT_EQ(whole.counted, euro(20'235'000));
  EXPECT_EQ(whole.settlement, Money{});
}

}  // namespace
}  // namespace waterbed
