#pragma once

#include "state.hpp"

#include <cstddef>
#include <cstdint>

/// Episodes that do not simply go on: they wait, are refused, or come back.
namespace waterbed::engine {

/// Puts an episode where it goes on: now (returns true), or in the calendar.
inline bool goes_on_now(const Context& context, ArmState& state, const Token& token) {
  if (token.day < (state.cycle + 1) * context.days_per_cycle) {
    return true;
  }
  // Past the end of the run it stays open in the last, unused page.
  state.calendar.put(static_cast<std::size_t>(token.day / context.days_per_cycle), token);
  return false;
}

[[nodiscard]] inline bool must_ask(const ArmState& state, const Token& token) {
  return state.steps->rows[static_cast<std::size_t>(token.row)].is(RowTrait::waits) && !token.admitted;
}
/// Asks for admission where that has to be asked for. Returns whether the episode goes on now.
bool ask_for_admission(const Context& context, ArmState& state, Token& token);

/// Whether a contact with the GP that observed practice would have had, and that is not there, makes a visit to the
/// emergency department.
/// @param observed  option of observed practice
bool loses_gp_contact_to_emergency(const Context& context, ArmState& state, const Token& token, std::int32_t observed);

}  // namespace waterbed::engine
