// Visits as a table add up to the result tables and to the ledger; the trace of a person is part of it.
#include "waterbed/engine/visits.hpp"

#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/person_years.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/engine/trace.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

namespace waterbed {
namespace {

using support::Table;

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Visits all_visits(const Model& model, const RecordOptions& options, Index part_rows = Index{1} << 18) {
  Visits all;
  visits(
      model, options,
      [&](Visits&& part) {
        append(all.visit, part.visit);
        append(all.attached, part.attached);
        append(all.person, part.person);
        append(all.year, part.year);
        append(all.cycle, part.cycle);
        append(all.day, part.day);
        append(all.setting, part.setting);
        append(all.need, part.need);
        append(all.step, part.step);
        append(all.units, part.units);
        append(all.list, part.list);
        append(all.paid, part.paid);
        append(all.entry, part.entry);
      },
      {}, {}, part_rows);
  return all;
}

/// Units and list spending of a year at a setting of people of a payer.
using Cell = std::tuple<std::size_t, std::size_t, std::size_t>;

void adds_up(const Model& model, const std::string& arm) {
  const Results results = simulate(model, {.arms = {arm}, .replications = 1});
  const Visits table = all_visits(model, {.arm = arm});
  std::map<Cell, std::pair<std::int64_t, std::int64_t>> of_cell;
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> paid;
  for (std::size_t i = 0; i < table.visit.size(); ++i) {
    const auto year = static_cast<std::size_t>(table.year[i] - model.time.start_year);
    const std::size_t payer = model.people.payer[static_cast<std::size_t>(table.person[i])];
    auto& [units, list] = of_cell[{year, static_cast<std::size_t>(table.setting[i]), payer}];
    units += table.units[i];
    list += table.list[i];
    ASSERT_GE(table.entry[i], 0);
    paid[{year, static_cast<std::size_t>(table.entry[i])}] += table.paid[i];
  }
  const Table visit_table(results, "visits");
  const Table list_table(results, "list_spending");
  for (std::size_t y = 0; y < visit_table.length(0); ++y) {
    for (std::size_t s = 0; s < visit_table.length(1); ++s) {
      for (std::size_t p = 0; p < visit_table.length(2); ++p) {
        const auto [units, list] = of_cell[{y, s, p}];
        EXPECT_EQ(units, visit_table.at(0, 0, {y, s, p})) << model.network.settings[s].name;
        EXPECT_EQ(list, list_table.at(0, 0, {y, s, p})) << model.network.settings[s].name;
      }
    }
  }
  const ArmModel& under =
      *std::find_if(model.arms.begin(), model.arms.end(), [&](const ArmModel& a) { return a.name == arm; });
  std::set<std::size_t> by_period;  // entries that are paid per person and period as well
  for (const ContractModel& contract : under.contracts) {
    for (const std::int32_t slot : {contract.enrolment_slot, contract.capitation_slot}) {
      if (slot >= 0) {
        by_period.insert(static_cast<std::size_t>(under.entry_of_slot[static_cast<std::size_t>(slot)]));
      }
    }
  }
  constexpr std::int64_t k_half_a_cent = 5'000;
  std::int64_t compared = 0;
  for (const auto& [key, amount] : paid) {
    const auto [year, entry] = key;
    if (by_period.count(entry) == 0) {
      EXPECT_LE(std::abs(Table(results, "payments").at(0, 0, {year, entry}) - amount), k_half_a_cent)
          << model.entry_labels[entry];
      compared += amount != 0 ? 1 : 0;
    }
  }
  EXPECT_GT(compared, 5);
  // And no fee is paid for anything else.
  for (std::size_t slot = 0; slot < under.entries.size(); ++slot) {
    const auto entry = static_cast<std::size_t>(under.entry_of_slot[slot]);
    for (std::size_t y = 0; under.entries[slot].term == TermKind::fee && y < visit_table.length(0); ++y) {
      EXPECT_TRUE(paid.count({y, entry}) != 0 || Table(results, "payments").at(0, 0, {y, entry}) == 0)
          << model.entry_labels[entry];
    }
  }
}

TEST(Visits, AddUpToTablesAndLedgerOfTwoClinics) {
  adds_up(compile(support::shipped("two_clinics")), "squeezed_ceiling");
}
TEST(Visits, AddUpToTablesAndLedgerWithBundles) {
  Scenario scenario = support::shipped("leiden_region");
  support::trim(scenario, 0.03);
  const Model model = compile(scenario);
  const auto bundled = std::find_if(model.arms.begin(), model.arms.end(), [](const ArmModel& arm) {
    return std::any_of(arm.entries.begin(), arm.entries.end(),
                       [](const EntryKey& key) { return key.term == TermKind::cost; });
  });
  ASSERT_NE(bundled, model.arms.end());
  adds_up(model, bundled->name);
}

const Model& region() {
  static const Model k_model = compile(support::shipped("two_clinics"));
  return k_model;
}

TEST(Visits, DoNotDependOnPartsOrThreads) {
  const Visits whole = all_visits(region(), {.threads = 1});
  const Visits parts = all_visits(region(), {.threads = 3}, 1000);
  EXPECT_EQ(whole.visit, parts.visit);
  EXPECT_EQ(whole.person, parts.person);
  EXPECT_EQ(whole.day, parts.day);
  EXPECT_EQ(whole.paid, parts.paid);
  EXPECT_EQ(whole.entry, parts.entry);
}

TEST(Visits, HaveTheirDayInTheirCycleAndAttachedServicesTheNumberOfTheirVisit) {
  const Visits table = all_visits(region(), {});
  const int days = region().time.days_per_cycle();
  std::int64_t attached = 0;
  for (std::size_t i = 0; i < table.visit.size(); ++i) {
    EXPECT_EQ(table.day[i] / days, table.cycle[i]);
    if (table.attached[i] != 0) {
      ++attached;
      EXPECT_EQ(table.visit[i], table.visit[i - 1]);
      EXPECT_EQ(table.person[i], table.person[i - 1]);
    } else {
      EXPECT_EQ(table.visit[i], i == 0 ? 0 : table.visit[i - 1] + 1);
    }
  }
  EXPECT_GT(attached, 0);
}

TEST(Visits, AreAboutAsManyAsExpected) {
  const auto rows = static_cast<double>(all_visits(region(), {}).size());
  const double expected = expected_visit_rows(region(), {});
  EXPECT_GE(expected, rows * 0.9);
  EXPECT_LE(expected, rows * 4.0);  // days of stay
  EXPECT_NEAR(expected_visit_rows(region(), {.years = {region().time.start_year - 1}}), expected / region().time.years,
              expected * 0.1);
}

TEST(Trace, HoldsTheVisitsAndTheStagesOfOnePerson) {
  const int first = region().time.start_year;
  std::vector<int> years;
  for (int y = first - region().time.burn_in_years(); y < first + region().time.years; ++y) {
    years.push_back(y);
  }
  const Visits table = all_visits(region(), {.years = years});
  const PersonYears at_start = person_years(region(), {.years = years});
  std::map<std::int32_t, std::int64_t> count;
  for (const std::int32_t person : table.person) {
    ++count[person];
  }
  const std::int32_t busy = std::max_element(count.begin(), count.end(), [](const auto& a, const auto& b) {
                              return a.second < b.second;
                            })->first;
  const Trace of_person = trace(region(), busy, {.years = years});
  EXPECT_EQ(of_person.visits.size(), count[busy]);
  std::int64_t paid = 0;
  for (std::size_t i = 0; i < table.visit.size(); ++i) {
    paid += table.person[i] == busy ? table.paid[i] : 0;
  }
  std::int64_t paid_in_trace = 0;
  for (const std::int64_t amount : of_person.visits.paid) {
    paid_in_trace += amount;
  }
  EXPECT_EQ(paid_in_trace, paid);
  EXPECT_GT(paid, 0);

  const auto told = [&](Event event) {
    return std::count_if(of_person.happenings.begin(), of_person.happenings.end(),
                         [&](const Happening& happening) { return happening.event == event; });
  };
  EXPECT_EQ(told(Event::entered), 1);
  EXPECT_GE(told(Event::need), told(Event::need_ended));
  EXPECT_GT(told(Event::need_ended), 0);
  // Stages told by the end of a year are those with which the next begins.
  for (std::size_t line = 0; line < at_start.person.size(); ++line) {
    if (at_start.person[line] == busy && at_start.year[line] > years.front()) {
      for (std::size_t c = 0; c < at_start.conditions.size(); ++c) {
        int stage = 0;
        for (const Happening& happening : of_person.happenings) {
          if (happening.event == Event::stage && happening.subject == static_cast<int>(c) &&
              happening.year < at_start.year[line]) {
            stage = happening.value;
          }
        }
        EXPECT_EQ(stage, at_start.stage[c][line]) << at_start.conditions[c] << " in " << at_start.year[line];
      }
    }
  }
}

TEST(Visits, RefuseWhatIsNotThere) {
  const VisitSink nowhere = [](Visits&&) {};
  EXPECT_THROW(visits(region(), {.years = {1999}}, nowhere), InvalidArgument);
  EXPECT_THROW(visits(region(), {}, nowhere, {}, {}, 0), InvalidArgument);
  EXPECT_THROW((void)trace(region(), region().people.size()), InvalidArgument);
  EXPECT_THROW((void)trace(region(), -1), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
