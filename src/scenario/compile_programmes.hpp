#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <vector>

namespace waterbed::compiling {

/// What the arms do beside paying.
/// @param model  arms and network must be filled
void compile_programmes(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems);

}  // namespace waterbed::compiling
