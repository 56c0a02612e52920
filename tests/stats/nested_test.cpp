#include "waterbed/stats/nested.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace waterbed {
namespace {

TEST(NestedSpread, IsTheAnalysisOfVarianceByHand) {
  // Sets {10, 14}, {20, 22}, {30, 36}: means 12, 21, 33, their variance 111; squares within 8, 2, 18 over 3 degrees.
  const std::vector<std::int64_t> values{10, 14, 20, 22, 30, 36};
  const NestedSpread found = nested_spread(values, 3);
  EXPECT_DOUBLE_EQ(found.mean, 22.0);
  EXPECT_DOUBLE_EQ(found.chance_variance, 28.0 / 3.0);
  EXPECT_DOUBLE_EQ(found.parameter_variance, 111.0 - 28.0 / 6.0);
  EXPECT_DOUBLE_EQ(found.simulation_error.standard_error, std::sqrt(37.0));
  EXPECT_NEAR(found.simulation_error.interval.high, 22.0 + 4.302653 * std::sqrt(37.0), 1e-5);  // t, 2 degrees
  EXPECT_NEAR(found.parameter_share(), (111.0 - 14.0 / 3.0) / (111.0 + 14.0 / 3.0), 1e-12);
  const double shrink = std::sqrt((111.0 - 28.0 / 6.0) / 111.0);
  EXPECT_NEAR(found.parameter_range.low, 22.0 + shrink * (-10.0 + 0.05 * 9.0), 1e-9);
  EXPECT_NEAR(found.range.low, 22.0 + std::sqrt(2.0) * (-3.0 + 0.125 * 1.0), 1e-9);
}

TEST(NestedSpread, FindsBothVariancesOfANormalModelWithoutBias) {
  // Parameters of sd 300, chance of sd 900, 4 replications a set: chance dominates the means of sets.
  double parameters = 0.0;
  double chance = 0.0;
  constexpr int k_runs = 400;
  constexpr Index k_sets = 25;
  for (std::uint32_t run = 0; run < k_runs; ++run) {
    std::vector<std::int64_t> values;
    for (std::uint32_t set = 0; set < k_sets; ++set) {
      const auto draw_of = [&](std::uint32_t k) {
        const Words words = draw(9, {.replication = run, .person = set, .purpose = Purpose::bootstrap, .k = k});
        return exact::normal_quantile(uniform_open(first_pair(words)));
      };
      const double expected = 1000.0 + 300.0 * draw_of(0);
      for (std::uint32_t r = 1; r <= 4; ++r) {
        values.push_back(static_cast<std::int64_t>(std::lround(expected + 900.0 * draw_of(r))));
      }
    }
    const NestedSpread found = nested_spread(values, k_sets);
    chance += found.chance_variance / k_runs;
    // Before it is cut at 0: between less within over four.
    const double error = found.simulation_error.standard_error;
    parameters += (error * error * k_sets - found.chance_variance / 4.0) / k_runs;
  }
  // The variance of the means of sets has mean 300^2 + 900^2 / 4 and 24 degrees of freedom.
  const double of_means = 90'000.0 + 202'500.0;
  EXPECT_NEAR(parameters, 90'000.0, 4.0 * of_means * std::sqrt(2.0 / 24.0 / k_runs) * 1.1);
  EXPECT_NEAR(chance, 810'000.0, 4.0 * 810'000.0 * std::sqrt(2.0 / 75.0 / k_runs));
}

TEST(NestedDeviations, SplitAnAmountIntoParametersAndChance) {
  const NestedDeviations found = nested_deviations(std::vector<double>{10, 14, 20, 22, 30, 36}, 3);
  const double shrink = std::sqrt((111.0 - 28.0 / 6.0) / 111.0);
  ASSERT_EQ(found.parameters.size(), 3U);
  EXPECT_DOUBLE_EQ(found.parameters[0], shrink * -10.0);
  EXPECT_DOUBLE_EQ(found.parameters[2], shrink * 11.0);
  double squares = 0.0;
  for (const double one : found.parameters) {
    squares += one * one;
  }
  EXPECT_DOUBLE_EQ(squares / 2.0, found.parameter_variance());
  ASSERT_EQ(found.chance.size(), 6U);
  EXPECT_DOUBLE_EQ(found.chance[4], -3.0 * std::sqrt(2.0));
  squares = 0.0;
  for (const double one : found.chance) {
    squares += one * one;
  }
  EXPECT_DOUBLE_EQ(squares / 6.0, found.within);
}

TEST(NestedSpread, HasNoParameterRangeWhereOnlyChanceVaries) {
  const NestedSpread found = nested_spread(std::vector<std::int64_t>{1, 9, 2, 8, 3, 7}, 3);
  EXPECT_EQ(found.parameter_variance, 0.0);
  EXPECT_EQ(found.parameter_range.low, 5.0);
  EXPECT_EQ(found.parameter_range.high, 5.0);
  EXPECT_EQ(found.parameter_share(), 0.0);
}

TEST(NestedSpread, RefusesSetsThatCannotBeSplit) {
  EXPECT_THROW((void)nested_spread(std::vector<std::int64_t>{1, 2, 3, 4}, 1), InvalidArgument);
  EXPECT_THROW((void)nested_spread(std::vector<std::int64_t>{1, 2, 3, 4}, 4), InvalidArgument);
  EXPECT_THROW((void)nested_spread(std::vector<std::int64_t>{1, 2, 3, 4, 5}, 2), InvalidArgument);
  EXPECT_THROW((void)nested_spread(std::vector<std::int64_t>{1, 2, 3, 4}, 2, 1.0), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
