// The baseline with some contract amounts a little lower or higher.
#include "waterbed/engine/scaled_arm.hpp"

#include "support/differ.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using support::Table;

std::set<std::string> differences(const Results& results, const std::string& one, const std::string& other) {
  return support::tables_that_differ(results, static_cast<std::size_t>(results.arm_index(one)), results,
                                     static_cast<std::size_t>(results.arm_index(other)));
}

TEST(ScaledArm, OfACeilingIsTheArmThatWritesIt) {
  // 0.95 x 1.02 is 0.969: the arm of the file.
  const Model model = with_scaled_arms(compile(support::shipped("two_clinics")),
                                       {{.name = "lower", .provider = "hospital_in", .factor = 0.95}});
  const Results results = simulate(model, {.arms = {"usual", "squeezed_ceiling", "lower"}, .replications = 1});
  // The contracts have another name in the file.
  EXPECT_EQ(differences(results, "squeezed_ceiling", "lower"), (std::set<std::string>{"payments", "payments_dated"}));
  EXPECT_TRUE(differences(results, "usual", "lower").contains("visits"));
}

TEST(ScaledArm, OfATariffIsTheArmThatWritesIt) {
  Scenario scenario = support::shipped("two_clinics");
  ContractSpec dear = support::contract_of(scenario, "gp_capitation");
  dear.terms.name = "dear";
  for (Term& term : dear.terms.terms) {
    if (Fee* fee = std::get_if<Fee>(&term)) {
      fee->prices = {{.service = "gp_consult", .price = Money::from_euro(12.21) * 2}};
    }
  }
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "written";
  std::replace(arm.contracts.begin(), arm.contracts.end(), std::string("gp_capitation"), std::string("dear"));
  scenario.contracts.push_back(dear);
  scenario.arms.push_back(arm);
  const Model model = with_scaled_arms(compile(scenario), {{.name = "scaled", .sector = "gp", .factor = 2.0}});
  const Results results = simulate(model, {.arms = {"usual", "written", "scaled"}, .replications = 1});
  EXPECT_EQ(differences(results, "written", "scaled"), (std::set<std::string>{"payments", "payments_dated"}));
  EXPECT_TRUE(differences(results, "usual", "scaled").contains("visits"));
  EXPECT_EQ(model.arms.back().contracts.front().expected_turnover, model.arms[3].contracts.front().expected_turnover);
}

TEST(ScaledArm, WithIncentivesOffMovesNoCare) {
  Scenario scenario = support::shipped("two_clinics");
  support::no_incentives(scenario);
  const Model model = with_scaled_arms(compile(scenario), {{.name = "a", .provider = "hospital_in", .factor = 0.9},
                                                           {.name = "b", .provider = "gp_group_1", .factor = 1.1}});
  const Results results = simulate(model, {.arms = {"usual", "a", "b"}, .replications = 1});
  for (const char* name : {"a", "b"}) {
    const std::set<std::string> moved = differences(results, "usual", name);
    EXPECT_TRUE(support::only_money(moved)) << name;
    EXPECT_TRUE(moved.contains("payments")) << name;
  }
}

TEST(ScaledArm, MultipliesTheFeesOfItsHolderAlone) {
  Scenario scenario = support::shipped("two_clinics");
  support::no_incentives(scenario);
  const Model model = with_scaled_arms(compile(scenario), {{.name = "less", .provider = "gp_group_1", .factor = 0.99}});
  const Results results = simulate(model, {.arms = {"usual", "less"}, .replications = 1});
  const Table payments(results, "payments");
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const std::string& label = payments.labels(1)[e];
    const auto before = static_cast<double>(payments.at(0, 0, {0, e}));
    const bool fee = label.find(",fee,") != std::string::npos && label.find(",gp_group_1,") != std::string::npos;
    EXPECT_NEAR(static_cast<double>(payments.at(1, 0, {0, e})), (fee ? 0.99 : 1.0) * before, fee ? 10'000.0 : 0.0)
        << label;  // to the cent
  }
}

TEST(ScaledArm, SaysWhatItMoves) {
  const Model model = compile(support::shipped("two_clinics"));
  EXPECT_EQ(lever_of(model, {.name = "x", .provider = "hospital_in"}), Lever::ceiling);
  EXPECT_EQ(lever_of(model, {.name = "x", .provider = "chemist"}), Lever::tariff);
  EXPECT_EQ(lever_of(model, {.name = "x", .sector = "gp"}), Lever::tariff);
}

TEST(ScaledArm, RefusesWhatCannotBe) {
  const Model model = compile(support::shipped("two_clinics"));
  EXPECT_THROW((void)with_scaled_arms(model, {{.name = "usual", .provider = "chemist"}}), InvalidArgument);
  EXPECT_THROW((void)with_scaled_arms(model, {{.name = "x", .provider = "nobody"}}), InvalidArgument);
  EXPECT_THROW((void)with_scaled_arms(model, {{.name = "x"}}), InvalidArgument);
  EXPECT_THROW((void)with_scaled_arms(model, {{.name = "x", .provider = "chemist", .sector = "gp"}}), InvalidArgument);
  EXPECT_THROW((void)with_scaled_arms(model, {{.name = "x", .provider = "chemist", .factor = 0.0}}), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
