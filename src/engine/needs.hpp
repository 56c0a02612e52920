#pragma once

#include "care_programme.hpp"
#include "person.hpp"
#include "state.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstddef>
#include <cstdint>

/// What care people come to need: by rates that anybody has, by their stages, by what is on record, by a programme.
namespace waterbed::engine {

/// The largest word that brings nothing, where that has this chance.
[[nodiscard]] std::uint32_t none_at_or_below(double p_none);
/// At how many times its rate a need is drawn that answers to waits or to own payments, to be accepted in part.
[[nodiscard]] double room_for(const Model& model, int need);

/// The largest word of Purpose::person_cycle that brings a person no need of a stage.
[[nodiscard]] std::uint32_t no_stage_need(const Model& model, const ArmState& state, std::size_t person);

/// Entries of a cell's guide to its thresholds: a word's highest six bits.
inline constexpr std::size_t k_guide = 64;
inline constexpr unsigned k_guide_shift = 26;

/// Keeps the largest word that brings the person no need that anybody can have.
void note_no_base_need(const Model& model, ArmState& state, std::size_t person);

/// Notes a person in block.needy with the number of needs that these words bring.
/// @param drawn  of Purpose::person_cycle: word 1 says how many needs that anybody has, word 2 how many of stages
void note_needy(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                HealthEvent event, BlockCounts& block);
/// Begins the needs of all that are noted.
/// @param lead  block of the arm from which needs are taken over; null: none are
void begin_needs(const Context& context, ArmState& state, BlockCounts& block, const BlockCounts* lead);
/// Care that follows the record, of those who are on record in a stage that is not the true one.
void needs_by_record(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block);
/// Invitations to be tested, and second tests of those in whom the first was positive.
void programme_needs(const Context& context, ArmState& state, std::size_t person, BlockCounts& block);

/// What a programme of care adds to needs that come by a rate, with draws of its own.
void added_needs(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block);

/// Whether anybody may have needs that do not go by the words of Purpose::person_cycle.
inline bool needs_beyond_words(const Model& model, const ArmState& state) {
  return !model.health.recorded_needs.empty() || !state.arm->case_findings.empty() || !state.enrolment.empty();
}

/// Notes the person if this cycle brings needs; most cycles bring none. @returns whether it may
inline bool draw_needs(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                       HealthEvent event, BlockCounts& block) {
  const bool may = drawn[1] > state.no_base_need[person] || drawn[2] > state.no_stage_need[person] ||
                   event.kind != HealthEvent::Kind::none || needs_beyond_words(context.model, state);
  if (may) {
    note_needy(context, state, person, drawn, event, block);
  }
  return may;
}

/// Begins what the stage just entered brings at once.
void entry_needs(const Context& context, const ArmState& state, std::size_t person, const HealthEvent& event,
                 BlockCounts& block);

}  // namespace waterbed::engine
