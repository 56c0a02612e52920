// Source: Krijkamp et al., Medical Decision Making 38 (2018) 400-422: 103,759 and 18.921 QALY a person, discounted.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

/// Discounted sum over the years, the first undiscounted, per person; micro-units become units.
double discounted(const support::Table& table, std::int64_t replication, double rate, double persons) {
  double sum = 0.0;
  for (std::size_t year = 0; year < table.length(0); ++year) {
    const auto value = static_cast<double>(table.at(0, replication, {year, table.label(1, "everybody")}));
    sum += value / 1e6 * std::pow(1.0 + rate, -static_cast<double>(year));
  }
  return sum / persons;
}

TEST(SickSicker, GivesTheExactCohortAnswer) {
  Scenario scenario = support::shipped("sick_sicker");
  support::trim(scenario, 0.1);  // forty runs of 10,000: as precise as four of 100,000, and their spread is known
  double persons = 0.0;
  for (const PopulationCell& cell : scenario.population.cells) {
    persons += static_cast<double>(cell.persons);
  }
  const Results results = simulate(compile(scenario), {.replications = 40});
  const support::Table costs(results, "health_costs");
  const support::Table qalys(results, "qalys");
  // Rewards at the start and after each of 60 cycles.
  ASSERT_EQ(costs.length(0), 61U);
  ASSERT_EQ(costs.labels(0).back(), "end");
  const auto cost = support::estimate_over(
      results, [&](std::int64_t r) { return discounted(costs, r, scenario.discounting.costs, persons); });
  const auto qaly = support::estimate_over(
      results, [&](std::int64_t r) { return discounted(qalys, r, scenario.discounting.qalys, persons); });
  EXPECT_NEAR(cost.mean, 103'759.0, 3.0 * cost.se + 0.5);  // the published figures are rounded
  EXPECT_NEAR(qaly.mean, 18.921, 3.0 * qaly.se + 0.0005);
  EXPECT_LT(cost.se, 150.0);
  EXPECT_LT(qaly.se, 0.02);
}

}  // namespace
}  // namespace waterbed
