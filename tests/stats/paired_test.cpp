#include "waterbed/stats/paired.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using Values = std::vector<std::int64_t>;

TEST(PairedDifference, SummarisesDifferencesByReplication) {
  const Values baseline{100, 200, 300, 400, 500};
  const Values arm{98, 200, 301, 402, 504};  // differences -2, 0, 1, 2, 4: mean 1, variance 5
  const PairedDifference result = paired_difference({baseline}, {arm});
  EXPECT_EQ(result.replications, 5);
  EXPECT_DOUBLE_EQ(result.mean, 1.0);
  EXPECT_DOUBLE_EQ(result.simulation_error.standard_error, 1.0);
  EXPECT_NEAR(result.simulation_error.interval.low, 1 - 2.776, 5.01e-4);  // t(0.975, 4)
  EXPECT_NEAR(result.simulation_error.interval.high, 1 + 2.776, 5.01e-4);
  EXPECT_DOUBLE_EQ(result.range.low, -1.8);  // a tenth of the way from -2 to 0
  EXPECT_DOUBLE_EQ(result.range.high, 3.8);
  ASSERT_TRUE(result.variance_ratio.has_value());
  // Variance of the baseline 25,000; of the arm (203^2 + 101^2 + 101^2 + 203^2) / 4 = 25,705.
  EXPECT_DOUBLE_EQ(*result.variance_ratio, (25000.0 + 25705.0) / 5.0);
}

TEST(PairedDifference, IsExactlyZeroForAnArmLikeTheBaseline) {
  const Values values{3, 1, 4, 1, 5};
  const PairedDifference result = paired_difference({values}, {values});
  EXPECT_EQ(result.mean, 0.0);
  EXPECT_EQ(result.simulation_error.standard_error, 0.0);
  EXPECT_EQ(result.simulation_error.interval.low, 0.0);
  EXPECT_EQ(result.simulation_error.interval.high, 0.0);
  EXPECT_EQ(result.range.low, 0.0);
  EXPECT_EQ(result.range.high, 0.0);
  EXPECT_FALSE(result.variance_ratio.has_value());
}

TEST(PairedDifference, ChangesSignWithTheArms) {
  const Values one{10, 25, 31, 7};
  const Values two{12, 20, 45, 9};
  const PairedDifference there = paired_difference({one}, {two});
  const PairedDifference back = paired_difference({two}, {one});
  EXPECT_DOUBLE_EQ(there.mean, -back.mean);
  EXPECT_DOUBLE_EQ(there.range.low, -back.range.high);
  EXPECT_DOUBLE_EQ(*there.variance_ratio, *back.variance_ratio);
}

TEST(PairedDifference, SimulationErrorShrinksWithReplicationsAndRangeDoesNot) {
  const auto of = [](std::uint32_t replications) {
    Values baseline;
    Values arm;
    for (std::uint32_t r = 0; r < replications; ++r) {
      const Words words = draw(51, {.replication = r, .person = 0, .cycle = 0, .purpose = Purpose::bootstrap, .k = 0});
      baseline.push_back(std::llround(1e9 * standard_normal(first_pair(words))));
      arm.push_back(baseline.back() + std::llround(1e8 * standard_normal(second_pair(words))));
    }
    return paired_difference({baseline}, {arm});
  };
  const PairedDifference few = of(400);
  const PairedDifference many = of(40000);
  const double shrink = few.simulation_error.interval.width() / many.simulation_error.interval.width();
  EXPECT_NEAR(shrink, 10.0, 4 * 10.0 / std::sqrt(2 * 400.0));
  const double few_width = few.range.high - few.range.low;
  const double many_width = many.range.high - many.range.low;
  // Standard error of an extreme 2.5 % quantile of n normals: sqrt(.025 * .975 / n) / density, 2.67 / sqrt(n) sd.
  EXPECT_NEAR(few_width, 2 * 1.95996e8, 4 * 1.4143 * 2.67 / 20 * 1e8);
  EXPECT_NEAR(many_width, 2 * 1.95996e8, 4 * 1.4143 * 2.67 / 200 * 1e8);
  // Unpaired (1 + 1.01) against paired 0.01; the ratio of two variances has a relative standard error of sqrt(4 / n).
  EXPECT_NEAR(*many.variance_ratio, 201.0, 4 * 201.0 * std::sqrt(4.0 / 40000));
}

TEST(PairedDifference, NamesBadArguments) {
  const Values three{1, 2, 3};
  const Values two{1, 2};
  const Values one{1};
  try {
    (void)paired_difference({three}, {two});
    ADD_FAILURE();
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "arm: must have the baseline's replications (3), got 2");
  }
  EXPECT_THROW((void)paired_difference({one}, {one}), InvalidArgument);
  EXPECT_THROW((void)paired_difference({two}, {two}, 1.0), InvalidArgument);
  const Values low{std::numeric_limits<std::int64_t>::min(), 0};
  EXPECT_THROW((void)paired_difference({two}, {low}), std::overflow_error);
}

}  // namespace
}  // namespace waterbed
