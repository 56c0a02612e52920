// What must hold exactly of the response to money, whatever the numbers.
#include "support/differ.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using support::only_money;
using support::Table;
using support::tables_that_differ;

void insensitive(Scenario& scenario) {
  scenario.uncertainty = {};  // nothing is uncertain about what is fixed here
  BehaviourSpec& behaviour = scenario.behaviour;
  behaviour.theta_own_volume = 0.0;
  behaviour.theta_treat_or_refer = 0.0;
  behaviour.theta_care_borne = 0.0;
  behaviour.theta_elective_specialist = 0.0;
  behaviour.goes_on = 1.0;
  behaviour.defers = 0.0;
  behaviour.sends_back = 0.0;
  behaviour.sends_elsewhere = 0.0;
}

TEST(Incentives, SwitchedOffLeaveOtherContractsWithoutEffectOnCare) {
  Scenario scenario = support::shipped("two_clinics");
  support::no_incentives(scenario);
  const Results results = simulate(compile(scenario), {.replications = 2});
  for (std::size_t arm = 1; arm < results.arms.size(); ++arm) {
    const std::set<std::string> names = tables_that_differ(results, 0, results, arm);
    EXPECT_TRUE(only_money(names)) << results.arms[arm] << " differs in " << *names.begin();
    EXPECT_TRUE(names.contains("payments")) << results.arms[arm];
  }
}

TEST(Incentives, ZeroSensitivityReproducesStaticFlowsToTheBit) {
  Scenario scenario = support::shipped("two_clinics");
  insensitive(scenario);
  const Results zero = simulate(compile(scenario), {.replications = 2});
  support::no_incentives(scenario);
  const Results off = simulate(compile(scenario), {.replications = 2});
  EXPECT_EQ(results_digest(zero), results_digest(off));
}

TEST(Incentives, SwitchedOnMoveCareInTheOtherArms) {
  // Without this the tests above could hold because nothing ever responds.
  const Results results = simulate(compile(support::shipped("two_clinics")), {.replications = 1});
  for (std::size_t arm = 1; arm < results.arms.size(); ++arm) {
    EXPECT_TRUE(tables_that_differ(results, 0, results, arm).contains("visits")) << results.arms[arm];
  }
}

TEST(Incentives, AnArmThatEqualsTheBaselineDiffersByZeroEverywhere) {
  Scenario scenario = support::shipped("two_clinics");
  ArmSpec copy = support::arm_of(scenario, "usual");
  copy.name = "copy";
  scenario.arms.push_back(copy);
  const Results results = simulate(compile(scenario), {.replications = 3});
  const auto arm = static_cast<std::size_t>(results.arm_index("copy"));
  EXPECT_EQ(tables_that_differ(results, static_cast<std::size_t>(results.arm_index("usual")), results, arm),
            std::set<std::string>{});
}

TEST(Incentives, NeverMoveUrgentCare) {
  // The emergency department sees urgent needs only; who comes there depends on no contract.
  Scenario scenario = support::shipped("two_clinics");
  scenario.behaviour.comes_back_at = {{"gp_consult", 1.0}};
  scenario.care_effects.clear();  // else care withheld changes who falls ill
  for (NeedSpec& need : scenario.needs) {
    if (need.urgency == Urgency::urgent) {
      need.unresolved = 0.0;
    }
  }
  const Results results = simulate(compile(scenario), {.replications = 2});
  const Table visits(results, "visits");
  const std::size_t department = visits.label(1, "hospital_in.emergency_department");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 1; arm < results.arms.size(); ++arm) {
      for (std::size_t year = 0; year < visits.length(0); ++year) {
        EXPECT_EQ(visits.at(arm, r, {year, department}), visits.at(0, r, {year, department})) << results.arms[arm];
      }
    }
  }
}

}  // namespace
}  // namespace waterbed
