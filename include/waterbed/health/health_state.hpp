#pragma once

#include "waterbed/health/hazard.hpp"

namespace waterbed {

/// What a person's state comes to in this cycle: looked up where the model has all of them and no programme
/// changes the person's hazards, else computed.
[[nodiscard]] HealthState health_state(const HealthModel& model, const PersonHealth& person);

/// The event that a word brings, as resolve_event() has it: looked up where health_state() is.
[[nodiscard]] HealthEvent health_event(const HealthModel& model, const PersonHealth& person, std::uint32_t word);

/// The same, of a state by its position in `model.states`; the word brings one.
[[nodiscard]] inline const HealthEvent& event_in_state(const HealthModel& model, std::size_t state,
                                                       std::uint32_t word) {
  const HealthModel::Outcome* outcome = model.outcomes.data() + model.first_outcome[state];
  const HealthModel::Outcome* const last = model.outcomes.data() + model.first_outcome[state + 1] - 1;
  while (outcome < last && word >= outcome->below) {
    ++outcome;
  }
  return outcome->event;
}

/// Position in `model.states` of a person of age 0 with these stages: [combination of
/// stages][sex][quintile][class][age].
[[nodiscard]] inline std::size_t first_state(const HealthModel& model, Sex sex, int deprivation, int vulnerability,
                                             const std::uint8_t* stage) {
  std::size_t stages = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(model.conditions); ++c) {
    stages = stages * static_cast<std::size_t>(model.stage_offset[c + 1] - model.stage_offset[c]) + stage[c];
  }
  return stages * k_health_cells * static_cast<std::size_t>(model.classes) +
         health_cell(sex, deprivation, 0, vulnerability, model.classes);
}

/// Whether `model.states` has all that a person can be in, while no programme changes hazards.
[[nodiscard]] bool knows_all_states(const HealthModel& model);

/// Fills `model.states` and their outcomes, so that a birthday or a change of stage costs a look-up: with all that a
/// person can be in if these are few (at most 65,536: one disease, no effects of care); else with those of people
/// without any condition, if no effect of care acts on them; else with none. Call it after every change of the model.
void tabulate(HealthModel& model);

/// Whether an effect of care begins or ends in person.cycle, or began in the cycle before with the care itself.
[[nodiscard]] bool care_changed(const HealthModel& model, const PersonHealth& person);

}  // namespace waterbed
