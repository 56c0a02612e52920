#include "waterbed/expectation/assessment.hpp"

#include "support.hpp"
#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace waterbed {
namespace {

// Mean 3; squared deviations 4 + 1 + 0 + 9 = 14, residuals 1, 0, -1, 1: 3; absolute 6 and 3.
TEST(Accuracy, ByHand) {
  const std::vector<double> y = {1, 2, 3, 6};
  const std::vector<double> m = {0, 2, 4, 5};
  const Accuracy found = accuracy({.outcome = y, .expected = m});
  EXPECT_DOUBLE_EQ(found.mean, 3.0);
  EXPECT_DOUBLE_EQ(found.expected_mean, 2.75);
  EXPECT_DOUBLE_EQ(found.r2, 1.0 - 3.0 / 14);
  EXPECT_DOUBLE_EQ(found.cpm, 0.5);
  EXPECT_DOUBLE_EQ(found.mean_absolute_residual, 0.75);
  EXPECT_DOUBLE_EQ(found.residual_sd, std::sqrt(0.75));
}

TEST(Accuracy, HalfAYearCountsHalf) {
  // Yearly 4 and 4, expected 4 and 2: the second weighs half.
  const std::vector<double> y = {4, 2, 1};
  const std::vector<double> m = {4, 1, 1};
  const std::vector<double> years = {1, 0.5, 1};
  const Accuracy found = accuracy({.outcome = y, .expected = m, .exposure = years});
  EXPECT_DOUBLE_EQ(found.mean, 2.8);
  EXPECT_DOUBLE_EQ(found.mean_absolute_residual, 0.5 * 2 / 2.5);
}

TEST(Accuracy, PerfectAndMean) {
  const std::vector<double> y = {1, 2, 3, 6};
  EXPECT_DOUBLE_EQ(accuracy({.outcome = y, .expected = y}).r2, 1.0);
  const std::vector<double> mean(4, 3.0);
  EXPECT_DOUBLE_EQ(accuracy({.outcome = y, .expected = mean}).r2, 0.0);
  EXPECT_DOUBLE_EQ(accuracy({.outcome = y, .expected = mean}).cpm, 0.0);
}

TEST(Calibration, GroupsHaveEqualExposureAndAllOfIt) {
  std::vector<double> y;
  std::vector<double> m;
  for (int i = 0; i < 100; ++i) {
    m.push_back(i);
    y.push_back(i + (i % 2 == 0 ? 1.0 : -1.0));
  }
  const auto groups = calibration({.outcome = y, .expected = m}, 10);
  ASSERT_EQ(groups.size(), 10U);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    EXPECT_EQ(groups[g].rows, 10);
    EXPECT_DOUBLE_EQ(groups[g].expected, 10.0 * static_cast<double>(g) + 4.5);
    EXPECT_DOUBLE_EQ(groups[g].realised, groups[g].expected);
    EXPECT_TRUE(groups[g].interval.contains(groups[g].realised));
  }
}

TEST(Calibration, EqualExpectationsStayTogether) {
  const std::vector<double> y = {0, 1, 0, 1, 1};
  const std::vector<double> m = {0.2, 0.2, 0.2, 0.2, 0.9};
  const auto groups = calibration({.outcome = y, .expected = m}, 4);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].rows, 4);
  EXPECT_DOUBLE_EQ(groups[0].realised, 0.5);
  // Standard error: squares 4 * 0.25, n / (n - 1) = 4/3, over 4 persons.
  EXPECT_NEAR(groups[0].interval.width(), 2 * 1.959963984540054 * std::sqrt(4.0 / 3) / 4, 1e-14);
}

// Two groups of four with chances 1/4 and 3/4, events 2 and 2: (2 - 1)^2 / (4 * 3/16) each.
TEST(HosmerLemeshow, ByHand) {
  const std::vector<double> y = {1, 1, 0, 0, 1, 1, 0, 0};
  const std::vector<double> m = {0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75};
  const HosmerLemeshow test = hosmer_lemeshow({.outcome = y, .expected = m}, 2, false);
  EXPECT_DOUBLE_EQ(test.statistic, 8.0 / 3);
  EXPECT_EQ(test.degrees_of_freedom, 2);
  EXPECT_NEAR(test.p, std::exp(-4.0 / 3), 1e-12) << "of a chi-square with two degrees of freedom";
  EXPECT_THROW((void)hosmer_lemeshow({.outcome = y, .expected = m}, 2, true), InvalidArgument);
}

TEST(PredictiveRatio, ByHand) {
  const std::vector<double> y = {10, 30, 50, 5};
  const std::vector<double> m = {20, 30, 40, 0};
  const std::vector<std::int32_t> group = {0, 0, 1, -1};
  const auto ratios = predictive_ratios({.outcome = y, .expected = m}, group, 3);
  ASSERT_EQ(ratios.size(), 3U);
  EXPECT_DOUBLE_EQ(ratios[0].ratio, 1.25);
  EXPECT_DOUBLE_EQ(ratios[1].ratio, 0.8);
  EXPECT_EQ(ratios[1].interval.high, std::numeric_limits<double>::infinity()) << "one person tells no spread";
  EXPECT_EQ(ratios[2].rows, 0);
  EXPECT_TRUE(std::isnan(ratios[2].ratio));
}

TEST(PredictiveRatio, OfProportionalExpectationsIsCertain) {
  const std::vector<double> y = {10, 20, 20, 30};
  const std::vector<double> m = {11, 22, 22, 33};
  const std::vector<std::int32_t> group(4, 0);
  const auto ratio = predictive_ratios({.outcome = y, .expected = m}, group, 1).front();
  EXPECT_NEAR(ratio.ratio, 1.1, 1e-15);
  EXPECT_NEAR(ratio.interval.low, 1.1, 1e-6);
  EXPECT_NEAR(ratio.interval.high, 1.1, 1e-6);
}

TEST(Accuracy, RefusesWhatCannotBe) {
  const std::vector<double> y = {1, 2};
  const std::vector<double> none = {0, 0};
  const std::vector<double> one = {1};
  EXPECT_THROW((void)accuracy({.outcome = y, .expected = one}), InvalidArgument);
  EXPECT_THROW((void)accuracy({.outcome = y, .expected = y, .exposure = none}), InvalidArgument);
  EXPECT_THROW((void)calibration({.outcome = y, .expected = y}, 1), InvalidArgument);
  const std::vector<std::int32_t> group = {0, 3};
  EXPECT_THROW((void)predictive_ratios({.outcome = y, .expected = y}, group, 3), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
