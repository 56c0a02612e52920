#pragma once

#include "state.hpp"

#include <cstddef>
#include <cstdint>

/// What people pay themselves and get back, by their policies: docs/model/insurers.md.
namespace waterbed::engine {

/// What the person's policy pays back of the year's bills without a contract, micro-euro.
/// @param bills  all of them, or those that count for the deductible
std::int64_t paid_back(const Model& model, const ArmState& state, std::size_t person, std::int64_t bills);

/// What the person chose to pay beyond the compulsory deductible; nothing without a choice.
DeductibleOption deductible_of(const Model& model, const ArmState& state, std::size_t person);

/// Which of the choices that is: 0 without a choice.
std::size_t deductible_choice(const Model& model, const ArmState& state, std::size_t person);

/// What one person owes of the year's care under a deductible, micro-euro.
std::int64_t own_payment(const Model& model, const ArmState& state, const DeductibleModel& deductible,
                         std::size_t person);

/// Whether the person has this supplement.
bool has_supplement(const Model& model, const ArmState& state, std::size_t person, std::size_t supplement);

/// What a supplement pays of the year's services of a person who has it, micro-euro.
std::int64_t supplement_pays(const SupplementModel& supplement, std::int64_t spent);

/// Posts deductibles, what policies pay back and what supplements pay for the year.
void settle_own_payments(const Model& model, ArmState& state);

}  // namespace waterbed::engine
