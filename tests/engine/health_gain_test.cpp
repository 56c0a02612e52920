// Health gained against a frozen expectation, on models so simple that the answer is known. tests/python has the same
// against person-years of a whole region.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/expectation/expectation.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

/// So much is expected of everybody; so much remains, whatever the sex, age or record.
Expectation flat(double expected, double remaining, double discount = 0.0) {
  Expectation model;
  model.outcome = "realised";
  model.unit = "QALY";
  model.model = GlmModel{Family::gaussian, {"intercept"}, {expected}};
  model.remaining = RemainingLife{"recorded_conditions", discount, 1, {"0", "1"}, {}};
  for (const Sex sex : {Sex::women, Sex::men}) {
    model.remaining->rows.push_back({sex, 0, {remaining, remaining}, {remaining, remaining}});
  }
  return model;
}

/// An arm `tested` in which gp_group_1 is paid 1 euro per QALY over what is expected and what gp_group_2 gains.
Scenario paying(Expectation model, Gain gain = {}) {
  Scenario scenario = support::shipped("two_clinics");
  support::trim(scenario, 0.05);
  support::calm(scenario);
  support::no_incentives(scenario);
  scenario.expectations.push_back({"health", "", std::make_shared<const Expectation>(std::move(model))});
  ContractSpec contract;
  contract.terms.name = "health_gain";
  contract.payers = {"insurer_a", "insurer_b"};
  contract.holders = {"gp_group_1"};
  contract.expectations = ContractExpectations{"health", {"gp_group_2"}, "", ""};
  gain.outcome = "qaly";
  gain.value = Money::from_euro(1);
  gain.share = Rate{Rate::k_one};
  contract.terms.terms = {gain};
  scenario.contracts.push_back(contract);
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "tested";
  arm.contracts.push_back("health_gain");
  scenario.arms.push_back(arm);
  return scenario;
}

Results run(const Scenario& scenario) { return simulate(compile(scenario), {.arms = {"tested"}, .replications = 1}); }

/// Nobody dies, moves or is ill: everybody lives a whole year at full health.
Scenario perfect(Expectation model, Gain gain = {}) {
  Scenario scenario = paying(std::move(model), gain);
  support::close_borders(scenario);
  scenario.utility_norm = {};
  scenario.care_effects.clear();
  for (Stage& stage : scenario.conditions.front().stages) {
    stage.mortality_ratio = 1.0;
    stage.disutility = 0.0;
  }
  return scenario;
}

std::int64_t of_group(const Results& results, std::size_t group, const char* item) {
  const Table table(results, "health_gain");
  return table.at(0, 0, {0, 0, group, 0, table.label(4, item)});
}

std::int64_t people_of(const Results& results, std::size_t group) {
  return Table(results, "health_gain_people").at(0, 0, {0, 0, group, 0});
}

std::int64_t paid(const Results& results, const std::string& payer) {
  const Table payments(results, "payments");
  std::int64_t sum = 0;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const bool own = payments.labels(1)[e].starts_with("health_gain/" + payer);
    sum += own ? payments.at(0, 0, {0, e}) : 0;
  }
  return sum;
}

// A year lived in full and 10 that remain, a quarter discounted: h = 1 + 10 / 1.25 = 9, against 9.25 and 8.5. A month
// is held in whole millionths of a QALY, so a year is 12 x 83,333 of them.
TEST(HealthGain, OfAYearInFullHealth) {
  constexpr std::int64_t k_realised = 12 * 83'333 + 8'000'000;
  for (const std::int64_t expected : {9'250'000, 8'500'000}) {
    const Results results = run(perfect(flat(static_cast<double>(expected) / 1e6, 10.0, 0.25)));
    const double off = static_cast<double>(k_realised - expected) / 1e6;
    for (const std::size_t group : {std::size_t{0}, std::size_t{1}}) {
      const std::int64_t people = people_of(results, group);
      EXPECT_GT(people, 300);
      EXPECT_EQ(of_group(results, group, "realised"), people * k_realised);
      EXPECT_EQ(of_group(results, group, "expected"), people * expected);
      EXPECT_EQ(of_group(results, group, "squared_residuals"), people * std::llround(off * off * 1e6));
    }
    // Everybody gains as much as those compared.
    EXPECT_EQ(paid(results, "insurer_a"), 0);
  }
}

// Of those who die in the year nothing remains: realised is at most a year, and falls by 9.25 each against who lives.
TEST(HealthGain, NothingRemainsToTheDead) {
  Scenario scenario = perfect(flat(11.0, 10.0));
  scenario.mortality.bands = {AgeBand{}};
  scenario.mortality.values = {std::vector<double>{0.5}, std::vector<double>{0.5}};
  const Results results = run(scenario);
  const Table deaths(results, "deaths");
  std::int64_t died = 0;
  for (std::size_t sex = 0; sex < 2; ++sex) {
    for (std::size_t age = 0; age < deaths.length(2); ++age) {
      died += deaths.at(0, 0, {0, sex, age});
    }
  }
  std::int64_t people = 0;
  std::int64_t realised = 0;
  for (const std::size_t group : {std::size_t{0}, std::size_t{1}}) {
    people += people_of(results, group);
    realised += of_group(results, group, "realised");
  }
  const Table qalys(results, "qalys");
  EXPECT_GT(died, people / 4);
  EXPECT_EQ(realised, qalys.at(0, 0, {0, 0}) + (people - died) * 10'000'000);
}

// Who moves away in cycle m has lived m of 12: h = m / 12 + (1 - m / 12) 10 + m / 12 x 10 = m / 12 + 10 without
// discount, so all that is lost against staying is the rest of the year's life.
TEST(HealthGain, WhoMovesAwayFaresAsExpected) {
  Scenario scenario = perfect(flat(11.0, 10.0));
  scenario.population.flows.departures_per_year = 0.3;
  const Results results = run(scenario);
  std::int64_t people = 0;
  std::int64_t realised = 0;
  for (const std::size_t group : {std::size_t{0}, std::size_t{1}}) {
    people += people_of(results, group);
    realised += of_group(results, group, "realised");
  }
  const std::int64_t lived = Table(results, "qalys").at(0, 0, {0, 0});
  EXPECT_LT(lived, people * 900'000);
  EXPECT_EQ(realised, lived + people * 10'000'000);
}

// Expected differs by sex, so the women of one group gain what is paid: their number, insurer by insurer, less the mean
// gain of the group compared.
TEST(HealthGain, IsPaidNetOfTheComparison) {
  Expectation model = flat(11.0, 10.0);
  model.features = {{{{"sex", FeatureForm::levels, {}, {"men", "women"}}}, false}};
  model.model = GlmModel{Family::gaussian, {"intercept", "sex=women"}, {11.0, -1.0}};
  const Scenario scenario = perfect(model);
  const Model compiled = compile(scenario);
  const Results results = simulate(compiled, {.arms = {"tested"}, .replications = 1});
  std::array<double, 3> women{};
  std::array<double, 3> all{};
  const People& people = compiled.people;
  for (std::size_t i = 0; i < people.sex.size(); ++i) {
    // Own people by insurer; all of the other group.
    const std::size_t of = people.practice_group[i] == 1 ? 2U : people.payer[i];
    all[of] += 1;
    women[of] += people.sex[i] == Sex::women ? 1 : 0;
  }
  const double compared = women[2] / all[2];
  for (const std::size_t payer : {std::size_t{0}, std::size_t{1}}) {
    const double gain = women[payer] - all[payer] * compared;
    EXPECT_GT(std::abs(gain), 0.5);
    // Outcomes are kept to nine decimals.
    EXPECT_NEAR(static_cast<double>(paid(results, compiled.payers[payer])) / 1e6, gain, 0.0051);
  }
}

// Fraction n / (n + k) of the sum counts, no less than the floor.
TEST(HealthGain, IsHeldByTheTerm) {
  const Results free = run(perfect(flat(11.0, 10.0)));
  EXPECT_EQ(paid(free, "insurer_a"), 0);
  Gain floor;
  floor.floor = Rate::from_double(3);
  EXPECT_EQ(paid(run(perfect(flat(11.0, 10.0), floor)), "insurer_a"), 3'000'000);
}

TEST(HealthGain, NothingIsKeptWhereNobodyAsks) {
  const Scenario scenario = perfect(flat(11.0, 10.0));
  const Results usual = simulate(compile(scenario), {.arms = {"usual"}, .replications = 1});
  EXPECT_EQ(people_of(usual, 0), 0);
  Scenario without = support::shipped("two_clinics");
  support::trim(without, 0.05);
  const std::vector<TableInfo> tables = simulate(compile(without), {.arms = {"usual"}, .replications = 1}).tables;
  for (const TableInfo& table : tables) {
    EXPECT_NE(table.name, "health_gain");
  }
}

}  // namespace
}  // namespace waterbed
