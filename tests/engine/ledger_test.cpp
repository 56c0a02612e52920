// Money and needs add up, exactly, in every scenario that is shipped.
#include "support/conservation.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

namespace waterbed {
namespace {

using support::Table;

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios", none)) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// A scenario with about 5,000 of its people and two performance years; all of them if contracts come and go.
Scenario small(const std::string& name) {
  Scenario scenario = support::shipped(name);
  double persons = 0.0;
  for (const PopulationCell& cell : scenario.population.cells) {
    persons += static_cast<double>(cell.persons);
  }
  support::trim(scenario, std::min(1.0, 5000.0 / persons));
  const bool changes = std::any_of(scenario.contracts.begin(), scenario.contracts.end(),
                                   [](const ContractSpec& contract) { return contract.from || contract.until; });
  scenario.time.years = changes ? scenario.time.years : 2;
  return scenario;
}

/// A ledger entry's label, taken apart.
struct Entry {
  std::string contract, term, from, to, sector;
};

Entry entry_of(const std::string& label) {
  std::istringstream text(label);
  Entry entry;
  for (std::string* part : {&entry.contract, &entry.term, &entry.from, &entry.to, &entry.sector}) {
    std::getline(text, *part, ',');
  }
  return entry;
}

/// What each party has at the end of a year, micro-euro, from the payments table alone.
/// @param premiums  with what insurers are paid, else what care is paid alone
std::map<std::string, std::int64_t> balances(const Table& payments, std::size_t arm, std::int64_t replication,
                                             std::size_t year, bool premiums) {
  std::map<std::string, std::int64_t> result;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const Entry entry = entry_of(payments.labels(1)[e]);
    if (entry.term == "premium" && !premiums) {
      continue;
    }
    const std::int64_t amount = payments.at(arm, replication, {year, e});
    result[entry.from] -= amount;
    result[entry.to] += amount;
  }
  return result;
}

void expect_money_adds_up(const Results& results) {
  const Table payments(results, "payments");
  const Table revenue(results, "provider_result");
  const Table cash(results, "cash_spending");
  const std::size_t item = revenue.label(2, "revenue");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t year = 0; year < payments.length(0); ++year) {
        SCOPED_TRACE(results.arms[arm] + ", replication " + std::to_string(r) + ", year " + std::to_string(year));
        auto left = balances(payments, arm, r, year, false);
        std::int64_t sum = 0;
        for (const auto& [party, balance] : left) {
          sum += balance;
        }
        EXPECT_EQ(sum, 0);
        for (std::size_t p = 0; p < revenue.length(1); ++p) {
          const std::string& provider = revenue.labels(1)[p];
          EXPECT_EQ(revenue.at(arm, r, {year, p, item}), left[provider]) << provider;
          left.erase(provider);
        }
        for (std::size_t p = 0; p < cash.length(2); ++p) {
          const std::string& payer = cash.labels(2)[p];
          std::int64_t spent = 0;
          for (std::size_t s = 0; s < cash.length(1); ++s) {
            spent += cash.at(arm, r, {year, s, p});
          }
          EXPECT_EQ(spent, -left[payer]) << payer;
          left.erase(payer);
        }
        // Nobody else holds money.
        EXPECT_TRUE(left.empty()) << left.begin()->first;
      }
    }
  }
}

void expect_results_add_up(const Results& results) {
  const Table table(results, "provider_result");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t year = 0; year < table.length(0); ++year) {
        for (std::size_t p = 0; p < table.length(1); ++p) {
          const auto item = [&](const char* name) { return table.at(arm, r, {year, p, table.label(2, name)}); };
          EXPECT_EQ(item("result"), item("revenue") - item("variable_cost") - item("step_cost") - item("fixed_cost"))
              << results.arms[arm] << ' ' << table.labels(1)[p];
        }
      }
    }
  }
}

/// Dated payments are the payments, and reserves roll forward from what was incurred and paid.
void expect_cash_adds_up(const Results& results) {
  const Table payments(results, "payments");
  const Table dated(results, "payments_dated");
  const Table reserves(results, "reserves");
  const Table cash(results, "cash_spending");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t e = 0; e < payments.length(1); ++e) {
        std::int64_t incurred = 0;
        std::int64_t paid = 0;
        for (std::size_t y = 0; y < dated.length(0); ++y) {
          incurred += y < payments.length(0) ? payments.at(arm, r, {y, e}) : 0;
          paid += dated.at(arm, r, {y, e});
        }
        EXPECT_EQ(paid, incurred) << results.arms[arm] << ' ' << payments.labels(1)[e];
      }
      for (std::size_t p = 0; p < reserves.length(1); ++p) {
        std::int64_t owed = 0;
        for (std::size_t y = 0; y < reserves.length(0); ++y) {
          SCOPED_TRACE(results.arms[arm] + ' ' + reserves.labels(1)[p] + ' ' + reserves.labels(0)[y]);
          const auto item = [&](const char* name) { return reserves.at(arm, r, {y, p, reserves.label(2, name)}); };
          std::int64_t spent = 0;
          for (std::size_t s = 0; y < cash.length(0) && s < cash.length(1); ++s) {
            spent += cash.at(arm, r, {y, s, p});
          }
          EXPECT_EQ(item("incurred"), spent);
          EXPECT_EQ(item("opening"), owed);
          EXPECT_EQ(item("closing"), item("opening") + item("incurred") - item("paid"));
          owed = item("closing");
        }
        EXPECT_EQ(owed, 0) << "money is owed past the last year of the table";
      }
    }
  }
}

/// What an insurer has at the end of a year is its result; what the equalisation pays follows from the risk of its
/// people.
void expect_insurers_add_up(const Results& results) {
  if (std::none_of(results.tables.begin(), results.tables.end(),
                   [](const TableInfo& info) { return info.name == "insurer_result"; })) {
    return;
  }
  const Table payments(results, "payments");
  const Table table(results, "insurer_result");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t year = 0; year < table.length(0); ++year) {
        const auto left = balances(payments, arm, r, year, true);
        std::int64_t sum = 0;
        for (const auto& [party, balance] : left) {
          sum += balance;
        }
        EXPECT_EQ(sum, 0);
        std::int64_t from_fund = 0;
        for (std::size_t p = 0; p < table.length(1); ++p) {
          SCOPED_TRACE(results.arms[arm] + ' ' + table.labels(1)[p] + ' ' + table.labels(0)[year]);
          const auto item = [&](const char* name) { return table.at(arm, r, {year, p, table.label(2, name)}); };
          EXPECT_EQ(item("result_net"), left.at(table.labels(1)[p]));
          EXPECT_EQ(item("result_gross"), item("premium") + item("supplementary_premium") + item("deductible") -
                                              item("cash") - item("supplementary_cash"));
          EXPECT_EQ(item("result_net"), item("result_gross") + item("equalisation"));
          EXPECT_EQ(item("equalisation"),
                    item("normative_spending") - item("standard_premium") - item("expected_deductible"));
          from_fund += item("equalisation");
        }
        EXPECT_EQ(left.at("equalisation_fund"), -from_fund);
      }
    }
  }
}

std::int64_t total_fate(const Results& results, std::size_t arm, const char* name) {
  const Table needs(results, "needs");
  std::int64_t sum = 0;
  for (std::size_t year = 0; year < needs.length(0); ++year) {
    for (std::size_t n = 0; n < needs.length(1); ++n) {
      sum += needs.at(arm, 0, {year, n, needs.label(2, name)});
    }
  }
  return sum;
}

class EveryScenario : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryScenario, MoneyAndNeedsAddUpExactly) {
  const Results results = simulate(compile(small(GetParam())), {.replications = 2});
  expect_money_adds_up(results);
  expect_results_add_up(results);
  expect_cash_adds_up(results);
  expect_insurers_add_up(results);
  support::expect_needs_are_kept(results, false);
}

class EveryScenarioOfCare : public ::testing::TestWithParam<std::string> {};

/// Shipped scenarios but those of health alone, in which nobody waits.
std::vector<std::string> scenarios_of_care() {
  std::vector<std::string> names = shipped_scenarios();
  std::erase_if(names, [](const std::string& name) { return support::shipped(name).needs.empty(); });
  return names;
}

TEST_P(EveryScenarioOfCare, LosesNobodyWithEveryWayOutOpen) {
  Scenario scenario = small(GetParam());
  const bool has_emergency = std::any_of(scenario.kinds.begin(), scenario.kinds.end(),
                                         [](const KindSpec& kind) { return kind.name == "emergency_department"; });
  support::open_every_way_out(scenario, has_emergency ? "emergency_department" : scenario.kinds.front().name);
  const Results results = simulate(compile(scenario), {.replications = 1});
  expect_money_adds_up(results);
  expect_results_add_up(results);
  support::expect_needs_are_kept(results, false);
  support::expect_queues_are_kept(results, false);
}

INSTANTIATE_TEST_SUITE_P(Shipped, EveryScenario, ::testing::ValuesIn(shipped_scenarios()),
                         [](const auto& instance) { return instance.param; });
INSTANTIATE_TEST_SUITE_P(Shipped, EveryScenarioOfCare, ::testing::ValuesIn(scenarios_of_care()),
                         [](const auto& instance) { return instance.param; });

TEST(Conservation, HoldsFromTheFirstDay) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual", "squeezed_ceiling"});
  scenario.time.warm_up_years = 0;
  scenario.time.base_years = 0;
  const Results results = simulate(compile(scenario), {.replications = 2});
  support::expect_needs_are_kept(results, true);
  expect_money_adds_up(results);
}

TEST(Conservation, HoldsWhenCareIsRefused) {
  Scenario scenario = support::shipped("two_clinics");
  support::add_ceiling_arm(scenario, "hard", 0.7);
  support::add_ceiling_arm(scenario, "closing", 0.7);
  support::ceiling_of(support::contract_of(scenario, "hospital_closing")).duty_to_deliver = false;
  support::keep_arms(scenario, {"usual", "hard", "closing"});
  scenario.time.warm_up_years = 0;
  scenario.time.base_years = 0;
  scenario.uncertainty = {};  // what was uncertain about the shares is fixed here
  scenario.behaviour.goes_on = 0.0;
  scenario.behaviour.defers = 0.2;
  scenario.behaviour.sends_back = 0.5;
  scenario.behaviour.sends_elsewhere = 0.3;
  scenario.behaviour.gives_up_per_year = 1.0;
  for (const bool anybody_comes_back : {true, false}) {
    if (!anybody_comes_back) {
      scenario.behaviour.comes_back_at.clear();
    }
    const Results results = simulate(compile(scenario), {.replications = 2});
    support::expect_needs_are_kept(results, true);
    expect_money_adds_up(results);
    const Table visits(results, "visits");
    const Table waiting(results, "waiting");
    const std::size_t outside = visits.label(1, "hospital_out.dermatology_clinic");
    const std::size_t inside = visits.label(1, "hospital_in.dermatology_clinic");
    // The ways out are in use, or this test would show nothing.
    EXPECT_GT(visits.at(1, 0, {1, outside}), visits.at(0, 0, {1, outside}));
    EXPECT_LT(visits.at(1, 0, {1, inside}), visits.at(0, 0, {1, inside}));
    EXPECT_GT(waiting.at(2, 0, {1, inside}), waiting.at(0, 0, {1, inside}));
    EXPECT_GT(total_fate(results, 2, "gave_up"), total_fate(results, 0, "gave_up"));
    if (!anybody_comes_back) {
      EXPECT_GT(total_fate(results, 1, "unresolved"), total_fate(results, 0, "unresolved"));
    }
  }
}

}  // namespace
}  // namespace waterbed
