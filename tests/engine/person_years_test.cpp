// What happened to each person in a year adds up to the result tables of the same replication.
#include "waterbed/engine/person_years.hpp"

#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <map>
#include <numeric>

namespace waterbed {
namespace {

using support::Table;

template <class Column>
std::int64_t sum_in(const PersonYears& table, int year, const Column& column) {
  std::int64_t sum = 0;
  for (std::size_t line = 0; line < table.person.size(); ++line) {
    sum += table.year[line] == year ? column[line] : 0;
  }
  return sum;
}

const SettingModel& setting_of(const Model& model, std::size_t s) { return model.network.settings[s]; }

/// A stratum of everybody, so that `stratum_persons` and `qalys` hold totals.
Model with_everybody(const std::string& name) {
  Model model = compile(support::shipped(name));
  const CompiledWho anybody{.program = {{.op = CompiledWho::Op::yes}}, .sets = {}};
  model.strata.insert(model.strata.begin(), StratumModel{.name = "everybody_here", .title = "", .who = anybody});
  return model;
}

void adds_up(const Model& model, const std::string& arm) {
  const Results results = simulate(model, {.arms = {arm}, .first_replication = 1, .replications = 1});
  const PersonYears table = person_years(model, {.arm = arm, .replication = 1}, true);
  const Table spending(results, "list_spending");
  const Table visits(results, "visits");
  ASSERT_GT(table.size(), 0);
  for (int y = 0; y < model.time.years; ++y) {
    const int year = model.time.start_year + y;
    const auto of_year = static_cast<std::size_t>(y);
    std::map<int, std::int64_t> of_sector;
    std::map<std::string, std::int64_t> of_kind;
    for (std::size_t s = 0; s < model.network.settings.size(); ++s) {
      of_sector[setting_of(model, s).sector] += spending.at(0, 0, {of_year, s});
      of_kind[setting_of(model, s).kind] += visits.at(0, 0, {of_year, s});
    }
    for (std::size_t sector = 0; sector < table.sectors.size(); ++sector) {
      EXPECT_EQ(sum_in(table, year, table.spending[sector]), of_sector[static_cast<int>(sector)])
          << table.sectors[sector] << " in " << year;
    }
    for (std::size_t kind = 0; kind < table.kinds.size(); ++kind) {
      EXPECT_EQ(sum_in(table, year, table.units[kind]), of_kind[table.kinds[kind]]) << table.kinds[kind];
    }
    const std::int64_t deaths = sum_in(table, year, table.died);
    const std::int64_t cycles = sum_in(table, year, table.cycles);
    EXPECT_EQ(deaths, Table(results, "deaths").at(0, 0, {of_year}));
    EXPECT_EQ(sum_in(table, year, table.qalys), Table(results, "qalys").at(0, 0, {of_year, 0}));
    EXPECT_EQ(cycles, Table(results, "stratum_persons").at(0, 0, {of_year, 0}));
    EXPECT_EQ(cycles - deaths, Table(results, "population").at(0, 0, {of_year}));
    EXPECT_GT(deaths, 0);
    EXPECT_GT(sum_in(table, year, table.moved_away), 0);
  }
}

TEST(PersonYears, AddUpToTheTablesOfTwoClinics) { adds_up(with_everybody("two_clinics"), "shared_savings"); }
TEST(PersonYears, AddUpToTheTablesOfMultiYear) {
  const Model model = with_everybody("multi_year");
  adds_up(model, model.arms.back().name);
}

const Model& region() {
  static const Model k_model = compile(support::shipped("two_clinics"));
  return k_model;
}

TEST(PersonYears, AreTheSameForAnyNumberOfThreads) {
  const PersonYears one = person_years(region(), {.threads = 1});
  const PersonYears three = person_years(region(), {.threads = 3});
  EXPECT_EQ(one.person, three.person);
  EXPECT_EQ(one.stage, three.stage);
  EXPECT_EQ(one.recorded, three.recorded);
  EXPECT_EQ(one.spending, three.spending);
  EXPECT_EQ(one.units, three.units);
  EXPECT_EQ(one.qalys, three.qalys);
}

TEST(PersonYears, OfTheBurnInDoNotDependOnTheArmAndEndWithTheLastYearAskedFor) {
  const int before = region().time.start_year - 1;
  std::int64_t last = 0;
  const PersonYears usual = person_years(region(), {.arm = "usual", .years = {before}}, false,
                                         [&](const ProgressReport& at) { last = at.done; });
  EXPECT_EQ(last, region().time.burn_in_cycles());
  const PersonYears squeezed = person_years(region(), {.arm = "squeezed_ceiling", .years = {before, before + 2}});
  ASSERT_GT(squeezed.size(), usual.size());
  const std::ptrdiff_t lines = usual.size();
  EXPECT_TRUE(std::equal(usual.person.begin(), usual.person.end(), squeezed.person.begin()));
  for (std::size_t sector = 0; sector < usual.sectors.size(); ++sector) {
    EXPECT_TRUE(
        std::equal(usual.spending[sector].begin(), usual.spending[sector].end(), squeezed.spending[sector].begin()));
  }
  EXPECT_EQ(squeezed.year[static_cast<std::size_t>(lines) - 1], before);
  EXPECT_EQ(squeezed.year[static_cast<std::size_t>(lines)], before + 2);
}

TEST(PersonYears, BeginWhereTheYearBeforeEnded) {
  const int first = region().time.start_year - 1;
  const PersonYears table = person_years(region(), {.years = {first, first + 1}}, true);
  std::map<std::int32_t, std::size_t> line_before;
  std::size_t stayed = 0;
  std::size_t came = 0;
  for (std::size_t line = 0; line < table.person.size(); ++line) {
    if (table.year[line] == first) {
      line_before[table.person[line]] = line;
      stayed += table.died[line] + table.moved_away[line] == 0 ? 1U : 0U;
      continue;
    }
    const auto before = line_before.find(table.person[line]);
    if (before == line_before.end()) {
      ++came;
      continue;
    }
    const std::size_t old = before->second;
    EXPECT_EQ(table.died[old] + table.moved_away[old], 0);
    EXPECT_EQ(table.entered[line], 0);
    if (table.entered[old] == 0) {
      EXPECT_EQ(table.age[line], table.age[old] + 1);
    }
    --stayed;
  }
  // Somebody who moves away on the first day of a year does not live in it.
  for (const auto& [person, line] : line_before) {
    stayed -= table.died[line] + table.moved_away[line] == 0 &&
                      region().people.leaves_cycle[static_cast<std::size_t>(person)] == region().time.burn_in_cycles()
                  ? 1U
                  : 0U;
  }
  EXPECT_EQ(stayed, 0U);
  EXPECT_GT(came, 0U);
}

TEST(PersonYears, LeaveNewcomersOutUnlessAskedFor) {
  const PersonYears all = person_years(region(), {}, true);
  const PersonYears some = person_years(region(), {});
  EXPECT_EQ(some.size(), std::count(all.entered.begin(), all.entered.end(), 0));
  EXPECT_EQ(std::count(some.entered.begin(), some.entered.end(), 0), some.size());
}

TEST(PersonYears, RefuseWhatIsNotSimulated) {
  EXPECT_THROW((void)person_years(region(), {.arm = "nobody"}), InvalidArgument);
  EXPECT_THROW((void)person_years(region(), {.years = {1999}}), InvalidArgument);
  EXPECT_THROW((void)person_years(region(), {.replication = -1}), InvalidArgument);
  EXPECT_THROW((void)person_years(region(), {.threads = -1}), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
