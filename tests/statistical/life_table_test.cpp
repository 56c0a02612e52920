// Deaths of the whole engine, by sex and ten-year band, against the life table that went in.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace waterbed {
namespace {

/// Deaths that the life table expects in the performance years, [sex][ten-year group].
///
/// Everybody is followed from entry to departure or death by the table's rate of each age: the table holds for the
/// people as a whole, whoever is ill.
std::array<std::vector<double>, k_sexes> expected_deaths(const Model& model, const AgeSexTable& table,
                                                         std::size_t groups) {
  std::array<std::vector<double>, k_sexes> deaths;
  deaths.fill(std::vector<double>(groups, 0.0));
  for (std::size_t i = 0; i < static_cast<std::size_t>(model.people.size()); ++i) {
    const int last = std::min(model.time.cycles(), static_cast<int>(model.people.leaves_cycle[i]));
    double alive = 1.0;
    for (int cycle = static_cast<int>(model.people.enters_cycle[i]); cycle < last; ++cycle) {
      const int age = std::min(k_max_age, (cycle - model.people.birth_cycle[i]) / model.time.cycles_per_year);
      const double death = alive * -std::expm1(-table.at(age, model.people.sex[i]) / model.time.cycles_per_year);
      if (model.time.year_of(cycle) >= 0 && cycle >= model.time.burn_in_cycles()) {
        const auto group = std::min(groups - 1, static_cast<std::size_t>(age / 10));
        deaths[static_cast<std::size_t>(model.people.sex[i])][group] += death;
      }
      alive -= death;
    }
  }
  return deaths;
}

TEST(LifeTable, DeathsFollowItBySexAndTenYearBand) {
  Scenario scenario = support::shipped("leiden_region");
  support::keep_arms(scenario, {"usual"});
  scenario.time.warm_up_years = 1;
  scenario.time.base_years = 0;
  scenario.time.years = 2;
  scenario.insurance.reset();  // its groups look back on more years, and it changes no death
  const Model model = compile(scenario);
  const Results results = simulate(model, {.replications = 2});
  const support::Table deaths(results, "deaths");
  const auto expected = expected_deaths(model, scenario.mortality, deaths.length(2));
  const auto runs = static_cast<double>(results.replications);
  for (std::size_t sex = 0; sex < deaths.length(1); ++sex) {
    double all = 0.0;
    double all_expected = 0.0;
    for (std::size_t group = 0; group < deaths.length(2); ++group) {
      double seen = 0.0;
      for (std::int64_t r = 0; r < results.replications; ++r) {
        for (std::size_t year = 0; year < deaths.length(0); ++year) {
          seen += static_cast<double>(deaths.at(0, r, {year, sex, group}));
        }
      }
      const double wanted = runs * expected[sex][group];
      // Deaths are a sum of rare events: the variance is at most the mean.
      EXPECT_NEAR(seen, wanted, 3.0 * std::sqrt(wanted)) << deaths.labels(1)[sex] << ' ' << deaths.labels(2)[group];
      all += seen;
      all_expected += wanted;
    }
    EXPECT_GE(all, 2000.0);
    EXPECT_NEAR(all, all_expected, 3.0 * std::sqrt(all_expected)) << deaths.labels(1)[sex];
  }
}

}  // namespace
}  // namespace waterbed
