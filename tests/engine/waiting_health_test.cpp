// What waiting does to health, against the days waited and closed forms.
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using support::Table;

double qalys(const Results& results, std::int64_t replication) {
  return static_cast<double>(Table(results, "qalys").at(0, replication, {0}));
}

TEST(WaitDisutility, TakesQualityOfLifeForEachDayWaited) {
  // Needs arise in January alone and everybody is admitted before the year is over, so all days waited are counted.
  Scenario scenario = support::clinic_region(10.0);
  scenario.needs = {support::one_visit("hip", 4.0)};
  scenario.needs[0].seasonality = {12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Results without = simulate(support::compile_clinic(scenario), {.replications = 20});
  scenario.needs[0].wait_disutility = 0.24;
  const Results with = simulate(support::compile_clinic(scenario), {.replications = 20});
  const Table days(with, "wait_days");
  const Table waiting(with, "waiting");
  double most = 0.0;
  for (std::int64_t r = 0; r < 20; ++r) {
    EXPECT_EQ(waiting.at(0, r, {0}), 0);
    // Micro-QALY a day, with half a one of rounding for each month that somebody waits in.
    const double lost = 0.24 * 1e6 / 360.0 * static_cast<double>(days.at(0, r, {0}));
    EXPECT_NEAR(qalys(without, r) - qalys(with, r), lost, 0.5 * 12.0 * 100.0) << r;
    most = std::max(most, lost);
  }
  EXPECT_GT(most, 1e5);  // rounding is far below what is lost
}

TEST(WaitDisutility, IsThatOfTheReferenceWaitWithCapacityOff) {
  Scenario scenario = support::clinic_region(10.0);
  scenario.kinds[0].reference_wait_days = 45.0;
  scenario.behaviour.capacity = false;
  scenario.needs = {support::one_visit("hip", 12.0)};
  scenario.needs[0].seasonality = {12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  const Results without = simulate(support::compile_clinic(scenario), {.replications = 1});
  scenario.needs[0].wait_disutility = 0.08;
  const Results with = simulate(support::compile_clinic(scenario), {.replications = 1});
  const auto patients = static_cast<double>(Table(with, "admitted").at(0, 0, {0}));
  EXPECT_GT(patients, 50.0);
  EXPECT_EQ(qalys(without, 0) - qalys(with, 0), patients * 0.08 * 45.0 / 360.0 * 1e6);  // 10,000 each
}

TEST(WaitDisutility, LosesHalfAYearOfItOnAverageWhereNobodyIsEverAdmitted) {
  Scenario scenario = support::clinic_region(1e-6);
  scenario.population.cells[0].persons = 1000;
  scenario.needs = {support::one_visit("hip", 12.0)};
  const Results without = simulate(support::compile_clinic(scenario), {.replications = 1});
  scenario.needs[0].wait_disutility = 0.24;
  const Results with = simulate(support::compile_clinic(scenario), {.replications = 1});
  // Who asks on day d of 360, uniform on 0 to 359, waits 360 - d days: 180.5 on average, with mean square of
  // 361 x 721 / 6. A Poisson sum has the mean square as its variance per person who asks.
  const double people = 12'000.0;
  const double a_day = 0.24 * 1e6 / 360.0;
  EXPECT_NEAR(qalys(without, 0) - qalys(with, 0), people * 180.5 * a_day,
              4.0 * a_day * std::sqrt(people * 361.0 * 721.0 / 6.0) + 0.5 * 12.0 * people);
}

/// Everybody asks in the first month for a clinic that never opens; meanwhile gout gets worse at 0.4 a year.
Scenario worsening(double hazard_ratio, int lasts_cycles) {
  Scenario scenario = support::clinic_region(1e-6);
  Condition condition;
  condition.name = "gout";
  condition.stages = {{.name = "none"}, {.name = "mild"}, {.name = "worse"}};
  condition.stages[1].initial_share = 1.0;
  condition.prevalence = support::constant_rate(1.0, 1.0);
  condition.transitions = {{.from = "mild", .to = "worse", .per_year = support::constant_rate(0.4, 0.4), .ratios = {}}};
  scenario.conditions = {condition};
  scenario.needs = {support::one_visit("visit", 400.0)};
  scenario.care_effects = {{.name = "delay",
                            .need = "visit",
                            .kind = "clinic",
                            .condition = "gout",
                            .from_stage = "mild",
                            .to_stage = "worse",
                            .hazard_ratio = hazard_ratio,
                            .delay_cycles = 0,
                            .lasts_cycles = lasts_cycles,
                            .while_waiting = true}};
  scenario.population.cells[0].persons = 5000;
  return scenario;
}

double worse(const Results& results) {
  const Table onsets(results, "onsets");
  return static_cast<double>(onsets.at(0, 0, {0, onsets.label(1, "gout.worse")}));
}

TEST(WhileWaiting, RaisesTheHazardFromTheNextCycleOn) {
  const Results results = simulate(support::compile_clinic(worsening(3.0, 1)), {.replications = 1});
  // One month at 0.4, eleven at three times that.
  const double chance = 1.0 - std::exp(-0.4 / 12.0 - 3.0 * 0.4 * 11.0 / 12.0);
  EXPECT_NEAR(worse(results), 5000.0 * chance, 4.0 * std::sqrt(5000.0 * chance * (1.0 - chance)));
}

TEST(WhileWaiting, EndsWithTheWait) {
  // Everybody is admitted at once: nobody is on the list when a month ends.
  Scenario scenario = worsening(3.0, 1);
  scenario.providers[0].physical_capacity["clinic"] = 1e9;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 1});
  const double chance = 1.0 - std::exp(-0.4);
  EXPECT_NEAR(worse(results), 5000.0 * chance, 4.0 * std::sqrt(5000.0 * chance * (1.0 - chance)));
  // A visit does not start it.
  scenario.care_effects.clear();
  EXPECT_EQ(worse(simulate(support::compile_clinic(scenario), {.replications = 1})), worse(results));
}

TEST(WhileWaiting, IsTheSameOnAnyThreadsAndBlocks) {
  Scenario scenario = worsening(3.0, 2);
  scenario.needs[0].wait_disutility = 0.1;
  const Model model = support::compile_clinic(scenario);
  const Results one = simulate(model, {.replications = 1, .threads = 1});
  EXPECT_EQ(results_digest(one), results_digest(simulate(model, {.replications = 1, .threads = 3, .block_size = 97})));
}

}  // namespace
}  // namespace waterbed
