#pragma once

#include "waterbed/health/health_model.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// Adds every fault of the inputs by field path.
void check_health(const HealthInputs& inputs, std::vector<FieldProblem>& problems);

/// Position of a name; -1 if unknown.
[[nodiscard]] int find_condition(const HealthInputs& inputs, const std::string& name);
[[nodiscard]] int find_stage(const Condition& condition, const std::string& name);

}  // namespace waterbed
