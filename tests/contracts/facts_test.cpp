// Facts that are missing or contradict one another, all told at once.

#include "waterbed/contracts/facts.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using ::testing::ElementsAre;
using testing::euro;
using testing::given;
using testing::half;
using ::testing::IsEmpty;
using testing::named;
using testing::percent;
using testing::saving;
using testing::year;

std::vector<std::string> problems(const Contract& contract, const Facts& facts) {
  std::vector<std::string> texts;
  for (const FactProblem& problem : check_facts(contract, facts)) {
    texts.push_back(problem.fact + ": " + problem.rule + (problem.got.empty() ? "" : ", got " + problem.got));
  }
  return texts;
}

TEST(Facts, StepsOfTheReferenceNameWhatTheyMiss) {
  Trend trend;
  trend.index = "regional";
  trend.own_market_index = "national";
  const Contract contract = named(
      {Reference{{History{2, {}, {}}, trend, Update{{{"acpt", percent(100)}}}, Blend{"peers", percent(50)}, Risk{},
                  MaxOf{{Regional{percent(35), percent(15), {}, percent(5)}, PriorSavings{percent(50), percent(5)},
                         PopulationAdjustment{percent(5), percent(15)}}}}},
       half()});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.base_years.resize(1);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("person_time: is missing: the benchmark is per person-year",
                          "base_years: must hold 2 years for the history, got 1",
                          "indices.regional: is missing: the trend follows it",
                          "indices.national: is missing: the trend follows it",
                          "market_share: is missing: the trend weighs the own market by it",
                          "updates.acpt: is missing: the reference is updated by it",
                          "comparators.peers: is missing: the reference is blended with it",
                          "risk_ratio: is missing: the reference moves with risk",
                          "regional_per_person_year: is missing: the reference moves towards the region",
                          "national_per_person_year: is missing: the regional adjustment is capped by it",
                          "prior_savings_per_person_year: is missing: the reference gives part of them back",
                          "poor_share: is missing: the population adjustment depends on it",
                          "counted: is missing: reference and layers settle on counted spending"));
}

TEST(Facts, WhatStepsAreGivenHasItsRange) {
  Trend trend;
  trend.index = "regional";
  trend.own_market_index = "national";
  const Contract contract = named({Reference{{History{1, {}, {}}, trend, Update{{{"acpt", percent(100)}}}, Risk{},
                                              PopulationAdjustment{percent(5), percent(15)}}},
                                   half()});
  Facts facts = saving();
  facts.base_years.resize(1);
  facts.base_years[0].person_time = PersonTime{-1, 12};
  facts.base_years[0].risk_ratio = Rate{};
  facts.base_years[0].counted.total = euro(1);
  facts.base_years[0].counted.reinsured = euro(1);
  facts.performance_year = 0;
  facts.agreement_number = 0;
  facts.indices = {{"regional", {percent(101), percent(100)}}, {"national", {Rate{}}}};
  facts.market_share = percent(101);
  facts.updates = {{"acpt", percent(-1)}};
  facts.risk_ratio = Rate{};
  facts.poor_share = percent(-1);
  facts.national_per_person_year = euro(-1);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("performance_year: must be 1 or more, got 0", "agreement_number: must be 1 or more, got 0",
                          "base_years[0].person_time: must be 0 or more person-cycles, with at least one cycle a year, "
                          "got -1 at 12 a year",
                          "base_years[0].risk_ratio: must be above 0, got 0.0",
                          "base_years[0].counted.reinsured: must not be given: only the performance year is reinsured",
                          "indices.regional: must hold a factor for each of the 1 base years, got 2",
                          "indices.national: must be above 0, got 0.0", "market_share: must be in [0, 1], got 1.01",
                          "updates.acpt: must be above 0, got -0.01", "risk_ratio: must be above 0, got 0.0",
                          "poor_share: must be in [0, 1], got -0.01",
                          "national_per_person_year: must be 0 or more, got -1.00"));
}

TEST(Facts, CountedSpendingHasOneForm) {
  Facts facts = saving();
  facts.counted.groups = {{-1, euro(5)}};
  EXPECT_THAT(problems(named({given(), half()}), facts),
              ElementsAre("counted: must be given in one form: a total, amounts per person, or groups",
                          "counted: people in a group must be 0 or more, got -1"));
  Truncate percentile;
  percentile.percentile = percent(99);
  facts = saving();
  EXPECT_THAT(
      problems(named({percentile, given(), half()}), facts),
      ElementsAre("counted: must be given per person, or as a total cut at the contract's level, for truncate"));
  facts.counted.truncated_at = euro(43'210);  // whatever the percentile was
  EXPECT_THAT(problems(named({percentile, given(), half()}), facts), IsEmpty());
  EXPECT_THAT(
      problems(named({Truncate{TruncateUnit::person, euro(50'000)}, given(), half()}), facts),
      ElementsAre("counted: must be given per person, or as a total cut at the contract's level, for truncate"));
  Reinsure reinsure;
  reinsure.attach = euro(1);
  facts = saving();
  EXPECT_THAT(problems(named({reinsure, given(), half()}), facts),
              ElementsAre("counted: must be given per person, or with what the reinsurer bears of the total, for "
                          "reinsure"));
  facts.counted.reinsured = euro(-1);
  EXPECT_THAT(problems(named({reinsure, given(), half()}), facts),
              ElementsAre("counted.reinsured: must be 0 or more, got -1.00"));
  EXPECT_THAT(problems(named({given(), half()}), facts),
              ElementsAre("counted.reinsured: must not be given: the contract does not reinsure"));
}

// 500 borne by a reinsurer of a total of 300 would leave spending of -200.
TEST(Facts, AReinsurerBearsPartOfTheTotal) {
  Reinsure reinsure;
  reinsure.attach = euro(1);
  const Contract contract = named({reinsure, given(), half()});
  Facts facts = saving();
  facts.counted.total = euro(300);
  facts.counted.reinsured = euro(500);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("counted.reinsured: must be at most the total that it is part of, 300.00, got 500.00"));
  facts.counted.reinsured = euro(300);
  EXPECT_THAT(problems(contract, facts), IsEmpty());
}

// A base year counted in the other unit is not a year in which nobody was there.
TEST(Facts, ABaseYearIsInTheUnitOfTheBenchmark) {
  const Reference history{{History{.years = 2, .weights = {}}}};
  Facts facts = saving();
  facts.base_years.resize(2);
  facts.base_years[1].episodes = 5;
  facts.base_years[1].counted.total = euro(5);
  EXPECT_THAT(problems(named({history, half()}), facts),
              ElementsAre("base_years[1].person_time: is missing: the benchmark is per person-year"));
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::retrospective;
  facts.episodes = 5;
  facts.base_years[0].person_time = PersonTime{5, 1};
  facts.base_years[0].counted.total = euro(5);
  EXPECT_THAT(problems(named({bundle, history, half()}), facts),
              ElementsAre("base_years[0].episodes: is missing: the benchmark is per episode"));
}

// 5 consults at 10 are 50: an income of 99,999 beside them would be paid, and the units not be read.
TEST(Facts, AnIncomeStandsInsteadOfWhatMakesIt) {
  Capitation capitation;
  capitation.classes = {{"all", "", euro(1)}};
  Fee fee;
  fee.prices = {{"consult", euro(10)}};
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.price = euro(1);
  const Contract contract = named({fee, capitation, bundle});
  Facts facts;
  facts.units = {{"consult", 5}};
  facts.membership = {{"all", PersonTime{1, 1}}};
  facts.bundles = 3;
  EXPECT_THAT(problems(contract, facts), IsEmpty());
  facts.fee_income = euro(99'999);
  facts.capitation_income = euro(1);
  facts.bundle_income = euro(3);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("fee_income: must not be given beside units: it stands instead of them",
                          "capitation_income: must not be given beside membership: it stands instead of them",
                          "bundle_income: must not be given beside bundles: it stands instead of them"));
}

TEST(Facts, NobodyNeedsNoSpending) {
  Facts facts = saving();
  facts.counted = {};
  facts.person_time = PersonTime{0, 12};
  const Contract contract = named({Truncate{TruncateUnit::person, euro(5)}, given(), half()});
  EXPECT_THAT(problems(contract, facts), IsEmpty());
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.total(), Money{});
  EXPECT_EQ(result.counted, Money{});
}

TEST(Facts, EpisodesAreAskedForWhereTheyAreSettled) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::retrospective;
  const Contract contract = named({bundle, given(), half()});
  EXPECT_THAT(problems(contract, Facts{}),
              ElementsAre("episodes: is missing: the benchmark is per episode",
                          "benchmark_per_episode: is missing: the reference is given",
                          "counted: is missing: reference and layers settle on counted spending"));
  Facts facts;
  facts.episodes = -1;
  facts.benchmark_per_episode = euro(1);
  facts.counted.total = euro(1);
  EXPECT_THAT(problems(contract, facts), ElementsAre("episodes: must be 0 or more, got -1"));
}

TEST(Facts, EachTermNamesWhatItMisses) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.price = euro(1);
  bundle.outlier = Outlier{euro(5), percent(80)};
  Lump lump;
  lump.services = {"ward"};
  lump.band = VolumeBand{percent(5), percent(50), percent(50)};
  Gain gain;
  gain.outcome = "qaly";
  gain.value = euro(1);
  Adjust adjust;
  adjust.mitigates_losses = true;
  adjust.advance_recovery = percent(10);
  adjust.less = {"premium"};
  const Contract contract = named({bundle, lump, given(), half(), gain, adjust,
                                   Withhold{{{WithholdBase::base, percent(5), EarnedBy::staying},
                                             {WithholdBase::base, percent(5), EarnedBy::quality}}}});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = saving();
  facts.bundles = 3;
  facts.quality_score.reset();
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("outlier_excess: is missing: the bundle pays a share of what outliers cost",
                          "expected_turnover: is missing: the band of the lump sum lies around it",
                          "delivered_value: is missing: the lump sum has a band",
                          "mitigated_share: is missing: losses are mitigated by it",
                          "stays: is missing: a withhold is earned by staying",
                          "quality_score: is missing: money depends on the score",
                          "outcomes: is missing: the gain is measured on them",
                          "deductions.premium: is missing: it is taken off the base payments",
                          "advance: is missing: a settlement goes against it"));
}

// Half of 1,000 is 500: a ceiling under its floor of 3,000. Half of 6,000 is the floor itself.
TEST(Facts, ACeilingIsNotUnderItsFloor) {
  Ceiling ceiling;
  ceiling.of_expected_turnover = percent(50);
  ceiling.floor = euro(3'000);
  ceiling.share_above = percent(20);
  Fee fee;
  fee.prices = {{"ward", euro(1)}};
  const Contract contract = named({fee, ceiling});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.fee_income = euro(4'000);
  facts.expected_turnover = euro(1'000);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("expected_turnover: must make a ceiling of at least its floor, 3,000.00, got 500.00"));
  facts.expected_turnover = euro(6'000);
  EXPECT_THAT(problems(contract, facts), IsEmpty());
}

TEST(Facts, WhatTermsAreGivenHasItsRange) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.outlier = Outlier{euro(5), percent(80)};
  Gain gain;
  gain.outcome = "qaly";
  gain.value = euro(1);
  Adjust adjust;
  adjust.mitigates_losses = true;
  adjust.advance_recovery = percent(10);
  Facts facts = saving();
  facts.bundles = -1;
  facts.outlier_excess = euro(-1);
  facts.mitigated_share = percent(101);
  facts.outcomes = {{-1, percent(1), percent(1)}};
  facts.advance = euro(-1);
  EXPECT_THAT(problems(named({bundle, given(), half(), gain, adjust}), facts),
              ElementsAre("bundles: must be 0 or more, got -1", "outlier_excess: must be 0 or more, got -1.00",
                          "mitigated_share: must be in [0, 1], got 1.01", "outcomes: people must be 0 or more, got -1",
                          "advance: must be 0 or more, got -1.00"));
}

Quality measured() {
  Quality quality;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  quality.measures = {{"pressure", percent(40), percent(80)}, {"sugar", percent(40), percent(80)}};
  return quality;
}

TEST(Facts, MeasuresAreThoseOfTheContract) {
  const Contract contract = named({given(), half(), measured()});
  Facts facts = saving();
  facts.quality_score.reset();
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("quality_score: is missing: money depends on the score; give it or the measures"));
  facts.measures = {{"pressure", percent(60)}, {"pressure", percent(60)}, {"eyes", percent(1), percent(-1)}};
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("measures.pressure: must be given once", "measures.eyes: is not a measure of the contract",
                          "measures.eyes.prevalence_ratio: must be 0 or more, got -0.01",
                          "measures.sugar: is missing: all measures of the contract are needed"));
}

TEST(Facts, AScoreBesideMeasuresMustBeTheirs) {
  const Contract contract = named({given(), half(), measured()});
  Facts facts = saving();
  facts.measures = {{"pressure", percent(60)}, {"sugar", percent(80)}};
  facts.quality_score = percent(70);
  EXPECT_THAT(problems(contract, facts),
              ElementsAre("quality_score: must not differ from what the measures make, 0.75, got 0.7"));
  facts.quality_score = percent(75);
  EXPECT_THAT(problems(contract, facts), IsEmpty());
}

TEST(Facts, AFormulaMustHaveAShareAsItsValue) {
  const auto shares = [](const char* up, const char* down) {
    return named({given(), Layers{{{std::nullopt, Share{{}, parse_formula(up), {}}}},
                                  {{std::nullopt, Share{{}, parse_formula(down), {}}}}}});
  };
  Facts facts = saving();
  facts.performance_year = 11;
  facts.assigned = 0;
  EXPECT_THAT(problems(shares("0.1*year", "q/assigned"), facts),
              ElementsAre("layers.up[0].share: must be in [0, 1] for these facts: 0.1*year, got 1.1",
                          "layers.down[0].share: must have a value for these facts: q/assigned divides by zero"));
  EXPECT_THROW((void)settle(shares("0.1*year", "q/assigned"), facts), FactsError);
  facts.performance_year = 10;
  facts.assigned = 10;
  EXPECT_THAT(problems(shares("0.1*year", "q/assigned"), facts), IsEmpty());
  facts.assigned.reset();
  EXPECT_THAT(problems(shares("0.1*year", "q/assigned"), facts),
              ElementsAre("assigned: is missing: a formula uses it"));
}

TEST(Facts, AnAmountPerPointNeedsTheListAndOnePerPersonTheTime) {
  Quality quality = measured();
  quality.target = QualityTarget::amount;
  quality.met = quality.alternative = quality.failed = QualityFactor{};
  quality.amount = QualityAmount{{}, {}, cents(20'116)};
  EXPECT_THAT(problems(named({quality}), Facts{}),
              ElementsAre("quality_score: is missing: money depends on the score; give it or the measures",
                          "list_ratio: is missing: a point is worth more to larger lists"));
  quality.amount = QualityAmount{{}, euro(4), {}};
  quality.measures.clear();
  EXPECT_THAT(problems(named({quality}), Facts{}),
              ElementsAre("person_time: is missing: the quality amount is per person"));
}

TEST(Facts, AmountsAreInTheCurrencyOfTheContract) {
  Lump lump;
  Contract contract = named({lump});
  contract.currency = "USD";
  Facts facts;
  EXPECT_THAT(problems(contract, facts), IsEmpty());
  facts.currency = "EUR";
  EXPECT_THAT(problems(contract, facts), ElementsAre("currency: must be the contract's currency, USD, got EUR"));
}

}  // namespace
}  // namespace waterbed
