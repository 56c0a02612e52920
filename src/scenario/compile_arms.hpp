#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <vector>

namespace waterbed::compiling {

/// Contracts of every arm per payer and holder, who pays for what, and the ledger entries that follow.
/// @param model  people, payers, providers, sectors and network must be filled
void compile_arms(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems);

/// Names the ledger entries of all arms, once they are all there: Model::entry_labels and ArmModel::entry_of_slot.
void label_entries(Model& model);

}  // namespace waterbed::compiling
