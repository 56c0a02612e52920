#pragma once

#include "waterbed/contracts/capitation.hpp"
#include "waterbed/contracts/ceiling.hpp"
#include "waterbed/contracts/payment_curve.hpp"
#include "waterbed/contracts/settlement_curve.hpp"
#include "waterbed/contracts/term_curves.hpp"

#include <cstdint>

/// What one more unit of care changes in expected income. Amounts are euro in double: these steer choices, they do not
/// pay. Only functions with the same bits everywhere are used.
namespace waterbed {

/// Where a unit stands to the bundle that may hold it.
enum class BundlePosition : std::uint8_t { outside, new_trigger, inside };

/// Fee: what the payer pays for one more unit. Pass patient_share 0 for the income of a holder who collects it himself.
/// @param discount, patient_share  0..1
double fee_marginal(double price, double discount, double patient_share);

/// Bundle: the whole price for a new trigger, nothing inside the window, `outside_price` outside.
double bundle_marginal(double bundle_price, BundlePosition position, double outside_price);

/// By contents: what a service adds to a bundle that has been charged `charged` so far; from 0 for a new trigger.
double contents_marginal(double content_price, double charged);

/// Fee of which a share is held back: what is kept now and what is expected to be earned.
/// @param expected_earned  E[earned], 0..1
double withheld_marginal(double fee, double withheld_share, double expected_earned);

/// Capitation: EUR a year for one more registered person of a class, by position; -1, no class, 0. Nothing for an
/// advance, which is taken off fees again.
double person_marginal(const Capitation& capitation, int class_position);

/// Capitation: EUR a year when a recorded diagnosis moves a person from one class to another.
double reclassified_marginal(const Capitation& capitation, int from, int to);

/// Capitation and lump pay nothing for one more unit of care.
inline constexpr double k_capitation_marginal = 0.0;
inline constexpr double k_lump_marginal = 0.0;

/// Standard deviation of the forecast of a year's income under a ceiling, EUR: 2 % of the ceiling times the share of
/// the year that is left, never under 0.5 %, and the simulated noise of the remainder in quadrature.
/// @param forecast_cv  relative forecast error of a whole year
double forecast_sigma(double ceiling, double share_of_year_left, double simulated_noise, double forecast_cv = 0.02);

/// Chance that income reaches the ceiling by year end, forecast ~ normal(forecast, sigma). sigma 0: a step, 1 at
/// equality.
double probability_reached(double forecast, double ceiling, double sigma);

/// Expected income above the ceiling, E[(F - C)+], EUR.
double expected_excess(double forecast, double ceiling, double sigma);

/// tariff * (1 - P) + share_above * tariff * P.
double ceiling_marginal(double tariff, double probability, double share_above);

/// dE[paid]/dF under a ceiling with its floor: what one more euro of tariff brings in, 0..1.
double ceiling_slope(const Ceiling& ceiling, double amount, Forecast income);

}  // namespace waterbed
