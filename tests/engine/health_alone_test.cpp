// Where people meet nothing but health, a shorter way gives the same bytes as the long one. The baseline of a
// decomposition notes what happens to each person, so it takes the long way.
#include "support/region.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

class HealthAlone : public ::testing::TestWithParam<CycleLength> {};

TEST_P(HealthAlone, GivesWhatEveryOtherRegionWouldGetToo) {
  Scenario scenario = support::shipped("sick_sicker_strategies");
  support::trim(scenario, 0.02);
  scenario.time.cycle = GetParam();
  scenario.time.years = 25;
  // People of every age who come, are born and go, so that no birthday falls on the first of a year alone.
  for (PopulationCell& cell : scenario.population.cells) {
    cell.ages = {0, 99};
  }
  scenario.population.flows = {12.0, 0.05, 0.04, {}};
  Who old;
  old.kind = Who::Kind::age;
  old.low = 65;
  old.high = 120;
  scenario.strata = {{"old", "Old", old}};
  const Model model = compile(scenario);
  const std::string other = model.arms[model.baseline == 0 ? 1 : 0].name;
  const RunOptions options{.replications = 2, .threads = 1, .block_size = 700};
  const Results noted = decompose(model, other, options);
  const Results shorter = simulate(model, options);
  EXPECT_EQ(results_digest(noted, noted.baseline), results_digest(shorter, shorter.baseline));
}

INSTANTIATE_TEST_SUITE_P(Cycles, HealthAlone,
                         ::testing::Values(CycleLength::year, CycleLength::quarter, CycleLength::month,
                                           CycleLength::week));

}  // namespace
}  // namespace waterbed
