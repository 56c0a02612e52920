#pragma once

#include "state.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstddef>
#include <cstdint>

/// What care people come to need: by rates that anybody has, by their stages, by what is on record, by a programme.
namespace waterbed::engine {

/// The largest word of Purpose::person_cycle that brings a person no need of a stage.
[[nodiscard]] std::uint32_t no_stage_need(const Model& model, const ArmState& state, std::size_t person);

/// Begins the needs of a person's cycle.
/// @param drawn  of Purpose::person_cycle: words 1 and 2 say how many base needs and needs of stages there are
void draw_needs(const Context& context, ArmState& state, std::size_t person, const Words& drawn, BlockCounts& block);

/// Begins what the stage just entered brings at once.
void entry_needs(const Context& context, const ArmState& state, std::size_t person, const HealthEvent& event,
                 BlockCounts& block);

}  // namespace waterbed::engine
