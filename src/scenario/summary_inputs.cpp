#include "waterbed/scenario/summary_inputs.hpp"

#include <algorithm>

namespace waterbed {

SummaryInputs summary_inputs(const Model& model) {
  SummaryInputs inputs;
  for (const SettingModel& setting : model.network.settings) {
    inputs.settings.push_back({setting.name, model.sectors[static_cast<std::size_t>(setting.sector)]});
  }
  for (const ArmModel& arm : model.arms) {
    for (const ContractModel& contract : arm.contracts) {
      const std::string& name = contract.contract.name;
      if (contract.settles &&
          std::ranges::find(inputs.settling, name, &SettlingContract::contract) == inputs.settling.end()) {
        // Only insurers pay a list value of their own; what other budgets pay stands against all of it.
        const bool insurer = contract.payer >= 0 && contract.payer < model.insurers;
        inputs.settling.push_back(
            {name, insurer ? model.payers[static_cast<std::size_t>(contract.payer)] : std::string()});
      }
    }
  }
  inputs.cycles_per_year = model.time.cycles_per_year;
  inputs.discount_costs = model.discount_costs;
  inputs.discount_qalys = model.discount_qalys;
  return inputs;
}

std::vector<SettlingTerms> settling_terms(const Model& model) {
  std::vector<SettlingTerms> terms;
  for (const ArmModel& arm : model.arms) {
    for (const ContractModel& contract : arm.contracts) {
      const std::string& name = contract.contract.name;
      if (contract.settles && std::ranges::find(terms, name, &SettlingTerms::label) == terms.end()) {
        terms.push_back({name, contract.contract, std::max(0, contract.from_year)});
      }
    }
  }
  return terms;
}

}  // namespace waterbed
