// What decisions are worth, clause by clause, and where they end.
#include "waterbed/engine/decision_path.hpp"

#include "engine/decisions.hpp"
#include "support/region.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/scaled_arm.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace waterbed {
namespace {

Model two_clinics() {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  return compile(scenario);
}

TEST(ValuesByPart, AddUpToWhatOptionsAreWorth) {
  const Model model = two_clinics();
  for (const ArmModel& arm : model.arms) {
    std::vector<engine::ContractPosition> positions = engine::expected_positions(model, arm, 0.5);
    for (std::size_t c = 0; c < positions.size(); ++c) {
      if (arm.contracts[c].settles) {
        positions[c].member_slopes = {-0.3};
        positions[c].group_share = {0.9, 0.4};
      }
    }
    const PayTable& pays = arm.pay_in(model.time.burn_in_years());
    const std::vector<MarginalPart> parts = engine::marginal_parts(model, arm, model.arms.front());
    const auto values = engine::values_by_part(model, arm, pays, positions, model.frozen.fundamental, parts);
    const engine::OptionValues whole = engine::option_values(model, arm, pays, positions, model.frozen.fundamental);
    double largest = 0.0;
    for (std::size_t i = 0; i < whole.own.size(); ++i) {
      double sum = 0.0;
      for (const std::vector<double>& part : values) {
        sum += part[i];
      }
      EXPECT_NEAR(sum, whole.own[i] + whole.borne[i], 1e-9) << arm.name;
      largest = std::max(largest, std::abs(sum));
    }
    EXPECT_GT(largest, 1.0) << arm.name;
  }
}

/// The decision of somebody to do something with patients who are at a place. @returns position
std::size_t position(const std::vector<DecisionInfo>& decisions, const std::string& type, const std::string& from,
                     const std::string& to) {
  const auto found = std::find_if(decisions.begin(), decisions.end(), [&](const DecisionInfo& d) {
    return d.type == type && d.from == from && d.to == to;
  });
  EXPECT_NE(found, decisions.end()) << type << " " << from << " " << to;
  return static_cast<std::size_t>(found - decisions.begin());
}

TEST(DecisionPath, ShiftFollowsTheEurosOfTheClauses) {
  // At once the log-odds of a GP's own act are theta x pass-through x (V - V*) / fee, all of it by the
  // fee: what it costs to see a patient is what it was.
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  scenario.behaviour.half_life_months = 0.01;  // at once
  const Model model = with_scaled_arms(compile(scenario), {{.name = "half", .provider = "gp_group_1", .factor = 0.5}});
  const DecisionPath path = decision_path(model, {.arm = "half", .years = {model.time.start_year}});
  const std::size_t d = position(path.decisions, "treat_or_refer", "gp_group_1.gp_consult", "gp_group_1.gp_consult");
  EXPECT_EQ(path.year.size(), 4U);
  for (std::size_t refresh = 0; refresh < path.year.size(); ++refresh) {
    double euro = 0.0;
    for (std::size_t part = 0; part < path.parts.size(); ++part) {
      const double worth = path.marginal[(refresh * path.parts.size() + part) * path.decisions.size() + d];
      euro += worth;
      const bool fee = path.parts[part].contract == "gp_capitation" && path.parts[part].term == "fee";
      EXPECT_TRUE(fee || std::abs(worth) < 1e-9) << path.parts[part].contract << " " << path.parts[part].term;
    }
    // A follow-up is one visit (nothing follows it but unserved need that comes back now and then): half a fee less.
    EXPECT_NEAR(euro, -12.21 / 2, 0.06);
    EXPECT_NEAR(path.shift[refresh * path.decisions.size() + d], 0.57 * 0.8 * euro / 12.21, 1e-9);
  }
}

TEST(DecisionPath, RefusesYearsOfTheBurnIn) {
  const Model model = two_clinics();
  EXPECT_THROW((void)decision_path(model, {.years = {model.time.start_year - 1}}), InvalidArgument);
}

TEST(FixedPoint, IsWhereAdaptationGoes) {
  // Without a ceiling nothing feeds back but the walk itself: after n refreshes the shift has gone 1 - (1 - kappa)^n of
  // the way. Walks are solved anew each year only, hence the tolerance.
  const Model model = with_scaled_arms(two_clinics(), {{.name = "half", .provider = "gp_group_1", .factor = 0.5}});
  const FixedPoint end = fixed_point(model, {.of = {.arm = "half"}});
  EXPECT_TRUE(end.found);
  EXPECT_TRUE(end.settles);
  EXPECT_FALSE(end.oscillates);
  const DecisionPath path = decision_path(model, {.arm = "half"}, false);
  const double kappa = 1.0 - std::exp2(-3.0 / 12.0);
  const std::size_t d = position(path.decisions, "treat_or_refer", "gp_group_1.gp_consult", "gp_group_1.gp_consult");
  ASSERT_EQ(path.year.size(), 4U * static_cast<std::size_t>(model.time.years));
  for (std::size_t refresh = 0; refresh < path.year.size(); ++refresh) {
    const double part = 1.0 - std::pow(1.0 - kappa, static_cast<double>(refresh + 1));
    const double expected = part * end.shift[d];
    EXPECT_NEAR(path.shift[refresh * path.decisions.size() + d], expected, 0.01 * std::abs(end.shift[d])) << refresh;
  }
  // With a contraction the gap falls by about 1 - kappa a refresh.
  ASSERT_GT(end.residual.size(), 12U);
  EXPECT_NEAR(end.residual[12] / end.residual[11], 1.0 - kappa, 0.01);
}

TEST(FixedPoint, OfTheReferenceContractsIsObservedPractice) {
  const FixedPoint usual = fixed_point(two_clinics(), {});
  EXPECT_TRUE(usual.found);
  EXPECT_EQ(usual.refreshes, 1);
  for (std::size_t d = 0; d < usual.decisions.size(); ++d) {
    EXPECT_NEAR(usual.shift[d], 0.0, 1e-9);
    EXPECT_NEAR(usual.chance[d], usual.decisions[d].observed, 1e-9);
  }
}

/// A squeezed hospital that lives on elective admissions, whose specialists answer to money as quickly as said.
FixedPoint squeezed_at_pace(double kappa) {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  support::calm(scenario);
  for (NeedSpec& need : scenario.needs) {
    for (PathwaySpec& path : need.pathways) {
      if (path.from_kind == "dermatology_clinic" && path.to_kind == "ward") {
        path.probability = 0.3;
      }
    }
  }
  scenario.behaviour.theta_elective_specialist = 1.0;
  scenario.behaviour.half_life_months = -3.0 / std::log2(1.0 - kappa);
  return fixed_point(compile(scenario), {.of = {.arm = "squeezed_ceiling"}});
}

TEST(FixedPoint, SwingsWhereTheRuleSaysSo) {
  // A gap turns and is multiplied by kappa (1 + g) - 1 at each refresh: that gives the gain g of the loop, and the rule
  // kappa (1 + g) < 2 where it stops to settle.
  constexpr double k_measured_at = 0.7;
  const FixedPoint slow = squeezed_at_pace(k_measured_at);
  ASSERT_TRUE(slow.settles);
  const std::size_t n = slow.residual.size();
  const double gain = (1.0 + slow.residual[n - 1] / slow.residual[n - 2]) / k_measured_at - 1.0;
  const double limit = 2.0 / (1.0 + gain);
  ASSERT_LT(1.05 * limit, 1.0) << gain;
  const FixedPoint below = squeezed_at_pace(0.95 * limit);
  EXPECT_TRUE(below.settles) << gain;
  EXPECT_FALSE(below.oscillates) << gain;
  const FixedPoint above = squeezed_at_pace(1.05 * limit);
  EXPECT_FALSE(above.settles) << gain;
  EXPECT_TRUE(above.oscillates) << gain;
  EXPECT_TRUE(above.found);  // smaller steps find it
  for (std::size_t d = 0; d < slow.shift.size(); ++d) {
    EXPECT_NEAR(above.shift[d], slow.shift[d], 1e-5);
  }
}

}  // namespace
}  // namespace waterbed
