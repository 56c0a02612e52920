#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <vector>

namespace waterbed::compiling {

/// Ceilings that are a share of expected turnover and come out below their own floor, which no contract says by itself:
/// the first year of each payer and holder.
/// @param model  derived
void check_ceilings(const Model& model, std::vector<Problem>& problems);

}  // namespace waterbed::compiling
