#include "waterbed/behaviour/adaptation.hpp"

#include "waterbed/behaviour/waits.hpp"
#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace waterbed {
namespace {

TEST(Adaptation, HalfTheGapIsClosedAfterTheHalfLife) {
  EXPECT_DOUBLE_EQ(kappa({.period_months = 12.0, .half_life_months = 12.0}), 0.5);
  EXPECT_DOUBLE_EQ(kappa({.period_months = 24.0, .half_life_months = 12.0}), 0.75);
  EXPECT_EQ(kappa({.period_months = 0.0, .half_life_months = 12.0}), 0.0);
  EXPECT_EQ(kappa({.period_months = 1.0, .half_life_months = 0.0}), 1.0);
  EXPECT_THROW((void)kappa({.period_months = -1.0}), InvalidArgument);
  EXPECT_THROW((void)kappa({.half_life_months = std::numeric_limits<double>::infinity()}), InvalidArgument);
}

RC_GTEST_PROP(Adaptation, DoesNotDependOnTheRefreshPeriod, ()) {
  const double target = *rc::gen::inRange(-1000, 1001) / 500.0;
  const double half_life = *rc::gen::inRange(1, 61);
  const double monthly = kappa({.period_months = 1.0, .half_life_months = half_life});
  const double quarterly = kappa({.period_months = 3.0, .half_life_months = half_life});
  double by_month = 0.3;
  double by_quarter = 0.3;
  for (int quarter = 0; quarter < 20; ++quarter) {
    for (int month = 0; month < 3; ++month) {
      by_month = adapt({.current = by_month, .target = target}, monthly);
    }
    by_quarter = adapt({.current = by_quarter, .target = target}, quarterly);
    RC_ASSERT(std::abs(by_month - by_quarter) < 1e-14);
  }
}

TEST(Adaptation, StaysExactlyWhereThereIsNoGap) {
  EXPECT_EQ(adapt({.current = 0.1, .target = 0.1}, 0.159), 0.1);
  EXPECT_EQ(adapt({.current = 0.0, .target = 0.0}, 0.159), 0.0);
  EXPECT_EQ(adapt({.current = 0.1, .target = 0.7}, 1.0), 0.7);
}

TEST(Waits, LongerWaitsDeterAndTheReferenceDoesNothing) {
  EXPECT_DOUBLE_EQ(wait_utility(0.2, {.months = 2.5, .reference_months = 1.5}), -0.2);
  EXPECT_GT(wait_utility(0.2, {.months = 1.0, .reference_months = 1.5}), 0.0);
  EXPECT_EQ(wait_utility(0.2, {.months = 1.5, .reference_months = 1.5}), 0.0);
  EXPECT_EQ(wait_utility(0.0, {.months = 9.0, .reference_months = 1.5}), 0.0);
}

}  // namespace
}  // namespace waterbed
