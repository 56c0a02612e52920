// How cost follows volume, by hand.
#include "engine/cost.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using engine::base_steps;
using engine::year_cost;
using engine::YearCost;

constexpr std::int64_t k_euro = 1'000'000;

/// A hospital with a revenue of 1,000,000 and a margin of 2 %, of whose cost .3 is variable, .2 in steps of 5 % of
/// volume and .5 fixed.
ProviderCost hospital(double half_life) {
  return {.margin = 0.02,
          .variable_share = 0.3,
          .step_share = 0.2,
          .step_size = 0.05,
          .step_release_half_life_months = half_life,
          .fixed = 490'000.0,
          .step_total = 196'000.0,
          .base_list_value = 1'000'000.0,
          .variable_per_list = 0.294};
}

std::int64_t result(std::int64_t revenue, const YearCost& cost) {
  return (revenue * k_euro - cost.variable - cost.steps - cost.fixed) / k_euro;
}

TEST(YearCost, LeavesTheMarginAtTheVolumeOfTheBaseYear) {
  const ProviderCost cost = hospital(0.0);
  EXPECT_EQ(base_steps(cost), 196'000 * k_euro);
  EXPECT_EQ(result(1'000'000, year_cost(cost, 1e6, base_steps(cost))), 20'000);
}

TEST(YearCost, TurnsTheMarginNegativeWhereATenthOfPaidVolumeGoes) {
  // 900,000 - 264,600 variable - 176,400 for 18 steps of 9,800 - 490,000 fixed.
  const ProviderCost at_once = hospital(0.0);
  EXPECT_EQ(result(900'000, year_cost(at_once, 9e5, base_steps(at_once))), -31'000);
  // Half of the 19,600 given up is still paid in the first year, a quarter in the second.
  const ProviderCost slow = hospital(12.0);
  const YearCost first = year_cost(slow, 9e5, base_steps(slow));
  EXPECT_EQ(first.steps, 186'200 * k_euro);
  EXPECT_EQ(result(900'000, first), -40'800);
  EXPECT_EQ(year_cost(slow, 9e5, first.steps).steps, 181'300 * k_euro);
}

TEST(YearCost, BeginsStepsAtOnceHoweverSlowlyTheyAreGivenUp) {
  EXPECT_EQ(year_cost(hospital(60.0), 1.1e6, 196'000 * k_euro).steps, 215'600 * k_euro);
  EXPECT_EQ(year_cost(hospital(60.0), 1e6, 176'400 * k_euro).steps, 196'000 * k_euro);
}

TEST(YearCost, SavesTheLessTheSlowerStepsAreGivenUp) {
  std::int64_t before = 0;
  for (const double half_life : {0.0, 6.0, 12.0, 36.0, 600.0}) {
    const std::int64_t steps = year_cost(hospital(half_life), 8e5, 196'000 * k_euro).steps;
    EXPECT_GT(steps, before) << half_life;
    EXPECT_LE(steps, 196'000 * k_euro);
    before = steps;
  }
}

}  // namespace
}  // namespace waterbed
