#pragma once

#include "state.hpp"
#include "waterbed/contracts/marginal.hpp"

#include <cstddef>
#include <functional>
#include <vector>

/// What organisations and those who decide in them can expect to earn in a year.
namespace waterbed::engine {

/// Income of every organisation in a year, EUR: fees and bundles after ceilings, lump sums, capitation and enrolment by
/// its share, bills. Tiers, quality, gains and settlements are left out; shape (providers,).
/// @param turnover  the year's fees and bundles of a contract by position, before ceilings, EUR
std::vector<double> organisation_income(const Model& model, const ArmModel& arm, int year,
                                        const std::function<Forecast(std::size_t contract)>& turnover);

/// Income that decision makers are used to: under the reference contracts, at this point of an average year, as many as
/// they were when practice was observed; EUR a year, shape (providers,).
/// @param gone  share of the year gone, 0..1
std::vector<double> target_income(const Model& model, int year, double gone);

/// How much a euro at the margin weighs for those who decide at each provider, by what they expect to earn this year
/// against what they are used to: 1 without income effort; shape (providers,).
std::vector<double> income_weights(const Model& model, const ArmState& state, int year, double gone);

}  // namespace waterbed::engine
