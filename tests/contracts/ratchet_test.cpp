#include "waterbed/contracts/ratchet.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace waterbed {
namespace {

using testing::euro;
using testing::given;
using testing::named;
using testing::percent;

/// Five years in which half of each euro of benchmark is worth having.
std::vector<RatchetYear> five_years() {
  std::vector<RatchetYear> years;
  for (int year = 1; year <= 5; ++year) {
    years.push_back({static_cast<double>(year), 0.5});
  }
  return years;
}

double to_four_decimals(double value) { return std::round(value * 1e4) / 1e4; }

// By hand: 0.97 + ... + 0.97^5 = 0.97 (1 - 0.97^5) / 0.03 = 4.567588; times 1/3 and half a share is 0.761265.
// Regional pull of 35 % leaves 65 % of it, prior savings of one half leave 50 %. Now a euro costs half a euro.
TEST(Ratchet, GivesBackMostOfWhatABenchmarkYearCosts) {
  const double third = 1.0 / 3.0;
  EXPECT_EQ(to_four_decimals(ratchet_return(third, 1, 0.35, 0.97, five_years())), 0.4948);
  EXPECT_EQ(to_four_decimals(ratchet_return(third, 1, 0.50, 0.97, five_years())), 0.3806);
  EXPECT_EQ(to_four_decimals(ratchet_return(third, 1, 0, 0.97, five_years())), 0.7613);
  EXPECT_EQ(to_four_decimals(-0.5 + ratchet_return(third, 1, 0.50, 0.97, five_years())), -0.1194);
  EXPECT_EQ(to_four_decimals(-0.5 + ratchet_return(third, 1, 0, 0.97, five_years())), 0.2613);
}

TEST(Ratchet, WithoutDiscountingEveryYearCountsAlike) {
  EXPECT_DOUBLE_EQ(ratchet_return(0.6, 1.02, 0, 1, five_years()), 0.6 * 1.02 * 2.5);
  EXPECT_EQ(ratchet_return(0.6, 1.02, 0, 0, five_years()), 0);
  EXPECT_EQ(ratchet_return(0.6, 1.02, 0.3, 0.97, {}), 0);
}

/// 8,000 people who spent 9,000 each in three base years; the region spends 10,000.
Facts three_years() {
  Facts facts = testing::year(8'000, euro(0), euro(9'000));
  facts.benchmark_per_person_year.reset();
  facts.regional_per_person_year = euro(10'000);
  facts.national_per_person_year = euro(11'000);
  facts.prior_savings_per_person_year = euro(800);
  for (int i = 0; i < 3; ++i) {
    BaseYear base;
    base.person_time = {8'000, 1};
    base.counted.total = euro(72'000'000);
    facts.base_years.push_back(base);
  }
  return facts;
}

Regional regional() {
  Regional step;
  step.weight_below = percent(35);
  step.weight_above = percent(15);
  step.cap_high = percent(5);
  return step;
}

Contract with_steps(std::vector<ReferenceStep> steps) {
  return named({Reference{std::move(steps)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
}

// The same three by the contracts' own steps.
TEST(Ratchet, FollowsTheStepsOfTheBenchmark) {
  const Facts facts = three_years();
  EXPECT_NEAR(benchmark_slope(with_steps({History{}}), facts, 0), 1.0 / 3.0, 1e-6);
  EXPECT_NEAR(benchmark_slope(with_steps({History{}, regional()}), facts, 0), 0.65 / 3.0, 1e-6);
  // 35 % of 1,000 is 350 and half of 800 is 400: the prior savings are chosen.
  const PriorSavings savings{percent(50), percent(5)};
  const Contract larger = with_steps({History{}, MaxOf{{regional(), savings}}});
  EXPECT_NEAR(benchmark_slope(larger, facts, 2, 1.0 / 3.0), 0.5 / 3.0, 1e-6);
  EXPECT_EQ(to_four_decimals(ratchet_return(benchmark_slope(larger, facts, 2, 1.0 / 3.0), 1, 0, 0.97, five_years())),
            0.3806);
}

TEST(Ratchet, TrendWeightsAndDiscountCarryThrough) {
  History history;
  history.weights = {percent(10), percent(30), percent(60)};
  Trend trend;
  trend.factor = percent(102);
  Discount discount;
  discount.rate = percent(3);
  const Contract contract = with_steps({history, trend, discount});
  // The oldest of three years lies three years before the first performance year.
  EXPECT_NEAR(benchmark_slope(contract, three_years(), 0), 0.1 * 1.02 * 1.02 * 1.02 * 0.97, 1e-6);
  EXPECT_NEAR(benchmark_slope(contract, three_years(), 2), 0.6 * 1.02 * 0.97, 1e-6);
}

TEST(Ratchet, AGivenBenchmarkGivesNothingBack) {
  Facts facts = three_years();
  facts.benchmark_per_person_year = euro(10'000);
  EXPECT_EQ(benchmark_slope(named({given(), Layers{{{std::nullopt, Share::of(percent(50))}}, {}}}), facts, 1), 0);
}

TEST(Ratchet, MissingFactsAreNamed) {
  EXPECT_THROW((void)benchmark_slope(with_steps({History{}}), Facts{}, 0), FactsError);
  EXPECT_THROW((void)benchmark_slope(with_steps({History{}}), three_years(), 3), std::out_of_range);
  // A euro more in total beside amounts per person would be a second form of the same spending.
  Facts by_group = three_years();
  by_group.base_years[1].counted.total.reset();
  by_group.base_years[1].counted.groups = {{8'000, euro(9'000)}};
  EXPECT_THROW((void)benchmark_slope(with_steps({History{}}), by_group, 1), FactsError);
  EXPECT_NEAR(benchmark_slope(with_steps({History{}}), by_group, 0), 1.0 / 3.0, 1e-6);
}

}  // namespace
}  // namespace waterbed
