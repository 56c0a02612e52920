#include "waterbed/behaviour/incentive.hpp"

#include "waterbed/behaviour/adaptation.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace waterbed {
namespace {

TEST(Incentive, IsTheGainInTermsOfListValueTimesThetaAndPassThrough) {
  EXPECT_DOUBLE_EQ(
      incentive_utility({.theta = 0.2, .pass_through = 0.5, .value = 30.0, .reference_value = 10.0, .scale = 40.0}),
      0.05);
  EXPECT_LT(incentive_utility({.theta = 0.2, .value = 5.0, .reference_value = 10.0, .scale = 40.0}), 0.0);
}

TEST(Incentive, IsExactlyZeroUnderTheReferenceContractsAtAnySensitivity) {
  for (const double theta : {0.0, 0.1, 0.57, 100.0}) {
    EXPECT_EQ(incentive_utility({.theta = theta, .value = 1.0 / 3.0, .reference_value = 1.0 / 3.0, .scale = 7.0}), 0.0);
  }
  EXPECT_EQ(incentive_utility({.theta = 0.0, .value = 1e9, .scale = 1.0}), 0.0);
  EXPECT_EQ(incentive_utility({.theta = 0.3, .pass_through = 0.0, .value = 1e9, .scale = 1.0}), 0.0);
  EXPECT_THROW((void)incentive_utility({.scale = 0.0}), InvalidArgument);
}

TEST(Incentive, DownstreamValueOfAReferralHoldsWhatFollowsIt) {
  // From the GP one in five goes to the clinic, where each patient is seen twice.
  Eigen::Matrix2d fundamental;
  fundamental << 1.0, 0.4,  //
      0.0, 2.0;
  const Eigen::VectorXd value = downstream_value(fundamental, Eigen::Vector2d(12.0, 100.0));
  EXPECT_DOUBLE_EQ(value(0), 52.0);
  EXPECT_DOUBLE_EQ(value(1), 200.0);
  EXPECT_THROW((void)downstream_value(fundamental, Eigen::Vector3d::Ones()), InvalidArgument);
}

TEST(Supply, HoldsBackTheExpectedExcess) {
  const SupplyShares all_deferred{.goes_on = 0.0, .defers = 1.0, .sends_back = 0.0, .sends_elsewhere = 0.0};
  for (const double forecast : {90.0, 97.0, 100.0, 104.0}) {
    const double sd = 3.0;
    double integral = 0.0;
    const double step = 1e-3;
    for (double income = 100.0 + 0.5 * step; income < 140.0; income += step) {
      integral += (income - 100.0) * exact::normal_pdf((income - forecast) / sd) / sd * step;
    }
    const CeilingOutlook outlook{.forecast = forecast, .forecast_sd = sd, .ceiling = 100.0, .elective_remainder = 50.0};
    EXPECT_NEAR(supply_decision(outlook, all_deferred, 1.0).closed_share * 50.0, integral, 1e-6);
  }
}

TEST(Supply, SplitsTheExcessByItsShares) {
  const SupplyDecision decision = supply_decision({.forecast = 110.0, .ceiling = 100.0, .elective_remainder = 50.0},
                                                  SupplyShares{}, /*pass_through=*/0.5);
  EXPECT_DOUBLE_EQ(decision.closed_share, 0.2 * 0.5 * 0.40);
  EXPECT_DOUBLE_EQ(decision.sent_back, 0.2 * 0.5 * 0.20);
  EXPECT_DOUBLE_EQ(decision.sent_elsewhere, 0.2 * 0.5 * 0.05);
}

TEST(Supply, LowerCeilingsHoldBackMore) {
  double before = -1.0;
  for (const double ceiling : {110.0, 102.0, 100.0, 98.0, 95.0, 90.0, 80.0}) {
    const SupplyDecision decision = supply_decision(
        {.forecast = 100.0, .forecast_sd = 2.0, .ceiling = ceiling, .elective_remainder = 60.0}, SupplyShares{}, 1.0);
    EXPECT_GT(decision.closed_share, before) << "ceiling " << ceiling;
    before = decision.closed_share;
  }
}

TEST(Supply, IsBoundedAndNothingWithoutPassThroughOrElectiveWork) {
  const CeilingOutlook deep{.forecast = 200.0, .forecast_sd = 1.0, .ceiling = 100.0, .elective_remainder = 1.0};
  const SupplyDecision all =
      supply_decision(deep, {.goes_on = 0.0, .defers = 0.5, .sends_back = 0.3, .sends_elsewhere = 0.2}, 1.0);
  EXPECT_DOUBLE_EQ(all.closed_share + all.sent_back + all.sent_elsewhere, k_most_held_back);
  EXPECT_EQ(supply_decision(deep, SupplyShares{}, 0.0).closed_share, 0.0);
  EXPECT_EQ(supply_decision({.forecast = 200.0, .ceiling = 100.0}, SupplyShares{}, 1.0).closed_share, 0.0);
  EXPECT_THROW((void)supply_decision(deep, {.goes_on = 0.9}, 1.0), InvalidArgument);
  EXPECT_THROW((void)supply_decision(deep, SupplyShares{}, 1.1), InvalidArgument);
}

/// Revenue relative to the ceiling, refresh by refresh, of a provider who acts less when the ceiling will be reached.
struct ToyLoop {
  double sensitivity;  ///< log-odds when the marginal price falls to nothing
  double forecast_sd;
  double kappa;
};
std::vector<double> iterate(const ToyLoop& loop, int refreshes) {
  std::vector<double> revenue;
  double shift = 0.0;
  for (int refresh = 0; refresh < refreshes; ++refresh) {
    // Without a ceiling 1 % above it.
    revenue.push_back(1.01 * exact::exp(shift));
    const double reached = exact::normal_cdf((revenue.back() - 1.0) / loop.forecast_sd);
    shift = adapt({.current = shift, .target = -loop.sensitivity * reached}, loop.kappa);
  }
  return revenue;
}
double late_swing(const std::vector<double>& revenue) {
  const auto [low, high] = std::minmax_element(revenue.end() - 8, revenue.end());
  return *high - *low;
}

TEST(CeilingLoop, DefaultsDoNotOscillate) {
  const double pace = kappa({.period_months = 3.0, .half_life_months = 12.0});
  EXPECT_NEAR(pace, 0.159, 0.0005);
  for (const double sensitivity : {0.10, 0.13, 0.23, 0.28, 0.49}) {
    EXPECT_LT(late_swing(iterate({sensitivity, 0.02, pace}, 80)), 1e-6) << "sensitivity " << sensitivity;
  }
}

TEST(IncomeWeight, IsTheTargetOverTheExpectedIncomeToThePowerOfEffort) {
  EXPECT_DOUBLE_EQ(income_weight({.target = 100.0, .expected = 80.0}, 1.0), 1.25);
  EXPECT_NEAR(income_weight({.target = 100.0, .expected = 80.0}, 2.0), 1.5625, 1e-12);
  EXPECT_NEAR(income_weight({.target = 100.0, .expected = 121.0}, 0.5), 1.0 / 1.1, 1e-12);
  // One per cent less income and theta * gamma = .42 give .42 % more volume: the gap between fees and salaries of T9.
  EXPECT_NEAR(0.10 * (income_weight({.target = 1.01, .expected = 1.0}, 4.2) - 1.0), 0.0042, 1e-4);
}

TEST(IncomeWeight, IsExactlyOneWithoutEffortOrTarget) {
  EXPECT_EQ(income_weight({.target = 100.0, .expected = 3.0}, 0.0), 1.0);
  EXPECT_EQ(income_weight({.target = 0.0, .expected = 3.0}, 1.0), 1.0);
  EXPECT_EQ(income_weight({.target = 70.0, .expected = 70.0}, 1.7), 1.0);
}

TEST(IncomeWeight, GoesNoFurtherThanIncomesThatHalveOrDouble) {
  EXPECT_DOUBLE_EQ(income_weight({.target = 100.0, .expected = 1.0}, 1.0), 2.0);
  EXPECT_DOUBLE_EQ(income_weight({.target = 100.0, .expected = -50.0}, 1.0), 2.0);
  EXPECT_DOUBLE_EQ(income_weight({.target = 1.0, .expected = 100.0}, 1.0), 0.5);
  EXPECT_THROW((void)income_weight({.target = 1.0, .expected = 1.0}, -0.1), InvalidArgument);
}

TEST(CeilingLoop, HardStepOscillatesForEver) {
  // 1e-6 stands for a forecast without error.
  EXPECT_GT(late_swing(iterate({0.28, 1e-6, 0.159}, 400)), 0.01);
}

TEST(CeilingLoop, RuleOfTheGainTellsWhichLoopsSettle) {
  int settled = 0;
  int swinging = 0;
  for (const double sensitivity : {0.10, 0.18, 0.28, 0.49, 0.82}) {
    for (const double sd : {0.005, 0.01, 0.02, 0.03}) {
      for (const double pace : {0.08, 0.159, 0.3, 0.5, 0.8, 1.0}) {
        // The fixed point, found by a loop slow enough to settle.
        const double revenue = iterate({sensitivity, sd, 0.005}, 6000).back();
        const double gain =
            loop_gain({.revenue_drop = sensitivity * revenue, .distance_sd = (revenue - 1.0) / sd, .forecast_sd = sd});
        const double strength = pace * (1.0 + gain);
        const double swing = late_swing(iterate({sensitivity, sd, pace}, 4000));
        if (strength < 1.9) {
          EXPECT_LT(swing, 1e-9) << sensitivity << " " << sd << " " << pace << " strength " << strength;
          ++settled;
        } else if (strength > 2.1) {
          EXPECT_GT(swing, 1e-3) << sensitivity << " " << sd << " " << pace << " strength " << strength;
          ++swinging;
        }
      }
    }
  }
  EXPECT_GT(settled, 20);
  EXPECT_GT(swinging, 20);
}

TEST(Supply, ResponseToTheExcessSettlesWithoutOvershoot) {
  // A squeeze of 5 %: the shares adapt to a target that does not depend on what is held back already.
  const double pace = kappa({.period_months = 3.0, .half_life_months = 12.0});
  double closed = 0.0;
  for (int refresh = 0; refresh < 60; ++refresh) {
    const SupplyDecision target = supply_decision(
        {.forecast = 105.0, .forecast_sd = 2.0, .ceiling = 100.0, .elective_remainder = 60.0}, SupplyShares{}, 1.0);
    const double next = adapt({.current = closed, .target = target.closed_share}, pace);
    EXPECT_GE(next, closed);
    EXPECT_LE(next, target.closed_share);
    closed = next;
  }
  EXPECT_NEAR(closed, 0.4 * expected_excess(105.0, 100.0, 2.0) / 60.0, 1e-5);
}

}  // namespace
}  // namespace waterbed
