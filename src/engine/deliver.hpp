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

/// Counts one visit. @param token  keeps the product that the visit opens or adds to
void post_visit(const Context& context, ArmState& state, const StepRow& row, Token& token, std::int64_t units);

/// Counts the services that come with a visit.
/// @param words  of Purpose::attached_service
void post_attached(const Context& context, ArmState& state, const StepRow& row, const Token& token,
                   const Words& words);

}  // namespace waterbed::engine
