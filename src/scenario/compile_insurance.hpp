#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/scenario.hpp"

namespace waterbed::compiling {

/// Classes, weights and what is counted for them.
/// @param model  payers, sectors, needs, network and counters of spending must be filled
void compile_insurance(const Scenario& scenario, Model& model);

}  // namespace waterbed::compiling
