#include "waterbed/scenario/compile.hpp"

#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>

namespace waterbed {
namespace {

using testing::ElementsAre;

/// A hospital with so many clinics; people with an elective complaint go to each alike, and on to the first or home.
std::string hospital_with(int clinics) {
  std::string kinds;
  std::string owned;
  std::string enters;
  std::string prices;
  for (int k = 0; k < clinics; ++k) {
    const std::string name = "clinic_" + std::to_string(k);
    kinds += "  " + name +
             ": {sector: hospital, funder: insurer, list_price: 100, capacity_unit: visits, first: elective_specialist,"
             " reference_wait_days: 20}\n";
    owned += (k > 0 ? ", " : "") + name;
    enters += (k > 0 ? ", " : "") + name + ": " + std::to_string(0.9 / clinics);
  }
  return "waterbed: 1\nname: wide\ntime: {warm_up_years: 0, base_years: 0, years: 1}\n"
         "population:\n  municipalities: {town: {title: Town}}\n"
         "  cells: [{municipality: town, sex: women, age_low: 30, age_high: 39, persons: 2000}]\n"
         "sectors: {hospital: {}}\npayers: {insurer_a: {market_share: 1}}\nkinds:\n" +
         kinds + "providers:\n  house: {type: hospital, kinds: [" + owned +
         "]}\nneeds:\n  complaint:\n    per_person_year: 2\n    enters: {" + enters +
         "}\n    pathways:\n      clinic_0: {clinic_0.follow_up: 0.5}\n"
         "contracts:\n  fees: {payers: all, holders: [house], terms: {fee: {prices: {hospital: list}}}}\n"
         "arms: {usual: {contracts: [fees]}}\nbaseline: usual\n";
}

TEST(Compile, TakesAsManyWaysOnFromOnePlaceAsThereAre) {
  const Model model = compile(parse_scenario(hospital_with(60), "scenarios"));
  const Results results = simulate(model, {.replications = 1, .threads = 1});
  // Everybody whose need arose is accounted for, and every clinic has seen some.
  const auto needs = results.cells(results.table_index("needs"), 0, 0);
  EXPECT_EQ(needs[0], std::accumulate(needs.begin() + 1, needs.end(), std::int64_t{0}));
  EXPECT_GT(needs[0], 3000);
  for (const std::int64_t visits : results.cells(results.table_index("visits"), 0, 0)) {
    EXPECT_GT(visits, 0);
  }
}

std::vector<std::string> faults(const Scenario& scenario) {
  std::vector<std::string> lines;
  try {
    (void)compile(scenario);
  } catch (const ScenarioError& error) {
    for (const Problem& problem : error.problems()) {
      lines.push_back(problem.message());
    }
  }
  return lines;
}

TEST(Compile, RefusesMoreNeedsThanAByteNames) {
  Scenario scenario = parse_scenario(hospital_with(2), "scenarios");
  for (int n = 1; n < 257; ++n) {
    scenario.needs.push_back(scenario.needs[0]);
    scenario.needs.back().name += "_" + std::to_string(n);
  }
  EXPECT_THAT(faults(scenario), ElementsAre("<scenario>: needs: must be at most 256, got 257"));
}

TEST(Compile, RefusesMoreRoutesThanAByteNames) {
  // 90 places with three GP groups each.
  Scenario scenario = parse_scenario(hospital_with(2), "scenarios");
  scenario.population.municipalities.clear();
  scenario.population.cells.clear();
  scenario.population.list_size = 10;
  for (const std::string group : {"north", "south", "west"}) {
    ProviderSpec& provider = scenario.providers.emplace_back();
    provider.name = group;
    provider.type = "gp_group";
  }
  for (int place = 0; place < 90; ++place) {
    const std::string name = "place_" + std::to_string(place);
    scenario.population.municipalities.push_back({.name = name, .title = name});
    scenario.population.cells.push_back({.municipality = name, .ages = {30, 39}, .sex = Sex::women, .persons = 300});
    for (const std::string group : {"north", "south", "west"}) {
      scenario.population.gp_groups.push_back({group, name, group == "west" ? 0.4 : 0.3});
    }
  }
  EXPECT_THAT(faults(scenario),
              ElementsAre("<scenario>: population.gp_groups: must make at most 256 pairs of GP group and municipality, "
                          "got 270"));
}

TEST(Compile, LetsOneVisitStartEveryEffectOfCareThatNamesIt) {
  Scenario scenario = load_scenario("scenarios/two_clinics.yaml");
  ASSERT_FALSE(scenario.care_effects.empty());
  scenario.care_effects.push_back(scenario.care_effects.front());
  scenario.care_effects.back().name = "another";
  const Model model = compile(scenario);
  int rows = 0;
  for (const RowModel& row : model.network.rows) {
    if (row.care_effects == 2) {
      ++rows;
      const auto first = static_cast<std::size_t>(row.first_care_effect);
      EXPECT_NE(model.network.care_effects[first], model.network.care_effects[first + 1]);
    }
  }
  EXPECT_GT(rows, 0);
}

}  // namespace
}  // namespace waterbed
