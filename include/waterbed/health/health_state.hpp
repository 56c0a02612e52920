#pragma once

#include "waterbed/health/hazard.hpp"

namespace waterbed {

/// What a person's state comes to in this cycle: looked up where the model has all of them and no programme
/// changes the person's hazards, else computed.
[[nodiscard]] HealthState health_state(const HealthModel& model, const PersonHealth& person);

/// Fills `model.states`, so that a birthday or a change of stage costs a look-up: with all that a person can be in if
/// these are few (at most 65,536: one disease, no effects of care); else with those of people without any condition, if
/// no effect of care acts on them; else with none. Call it after every change of the model.
void tabulate(HealthModel& model);

/// Whether an effect of care begins or ends in person.cycle, or began in the cycle before with the care itself.
[[nodiscard]] bool care_changed(const HealthModel& model, const PersonHealth& person);

}  // namespace waterbed
