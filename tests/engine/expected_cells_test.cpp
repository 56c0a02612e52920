#include "waterbed/engine/expected_cells.hpp"

#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {
namespace {

/// Nobody dies, moves or waits.
Scenario still_region() {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  support::calm(scenario);
  support::close_borders(scenario);
  support::no_incentives(scenario);
  scenario.behaviour.capacity = false;
  for (KindSpec& kind : scenario.kinds) {
    kind.reference_wait_days = 0.0;
  }
  return scenario;
}

/// Only skin complaints, which end when they end.
Scenario skin_alone() {
  Scenario scenario = still_region();
  for (NeedSpec& need : scenario.needs) {
    need.unresolved = 0.0;
    for (std::vector<double>& rates : need.per_person_year.values) {
      std::fill(rates.begin(), rates.end(), need.name == "skin_complaint" ? 0.5 : 0.0);
    }
  }
  scenario.needs.front().deprivation_gradient = 1.0;
  for (Condition& condition : scenario.conditions) {
    for (Stage& stage : condition.stages) {
      stage.needs.clear();
      stage.mortality_ratio = 1.0;
    }
  }
  scenario.care_effects.clear();
  return scenario;
}

std::vector<std::uint8_t> settings_of(const Model& model, const std::string& kind) {
  std::vector<std::uint8_t> mask;
  for (const SettingModel& setting : model.network.settings) {
    mask.push_back(setting.kind == kind ? 1 : 0);
  }
  return mask;
}

std::vector<std::uint8_t> sector_of(const Model& model, const std::string& sector) {
  std::vector<std::uint8_t> mask;
  for (const SettingModel& setting : model.network.settings) {
    mask.push_back(model.sectors[static_cast<std::size_t>(setting.sector)] == sector ? 1 : 0);
  }
  return mask;
}

std::size_t lever(const ExpectedCells& cells, const Lever& wanted) {
  const auto found = std::find(cells.levers().begin(), cells.levers().end(), wanted);
  EXPECT_NE(found, cells.levers().end());
  return static_cast<std::size_t>(found - cells.levers().begin());
}

TEST(ExpectedCells, AreTheFlowsSolvedByHand) {
  const Scenario scenario = skin_alone();
  const Model model = compile(scenario);
  const std::vector<std::uint8_t> gp = settings_of(model, "gp_consult");
  const std::vector<std::uint8_t> clinic = settings_of(model, "dermatology_clinic");
  const std::vector<FlowSelector> selectors{
      {FlowKind::units, gp, {}}, {FlowKind::units, clinic, {}}, {FlowKind::moves, clinic, gp}};
  const ExpectedCells cells(model, people_mix(model, {0}, 1), selectors, {{0, {}}, {1, {}}, {2, {}}});
  const double needs = 0.5 * cells.person_years({});
  const std::vector<double> still(cells.levers().size(), 0.0);
  const FlowSums sums = cells.evaluate(still, true, 1);

  // 0.95 seek care; 20 % come back to the GP; 10 % of first and 15 % of second contacts are referred; half of those are
  // seen again, then 40 % each time.
  EXPECT_NEAR(sums.value[0] / needs, 0.95 * 1.2, 1e-12);
  EXPECT_NEAR(sums.value[2] / needs, 0.95 * (0.1 + 0.2 * 0.15), 1e-12);
  EXPECT_NEAR(sums.value[1] / needs, 0.95 * 0.13 * (1 + 0.5 / 0.6), 1e-12);

  // By the log-odds of a referral at the first contact: p (what it leads to - what a contact leads to on average).
  const auto& paths = scenario.needs.front().pathways;
  const auto referral = std::find_if(paths.begin(), paths.end(), [](const PathwaySpec& path) {
    return path.from_kind == "gp_consult" && path.from_step == EpisodeStep::first &&
           path.to_kind == "dermatology_clinic";
  });
  const std::size_t by = lever(cells, {LeverKind::pathway, 0, static_cast<int>(referral - paths.begin())});
  const double seen = 1 + 0.5 / 0.6;
  const double mean = 0.1 * seen + 0.2 * 0.15 * seen;
  EXPECT_NEAR(sums.gradient[cells.levers().size() + by] / needs, 0.95 * 0.1 * (seen - mean), 1e-12);
  // Rates scale everything.
  double by_rates = 0.0;
  for (int sex = 0; sex < k_sexes; ++sex) {
    by_rates += sums.gradient[lever(cells, {LeverKind::base_rate, 0, 0, sex})];
  }
  EXPECT_NEAR(by_rates, sums.value[0], 1e-9 * sums.value[0]);
}

TEST(ExpectedCells, SlopesAreThoseOfFiniteDifferences) {
  Scenario scenario = support::shipped("two_clinics");
  support::trim(scenario, 0.1);
  const Model model = compile(scenario);
  const std::vector<FlowSelector> selectors{
      {FlowKind::units, settings_of(model, "gp_consult"), {}},
      {FlowKind::list_spending, sector_of(model, "hospital"), {}},
      {FlowKind::list_spending, sector_of(model, "pharmacy"), {}},
      {FlowKind::moves, settings_of(model, "ward"), settings_of(model, "emergency_department")}};
  CellFilter old_women;
  old_women.bands = {0, 1};
  old_women.sexes = {1, 0};
  const ExpectedCells cells(model, people_mix(model, {0, 65}, 1), selectors,
                            {{0, {}}, {1, {}}, {2, old_women}, {3, {}}, {1, old_women}});
  std::vector<double> at(cells.levers().size());
  for (std::size_t l = 0; l < at.size(); ++l) {
    at[l] = 0.05 * std::sin(static_cast<double>(l) + 1.0);  // away from where the scenario stands
  }
  const FlowSums sums = cells.evaluate(at, true, 1);
  constexpr double k_step = 1e-4;
  for (std::size_t l = 0; l < at.size(); ++l) {
    std::vector<double> up = at;
    std::vector<double> down = at;
    up[l] += k_step;
    down[l] -= k_step;
    const FlowSums above = cells.evaluate(up, false, 1);
    const FlowSums below = cells.evaluate(down, false, 1);
    for (std::size_t m = 0; m < sums.value.size(); ++m) {
      // Of the order of the third derivative times the step squared.
      EXPECT_NEAR(sums.gradient[m * at.size() + l], (above.value[m] - below.value[m]) / (2 * k_step),
                  2e-7 * sums.value[m])
          << "sum " << m << ", lever " << l << " of kind " << static_cast<int>(cells.levers()[l].kind);
    }
  }
}

TEST(ExpectedCells, AreTheMeansOfTheSimulation) {
  const Model model = compile(still_region());
  std::vector<FlowSelector> selectors;
  std::vector<FlowSum> sums;
  const std::vector<std::string> kinds{"gp_consult", "dermatology_clinic", "emergency_department", "ward", "pharmacy"};
  for (const std::string& kind : kinds) {
    sums.push_back({selectors.size(), {}});
    selectors.push_back({FlowKind::units, settings_of(model, kind), {}});
  }
  for (const std::string& sector : model.sectors) {
    sums.push_back({selectors.size(), {}});
    selectors.push_back({FlowKind::list_spending, sector_of(model, sector), {}});
  }
  const ExpectedCells cells(model, people_mix(model, {0}, 4), selectors, sums);
  const std::vector<double> still(cells.levers().size(), 0.0);
  const FlowSums wanted = cells.evaluate(still, false);
  const Results results = simulate(model, {.replications = 24});
  const support::Table visits(results, "visits");
  const support::Table spending(results, "list_spending");
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto found = support::estimate_over(results, [&](std::int64_t r) {
      double sum = 0.0;
      for (std::size_t year = 0; year < visits.length(0); ++year) {
        for (std::size_t s = 0; s < model.network.settings.size(); ++s) {
          if (selectors[i].at[s] != 0) {
            sum += i < kinds.size() ? static_cast<double>(visits.at(0, r, {year, s}))
                                    : static_cast<double>(spending.at(0, r, {year, s})) / 1e6;
          }
        }
      }
      return sum;
    });
    // Four standard errors, and 0.2 % for who has fallen ill: the mix of stages is drawn too.
    EXPECT_LE(std::abs(found.mean - wanted.value[i]), 4.0 * found.se + 0.002 * wanted.value[i])
        << i << ": simulated " << found.mean << " (" << found.se << "), expected " << wanted.value[i];
  }
}

TEST(PeopleMix, CountsThePeopleWhoAreSimulated) {
  Scenario scenario = support::shipped("two_clinics");
  const Model model = compile(scenario);
  const PeopleMix mix = people_mix(model, {0, 45, 65}, 4);
  double years = 0.0;
  double exits = 0.0;
  for (std::size_t cell = 0; cell < mix.cells(); ++cell) {
    years += mix.person_years[cell];
    exits += mix.exits[cell];
  }
  const Results results = simulate(model, {.arms = {"usual"}, .replications = 8});
  const support::Table population(results, "population");
  const auto lived = support::estimate_over(results, [&](std::int64_t r) {
    double sum = 0.0;
    for (std::size_t year = 0; year < population.length(0); ++year) {
      sum += static_cast<double>(population.at(0, r, {year})) / model.time.cycles_per_year;
    }
    return sum;
  });
  EXPECT_LE(std::abs(years - lived.mean), 4.0 * lived.se * std::sqrt(1.0 + 8.0 / 4.0));
  EXPECT_GT(exits / years, 0.01);
  EXPECT_LT(exits / years, 0.2);
}

TEST(ExpectedCells, RefusesListsOfTheWrongLength) {
  const Model model = compile(skin_alone());
  EXPECT_THROW(ExpectedCells(model, people_mix(model, {0}, 1), {{FlowKind::units, {1}, {}}}, {}), InvalidArgument);
  EXPECT_THROW(people_mix(model, {5}, 1), InvalidArgument);
  EXPECT_THROW(people_mix(model, {0}, 0), InvalidArgument);
  const ExpectedCells cells(model, people_mix(model, {0}, 1), {}, {});
  EXPECT_THROW((void)cells.evaluate(std::vector<double>{0.0}, false), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
