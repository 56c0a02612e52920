#pragma once

#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <vector>

namespace waterbed {

/// Every fault of a scenario by field path, sorted: ranges and units, unknown names with the nearest known one, shares
/// that do not sum to 1, chances beyond 1, walks that cannot end, pathways that nobody enters, contracts about nothing
/// or in conflict, more people than the memory of this machine holds. Empty: the scenario can be compiled. Positions
/// are not known here; load_scenario() adds them.
[[nodiscard]] std::vector<Problem> check(const Scenario& scenario);

}  // namespace waterbed
