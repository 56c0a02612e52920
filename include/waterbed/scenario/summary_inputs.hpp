#pragma once

#include "waterbed/analysis/summary.hpp"
#include "waterbed/engine/model.hpp"

namespace waterbed {

/// What summarise() needs to know about a model: sectors of settings, payers of contracts that settle, discount rates.
[[nodiscard]] SummaryInputs summary_inputs(const Model& model);

}  // namespace waterbed
