#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/payment_curve.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// The settlement W as a function of counted spending S. Ends with a jump belong to the side that passes the gate.
struct SettlementCurve : PaymentCurve {
  /// What else moves a piece.
  struct Moved {
    double by_revenue = 0.0;    ///< dW per euro of own revenue; not 0 where a limit on it binds
    double by_benchmark = 0.0;  ///< dW per euro of benchmark, its edges and limits moving along
  };
  std::vector<Moved> moved;    ///< of each piece
  double largest_share = 0.0;  ///< of all layers, after quality and adjustment
  double benchmark = 0.0;      ///< B after discount and withhold, EUR
};

/// Makes the curve once a year. `counted` in the facts is not needed.
/// @throws FactsError
SettlementCurve settlement_curve(const Contract& contract, const Facts& facts);

enum class SlopeCap : std::uint8_t { none, twice_share };

/// dE[W]/dS: usually zero or less. Past a first-dollar gate it can exceed the share itself, since one more euro may
/// lose the whole settlement; `twice_share` holds it within twice the largest share.
double expected_slope(const SettlementCurve& curve, const Forecast& counted, SlopeCap cap = SlopeCap::twice_share);

/// dE[W]/d(own revenue): less than zero where a limit on losses is a share of it.
double expected_revenue_slope(const SettlementCurve& curve, const Forecast& counted);

/// dE[W]/dB: what one more euro of benchmark is worth, gates, corridor edges and limits moving along.
double expected_benchmark_slope(const SettlementCurve& curve, const Forecast& counted);

/// What one more attributed person changes in E[W]: own benchmark and own expected spending, EUR. A size table or a
/// limit of revenue is held where it is.
double attribution_marginal(const SettlementCurve& curve, const Forecast& counted, double benchmark_per_person,
                            double spending_of_person);

/// What one party gets of the settlement: its weight of it, or the claim of the waterfall that each euro falls in.
/// Without a split the holder bears all.
/// @param added  what else is divided with the settlement (gain, amount for quality), EUR
SettlementCurve party_curve(const SettlementCurve& curve, const Contract& contract, const std::string& party,
                            double added = 0.0);

/// What one more counted euro changes in the expected settlement of one party.
///
/// Makes the curve each time; for the quarterly refresh keep the curve.
double settlement_marginal(const Contract& contract, const Facts& facts, const Forecast& counted,
                           const std::string& party, SlopeCap cap = SlopeCap::twice_share, double added = 0.0);

/// The party's share of the next euro of a settlement of `amount` EUR, 0..1.
double settlement_share(const Contract& contract, const std::string& party, double amount = 0.0);

}  // namespace waterbed
