#pragma once

#include "waterbed/health/hazard.hpp"

namespace waterbed {

/// What a person's state comes to in this cycle: looked up where the model has all of them and no programme
/// changes the person's hazards, else computed.
[[nodiscard]] HealthState health_state(const HealthModel& model, const PersonHealth& person);

/// Fills `model.states` if all that a person can be in are few (at most 65,536: one disease, no effects of care), so
/// that a birthday or a change of stage costs a look-up; else `model.healthy`, for those without a condition, if no
/// effect of care acts on them. Empty otherwise. Call it after every change of the model.
void tabulate(HealthModel& model);

}  // namespace waterbed
