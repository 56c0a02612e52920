#pragma once

#include "waterbed/contracts/ceiling.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <cstdint>
#include <string>
#include <vector>

/// What one more unit of care changes in expected income. Amounts are euro in double: these steer choices, they do not
/// pay. Only functions with the same bits everywhere are used.
namespace waterbed {

/// A normal forecast of the position at year end, EUR.
struct Forecast {
  double mean = 0.0;
  double sd = 0.0;  ///< >= 0; 0: known
};

/// Where a unit stands to the bundle that may hold it.
enum class BundlePosition : std::uint8_t { outside, new_trigger, inside };

/// Fee: what the payer pays for one more unit. Pass patient_share 0 for the income of a holder who collects it himself.
/// @param discount, patient_share  0..1
double fee_marginal(double price, double discount, double patient_share);

/// Bundle: the whole price for a new trigger, nothing inside the window, `outside_price` outside.
double bundle_marginal(double bundle_price, BundlePosition position, double outside_price);

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

/// The settlement as a function of counted spending S, everything else known: straight pieces with jumps between.
struct SettlementCurve {
  /// W(S) = value + slope * (S - anchor) between lower and upper. Ends with a jump belong to the side that passes.
  struct Piece {
    double lower = 0.0;  ///< EUR, may be -infinity
    double upper = 0.0;  ///< EUR, may be +infinity
    double anchor = 0.0;
    double value = 0.0;
    double slope = 0.0;
    double revenue_slope = 0.0;  ///< dW per euro of own revenue; not 0 where a revenue limit binds
  };
  std::vector<Piece> pieces;   ///< ascending in S, without gaps; empty: nothing is ever shared
  double largest_share = 0.0;  ///< of all layers, after quality and adjustment
};

/// Makes the curve once a year. `counted` in the facts is not needed.
/// @throws FactsError
SettlementCurve settlement_curve(const Contract& contract, const Facts& facts);

/// W at a known S, EUR.
double value_at(const SettlementCurve& curve, double counted);

/// E[W] for S ~ normal, EUR.
double expected_value(const SettlementCurve& curve, Forecast counted);

enum class SlopeCap : std::uint8_t { none, twice_share };

/// dE[W]/dmean for S ~ normal: usually zero or less. Past a first-dollar gate it can exceed the share itself, since one
/// more euro may lose the whole settlement; `twice_share` holds it within twice the largest share.
double expected_slope(const SettlementCurve& curve, Forecast counted, SlopeCap cap = SlopeCap::twice_share);

/// dE[W]/d(own revenue): less than zero where a limit on losses is a share of it.
double expected_revenue_slope(const SettlementCurve& curve, Forecast counted);

/// What one more counted euro changes in the expected settlement of one party: its split share times the slope.
///
/// Without a split the holder bears all. Makes the curve each time; for the quarterly refresh keep the curve.
double settlement_marginal(const Contract& contract, const Facts& facts, Forecast counted, const std::string& party,
                           SlopeCap cap = SlopeCap::twice_share);

/// The party's share in the settlement, 0..1.
double settlement_share(const Contract& contract, const std::string& party);

}  // namespace waterbed
