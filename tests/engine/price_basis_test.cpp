// At what price care counts, and where each person is cut: what settles must equal what the other tables say.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

Scope counted_at(PriceBasis price, std::vector<std::string> services = {}, std::vector<ServicePrice> prices = {}) {
  Scope scope;
  scope.price = price;
  scope.services = std::move(services);
  scope.standard_prices = std::move(prices);
  return scope;
}

/// The shared savings held by the hospital, so that all insured belong to it; nobody is cut unless told.
Scenario region(Scope scope) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = support::add_sharing(scenario, "sharing", {"hospital_in"}, {});
  std::erase_if(contract.terms.terms, [](const Term& term) { return std::holds_alternative<Truncate>(term); });
  support::term_of<Scope>(contract) = std::move(scope);
  return scenario;
}

ContractSpec& sharing(Scenario& scenario) { return support::contract_of(scenario, "sharing"); }

Results run(const Scenario& scenario) { return simulate(compile(scenario), {.arms = {"tested"}, .replications = 1}); }

std::int64_t item(const Results& results, std::size_t year, const std::string& payer, const char* name) {
  const Table table(results, "settlement");
  return table.at(0, 0, {year, table.label(1, "sharing/" + payer + "/hospital_in"), table.label(2, name)});
}

/// Sum over settings of a table by year, setting and payer.
template <class Value>
std::int64_t over_settings(const Results& results, std::size_t year, const std::string& payer, const Value& value) {
  const Table visits(results, "visits");
  const Table list(results, "list_spending");
  std::int64_t sum = 0;
  for (std::size_t s = 0; s < visits.length(1); ++s) {
    const std::size_t p = visits.label(2, payer);
    sum += value(visits.labels(1)[s], visits.at(0, 0, {year, s, p}), list.at(0, 0, {year, s, p}));
  }
  return sum;
}

TEST(PriceBasis, ListCountsTheFrozenPriceList) {
  const Results results = run(region(counted_at(PriceBasis::list)));
  for (std::size_t year = 0; year < 2; ++year) {
    for (const std::string payer : {"insurer_a", "insurer_b"}) {
      EXPECT_EQ(item(results, year, payer, "counted"),
                over_settings(results, year, payer, [](const auto&, auto, std::int64_t list) { return list; }));
    }
  }
}

TEST(PriceBasis, PaidCountsWhatUnitsWerePaid) {
  // GP care at half its list price; hospital products by content, before the ceiling. Capitation is nobody's care.
  Scenario scenario = region(counted_at(PriceBasis::paid));
  ContractSpec cheap = support::contract_of(scenario, "gp_capitation");
  cheap.terms.name = "cheap";
  support::term_of<Fee>(cheap).prices = {{.service = "gp_consult", .price = Money::from_cents(600)}};
  scenario.contracts.push_back(cheap);
  auto& contracts = support::arm_of(scenario, "tested").contracts;
  std::replace(contracts.begin(), contracts.end(), std::string("gp_capitation"), std::string("cheap"));
  const Results results = run(scenario);
  const Table payments(results, "payments");
  for (std::size_t year = 0; year < 2; ++year) {
    for (const std::string payer : {"insurer_a", "insurer_b"}) {
      std::int64_t paid = 0;
      for (std::size_t e = 0; e < payments.length(1); ++e) {
        const std::string& label = payments.labels(1)[e];
        const bool unit =
            label.find(",fee," + payer) != std::string::npos || label.find(",bundle," + payer) != std::string::npos;
        paid += unit ? payments.at(0, 0, {year, e}) : 0;
      }
      EXPECT_EQ(item(results, year, payer, "counted"), paid);
      EXPECT_LT(paid, over_settings(results, year, payer, [](const auto&, auto, std::int64_t list) { return list; }));
    }
  }
}

TEST(PriceBasis, UnitsUnderCapitationArePaidNothing) {
  Scenario scenario = region(counted_at(PriceBasis::paid, {"gp_consult"}));
  ContractSpec whole = support::contract_of(scenario, "gp_capitation");
  whole.terms.name = "whole";
  support::term_of<Capitation>(whole).services = {"gp_consult"};
  std::erase_if(whole.terms.terms, [](const Term& term) { return std::holds_alternative<Fee>(term); });
  scenario.contracts.push_back(whole);
  auto& contracts = support::arm_of(scenario, "tested").contracts;
  std::replace(contracts.begin(), contracts.end(), std::string("gp_capitation"), std::string("whole"));
  const Results results = run(scenario);
  EXPECT_EQ(item(results, 1, "insurer_a", "counted"), 0);
  EXPECT_GT(item(results, 1, "insurer_a", "benchmark"), 0) << "the base years were paid by fee";
}

TEST(PriceBasis, StandardCountsTheContractsOwnListAndElseTheListPrice) {
  const Results results = run(region(counted_at(PriceBasis::standard, {}, {{"gp_consult", Money::from_cents(2000)}})));
  const auto standard = [](const std::string& setting, std::int64_t units, std::int64_t list) {
    return setting.ends_with(".gp_consult") ? units * 20'000'000 : list;
  };
  for (std::size_t year = 0; year < 2; ++year) {
    EXPECT_EQ(item(results, year, "insurer_a", "counted"), over_settings(results, year, "insurer_a", standard));
  }
}

TEST(PriceBasis, StandardScalesTheContentsOfAProduct) {
  // Every content at twice its list price doubles each product, whatever it held.
  const Results results =
      run(region(counted_at(PriceBasis::standard, {"dermatology_clinic", "ward"},
                            {{"dermatology_clinic", Money::from_cents(42000)}, {"ward", Money::from_cents(1040000)}})));
  const auto doubled = [](const std::string& setting, std::int64_t, std::int64_t list) {
    return setting.ends_with("clinic") || setting.ends_with("ward") ? 2 * list : 0;
  };
  EXPECT_EQ(item(results, 1, "insurer_a", "counted"), over_settings(results, 1, "insurer_a", doubled));
}

TEST(Truncation, AtTheHighestPercentileCutsNobody) {
  Scenario scenario = region(counted_at(PriceBasis::list));
  const Results whole = run(scenario);
  support::term_of<Truncate>(sharing(scenario)).percentile = Rate{Rate::k_one};
  const Results cut = run(scenario);
  for (const char* name : {"benchmark", "counted", "paid"}) {
    EXPECT_EQ(item(cut, 1, "insurer_a", name), item(whole, 1, "insurer_a", name)) << name;
  }
}

TEST(Truncation, CountsLessTheLowerThePercentile) {
  Scenario scenario = region(counted_at(PriceBasis::list));
  std::int64_t before = item(run(scenario), 1, "insurer_a", "counted");
  for (const double percentile : {0.999, 0.99, 0.9}) {
    support::term_of<Truncate>(sharing(scenario)).percentile = Rate::from_double(percentile);
    const std::int64_t counted = item(run(scenario), 1, "insurer_a", "counted");
    EXPECT_LT(counted, before) << percentile;
    before = counted;
  }
}

TEST(Truncation, ByReinsuranceCountsWhatACutThereCounts) {
  // Everything above the attachment is borne by the reinsurer, in the performance year alone: the benchmark is of whole
  // spending.
  Scenario scenario = region(counted_at(PriceBasis::list));
  const Results whole = run(scenario);
  support::term_of<Truncate>(sharing(scenario)).amount = Money::from_cents(500'000);
  const Results cut = run(scenario);
  std::erase_if(sharing(scenario).terms.terms, [](const Term& term) { return std::holds_alternative<Truncate>(term); });
  support::term_of<Reinsure>(sharing(scenario)).attach = Money::from_cents(500'000);
  const Results reinsured = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    EXPECT_EQ(item(reinsured, year, "insurer_b", "counted"), item(cut, year, "insurer_b", "counted"));
    EXPECT_EQ(item(reinsured, year, "insurer_b", "benchmark"), item(whole, year, "insurer_b", "benchmark"));
  }
}

TEST(Truncation, ByPercentileIsTheSameForAnyThreadsAndBlocks) {
  Scenario scenario = region(counted_at(PriceBasis::paid));
  scenario.behaviour.incentives = true;
  support::term_of<Truncate>(sharing(scenario)).percentile = Rate::from_double(0.99);
  const Model model = compile(scenario);
  EXPECT_EQ(results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 1})),
            results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 3, .block_size = 500})));
}

}  // namespace
}  // namespace waterbed
