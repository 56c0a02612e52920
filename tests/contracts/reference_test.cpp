// Every step that builds the benchmark, by hand.

#include "waterbed/contracts/reference.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::half;
using testing::named;
using testing::percent;
using testing::permille;

/// One person-year at 1,000, and everything that a step can ask for.
Facts facts_of_one() {
  Facts facts;
  facts.person_time = PersonTime{1, 1};
  facts.benchmark_per_person_year = euro(1'000);
  facts.counted.total = Money{};
  facts.updates = {{"acpt", percent(105)}, {"regional", percent(102)}};
  facts.comparators = {{"peers", euro(1'400)}};
  facts.risk_ratio = percent(104);
  facts.regional_per_person_year = euro(1'200);
  facts.national_per_person_year = euro(1'100);
  facts.prior_savings_per_person_year = euro(80);
  facts.poor_share = percent(20);
  return facts;
}

Money benchmark(std::vector<ReferenceStep> steps, const Facts& facts = facts_of_one()) {
  const Contract contract = named({Reference{std::move(steps)}, half()});
  EXPECT_TRUE(validate(contract).empty());
  return settle(contract, facts).benchmark;
}

TEST(ReferenceSteps, UpdateIsTheWeightedMeanOfGrowthFactors) {
  // (1.05 + 2 x 1.02) / 3 = 1.03
  EXPECT_EQ(benchmark({Given{}, Update{{{"acpt", Rate{Rate::k_one}}, {"regional", Rate{2 * Rate::k_one}}}}}),
            euro(1'030));
  EXPECT_EQ(benchmark({Given{}, Update{{{"acpt", percent(7)}}}}), euro(1'050));
}

TEST(ReferenceSteps, BlendMixesInAnAmountOfOthers) {
  EXPECT_EQ(benchmark({Given{}, Blend{"peers", percent(25)}}), euro(1'100));
  EXPECT_EQ(benchmark({Given{}, Blend{"peers", Rate{}}}), euro(1'000));
  EXPECT_EQ(benchmark({Given{}, Blend{"peers", percent(100)}}), euro(1'400));
}

TEST(ReferenceSteps, RiskMovesWithinItsCaps) {
  EXPECT_EQ(benchmark({Given{}, Risk{}}), euro(1'040));
  EXPECT_EQ(benchmark({Given{}, Risk{percent(3), {}, {}}}), euro(1'030));
  EXPECT_EQ(benchmark({Given{}, Risk{percent(4), {}, {}}}), euro(1'040));
  Facts facts = facts_of_one();
  facts.risk_ratio = percent(90);
  EXPECT_EQ(benchmark({Given{}, Risk{percent(3), {}, {}}}, facts), euro(900));
  EXPECT_EQ(benchmark({Given{}, Risk{percent(3), percent(3), {}}}, facts), euro(970));
}

TEST(ReferenceSteps, RegionalMovesTowardsTheRegion) {
  // Below the region: 35 % x 200 = 70; at most 5 % x 1,100 = 55.
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), {}, {}}}), euro(1'070));
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), permille(-15), percent(5)}}), euro(1'055));
  Facts facts = facts_of_one();
  // Above it: 15 % x -300 = -45; at least -1.5 % x 1,100 = -16.50; at least 0 with a floor.
  facts.regional_per_person_year = euro(700);
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), {}, {}}}, facts), euro(955));
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), permille(-15), percent(5)}}, facts), cents(98'350));
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), permille(-15), percent(5), true}}, facts),
            euro(1'000));
  facts.regional_per_person_year = euro(1'000);
  EXPECT_EQ(benchmark({Given{}, Regional{percent(35), percent(15), {}, {}}}, facts), euro(1'000));
}

TEST(ReferenceSteps, PriorSavingsAreGivenBackInPart) {
  EXPECT_EQ(benchmark({Given{}, PriorSavings{percent(50), {}}}), euro(1'040));
  // At most 2 % x 1,100 = 22.
  EXPECT_EQ(benchmark({Given{}, PriorSavings{percent(50), percent(2)}}), euro(1'022));
  // Losses before are not taken off.
  Facts facts = facts_of_one();
  facts.prior_savings_per_person_year = euro(-80);
  EXPECT_EQ(benchmark({Given{}, PriorSavings{percent(50), {}}}, facts), euro(1'000));
}

TEST(ReferenceSteps, ThePopulationAdjustmentStartsAtAShare) {
  // 5 % x 1,100 x 20 % = 11, from exactly 20 % on.
  EXPECT_EQ(benchmark({Given{}, PopulationAdjustment{percent(5), percent(20)}}), euro(1'011));
  EXPECT_EQ(benchmark({Given{}, PopulationAdjustment{percent(5), Rate{200'000'001}}}), euro(1'000));
}

TEST(ReferenceSteps, MaxOfAddsTheLargest) {
  const Regional regional{percent(35), percent(15), {}, {}};  // 70
  const PriorSavings prior{percent(100), {}};                 // 80
  const PopulationAdjustment population{percent(5), Rate{}};  // 11
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, prior, population}}}), euro(1'080));
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, population, Add{euro(75)}}}}), euro(1'075));
  // The largest may be negative.
  EXPECT_EQ(benchmark({Given{}, MaxOf{{Add{euro(-5)}, Add{euro(-9)}}}}), euro(995));
}

// Region 9,000, own 10,000: 15 % x -1,000 = -150, within -1.5 % x 11,200 = -168. Half of earlier savings of 400 is 200;
// together 50 a person-year, 80,400,000 for 8,000.
TEST(ReferenceSteps, PriorSavingsCanBeNetOfANegativeRegionalAdjustment) {
  Regional regional{percent(35), percent(15), permille(-15), percent(5), true};
  const PriorSavings net{percent(50), percent(5), true};
  Facts facts = facts_of_one();
  facts.person_time = PersonTime{8'000, 1};
  facts.benchmark_per_person_year = euro(10'000);
  facts.regional_per_person_year = euro(9'000);
  facts.national_per_person_year = euro(11'200);
  facts.prior_savings_per_person_year = euro(400);
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, net}}}, facts), euro(80'400'000));
  EXPECT_EQ(benchmark({Given{}, MaxOf{{net, regional}}}, facts), euro(80'400'000));
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, PriorSavings{percent(50), percent(5)}}}}, facts), euro(81'600'000));
  // 100 - 150: nothing is added by the larger of -50 and the floor, -50 a person-year without it.
  facts.prior_savings_per_person_year = euro(200);
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, net}}}, facts), euro(80'000'000));
  regional.floor = false;
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, net}}}, facts), euro(79'600'000));
  // A positive one is not added to it: 35 % x 200 = 70, prior savings 100.
  facts.regional_per_person_year = euro(10'200);
  EXPECT_EQ(benchmark({Given{}, MaxOf{{regional, net}}}, facts), euro(80'800'000));
}

TEST(ReferenceSteps, ApplyInTheOrderOfTheList) {
  EXPECT_EQ(benchmark({Given{}, Add{euro(100)}, Risk{}}), euro(1'144));  // 1,100 x 1.04
  EXPECT_EQ(benchmark({Given{}, Risk{}, Add{euro(100)}}), euro(1'140));  // 1,040 + 100
  EXPECT_EQ(benchmark({Given{}, Add{euro(100)}, Blend{"peers", percent(50)}}), euro(1'250));
  EXPECT_EQ(benchmark({Given{}, Add{euro(100)}, Trend{percent(110), false}}), euro(1'210));
}

TEST(ReferenceSteps, TheDiscountIsARateOrFollowsTheScore) {
  EXPECT_EQ(benchmark({Given{}, Discount{percent(3), {}}}), euro(970));
  Facts facts = facts_of_one();
  facts.quality_score = percent(50);
  const Discount ladder{Rate{}, {{percent(25), false, percent(3)}, {percent(50), true, percent(1)}}};
  EXPECT_EQ(benchmark({Given{}, ladder}, facts), euro(970));  // exactly at the second rung, which is for more
  facts.quality_score = Rate{500'000'001};
  EXPECT_EQ(benchmark({Given{}, ladder}, facts), euro(990));
  facts.quality_score = permille(249);
  EXPECT_EQ(benchmark({Given{}, ladder}, facts), euro(1'000));  // under the first rung: none
}

/// Base years at 1,000 and 1,200 per person-year; two people then, one now.
Facts history_of_two() {
  Facts facts;
  facts.person_time = PersonTime{1, 1};
  facts.counted.total = Money{};
  for (const std::int64_t each : {1'000, 1'200}) {
    BaseYear year;
    year.person_time = PersonTime{24, 12};
    year.counted.total = euro(2 * each);
    facts.base_years.push_back(year);
  }
  return facts;
}

TEST(ReferenceSteps, ARenewedAgreementHasItsOwnWeights) {
  const History history{2, {percent(25), percent(75)}, {percent(50), percent(50)}};
  Facts facts = history_of_two();
  EXPECT_EQ(benchmark({history}, facts), euro(1'150));
  facts.agreement_number = 2;
  EXPECT_EQ(benchmark({history}, facts), euro(1'100));
  facts.agreement_number = 5;
  EXPECT_EQ(benchmark({history}, facts), euro(1'100));
  EXPECT_EQ(benchmark({History{2, {percent(25), percent(75)}, {}}}, facts), euro(1'150));
}

TEST(ReferenceSteps, RiskRatiosBringBaseYearsToTheLast) {
  Facts facts = history_of_two();
  facts.base_years[0].risk_ratio = percent(110);
  EXPECT_EQ(benchmark({History{2, {}, {}}}, facts), euro(1'150));  // (1,100 + 1,200) / 2
}

TEST(ReferenceSteps, AnIndexHasAFactorForEachBaseYear) {
  Facts facts = history_of_two();
  facts.indices = {{"national", {percent(120), percent(100)}}, {"regional", {percent(110), percent(100)}}};
  Trend trend;
  trend.index = "regional";
  EXPECT_EQ(benchmark({History{2, {}, {}}, trend}, facts), euro(1'150));
  // The own market has 30 %: 30 % x 1.2 + 70 % x 1.1 = 1.13.
  trend.own_market_index = "national";
  facts.market_share = percent(30);
  EXPECT_EQ(benchmark({History{2, {}, {}}, trend}, facts), euro(1'165));
  // A history of one year takes the factor of that year.
  EXPECT_EQ(benchmark({History{1, {}, {}}, trend}, facts), euro(1'200));
}

TEST(ReferenceSteps, EpisodesHaveTheirOwnHistory) {
  Bundle bundle;
  bundle.services = {"hospital"};
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::retrospective;
  Facts facts;
  facts.episodes = 3;
  facts.counted.total = euro(50);
  facts.base_years.resize(1);
  facts.base_years[0].episodes = 4;
  facts.base_years[0].counted.total = euro(100);
  const Contract contract = named({bundle, Reference{{History{1, {}, {}}}}, half()});
  ASSERT_TRUE(validate(contract).empty());
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.benchmark, euro(75));
  EXPECT_EQ(result.settlement, cents(1'250));
  EXPECT_EQ(result.of(TermKind::bundle), Money{});
  facts.episodes = 0;
  facts.counted = {};
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
}

TEST(ReferenceSteps, AnAmountCanBeLessThanNothing) {
  Facts facts = facts_of_one();
  facts.benchmark_per_person_year = Money{};
  EXPECT_EQ(benchmark({Given{}, Add{euro(-5)}}, facts), euro(-5));
  EXPECT_EQ(settle(named({Reference{{Given{}, Add{euro(-5)}}}, half()}), facts).settlement, Money{});
}

}  // namespace
}  // namespace waterbed
