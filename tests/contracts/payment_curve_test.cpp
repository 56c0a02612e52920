#include "waterbed/contracts/payment_curve.hpp"

#include "support.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/term_curves.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::named;
using testing::percent;

constexpr double k_infinity = std::numeric_limits<double>::infinity();

// A log-normal of mean m and standard deviation s has the median m / sqrt(1 + (s/m)^2).
TEST(Forecast, HalfOfALogNormalLiesBelowItsMedian) {
  const Forecast spending{3000, 6000, ForecastShape::log_normal};
  EXPECT_NEAR(probability_below(spending, 3000 / std::sqrt(5.0)), 0.5, 1e-14);
  EXPECT_EQ(probability_below(spending, 0), 0);
  EXPECT_EQ(probability_below(spending, -1), 0);
  EXPECT_EQ(probability_below(spending, k_infinity), 1);
}

TEST(Forecast, AKnownQuantityIsBelowWhatIsMore) {
  EXPECT_EQ(probability_below({5, 0}, 5), 0);
  EXPECT_EQ(probability_below({5, 0}, 5.01), 1);
  EXPECT_DOUBLE_EQ(probability_below({5, 2}, 5), 0.5);
}

TEST(PaymentCurve, BendsAreLaidEndToEnd) {
  const PaymentCurve curve = bent_curve({{-k_infinity, 1}, {10, 0.5}, {20, 0}}, 10, 10);
  EXPECT_DOUBLE_EQ(value_at(curve, -4), -4);
  EXPECT_DOUBLE_EQ(value_at(curve, 10), 10);
  EXPECT_DOUBLE_EQ(value_at(curve, 16), 13);
  EXPECT_DOUBLE_EQ(value_at(curve, 1000), 15);
  EXPECT_EQ(expected_slope(curve, {10, 0}), 0.5);  // the next euro, not the last
  EXPECT_EQ(expected_slope(curve, {20, 0}), 0);
}

TEST(PaymentCurve, AnEmptyOnePaysNothing) {
  EXPECT_EQ(value_at({}, 5), 0);
  EXPECT_EQ(expected_value({}, {5, 1}), 0);
  EXPECT_EQ(expected_slope({}, {5, 1}), 0);
  const PaymentCurve outer = bent_curve({{-k_infinity, 2}}, 0, 0);
  EXPECT_TRUE(through({}, outer).pieces.empty());
  EXPECT_DOUBLE_EQ(value_at(through(outer, {}, 3), 17), 6);
}

TEST(PaymentCurve, MeansOfBothShapesAreThoseOfQuadrature) {
  const PaymentCurve curve = bent_curve({{-k_infinity, 0}, {385, 1}, {2000, 0.25}, {22'500, 0}}, 385, 0);
  const auto paid = [&](double x) { return value_at(curve, x); };
  for (const Forecast& x : {Forecast{2000, 700}, Forecast{300, 900, ForecastShape::log_normal},
                            Forecast{9000, 9000, ForecastShape::log_normal}}) {
    const double mean = testing::mean_by_quadrature(paid, x, {385, 2000, 22'500});
    EXPECT_NEAR(expected_value(curve, x), mean, 1e-10 * mean) << x.mean;
  }
}

// A payment of a payment: slopes multiply, jumps stay where they are and keep their side.
TEST(PaymentCurve, ThroughAnotherItIsThePaymentOfThePayment) {
  PaymentCurve stepped{{{-k_infinity, 5, 5, 5, 1}, {5, 8, 8, 3, 1}, {8, k_infinity, 8, 3, -2}}};
  const PaymentCurve outer = bent_curve({{-k_infinity, 1}, {2, 0.5}, {4, 0.1}}, 0, 0);
  const PaymentCurve both = through(outer, stepped, 0.5);
  for (const double x : {-10.0, 0.5, 1.4, 1.5, 1.6, 3.4, 3.6, 5.0, 5.001, 6.4, 6.6, 7.9, 8.0, 8.7, 8.8, 30.0}) {
    EXPECT_NEAR(value_at(both, x), value_at(outer, value_at(stepped, x) + 0.5), 1e-12) << x;
  }
  const Forecast forecast{5, 2};
  EXPECT_NEAR(expected_slope(both, forecast),
              testing::slope_by_quadrature([&](double x) { return value_at(outer, value_at(stepped, x) + 0.5); },
                                           forecast, {1.5, 3.5, 5, 6.5, 8, 8.75}),
              1e-9);
}

Fee tiers(TierMode mode) {
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  fee.tiers = {{euro(11'000'000), Rate{}}, {euro(11'500'000), percent(10)}, {std::nullopt, percent(30)}};
  fee.tier_mode = mode;
  fee.share = percent(80);
  return fee;
}

/// To the cent: curves are in double, payments round once.
void expect_same(double curve, Money paid) { RC_ASSERT(std::abs(curve - paid.to_euro()) <= 0.0051); }

RC_GTEST_PROP(TermCurves, AreWhatTheTermsPay, ()) {
  const Money x = cents(*rc::gen::inRange<std::int64_t>(-100'000'000, 2'000'000'000));
  const double at = x.to_euro();
  Facts facts;
  facts.fee_income = x;
  for (const TierMode mode : {TierMode::incremental, TierMode::all_units}) {
    expect_same(value_at(tier_curve(tiers(mode)), at), settle(named({tiers(mode)}), facts, Detail::amounts).total());
  }
  Ceiling ceiling;
  ceiling.share_above = percent(20);
  ceiling.floor = euro(9'000'000);
  expect_same(value_at(ceiling_curve(ceiling, 11.4e6), at), ceiling_paid(ceiling, euro(11'400'000), x));
  const VolumeBand band{percent(5), percent(40), percent(60)};
  expect_same(value_at(band_curve(band, 11.6e6), at), band_payment(band, euro(11'600'000), x));
  PatientShare patient;
  patient.first = euro(385'000);
  patient.share = percent(25);
  patient.most = euro(1'000'000);
  expect_same(value_at(patient_curve(patient), at), patient_owes(patient, x));
  patient.most.reset();
  patient.share = Rate{};
  expect_same(value_at(patient_curve(patient), at), patient_owes(patient, x));
  Reinsure reinsure;
  reinsure.attach = euro(500'000);
  reinsure.limit = euro(3'000'000);
  reinsure.share = percent(80);
  expect_same(value_at(counted_curve({}, &reinsure), at), x - reinsured(reinsure, x));
}

RC_GTEST_PROP(TermCurves, PartsOfASplitAddUpToTheWhole, ()) {
  const double at = *rc::gen::inRange(-3'000'000, 3'000'000) / 7.0;
  Split waterfall;
  waterfall.waterfall = {{"bank", euro(100'000)}, {"investor", euro(50'000)}, {"bank", euro(20'000)}, {"provider", {}}};
  Split weights;
  weights.parts = {{"bank", percent(1)}, {"investor", percent(2)}, {"provider", percent(4)}};
  for (const Split& split : {waterfall, weights}) {
    double sum = 0;
    for (const char* party : {"bank", "investor", "provider"}) {
      sum += value_at(split_curve(split, party), at);
    }
    RC_ASSERT(std::abs(sum - at) <= 1e-9);
  }
  RC_ASSERT(value_at(split_curve(waterfall, "stranger"), at) == 0.0);
}

TEST(TermCurves, AllUnitsStepDownPastTheEdge) {
  const PaymentCurve curve = tier_curve(tiers(TierMode::all_units));
  EXPECT_DOUBLE_EQ(value_at(curve, 11e6), 0.8 * 11e6);
  EXPECT_DOUBLE_EQ(value_at(curve, 11e6 + 1), 0.8 * 0.9 * (11e6 + 1));
  // p (1 - d) less V dd times the density: here past the point where more turnover earns less.
  const Forecast turnover{11e6, 1e6};
  const double density = 1.0 / (1e6 * std::sqrt(2.0 * std::acos(-1.0)));
  const double second = 0.2 * 11.5e6 * density * std::exp(-0.125);
  const double up_to_second = probability_below(turnover, 11.5e6);
  EXPECT_NEAR(expected_slope(curve, turnover),
              0.8 * (0.5 + 0.9 * (up_to_second - 0.5) + 0.7 * (1 - up_to_second) - 0.1 * 11e6 * density - second),
              1e-12);
}

}  // namespace
}  // namespace waterbed
