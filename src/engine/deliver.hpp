#pragma once

#include "state.hpp"

#include <cstddef>
#include <cstdint>

/// Care that is delivered: units, list value, income of who is paid, spending and use of the person.
namespace waterbed::engine {

/// Position of who insures a person; of somebody whom nobody insures, the first insurer.
[[nodiscard]] inline std::size_t insurer_of(const Model& model, std::uint32_t person) {
  const std::uint8_t payer = model.people.payer[person];
  return payer < model.insurers ? payer : 0;
}

/// Counts one visit of which the number of units does not tell all, or that counts for more than spending.
void post_visit_in_full(const Context& context, ArmState& state, const StepRow& row, Token& token, std::int64_t units);

/// Counts one visit. @param token  keeps the product that the visit opens or adds to
inline void post_visit(const Context& context, ArmState& state, const StepRow& row, Token& token, std::int64_t units) {
  const auto r = static_cast<std::size_t>(token.row);
  const std::size_t cell = token.insurer * state.steps->rows.size() + r;
  if (state.units_alone[cell] == 0 || !state.steps->spending_only) {
    post_visit_in_full(context, state, row, token, units);
    return;
  }
  state.units_since[cell] += static_cast<std::uint32_t>(units);
  state.spend[token.person] += row.list_price * units;
}

/// Counts the services that come with a visit.
/// @param words  of Purpose::attached_service
void post_attached(const Context& context, ArmState& state, const StepRow& row, const Token& token, const Words& words);

}  // namespace waterbed::engine
