// Whole programmes worked by hand, to the cent: corridors, episodes, health gain, a benchmark built in steps.

#include "terms.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::named;
using testing::percent;
using testing::permille;

Layers both(const std::vector<Layer>& layers) { return Layers{layers, layers}; }

Quality earning_withhold() {
  Quality quality;
  quality.target = QualityTarget::withhold;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  return quality;
}

/// 10,000 person-years at these totals.
Facts reach_year(Money benchmark, Money spend, Rate quality) {
  Facts facts;
  facts.person_time = PersonTime{10'000, 1};
  facts.benchmark_per_person_year = Money{benchmark.micro / 10'000};
  facts.counted.total = spend;
  facts.quality_score = quality;
  return facts;
}

// ACO REACH Professional, performance year 2026: corridors 50 / 35 / 15 / 5 % to 5 / 10 / 15 % of the final benchmark;
// 5 % withheld for quality. B 120m, 80 % earned: 120m x (1 - 5 % x 20 %) = 118.8m. S 106.0m, G 12.8m = 10.774 %:
// 5.94m x 50 % + 5.94m x 35 % + 0.92m x 15 % = 5,187,000; after 2 % sequestration 5,083,260.
TEST(WorkedExamples, ReachProfessional2026) {
  const Contract contract = named({testing::given(), Withhold{{{WithholdBase::reference, percent(5)}}},
                                   both({{percent(5), Share::of(percent(50))},
                                         {percent(10), Share::of(percent(35))},
                                         {percent(15), Share::of(percent(15))},
                                         {std::nullopt, Share::of(percent(5))}}),
                                   earning_withhold(), testing::sequestered(percent(2))});
  ASSERT_TRUE(validate(contract).empty());
  const auto result = settle(contract, reach_year(euro(120'000'000), euro(106'000'000), percent(80)));
  EXPECT_EQ(result.benchmark, euro(118'800'000));
  EXPECT_EQ(result.gain, euro(12'800'000));
  EXPECT_EQ(result.before_adjustment, euro(5'187'000));
  EXPECT_EQ(result.settlement, euro(5'083'260));
}

Contract reach_global(Rate discount, Rate first_band) {
  Discount off;
  off.rate = discount;
  return named({Reference{{Given{}, off}}, Withhold{{{WithholdBase::reference, percent(5)}}},
                both({{first_band, Share::of(percent(100))},
                      {percent(35), Share::of(percent(50))},
                      {percent(50), Share::of(percent(25))},
                      {std::nullopt, Share::of(percent(10))}}),
                earning_withhold()});
}

// ACO REACH Global 2026: discount 3.5 %, corridors 100 / 50 / 25 / 10 % to 10 / 35 / 50 %. B 100m, withhold earned in
// full: 96.5m. S 84m: 9.65m + 50 % of 2.85m = 11,075,000. S 110m: -(9.65m + 50 % of 3.85m) = -11,575,000. Saving
// exactly 10 %: 9,650,000.
TEST(WorkedExamples, ReachGlobal2026) {
  const Contract contract = reach_global(permille(35), percent(10));
  ASSERT_TRUE(validate(contract).empty());
  const auto paid = [&](Money spend) {
    const auto result = settle(contract, reach_year(euro(100'000'000), spend, percent(100)));
    EXPECT_EQ(result.benchmark, euro(96'500'000));
    return result.settlement;
  };
  EXPECT_EQ(paid(euro(84'000'000)), euro(11'075'000));
  EXPECT_EQ(paid(euro(110'000'000)), euro(-11'575'000));
  EXPECT_EQ(paid(euro(96'500'000 - 9'650'000)), euro(9'650'000));
}

// The same year under the rules of 2024: discount 3 %, all of the first 25 %: B 97m, S 84m, 13,000,000.
TEST(WorkedExamples, ReachGlobal2024) {
  const auto result =
      settle(reach_global(percent(3), percent(25)), reach_year(euro(100'000'000), euro(84'000'000), percent(100)));
  EXPECT_EQ(result.settlement, euro(13'000'000));
}

/// Hip and knee replacements, 42 CFR 510.300-315: a composite score of 0 to 20, here as a share of 20. Under 5 points
/// nothing is paid; over 6.9, 15.0 the discount falls from 3 to 2 and 1.5 %. Limits of the first four years.
Contract cjr() {
  Bundle bundle;
  bundle.services = {"hospital"};
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::retrospective;
  Discount discount;
  discount.ladder = {{Rate{}, false, percent(3)}, {permille(345), true, percent(2)}, {percent(75), true, permille(15)}};
  Quality quality;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  quality.ladder = {{percent(25), false, percent(100)}};
  const LimitPart up{LimitBase::reference, {percent(5), percent(5), percent(10), percent(20)}, {}};
  const LimitPart down{LimitBase::reference, {Rate{}, percent(5), percent(10), percent(20)}, {}};
  return named({bundle, Truncate{TruncateUnit::episode, euro(52'000)}, Reference{{Given{}, discount}},
                both({{std::nullopt, Share::of(percent(100))}}), quality, Limit{{up}, {down}}});
}

/// 119 episodes of 20,500, 2,439,500 together, and one of 98,000.
Facts cjr_year(int performance_year) {
  Facts facts;
  facts.performance_year = performance_year;
  facts.episodes = 120;
  facts.benchmark_per_episode = euro(24'000);
  facts.counted.groups = {{119, euro(20'500)}, {1, euro(98'000)}};
  facts.quality_score = percent(50);  // 10 of 20 points: good
  return facts;
}

// 120 episodes, price 24,000 less 2 %: target 2,822,400. 2,439,500 for 119 episodes and one of 98,000 cut at 52,000:
// 330,900 under target. Year 2: at most 5 % = 141,120. Year 4: 20 % does not bind.
TEST(WorkedExamples, CjrEpisodes) {
  const Contract contract = cjr();
  ASSERT_TRUE(validate(contract).empty());
  const auto year_2 = settle(contract, cjr_year(2));
  EXPECT_EQ(year_2.benchmark, euro(2'822'400));
  EXPECT_EQ(year_2.gain, euro(330'900));
  EXPECT_EQ(year_2.settlement, euro(141'120));
  EXPECT_EQ(settle(contract, cjr_year(4)).settlement, euro(330'900));
  EXPECT_EQ(settle(contract, cjr_year(9)).settlement, euro(330'900));  // the last limit goes on
}

TEST(WorkedExamples, CjrWithoutTheCut) {
  Contract contract = cjr();
  contract.terms.erase(contract.terms.begin() + 1);
  EXPECT_EQ(settle(contract, cjr_year(4)).settlement, euro(284'900));
}

// The discount follows the class: under 5 points the target is 24,000 x 97 % x 120 = 2,793,600 and nothing is paid; at
// 5 points 302,100 is; at 6.9 still, above it 330,900; above 15 points 24,000 x 98.5 % x 120 - 2,491,500 = 345,300.
TEST(WorkedExamples, CjrClassesOfQuality) {
  const auto paid = [](Rate score) {
    Facts facts = cjr_year(4);
    facts.quality_score = score;
    return settle(cjr(), facts).settlement;
  };
  EXPECT_EQ(paid(permille(249)), Money{});
  EXPECT_EQ(paid(percent(25)), euro(302'100));
  EXPECT_EQ(paid(permille(345)), euro(302'100));
  EXPECT_EQ(paid(Rate{345'000'001}), euro(330'900));
  EXPECT_EQ(paid(percent(75)), euro(330'900));
  EXPECT_EQ(paid(percent(76)), euro(345'300));
}

// Four people expected at 0.70, 0.62, 0.81, 0.55 QALY and found at 0.76, 0.60, 0.85, 0.62; 20,000 a QALY, share 40 %,
// no credibility. Group: 0.15 x 8,000 = 1,200. A floor for each person would pay 0.17 x 8,000 = 1,360: pay for noise.
TEST(WorkedExamples, HealthGain) {
  Gain gain = testing::qaly_gain();
  Facts facts;
  facts.outcomes = {{1, percent(70), percent(76)},
                    {1, percent(62), percent(60)},
                    {1, percent(81), percent(85)},
                    {1, percent(55), percent(62)}};
  ASSERT_TRUE(validate(named({gain})).empty());
  EXPECT_EQ(settle(named({gain}), facts).of(TermKind::gain), euro(1'200));
  gain.at = GainLevel::person;
  EXPECT_EQ(settle(named({gain}), facts).of(TermKind::gain), euro(1'360));
}

Contract built_benchmark() {
  Trend trend;
  trend.per_year = false;
  trend.index = "regional";
  trend.own_market_index = "national";
  Regional regional{percent(35), percent(15), permille(-15), percent(5), true};
  Risk risk;
  risk.cap_up = percent(3);
  return named({Reference{{History{3, {percent(10), percent(30), percent(60)}}, trend, MaxOf{{regional}},
                           Update{{{"acpt", Rate{Rate::k_one}}, {"blend", Rate{2 * Rate::k_one}}}}, risk}},
                both({{std::nullopt, Share::of(percent(50))}})});
}

Facts built_benchmark_facts() {
  Facts facts;
  facts.person_time = PersonTime{9'000, 1};
  facts.counted.total = euro(90'000'000);
  const std::vector<std::pair<Money, Rate>> years = {
      {euro(9'000), permille(1010)}, {euro(9'300), permille(1005)}, {euro(9'700), percent(100)}};
  for (const auto& [each, risk_ratio] : years) {
    BaseYear year;
    year.person_time = PersonTime{8'000, 1};
    year.counted.total = each * 8'000;
    year.risk_ratio = risk_ratio;
    facts.base_years.push_back(year);
  }
  facts.indices = {{"national", {percent(108), percent(104), percent(100)}},
                   {"regional", {percent(106), percent(103), percent(100)}}};
  facts.market_share = percent(20);
  facts.updates = {{"acpt", percent(105)}, {"blend", permille(1045)}};
  facts.risk_ratio = permille(1052);
  facts.regional_per_person_year = euro(10'400);
  facts.national_per_person_year = euro(11'200);
  return facts;
}

// MSSP benchmark, one enrolment type (42 CFR 425.652). Trends 20 % national, 80 % regional: 1.064, 1.032. With risk
// ratios 1.01, 1.005: 9,671.76 / 9,645.588 / 9,700 -> 10/30/60: 9,680.8524. Regional 10,400: + 35 % x 719.1476 =
// 251.70166 (cap 5 % x 11,200 = 560). Update (1.05 + 2 x 1.045) / 3, risk 1.052 capped at 1.03: 10,707.955446... per
// person-year; 96,371,599.02 for 9,000. Rounding to 10,707.96 first would move the total by 40.98.
TEST(WorkedExamples, MsspBenchmarkInSteps) {
  const Contract contract = built_benchmark();
  ASSERT_TRUE(validate(contract).empty());
  const auto result = settle(contract, built_benchmark_facts());
  EXPECT_EQ(result.benchmark, cents(9'637'159'902));
  const Money rounded_first = cents(1'070'796) * 9'000;
  EXPECT_EQ(rounded_first - result.benchmark, cents(4'098));
}

TEST(WorkedExamples, MsspBenchmarkTellsItsSteps) {
  const auto result = settle(built_benchmark(), built_benchmark_facts());
  std::vector<std::pair<std::string, Money>> told;
  for (const SettlementLine& line : result.lines) {
    if (line.step == "reference") {
      told.emplace_back(line.input, line.output);
    }
  }
  const std::vector<std::pair<std::string, Money>> expected = {
      {"base year 1, 9,000.00", euro(9'090)},     // 9,000 x 1.01
      {"base year 2, 9,300.00", cents(934'650)},  // 9,300 x 1.005
      {"base year 3, 9,700.00", euro(9'700)},
      {"history", cents(953'295)},   // 10 % x 9,090 + 30 % x 9,346.50 + 60 % x 9,700
      {"trend", cents(968'085)},     // 9,680.8524
      {"max_of", cents(993'255)},    // 9,932.55406
      {"update", cents(1'039'607)},  // x 3.14 / 3 = 10,396.07324...
      {"risk", cents(1'070'796)},
      {"9,000 person-years", cents(9'637'159'902)},
  };
  EXPECT_EQ(told, expected);
}

}  // namespace
}  // namespace waterbed
