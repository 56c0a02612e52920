#include "waterbed/engine/work_counts.hpp"

#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace waterbed {
namespace {

/// Nothing before the performance years, so that the tables have all that happens.
Model region() {
  Scenario scenario = support::shipped("two_clinics");
  support::trim(scenario, 0.05);
  support::keep_arms(scenario, {"usual"});  // others look back on years before
  scenario.time.warm_up_years = 0;
  scenario.time.base_years = 0;
  scenario.time.years = 2;
  return compile(scenario);
}

std::int64_t sum_of(const Results& results, const std::string& table) {
  const auto found = std::ranges::find(results.tables, table, &TableInfo::name);
  const auto& values = results.values[static_cast<std::size_t>(found - results.tables.begin())];
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

TEST(WorkCounts, HaveTheEventsOfTheTables) {
  const Model model = region();
  const RunOptions options{.arms = {"usual"}, .replications = 1, .seed = 3, .threads = 1};
  const Results results = simulate(model, options);
  const WorkCounts work = work_counts(model, options);
  EXPECT_EQ(work.choices, sum_of(results, "moves"));
  EXPECT_EQ(work.admissions, sum_of(results, "admitted"));
  EXPECT_EQ(work.units, sum_of(results, "visits"));
  EXPECT_GE(work.units, work.visits + work.services);
  EXPECT_GT(work.needs, 0);
  EXPECT_GT(work.services, 0);
  EXPECT_LE(work.services, work.services_looked_at);
}

TEST(WorkCounts, HaveADrawForEachPersonAndCycleAndForEachThatIsDecided) {
  const Model model = region();
  const WorkCounts work = work_counts(model, {.arms = {"usual"}, .seed = 3});
  const std::int64_t cycles = model.time.cycles();
  EXPECT_EQ(work.persons, model.people.size() * cycles);
  EXPECT_EQ(work.of(Purpose::person_cycle), work.persons);
  // Everybody has a birthday a year, at which somebody is looked at.
  EXPECT_GT(work.looked_at, work.persons / 24);
  EXPECT_LT(work.looked_at, work.persons);
  EXPECT_GE(work.of(Purpose::need_base) + work.of(Purpose::need_condition) + work.of(Purpose::need_event), work.needs);
  EXPECT_GE(work.of(Purpose::walk_step), work.choices);
  EXPECT_EQ(work.of(Purpose::synthesis_person), 0) << "people were made before";
  EXPECT_EQ(work.all_draws(), std::accumulate(work.draws.begin(), work.draws.end(), std::int64_t{0}));
  EXPECT_GE(work.compares, 4 * work.persons + work.choices);
  EXPECT_GE(work.additions, work.persons + work.choices + 3 * work.services);
}

TEST(WorkCounts, AreTheSameEachTimeAndOfOneArm) {
  const Model model = region();
  const RunOptions options{.seed = 3};
  EXPECT_EQ(work_counts(model, options).draws, work_counts(model, options).draws);
  EXPECT_THROW((void)work_counts(model, {.arms = {"usual", "usual"}}), InvalidArgument);
  EXPECT_THROW((void)work_counts(model, {.arms = {"unusual"}}), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
