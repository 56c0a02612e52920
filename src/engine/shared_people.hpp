#pragma once

#include "state.hpp"

#include <cstddef>
#include <span>

/// Arms of a replication share draws. In those that go through a cycle together, what happens to a person is worked out
/// in one, the arm that leads, and taken over by the others wherever the person is alike in all that it goes by. That
/// is looked at in every cycle: people go apart and come together again.
namespace waterbed::engine {

/// Whether what happens to people in this arm goes by nothing but their own columns, under the health of the region.
[[nodiscard]] bool shares_people(const Model& model, const ArmState& state);

/// Position of the arm that leads; the number of arms if there is nobody to follow.
[[nodiscard]] std::size_t leader_of(const Model& model, std::span<ArmState* const> arms);

/// Finds whom of those that are marked in an arm the arm that leads has marked too and has alike, before either goes
/// on.
/// Notes it in block.alike.
/// @param first  of `count` persons, at position 0
void find_alike(const Model& model, const ArmState& lead, const BlockCounts& lead_block, const ArmState& state,
                std::size_t first, std::size_t count, BlockCounts& block);

}  // namespace waterbed::engine
