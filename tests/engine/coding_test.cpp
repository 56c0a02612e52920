// What GPs put on record, as an answer to what a record pays.
#include "engine/coding.hpp"

#include "engine/selection.hpp"
#include "support/region.hpp"
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

TEST(Coding, GainsWhatOneMoreConditionAddsToTheBenchmark) {
  std::vector<engine::ClassCost> year(engine::k_selection_classes);
  // Two age groups. Expected of a class: its risk over the mean risk (1) times the mean, 2,000 EUR a person-year.
  year[0] = {.cycles = 1200, .spent = 100'000, .risk = 960};  // risk .8
  year[1] = {.cycles = 600, .spent = 150'000, .risk = 840};   // risk 1.4
  year[3] = {.cycles = 600, .spent = 150'000, .risk = 480};   // risk .8
  year[4] = {.cycles = 600, .spent = 100'000, .risk = 720};   // risk 1.2
  const engine::RecordValue value = engine::record_value({year}, 12);
  EXPECT_NEAR(value.spent, 2000.0, 1e-9);
  // Of three people without a record, two gain .6 of the mean and one .4.
  EXPECT_NEAR(value.gained, (2 * 0.6 + 0.4) / 3 * 2000.0, 1e-9);
  // A benchmark that does not look at risk gains nothing by records.
  for (engine::ClassCost& of : year) {
    of.risk = of.cycles;
  }
  EXPECT_NEAR(engine::record_value({year, year}, 12).gained, 0.0, 1e-9);
  EXPECT_EQ(engine::record_value({}, 12).gained, 0.0);
}

/// GP groups share half of what their people cost less or more than expected: by diabetes on record, or by age.
Scenario groups_at_risk(double theta, bool by_record) {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  support::keep_arms(scenario, {"usual", "shared_savings"});
  scenario.behaviour.theta_care_borne = 0.0;
  scenario.behaviour.theta_coding = theta;
  for (Condition& condition : scenario.conditions) {
    condition.recorded_share = 0.5;
    condition.recorded_per_contact = 0.05;
  }
  for (ContractSpec& contract : scenario.contracts) {
    if (contract.terms.name == "gp_shared_savings") {
      std::erase_if(contract.terms.terms, [](const Term& term) { return std::holds_alternative<Gate>(term); });
      Layers& layers = support::term_of<Layers>(contract);
      layers.down = layers.up;
      Risk risk;
      risk.classes = {{"dear", by_record ? "{condition: diabetes}" : "{age: [70, 120]}", Rate::from_double(3.0)}};
      support::term_of<Reference>(contract).steps.emplace_back(risk);
    }
  }
  Who known;
  known.kind = Who::Kind::condition;
  known.names = {"diabetes"};
  scenario.strata = {{.name = "known", .title = "On record with diabetes", .who = known}};
  return scenario;
}

/// Person-months on record over all years.
std::int64_t on_record(const Results& results, std::size_t arm) {
  const Table persons(results, "stratum_persons");
  std::int64_t sum = 0;
  for (std::size_t year = 0; year < persons.length(0); ++year) {
    sum += persons.at(arm, 0, {year, persons.label(1, "known")});
  }
  return sum;
}

TEST(Coding, PutsMoreOnRecordTheMoreItAnswers) {
  std::int64_t before = 0;
  for (const double theta : {0.0, 1.0, 4.0}) {
    const Results results = simulate(compile(groups_at_risk(theta, true)), {.replications = 1});
    EXPECT_EQ(on_record(results, 0) == on_record(results, 1), theta == 0.0);
    EXPECT_GT(on_record(results, 1), before) << theta;
    before = on_record(results, 1);
  }
}

TEST(Coding, LeavesArmsAloneInWhichARecordPaysNothing) {
  for (const bool by_record : {true, false}) {
    const std::vector<std::string> arms{by_record ? "usual" : "shared_savings"};
    const Results none = simulate(compile(groups_at_risk(0.0, by_record)), {.arms = arms, .replications = 1});
    const Results some = simulate(compile(groups_at_risk(4.0, by_record)), {.arms = arms, .replications = 1});
    EXPECT_EQ(results_digest(none), results_digest(some));
  }
}

TEST(Coding, IsHeldWhereIncentivesAre) {
  const Results parts = decompose(compile(groups_at_risk(4.0, true)), "shared_savings", {.replications = 1});
  const auto arm = [&](const char* name) { return static_cast<std::size_t>(parts.arm_index(name)); };
  EXPECT_EQ(on_record(parts, arm("shared_savings: none free")), on_record(parts, 0));
  EXPECT_EQ(on_record(parts, arm("shared_savings: incentive")), on_record(parts, 0));  // records are held too
  EXPECT_GT(on_record(parts, arm("shared_savings: incentive + recording")), on_record(parts, 0));
}

}  // namespace
}  // namespace waterbed
