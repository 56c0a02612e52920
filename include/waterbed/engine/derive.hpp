#pragma once

#include "waterbed/engine/model.hpp"

namespace waterbed {

/// Fills what follows from the structure of a model: expected needs (by one run of health alone), expected flows and
/// turnover, capacities, costs, and the reference that responses are measured against.
///
/// compile() calls it. Call it again after changing rates, prices or contracts of a model by hand.
/// @throws EndlessWalk if an episode cannot end
void derive(Model& model);

}  // namespace waterbed
