#pragma once

#include "state.hpp"

namespace waterbed::engine {

/// Persons whose words are drawn at a time: 8 KB of them stay in the nearest cache.
inline constexpr Index k_drawn_together = 512;

/// Whether people of this arm meet nothing but health, all of which is looked up: textbook models. Their states are
/// then looked up in every cycle, and what ArmState keeps of a person's state is not kept up.
[[nodiscard]] bool is_health_alone(const Model& model, const ArmState& state);

/// A cycle of people of whom is_health_alone() holds: what person_cycle() would do with them, in fewer steps.
/// @param count  of persons from `first` on, k_drawn_together at most
void health_cycle(const Context& context, ArmState& state, std::size_t first, std::size_t count, BlockCounts& block);

}  // namespace waterbed::engine
