// Shared decisions about treatment by preference class. Expected values by hand.
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using support::Table;

/// A clinic operates on half of those whom it sees; an arm in which the clinic offers everybody a decision aid.
Scenario surgery(double odds_ratio, const std::vector<PreferenceSpec>& preferences) {
  Scenario scenario = support::clinic_region(0.0);
  scenario.providers[0].physical_capacity.clear();
  scenario.kinds[0].capacity_unit = CapacityUnit::unlimited;
  scenario.population.cells[0].persons = 20'000;
  KindSpec theatre = scenario.kinds[0];
  theatre.name = "theatre";
  scenario.kinds.push_back(theatre);
  scenario.providers[0].kinds.emplace_back("theatre");
  scenario.needs = {support::one_visit("hernia", 1.0), support::one_visit("fracture", 1.0)};
  for (NeedSpec& need : scenario.needs) {
    need.pathways = {{.from_kind = "clinic", .to_kind = "theatre", .probability = 0.5}};
  }
  scenario.needs[1].urgency = Urgency::urgent;
  scenario.behaviour.psi = 1.0;
  scenario.behaviour.comes_back_at = {{"clinic", 1.0}};
  ProgrammeSpec aid;
  aid.name = "aid";
  aid.care = CareProgrammeSpec{};
  aid.care->delivered_by = "hospital";
  aid.care->preferences = preferences;
  aid.care->effects.treatments = {{"theatre", odds_ratio}};
  scenario.programmes = {aid};
  support::pay_all_at_list(scenario);
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "aided";
  arm.programmes = {"aid"};
  scenario.arms.push_back(arm);
  return scenario;
}

struct Operations {
  double seen = 0.0;      ///< hernias
  double operated = 0.0;  ///< on, fractures among them
  std::int64_t unresolved = 0;
};

Operations of_arm(const Results& results, std::size_t arm) {
  const Table needs(results, "needs");
  const Table visits(results, "visits");
  const auto fate = [&](std::size_t need, const char* name) {
    return needs.at(arm, 0, {0, need, needs.label(2, name)});
  };
  Operations found;
  found.seen = static_cast<double>(fate(0, "arisen"));
  found.unresolved = fate(0, "unresolved") + fate(1, "unresolved") + fate(0, "open") + fate(1, "open");
  found.operated = static_cast<double>(visits.at(arm, 0, {0, visits.label(1, "hospital.theatre")}));
  return found;
}

/// Operations on hernias: the arms differ in nothing else, and fractures are half of those who have one.
void expect_operated(const Results& results, double chance) {
  const Operations usual = of_arm(results, 0);
  const Operations aided = of_arm(results, 1);
  EXPECT_EQ(aided.seen, usual.seen);
  // Nobody who decides against an operation is left unserved by it.
  EXPECT_EQ(aided.unresolved, 0);
  // Of those who would have been operated on, chance / 0.5 still are; their number is binomial.
  const double hernias = 0.5 * usual.seen;
  const double lost = usual.operated - aided.operated;
  const double gone = 1.0 - chance / 0.5;
  EXPECT_NEAR(lost, gone * hernias, 4.0 * std::sqrt(hernias * (gone * (1.0 - gone) + 0.5 * gone * gone)));
  EXPECT_GT(lost, 0.0);
}

double with_odds(double factor) { return 0.5 * factor / (0.5 * factor + 0.5); }

TEST(SharedDecisions, ChangeTheOddsOfElectiveTreatment) {
  // Odds of 0.56 are a chance of 0.359.
  expect_operated(simulate(compile(surgery(0.56, {})), {.replications = 1}), with_odds(0.56));
}

TEST(SharedDecisions, DifferByPreferenceClass) {
  const std::vector<PreferenceSpec> classes{{"sure", 0.3, 0.0}, {"torn", 0.5, 1.0}, {"reluctant", 0.2, 2.0}};
  const double chance = 0.3 * 0.5 + 0.5 * with_odds(0.56) + 0.2 * with_odds(0.56 * 0.56);
  expect_operated(simulate(compile(surgery(0.56, classes)), {.replications = 1}), chance);
}

TEST(SharedDecisions, ChangeNothingInThoseWhoAreSure) {
  const Results results = simulate(compile(surgery(0.1, {{"sure", 1.0, 0.0}})), {.replications = 1});
  const Operations usual = of_arm(results, 0);
  const Operations aided = of_arm(results, 1);
  EXPECT_EQ(aided.operated, usual.operated);
}

TEST(SharedDecisions, LeaveUrgentTreatmentAlone) {
  Scenario scenario = surgery(0.1, {});
  scenario.needs[0].per_person_year = support::constant_rate(1e-9, 1e-9);
  const Results results = simulate(compile(scenario), {.replications = 1});
  EXPECT_GT(of_arm(results, 0).operated, 5000.0);
  EXPECT_EQ(of_arm(results, 1).operated, of_arm(results, 0).operated);
}

}  // namespace
}  // namespace waterbed
