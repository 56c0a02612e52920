#pragma once

#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Regions for tests of the engine: shipped scenarios made smaller or simpler, and small ones built in memory.
/// Tests run in the root of the project.
namespace waterbed::support {

inline Scenario shipped(const std::string& name) { return load_scenario("scenarios/" + name + ".yaml"); }

/// Keeps this share of the people, cell by cell.
inline void trim(Scenario& scenario, double share) {
  for (PopulationCell& cell : scenario.population.cells) {
    cell.persons = std::llround(static_cast<double>(cell.persons) * share);
  }
}

/// Nobody is born, moves or dies of age.
inline void close_borders(Scenario& scenario) {
  scenario.population.flows = {};
  for (std::vector<double>& rates : scenario.mortality.values) {
    std::fill(rates.begin(), rates.end(), 0.0);
  }
}

/// No shocks: what is left is the chance of independent persons.
inline void calm(Scenario& scenario) { scenario.variation = {.year_need_group_cv = 0.0, .practice_cv = 0.0}; }

/// Nobody responds to money.
inline void no_incentives(Scenario& scenario) { scenario.behaviour.incentives = false; }

/// Keeps only these arms and the contracts they name; the first is baseline and reference.
inline void keep_arms(Scenario& scenario, const std::vector<std::string>& names) {
  std::erase_if(scenario.arms,
                [&](const ArmSpec& arm) { return std::find(names.begin(), names.end(), arm.name) == names.end(); });
  std::erase_if(scenario.contracts, [&](const ContractSpec& contract) {
    return std::none_of(scenario.arms.begin(), scenario.arms.end(), [&](const ArmSpec& arm) {
      return std::find(arm.contracts.begin(), arm.contracts.end(), contract.terms.name) != arm.contracts.end();
    });
  });
  scenario.baseline = names.front();
  scenario.reference = names.front();
}

inline ArmSpec& arm_of(Scenario& scenario, const std::string& name) {
  return *std::find_if(scenario.arms.begin(), scenario.arms.end(),
                       [&](const ArmSpec& arm) { return arm.name == name; });
}

inline ContractSpec& contract_of(Scenario& scenario, const std::string& name) {
  return *std::find_if(scenario.contracts.begin(), scenario.contracts.end(),
                       [&](const ContractSpec& contract) { return contract.terms.name == name; });
}

inline Ceiling& ceiling_of(ContractSpec& contract) {
  for (Term& term : contract.terms.terms) {
    if (auto* ceiling = std::get_if<Ceiling>(&term)) {
      return *ceiling;
    }
  }
  throw std::logic_error("no ceiling in " + contract.terms.name);
}

/// Adds an arm of two_clinics whose hospital ceiling is this multiple of expected turnover.
inline void add_ceiling_arm(Scenario& scenario, const std::string& name, double of_expected) {
  ContractSpec contract = contract_of(scenario, "hospital_ceiling");
  contract.terms.name = "hospital_" + name;
  ceiling_of(contract).of_expected_turnover = Rate::from_double(of_expected);
  ArmSpec arm = arm_of(scenario, "usual");
  arm.name = name;
  std::replace(arm.contracts.begin(), arm.contracts.end(), std::string("hospital_ceiling"), contract.terms.name);
  scenario.contracts.push_back(std::move(contract));
  scenario.arms.push_back(std::move(arm));
}

inline AgeSexTable constant_rate(double women, double men) {
  return {.bands = {{0, k_max_age}}, .values = {std::vector<double>{women}, std::vector<double>{men}}};
}

/// A region with people and an arm without contracts; kinds, providers and needs are to be added.
inline Scenario empty_region(std::int64_t persons) {
  Scenario scenario;
  scenario.name = "made";
  scenario.title = "Made for a test";
  scenario.time = {.cycle = CycleLength::month, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 1};
  scenario.population.municipalities = {{.name = "here", .title = "Here"}};
  scenario.population.cells = {{.municipality = "here", .ages = {30, 30}, .sex = Sex::women, .persons = persons}};
  scenario.sectors = {{.name = "hospital"}};
  scenario.payers = {{.name = "insurer_a", .insurer = true, .market_share = 1.0}};
  scenario.arms.emplace_back().name = "usual";
  scenario.baseline = "usual";
  scenario.reference = "usual";
  scenario.behaviour.incentives = false;
  scenario.behaviour.psi = 0.0;
  calm(scenario);
  return scenario;
}

/// Pays everything at list price to every provider that is there by now, under the arm "usual".
inline void pay_all_at_list(Scenario& scenario) {
  ContractSpec contract;
  contract.terms.name = "fees";
  contract.terms.precedence = 1;
  contract.terms.terms = {Fee{.prices = {{.service = "all"}}, .tiers = {}}};
  for (const PayerSpec& payer : scenario.payers) {
    contract.payers.push_back(payer.name);
  }
  for (const ProviderSpec& provider : scenario.providers) {
    contract.holders.push_back(provider.name);
  }
  scenario.contracts = {contract};
  arm_of(scenario, "usual").contracts = {"fees"};
}

}  // namespace waterbed::support
