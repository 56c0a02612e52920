#include "waterbed/contracts/marginal.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::given;
using testing::named;
using testing::one_layer;
using testing::percent;
using testing::permille;
using testing::year;

/// Integral of f over normal(mean, sd) by Gauss-Legendre panels that break at the given points.
double normal_mean(const std::function<double(double)>& f, double mean, double sd, std::vector<double> breaks) {
  constexpr double nodes[] = {0.1488743389816312, 0.4333953941292472, 0.6794095682990244, 0.8650633666889845,
                              0.9739065285171717};
  constexpr double weights[] = {0.2955242247147529, 0.2692667193099963, 0.2190863625159820, 0.1494513491505806,
                                0.0666713443086881};
  for (int i = -100; i <= 100; ++i) {
    breaks.push_back(mean + sd * i / 10.0);
  }
  std::sort(breaks.begin(), breaks.end());
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
    const double low = std::max(breaks[i], mean - 10.0 * sd);
    const double high = std::min(breaks[i + 1], mean + 10.0 * sd);
    if (high <= low) {
      continue;
    }
    for (int k = 0; k < 5; ++k) {
      for (const double side : {-1.0, 1.0}) {
        const double x = (low + high) / 2.0 + side * nodes[k] * (high - low) / 2.0;
        const double z = (x - mean) / sd;
        sum +=
            weights[k] * (high - low) / 2.0 * f(x) * std::exp(-z * z / 2.0) / (sd * std::sqrt(2.0 * std::numbers::pi));
      }
    }
  }
  return sum;
}

/// Derivative to the mean, five-point differences of the quadrature.
double numerical_slope(const std::function<double(double)>& f, double mean, double sd,
                       const std::vector<double>& breaks) {
  const double h = 0.02 * sd;
  const auto at = [&](double shift) { return normal_mean(f, mean + shift * h, sd, breaks); };
  return (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h);
}

TEST(Marginal, FeePaysItsTierPriceLessThePatientShare) {
  EXPECT_DOUBLE_EQ(fee_marginal(2850, 0.3, 0), 1995);
  EXPECT_DOUBLE_EQ(fee_marginal(100, 0.1, 0.5), 45);
}

TEST(Marginal, BundleCapitationAndLumpPayNothingInside) {
  EXPECT_EQ(bundle_marginal(2850, BundlePosition::inside, 190), 0);
  EXPECT_EQ(bundle_marginal(2850, BundlePosition::new_trigger, 190), 2850);
  EXPECT_EQ(bundle_marginal(2850, BundlePosition::outside, 190), 190);
  EXPECT_EQ(k_capitation_marginal, 0);
  EXPECT_EQ(k_lump_marginal, 0);
}

// One more hospital product at 2,850, far past every step: price x volume, ceiling, 70 % above it.
TEST(Marginal, CeilingPaysTheShareAboveOnceReached) {
  EXPECT_DOUBLE_EQ(ceiling_marginal(2850, 0, 0), 2850);
  EXPECT_DOUBLE_EQ(ceiling_marginal(2850, 1, 0), 0);
  EXPECT_DOUBLE_EQ(ceiling_marginal(2850, 1, 0.7), 1995);
  EXPECT_DOUBLE_EQ(ceiling_marginal(2850, 0.5, 0), 1425);
}

TEST(Marginal, ForecastErrorShrinksOverTheYearToAFloor) {
  EXPECT_DOUBLE_EQ(forecast_sigma(1e6, 1.0, 0.0), 20'000);
  EXPECT_DOUBLE_EQ(forecast_sigma(1e6, 0.5, 0.0), 10'000);
  EXPECT_DOUBLE_EQ(forecast_sigma(1e6, 0.0, 0.0), 5'000);
  EXPECT_DOUBLE_EQ(forecast_sigma(1e6, 1.0, 15'000), 25'000);
  EXPECT_DOUBLE_EQ(forecast_sigma(1e6, 1.0, 0.0, 0.03), 30'000);
}

TEST(Marginal, ProbabilityIsOneHalfAtTheCeilingAndAStepWhenKnown) {
  EXPECT_DOUBLE_EQ(probability_reached(100, 100, 5), 0.5);
  EXPECT_NEAR(probability_reached(105, 100, 5), 0.8413447460685429, 1e-15);
  EXPECT_EQ(probability_reached(100, 100, 0), 1);
  EXPECT_EQ(probability_reached(99, 100, 0), 0);
}

TEST(Marginal, ExpectedExcessIsTheMeanOfWhatExceeds) {
  for (const double forecast : {80.0, 97.0, 100.0, 104.0, 130.0}) {
    const double by_quadrature = normal_mean([](double x) { return std::max(0.0, x - 100.0); }, forecast, 5.0, {100.0});
    EXPECT_NEAR(expected_excess(forecast, 100, 5), by_quadrature, 1e-10 + 1e-9 * by_quadrature) << forecast;
  }
  EXPECT_EQ(expected_excess(104, 100, 0), 4);
  EXPECT_EQ(expected_excess(96, 100, 0), 0);
}

TEST(Marginal, CeilingSlopeIsTheDerivativeOfExpectedPayment) {
  Ceiling ceiling;
  ceiling.share_above = percent(20);
  ceiling.floor = euro(90);
  const auto paid = [](double income) { return std::max(90.0, income > 100 ? 100 + 0.2 * (income - 100) : income); };
  for (const double mean : {85.0, 92.0, 99.0, 106.0}) {
    const double slope = ceiling_slope(ceiling, 100, {mean, 4.0});
    EXPECT_NEAR(slope, numerical_slope(paid, mean, 4.0, {90, 100}), 1e-6 * slope) << mean;
  }
}

/// The settlement rule once more, in plain doubles, as the specification writes it.
struct Rule {
  double B = 1e8;
  double gate_up = 0.02;
  double gate_down = 0.02;
  bool excess = false;
  double below = 0.0;
  std::vector<std::pair<double, double>> up;  // edge, share
  std::vector<std::pair<double, double>> down;
  double limit_up = 1e18;
  double limit_down = 1e18;
  double keep = 1.0;

  [[nodiscard]] double operator()(double S) const {
    const double G = B - S;
    const bool saving = G >= 0;
    const double gate = (saving ? gate_up : gate_down) * B;
    const double base = std::max(0.0, excess ? std::abs(G) - gate : std::abs(G));
    double W = 0;
    double from = 0;
    for (const auto& [edge, share] : saving ? up : down) {
      W += share * std::max(0.0, std::min(base, edge * B) - from);
      from = edge * B;
    }
    if (std::abs(G) < gate) {
      W *= saving ? below : 0.0;
    }
    W = std::min(W, saving ? limit_up : limit_down);
    return saving ? W * keep : -W;
  }
};

struct Case {
  const char* name;
  Contract contract;
  Rule rule;
  std::vector<double> breaks;  // where the rule bends or jumps
};

Facts facts_of(const Rule& rule) {
  Facts facts = year(10'000, Money::from_euro(rule.B / 10'000), Money{});
  facts.counted = {};
  facts.own_revenue = euro(30'000'000);
  facts.low_revenue = true;
  return facts;
}

std::vector<Case> cases() {
  constexpr double open = 1e9;
  std::vector<Case> all;
  all.push_back({"plain share",
                 named({given(), Layers{{{std::nullopt, Share::of(percent(50))}}, {}}}),
                 {.gate_up = 0, .gate_down = 0, .up = {{open, 0.5}}, .down = {}},
                 {1e8}});
  Gate excess{percent(2), percent(3)};
  excess.mode = GateMode::excess;
  all.push_back({"excess gate",
                 named({given(), excess, one_layer(Share::of(percent(50)), Share::of(percent(30)))}),
                 {.gate_down = 0.03, .excess = true, .up = {{open, 0.5}}, .down = {{open, 0.3}}},
                 {0.98e8, 1e8, 1.03e8}});
  // Limit on losses: 8 % of 30 million revenue is the least; reached at a loss of 8 million.
  all.push_back({"level E",
                 testing::mssp_basic_e(),
                 {.up = {{open, 0.5}}, .down = {{open, 0.3}}, .limit_up = 1e7, .limit_down = 2.4e6, .keep = 0.98},
                 {0.8e8, 0.98e8, 1e8, 1.02e8, 1.08e8}});
  all.push_back(
      {"level A, low revenue",
       testing::mssp_basic_a(),
       {.gate_up = 0.03, .gate_down = 0, .below = 0.5, .up = {{open, 0.4}}, .down = {}, .limit_up = 1e7, .keep = 0.98},
       {0.75e8, 0.97e8, 1e8}});
  const Layers corridors{{{percent(5), Share::of(percent(50))}, {percent(10), Share::of(percent(35))}},
                         {{percent(5), Share::of(percent(50))}, {percent(10), Share::of(percent(35))}}};
  all.push_back(
      {"corridors that end",
       named({given(), Gate{permille(5), permille(10)}, corridors}),
       {.gate_up = 0.005, .gate_down = 0.01, .up = {{0.05, 0.5}, {0.1, 0.35}}, .down = {{0.05, 0.5}, {0.1, 0.35}}},
       {0.9e8, 0.95e8, 0.995e8, 1e8, 1.01e8, 1.05e8, 1.1e8}});
  return all;
}

TEST(SettlementCurve, ExpectedSlopeIsTheDerivativeOfTheExpectedSettlement) {
  for (const Case& test : cases()) {
    const SettlementCurve curve = settlement_curve(test.contract, facts_of(test.rule));
    for (const double mean : {0.90e8, 0.97e8, 0.985e8, 1.0e8, 1.02e8, 1.06e8}) {
      for (const double sd : {1e6, 3e6}) {
        const Forecast forecast{mean, sd};
        const double value = normal_mean(test.rule, mean, sd, test.breaks);
        EXPECT_NEAR(expected_value(curve, forecast), value, 1e-6 * std::abs(value) + 1e-3) << test.name << ' ' << mean;
        const double slope = numerical_slope(test.rule, mean, sd, test.breaks);
        // Where the settlement is flat for sd after sd, both are zero up to the noise of the quadrature.
        EXPECT_NEAR(expected_slope(curve, forecast, SlopeCap::none), slope, 1e-6 * std::abs(slope) + 1e-9)
            << test.name << ' ' << mean << ' ' << sd;
      }
    }
  }
}

RC_GTEST_PROP(SettlementCurve, IsTheSettlementAtAKnownSpending, ()) {
  for (const Case& test : cases()) {
    Facts facts = facts_of(test.rule);
    const SettlementCurve curve = settlement_curve(test.contract, facts);
    facts.counted.total = cents(*rc::gen::inRange<std::int64_t>(5'000'000'000, 15'000'000'000));
    const double spend = facts.counted.total->to_euro();
    const double settled = settle(test.contract, facts, Detail::amounts).settlement.to_euro();
    RC_ASSERT(std::abs(value_at(curve, spend) - settled) <= 0.0051);
  }
}

TEST(SettlementCurve, ExactlyAtTheGatePasses) {
  const SettlementCurve curve = settlement_curve(
      named({given(), Gate{percent(2), percent(2)}, one_layer(Share::of(percent(50)), Share::of(percent(30)))}),
      facts_of(Rule{}));
  EXPECT_DOUBLE_EQ(value_at(curve, 0.98e8), 1e6);
  EXPECT_DOUBLE_EQ(value_at(curve, 1.02e8), -6e5);
  EXPECT_EQ(value_at(curve, 0.98e8 + 1), 0);
  EXPECT_EQ(value_at(curve, 1.02e8 - 1), 0);
}

TEST(SettlementCurve, AKnownPositionHasTheSlopeOfItsPiece) {
  const SettlementCurve curve = settlement_curve(testing::mssp_basic_e(), facts_of(Rule{}));
  EXPECT_DOUBLE_EQ(expected_slope(curve, {0.95e8, 0}), -0.49);
  EXPECT_DOUBLE_EQ(expected_slope(curve, {0.99e8, 0}), 0);
  EXPECT_DOUBLE_EQ(expected_slope(curve, {1.05e8, 0}), -0.3);
  EXPECT_DOUBLE_EQ(expected_slope(curve, {1.2e8, 0}), 0);
  EXPECT_DOUBLE_EQ(expected_value(curve, {0.95e8, 0}), 2.45e6);
}

// Near a first-dollar gate one more euro may lose the whole settlement: the slope is s P + s m B f, more than the
// share.
TEST(SettlementCurve, TheCliffExceedsTheShareAndCanBeCapped) {
  const Contract contract = named({given(), Gate{percent(2)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  const SettlementCurve curve = settlement_curve(contract, facts_of(Rule{}));
  const Forecast near_gate{0.98e8, 5e5};
  const double density = 1.0 / (5e5 * std::sqrt(2.0 * std::numbers::pi));
  EXPECT_NEAR(expected_slope(curve, near_gate, SlopeCap::none), -(0.5 * 0.5 + 0.5 * 0.02 * 1e8 * density), 1e-9);
  EXPECT_DOUBLE_EQ(expected_slope(curve, near_gate, SlopeCap::twice_share), -1.0);
}

// c [s P(G >= mB) + s m B f_G(mB)]: at the gate 0.25 + 10^6 x 0.398942 / sd, so the surer the forecast the deeper.
TEST(SettlementCurve, TheCliffIsItsClosedForm) {
  const Contract contract = named({given(), Gate{percent(2)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  const SettlementCurve curve = settlement_curve(contract, facts_of(Rule{}));
  const auto at_gate = [&](double sd) { return expected_slope(curve, {0.98e8, sd}, SlopeCap::none); };
  EXPECT_NEAR(at_gate(5e5), -1.047885, 5e-7);
  EXPECT_NEAR(at_gate(1e6), -0.648942, 5e-7);
  EXPECT_NEAR(at_gate(2e6), -0.449471, 5e-7);
  for (const double mean : {0.96e8, 0.975e8, 0.985e8, 1.0e8}) {
    const double z = (0.98e8 - mean) / 1e6;
    const double density = std::exp(-z * z / 2.0) / (1e6 * std::sqrt(2.0 * std::numbers::pi));
    const double passes = std::erfc(-z / std::numbers::sqrt2) / 2.0;
    EXPECT_NEAR(expected_slope(curve, {mean, 1e6}, SlopeCap::none), -(0.5 * passes + 0.5 * 2e6 * density), 1e-12)
        << mean;
  }
}

TEST(SettlementCurve, OwnRevenueRaisesARevenueLimitThatBinds) {
  Facts facts = facts_of(Rule{});
  const Forecast deep_loss{1.08e8, 2e6};
  const auto expected_at = [&](double revenue) {
    facts.own_revenue = Money::from_euro(revenue);
    return expected_value(settlement_curve(testing::mssp_basic_e(), facts), deep_loss);
  };
  const double numerical = (expected_at(30e6 + 1000) - expected_at(30e6 - 1000)) / 2000;
  facts.own_revenue = euro(30'000'000);
  const SettlementCurve curve = settlement_curve(testing::mssp_basic_e(), facts);
  EXPECT_NEAR(expected_revenue_slope(curve, deep_loss), numerical, 1e-6 * std::abs(numerical));
  EXPECT_NEAR(expected_revenue_slope(curve, deep_loss), -0.04, 1e-4);  // bound half of the time
  EXPECT_DOUBLE_EQ(expected_revenue_slope(curve, {1.2e8, 0}), -0.08);
}

TEST(SettlementCurve, IsFlatWhereNothingCanBeShared) {
  Facts facts = facts_of(Rule{});
  facts.assigned = 4999;
  const SettlementCurve small = settlement_curve(testing::mssp_basic_e(), facts);
  EXPECT_EQ(expected_slope(small, {1e8, 1e6}), 0);
  EXPECT_EQ(expected_value(small, {1e8, 0}), 0);
  Lump lump;
  lump.amount = euro(5);
  EXPECT_TRUE(settlement_curve(named({lump}), Facts{}).pieces.empty());
  EXPECT_THROW((void)settlement_curve(testing::mssp_basic_e(), Facts{}), FactsError);
}

TEST(SettlementMarginal, IsTheShareOfThePartyTimesTheSlope) {
  Contract contract = testing::mssp_basic_e();
  const Facts facts = facts_of(Rule{});
  const Forecast forecast{0.9e8, 1e6};
  EXPECT_NEAR(settlement_marginal(contract, facts, forecast, "holder"), -0.49, 1e-9);
  EXPECT_EQ(settlement_marginal(contract, facts, forecast, "gp"), 0);
  contract.terms.push_back(Split{{{"gp", percent(70)}, {"hospital", percent(30)}}});
  EXPECT_NEAR(settlement_marginal(contract, facts, forecast, "gp"), -0.7 * 0.49, 1e-9);
  EXPECT_EQ(settlement_marginal(contract, facts, forecast, "holder"), 0);
}

RC_GTEST_PROP(SettlementCurve, ExpectedSettlementNeverRisesWithSpending, ()) {
  const std::vector<Case> all = cases();
  const Case& test = all[*rc::gen::inRange<std::size_t>(0, all.size())];
  const SettlementCurve curve = settlement_curve(test.contract, facts_of(test.rule));
  const Forecast forecast{*rc::gen::inRange(60, 140) * 1e6, *rc::gen::inRange(1, 100) * 1e5};
  RC_ASSERT(expected_slope(curve, forecast, SlopeCap::none) <= 1e-12);
  RC_ASSERT(std::isfinite(expected_value(curve, forecast)));
}

}  // namespace
}  // namespace waterbed
