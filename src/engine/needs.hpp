#pragma once

#include "care_programme.hpp"
#include "person.hpp"
#include "state.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstddef>
#include <cstdint>

/// What care people come to need: by rates that anybody has, by their stages, by what is on record, by a programme.
namespace waterbed::engine {

/// The largest word of Purpose::person_cycle that brings a person no need of a stage.
[[nodiscard]] std::uint32_t no_stage_need(const Model& model, const ArmState& state, std::size_t person);

/// @param drawn  of Purpose::person_cycle: word 1 says how many there are
/// @param none   the largest such word that brings none
void base_needs(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                std::uint32_t none, BlockCounts& block);
/// @param drawn  of Purpose::person_cycle: word 2 says how many there are
void stage_needs(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                 BlockCounts& block);
/// Care that follows the record, of those who are on record in a stage that is not the true one.
void needs_by_record(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block);
/// Invitations to be tested, and second tests of those in whom the first was positive.
void programme_needs(const Context& context, ArmState& state, std::size_t person, BlockCounts& block);

/// What a programme of care adds to needs that come by a rate, with draws of its own.
void added_needs(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block);

/// Begins the needs of a person's cycle. Most cycles bring none.
inline void draw_needs(const Context& context, ArmState& state, std::size_t person, const Words& drawn,
                       BlockCounts& block) {
  const std::size_t practices = context.draws.practice_effect.size();
  const std::uint32_t none = state.no_base_need[state.cell[person] * practices + practice_of(context.model, person)];
  if (drawn[1] > none) {
    base_needs(context, state, person, drawn, none, block);
  }
  if (drawn[2] > state.no_stage_need[person]) {
    stage_needs(context, state, person, drawn, block);
  }
  if (!context.model.health.recorded_needs.empty()) {
    needs_by_record(context, state, person, block);
  }
  if (!state.arm->case_findings.empty()) {
    programme_needs(context, state, person, block);
  }
  if (!state.enrolment.empty() && has_added_needs(state, person)) {
    added_needs(context, state, person, block);
  }
}

/// Begins what the stage just entered brings at once.
void entry_needs(const Context& context, const ArmState& state, std::size_t person, const HealthEvent& event,
                 BlockCounts& block);

}  // namespace waterbed::engine
