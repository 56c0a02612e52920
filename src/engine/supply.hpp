#pragma once

#include "state.hpp"
#include "waterbed/contracts/marginal.hpp"

namespace waterbed::engine {

/// The year's ceiling of a contract, EUR.
double ceiling_of(const ContractModel& contract, int year);

/// Income of fees and bundles this year so far, with what the supply decision held back, EUR.
double demand_to_date(const ArmState& state, std::size_t contract);

/// Share of the year of which somebody knows what it brought, when `gone` is gone, 0..1.
/// @param lag_cycles  until it is known
double share_seen(const Model& model, double gone, int lag_cycles);

/// demand_to_date() as it was some cycles ago; 0 before the year began.
double demand_seen(const Model& model, const ArmState& state, std::size_t contract, int lag_cycles);

/// The year's income of fees and bundles as it looks when part of the year is gone, EUR.
/// @param gone     share of the year gone, 0..1
/// @param to_date  demand_to_date(), EUR
Forecast income_forecast(const Model& model, const ContractModel& contract, int year, double gone, double to_date);

/// income_forecast() at the same point of an average year, over all that a year may have brought by then, EUR.
///
/// Responses are measured against it, so that under the usual contracts they are zero on average all year round.
Forecast usual_forecast(const Model& model, const ContractModel& contract, int year, double gone);
/// The same where an average year brings in `turnover`, EUR, and not what is expected of observed practice.
Forecast usual_forecast(const Model& model, const ContractModel& contract, int year, double gone, double turnover);

/// Expected share of the next euro of fees or bundles that a contract pays, after tiers and ceiling.
double income_slope(const ContractModel& contract, int year, const Forecast& income);

/// What each provider does with production past its ceilings, against what it does on average under the reference
/// contracts at this point of the year.
void decide_supply(const Model& model, ArmState& state, int year, double gone);

}  // namespace waterbed::engine
