#pragma once

#include "support/region.hpp"

#include <string>
#include <utility>
#include <vector>

/// Contracts that settle, and arms with them, for tests of who belongs to them.
namespace waterbed::support {

template <class T>
T& term_of(ContractSpec& contract) {
  for (Term& term : contract.terms.terms) {
    if (T* found = std::get_if<T>(&term)) {
      return *found;
    }
  }
  return std::get<T>(contract.terms.terms.emplace_back(T{}));
}

/// two_clinics with a third of its people and one more arm, "tested", with a copy of the shared savings of this name
/// for these holders, people belonging to it by this rule.
inline ContractSpec& add_sharing(Scenario& scenario, const std::string& name, std::vector<std::string> holders,
                                 Attribution attribution) {
  ContractSpec contract = contract_of(scenario, "gp_shared_savings");
  contract.terms.name = name;
  contract.holders = std::move(holders);
  term_of<Scope>(contract).attribution = std::move(attribution);
  const bool there =
      std::any_of(scenario.arms.begin(), scenario.arms.end(), [](const ArmSpec& arm) { return arm.name == "tested"; });
  if (!there) {
    ArmSpec arm = arm_of(scenario, "usual");
    arm.name = "tested";
    scenario.arms.push_back(std::move(arm));
  }
  arm_of(scenario, "tested").contracts.push_back(name);
  scenario.contracts.push_back(std::move(contract));
  return scenario.contracts.back();
}

inline Scenario small_clinics() {
  Scenario scenario = shipped("two_clinics");
  trim(scenario, 1.0 / 3.0);
  no_incentives(scenario);
  return scenario;
}

}  // namespace waterbed::support
