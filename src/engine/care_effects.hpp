#pragma once

#include "state.hpp"

/// What care, and waiting for it, do to people's health.
namespace waterbed::engine {

/// Effects of care that a visit at a row starts.
void start_care_effects(const Context& context, ArmState& state, const StepRow& row, std::uint32_t person);

/// Whether waiting does anything to anybody's health.
[[nodiscard]] bool waiting_hurts(const Model& model);

/// Quality of life that is lost in so many days on a list.
void lose_while_waiting(const Model& model, ArmState& state, const Token& token, std::int64_t days);

/// Somebody is still on the list of a setting when the cycle ends: quality of life lost in it, and the effects that
/// waiting has from the next cycle on.
void go_on_waiting(const Context& context, ArmState& state, int setting, const Token& token);

}  // namespace waterbed::engine
