#include "waterbed/stats/controlled.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace waterbed {
namespace {

TEST(ControlledMean, IsTheRegressionAtTheKnownMean) {
  // By hand: x about 2.5 has sum of squares 5, with y 9; slope 1.8; y mean 5. Residuals .2, -.6, .6, -.2: sum of
  // squares .8.
  const ControlledMean found = controlled_mean(std::vector{2.5, 3.5, 6.5, 7.5}, std::vector{1.0, 2.0, 3.0, 4.0}, 2.0);
  EXPECT_DOUBLE_EQ(found.slope, 1.8);
  EXPECT_DOUBLE_EQ(found.mean, 5.0 - 1.8 * 0.5);
  // .8 / 2 (1/4 + .25 / 5) = .12; plain: 17 / 3 / 4.
  EXPECT_NEAR(found.simulation_error.standard_error, std::sqrt(0.12), 1e-12);
  EXPECT_NEAR(found.variance_ratio, 17.0 / 12.0 / 0.12, 1e-9);
  // t(.975, 2) = 4.303
  EXPECT_NEAR(found.simulation_error.interval.width(), 2.0 * 4.30265 * std::sqrt(0.12), 1e-4);
}

TEST(ControlledMean, HoldsTheMeanAsOftenAsItSaysAndGainsWhatTheCorrelationGives) {
  constexpr int trials = 4000;
  constexpr int replications = 12;
  const double rho = 0.9;
  int held = 0;
  double squared_error = 0.0;
  for (int trial = 0; trial < trials; ++trial) {
    std::vector<double> x(replications);
    std::vector<double> y(replications);
    for (std::uint32_t r = 0; r < replications; ++r) {
      const Words words = draw(7, {static_cast<std::uint32_t>(trial), r, 0, Purpose::year_shock, 0});
      const double own = standard_normal(second_pair(words));
      x[r] = standard_normal(first_pair(words));
      y[r] = 3.0 + rho * x[r] + std::sqrt(1.0 - rho * rho) * own;
    }
    const ControlledMean found = controlled_mean(y, x, 0.0);
    held += found.simulation_error.interval.contains(3.0) ? 1 : 0;
    squared_error += (found.mean - 3.0) * (found.mean - 3.0);
  }
  // Four standard errors of a share of .95 in 4,000.
  EXPECT_NEAR(held / static_cast<double>(trials), 0.95, 4.0 * std::sqrt(0.95 * 0.05 / trials));
  // Variance (1 - rho^2) / n (n - 2) / (n - 3) (Lavenberg & Welch 1981), with four errors of a chi-square mean.
  const double expected = (1.0 - rho * rho) / replications * (replications - 2.0) / (replications - 3.0);
  EXPECT_NEAR(squared_error / trials / expected, 1.0, 4.0 * std::sqrt(3.0 / trials));
}

TEST(ControlledMean, RefusesWhatTellsNothing) {
  const std::vector<double> three{1.0, 2.0, 3.0};
  const std::vector<double> four{1.0, 2.0, 3.0, 4.0};
  const std::vector<double> same(4, 1.0);
  EXPECT_THROW((void)controlled_mean(three, three, 0.0), InvalidArgument);
  EXPECT_THROW((void)controlled_mean(four, three, 0.0), InvalidArgument);
  EXPECT_THROW((void)controlled_mean(four, same, 1.0), InvalidArgument);
  EXPECT_THROW((void)controlled_mean(four, four, 2.5, 1.0), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
