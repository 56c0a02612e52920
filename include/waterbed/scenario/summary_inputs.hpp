#pragma once

#include "waterbed/analysis/settlement_causes.hpp"
#include "waterbed/analysis/summary.hpp"
#include "waterbed/engine/model.hpp"

#include <vector>

namespace waterbed {

/// What summarise() needs to know about a model: sectors of settings, payers of contracts that settle, discount rates.
[[nodiscard]] SummaryInputs summary_inputs(const Model& model);

/// What settlement_parts() needs to know about a model: the contracts that settle, each once.
[[nodiscard]] std::vector<SettlingTerms> settling_terms(const Model& model);

}  // namespace waterbed
