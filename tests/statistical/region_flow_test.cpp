// The shipped region against the absorbing chain: capacity off, nobody responds.
#include "support/chain.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

/// A tenth of the region, unchanging: no delays and no waits, so that hardly an episode is open at the end of a year.
Scenario still_region() {
  Scenario scenario = support::shipped("leiden_region");
  support::trim(scenario, 0.1);
  support::keep_arms(scenario, {"usual"});
  support::calm(scenario);
  support::close_borders(scenario);
  support::no_incentives(scenario);
  scenario.behaviour.capacity = false;
  scenario.time.warm_up_years = 1;
  scenario.time.base_years = 0;
  scenario.time.years = 1;
  scenario.insurance.reset();  // its groups look back on more years, and it moves no patient
  // Everybody keeps the stages of the start: who needs what where is then known exactly.
  scenario.care_effects.clear();
  for (Condition& condition : scenario.conditions) {
    condition.transitions.clear();
  }
  for (KindSpec& kind : scenario.kinds) {
    kind.reference_wait_days = 0.0;
  }
  for (NeedSpec& need : scenario.needs) {
    for (PathwaySpec& path : need.pathways) {
      path.delay_days = 0;
    }
  }
  return scenario;
}

TEST(RegionFlow, VisitsAreThoseOfTheAbsorbingChain) {
  const Model model = compile(still_region());
  const Results results = simulate(model, {.replications = 40});
  const std::vector<std::vector<double>> units = support::units_per_need(model);
  const support::Table visits(results, "visits");
  const support::Table needs(results, "needs");
  const std::size_t arisen = needs.label(2, "arisen");
  for (std::size_t s = 0; s < visits.length(1); ++s) {
    // Given the needs that arose.
    double wanted_mean = 0.0;
    const auto excess = support::estimate_over(results, [&](std::int64_t r) {
      double wanted = 0.0;
      for (std::size_t n = 0; n < units.size(); ++n) {
        wanted += static_cast<double>(needs.at(0, r, {0, n, arisen})) * units[n][s];
      }
      wanted_mean += wanted / static_cast<double>(results.replications);
      return static_cast<double>(visits.at(0, r, {0, s})) - wanted;
    });
    EXPECT_GT(wanted_mean, 0.0) << visits.labels(1)[s];
    EXPECT_LE(std::abs(excess.mean), 4.0 * excess.se)
        << visits.labels(1)[s] << ": " << excess.mean << " too many of " << wanted_mean;
  }
}

}  // namespace
}  // namespace waterbed
