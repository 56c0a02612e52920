#pragma once

#include "state.hpp"

namespace waterbed::engine {

/// The year's ceiling of a contract, EUR.
double ceiling_of(const ContractModel& contract, int year);

/// Income of fees and bundles this year so far, with what the supply decision held back, EUR.
double demand_to_date(const ArmState& state, std::size_t contract);

/// Expected share of the next euro of fees or bundles that a contract pays, after tiers and ceiling.
/// @param gone     share of the year gone, 0..1
/// @param to_date  demand_to_date(), EUR
double income_slope(const Model& model, const ContractModel& contract, int year, double gone, double to_date);

/// What each provider does with production past its ceilings, against what it did at the expected position.
void decide_supply(const Model& model, ArmState& state, int year, double gone);

}  // namespace waterbed::engine
