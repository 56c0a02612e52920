#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/scenario.hpp"

namespace waterbed {

/// Makes the model that runs: synthesises the people, resolves every name, lays the care network out as flat arrays,
/// expands contracts per payer and holder, and derives what follows (engine/derive.hpp).
///
/// Cost: about a second for 250,000 persons over nine years, most of it the run of health alone.
/// @throws ScenarioError if check() finds faults, care has no payer or a ceiling lies below its floor
Model compile(const Scenario& scenario);

}  // namespace waterbed
