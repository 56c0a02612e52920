#pragma once

#include "state.hpp"

#include <algorithm>
#include <cstddef>

/// Persons as they are now.
namespace waterbed::engine {

/// Age in whole years at the start of a cycle, k_max_age at most.
[[nodiscard]] inline int age_in(const Model& model, int cycle, std::size_t person) {
  return std::clamp((cycle - model.people.birth_cycle[person]) / model.time.cycles_per_year, 0, k_max_age);
}

[[nodiscard]] inline int age_now(const Model& model, const ArmState& state, std::size_t person) {
  return age_in(model, state.cycle, person);
}

/// The person now, with true and recorded stages.
[[nodiscard]] inline PersonView person_now(const Model& model, const ArmState& state, std::size_t person) {
  const std::size_t first = person * static_cast<std::size_t>(model.health.conditions);
  return view_of(model.people, static_cast<Index>(person), age_now(model, state, person), state.recorded.data() + first,
                 state.stage.data() + first);
}

/// Position of a person's practice effect; a region without GP groups has one, of nobody in particular.
[[nodiscard]] inline std::size_t practice_of(const Model& model, std::size_t person) {
  const std::uint16_t practice = model.people.practice[person];
  return practice == k_no_practice ? 0 : practice;
}

}  // namespace waterbed::engine
