// What quality is, and every target that it moves.

#include "waterbed/contracts/quality.hpp"

#include "terms.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace waterbed {
namespace {

using testing::by_score;
using testing::cents;
using testing::euro;
using testing::half;
using testing::named;
using testing::percent;
using testing::permille;
using testing::year;

/// A saving of 100,000 on a benchmark of 1,000,000 for 1,000 person-years.
Facts saving(Rate score) {
  Facts facts = year(1'000, euro(1'000), euro(900));
  facts.quality_score = score;
  return facts;
}

Facts loss(Rate score) {
  Facts facts = year(1'000, euro(1'000), euro(1'100));
  facts.quality_score = score;
  return facts;
}

Money settled(const Contract& contract, const Facts& facts) {
  EXPECT_TRUE(validate(contract).empty());
  return settle(contract, facts).settlement;
}

TEST(Quality, TheHighestRungReachedCounts) {
  const std::vector<Rung> ladder = {{percent(25), false, percent(40)}, {percent(75), true, percent(100)}};
  EXPECT_EQ(rung_at(ladder, permille(249)), Rate{});
  EXPECT_EQ(rung_at(ladder, percent(25)), percent(40));
  EXPECT_EQ(rung_at(ladder, percent(75)), percent(40));
  EXPECT_EQ(rung_at(ladder, Rate{750'000'001}), percent(100));
  EXPECT_EQ(rung_at({}, percent(100)), Rate{});
}

TEST(Quality, ALadderMakesTheFactor) {
  Quality quality = by_score(QualityTarget::layers_up);
  quality.ladder = {{percent(25), false, percent(40)}, {percent(75), true, percent(100)}};
  const Contract contract = named({testing::given(), half(), quality});
  EXPECT_EQ(settled(contract, saving(permille(249))), Money{});
  EXPECT_EQ(settled(contract, saving(percent(25))), euro(20'000));
  EXPECT_EQ(settled(contract, saving(percent(76))), euro(50'000));
  EXPECT_EQ(settled(contract, loss(percent(10))), euro(-50'000));
}

TEST(Quality, AFormulaMakesTheFactorOfBothDirections) {
  Quality quality = by_score(QualityTarget::layers_both);
  quality.formula = parse_formula("0.5 + 0.5*q");
  const Contract contract = named({testing::given(), half(), quality});
  EXPECT_EQ(settled(contract, saving(percent(60))), euro(40'000));  // 50,000 x 0.8
  EXPECT_EQ(settled(contract, loss(percent(60))), euro(-40'000));
}

TEST(Quality, LossesAloneCanMove) {
  Quality quality = by_score(QualityTarget::layers_down);
  quality.formula = parse_formula("1 - q");
  const Contract contract = named({testing::given(), half(), quality});
  EXPECT_EQ(settled(contract, saving(percent(60))), euro(50'000));
  EXPECT_EQ(settled(contract, loss(percent(60))), euro(-20'000));
}

// TEAM and BPCI Advanced scale first and limit second: 50,000 x (1 - 10 % x (1 - 0.6)) = 48,000, limit 4.7 % = 47,000.
TEST(Quality, TheSettlementIsScaledBeforeItIsLimited) {
  Quality quality;
  quality.target = QualityTarget::settlement;
  quality.swing_up = percent(10);
  const auto paid = [&](Rate limit) {
    return settled(
        named({testing::given(), half(), quality, Limit{{testing::limit_of(LimitBase::reference, limit)}, {}}}),
        saving(percent(60)));
  };
  EXPECT_EQ(paid(permille(49)), euro(48'000));
  EXPECT_EQ(paid(permille(47)), euro(47'000));
}

TEST(Quality, TheDiscountMovesWithTheFactor) {
  Quality quality = by_score(QualityTarget::discount);
  quality.formula = parse_formula("1 - q");
  const Contract contract = named({Reference{{Given{}, Discount{percent(5), {}}}}, half(), quality});
  // 5 % x (1 - 0.6) = 2 % off: B 980,000, half of 80,000.
  EXPECT_EQ(settled(contract, saving(percent(60))), euro(40'000));
}

// 5 % held back of the reference for quality and 2 % for staying, both of the same B: with 0.6 earned and leaving
// 1,000,000 x (1 - 2 % - 2 %) = 960,000.
TEST(Quality, EarnsWithholdsOfTheReference) {
  const Withhold withhold{
      {{WithholdBase::reference, percent(5)}, {WithholdBase::reference, percent(2), EarnedBy::staying}}};
  const Contract contract = named({testing::given(), withhold, half(), by_score(QualityTarget::withhold)});
  Facts facts = saving(percent(60));
  facts.stays = false;
  EXPECT_EQ(settle(contract, facts).benchmark, euro(960'000));
  facts.stays = true;
  EXPECT_EQ(settle(contract, facts).benchmark, euro(980'000));
  // Without a quality term the score itself is what is earned.
  EXPECT_EQ(settle(named({testing::given(), withhold, half()}), facts).benchmark, euro(980'000));
}

TEST(Quality, BasePaymentsMoveBetweenLowAndHigh) {
  Lump lump;
  lump.amount = euro(10'000);
  Quality quality;
  quality.target = QualityTarget::base;
  quality.low = percent(-10);
  quality.high = percent(50);
  const Contract contract = named({lump, quality});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  const auto change = [&](Rate score) {
    facts.quality_score = score;
    return settle(contract, facts).of(TermKind::quality);
  };
  // Primary Care First pays from 10 % less to 50 % more.
  EXPECT_EQ(change(Rate{}), euro(-1'000));
  EXPECT_EQ(change(percent(50)), euro(2'000));
  EXPECT_EQ(change(percent(100)), euro(5'000));
  EXPECT_EQ(settle(contract, facts).total(), euro(15'000));
}

TEST(Quality, AnAmountIsAShareOfTheReferenceOrPerPerson) {
  Quality quality = by_score(QualityTarget::amount);
  quality.amount = QualityAmount{percent(10), {}, {}};
  const Contract of_reference = named({testing::given(), half(), quality});
  ASSERT_TRUE(validate(of_reference).empty());
  const auto result = settle(of_reference, saving(percent(60)));
  EXPECT_EQ(result.of(TermKind::quality), euro(60'000));
  EXPECT_EQ(result.settlement, euro(50'000));  // the limit and the share do not touch it
  EXPECT_EQ(result.total(), euro(110'000));
  // CPC+: 4.00 a month; 1,000 person-years x 12 x 4 x 0.6.
  quality.amount = QualityAmount{{}, euro(4), {}, Period::month};
  EXPECT_EQ(settle(named({quality}), saving(percent(60))).of(TermKind::quality), euro(28'800));
}

TEST(Quality, APrepaidAmountIsRepaidAsFarAsItWasMissed) {
  Quality quality = by_score(QualityTarget::amount);
  quality.amount = QualityAmount{{}, euro(4), {}, Period::month, true};
  Adjust adjust;
  adjust.pay_month = 18;
  const Contract contract = named({quality, adjust});
  ASSERT_TRUE(validate(contract).empty());
  const auto result = settle(contract, saving(percent(60)));
  EXPECT_EQ(result.total(), euro(28'800));
  ASSERT_EQ(result.cash.size(), 2U);
  EXPECT_EQ(result.cash[0].month, 12);
  EXPECT_EQ(result.cash[0].amount, euro(48'000));
  EXPECT_EQ(result.cash[1].month, 18);
  EXPECT_EQ(result.cash[1].amount, euro(-19'200));
}

/// Two measures: 12 points between 40 and 80 %, weighted by prevalence, and 8 between 90 and 50 % (less is better).
Quality two_measures(QualityTarget target) {
  Quality quality = by_score(target);
  quality.measures = {{"pressure", percent(40), percent(80), Rate{12 * Rate::k_one}},
                      {"readmitted", percent(90), percent(50), Rate{8 * Rate::k_one}}};
  return quality;
}

TEST(Quality, MeasuresMakeTheScore) {
  const Contract contract = named({testing::given(), half(), two_measures(QualityTarget::layers_up)});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = saving(Rate{});
  facts.quality_score.reset();
  const auto paid = [&](Rate pressure, Rate readmitted) {
    facts.measures = {{"readmitted", readmitted}, {"pressure", pressure}};
    return settle(contract, facts).settlement;
  };
  EXPECT_EQ(paid(percent(70), percent(50)), euro(42'500));  // (9 + 8) / 20 of 50,000
  EXPECT_EQ(paid(percent(40), percent(90)), Money{});
  EXPECT_EQ(paid(percent(10), percent(95)), Money{});
  EXPECT_EQ(paid(percent(100), percent(10)), euro(50'000));
  EXPECT_EQ(paid(percent(60), percent(80)), euro(20'000));  // (6 + 2) / 20
}

TEST(Quality, AFormulaCanUseAMeasure) {
  Contract contract = named({testing::given(), two_measures(QualityTarget::layers_down),
                             Layers{{{std::nullopt, Share{{}, parse_formula("0.2 + 0.5*pressure"), {}}}}, {}}});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = saving(Rate{});
  facts.quality_score.reset();
  facts.measures = {{"readmitted", percent(50)}, {"pressure", percent(70)}};
  EXPECT_EQ(settle(contract, facts).settlement, euro(55'000));
}

// The British Quality and Outcomes Framework: points x value of a point x list ratio, some weighted by prevalence. 9 of
// 12 points x 1.5 and 8 of 8: 21.5 points x 201.16 x 1.1 = 4,757.434; in full (18 + 8) x 201.16 x 1.1 = 5,753.176.
TEST(Quality, PaysPerPointByListAndPrevalence) {
  Quality quality = two_measures(QualityTarget::amount);
  quality.met = quality.alternative = quality.failed = QualityFactor{};
  quality.measures[0].prevalence_weighted = true;
  quality.amount = QualityAmount{{}, {}, cents(20'116), Period::year, true};
  const Contract contract = named({quality});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.list_ratio = percent(110);
  facts.measures = {{"pressure", percent(70), percent(150)}, {"readmitted", percent(50), percent(300)}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.of(TermKind::quality), cents(475'743));
  EXPECT_EQ(result.cash[0].amount, cents(575'318));
  // A score alone stands for all measures at average prevalence: 60 % of 20 points.
  facts.measures.clear();
  facts.quality_score = percent(60);
  EXPECT_EQ(settle(contract, facts).of(TermKind::quality), cents(265'531));  // 12 x 201.16 x 1.1 = 2,655.312
}

// A score of measures is a fraction: 1/3 at a rung of 1/3 cannot be written, but 2/8 is exactly 25 %.
TEST(Quality, AScoreOfMeasuresIsExactAtARung) {
  Quality quality = by_score(QualityTarget::layers_up);
  quality.measures = {{"one", Rate{}, Rate{3 * Rate::k_one}, Rate{Rate::k_one}},
                      {"two", Rate{}, Rate{Rate::k_one}, Rate{2 * Rate::k_one}}};
  quality.ladder = {{percent(25), false, percent(100)}};
  Facts facts = saving(Rate{});
  facts.quality_score.reset();
  // (0.75 / 3 x 1 + 0.25 x 2) / 3 = 0.25
  facts.measures = {{"one", percent(75)}, {"two", percent(25)}};
  const Contract contract = named({testing::given(), half(), quality});
  EXPECT_EQ(settled(contract, facts), euro(50'000));
  facts.measures[0].achieved = Rate{749'999'999};
  EXPECT_EQ(settled(contract, facts), Money{});
}

TEST(Quality, SharesByYearAndSizeFollowTheirFormula) {
  const Contract contract = named(
      {testing::given(), Layers{{{std::nullopt, Share{{}, parse_formula("min(0.1*year, assigned/2000)"), {}}}}, {}}});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = saving(Rate{});
  facts.performance_year = 3;
  EXPECT_EQ(settle(contract, facts).settlement, euro(30'000));
  facts.assigned = 200;
  EXPECT_EQ(settle(contract, facts).settlement, euro(10'000));
}

}  // namespace
}  // namespace waterbed
