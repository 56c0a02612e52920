#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace waterbed::compiling {

/// What a programme's routes change of the practice and the capacity of an arm; several compose in the order given.
/// @param programme  its name, for problems
/// @param arm        of the model, network filled
void add_routes(const RoutesSpec& routes, const Scenario& scenario, const Model& model, const std::string& programme,
                ArmModel& arm, std::vector<Problem>& problems);

}  // namespace waterbed::compiling
