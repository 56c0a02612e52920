#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/payment_curve.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace waterbed {

/// The one quantity that a payoff curve runs over.
enum class PayoffAxis : std::uint8_t {
  counted,       ///< counted spending; the payment is the settlement
  turnover,      ///< fees and bundles at the contract's prices; the payment is all that is paid
  delivered,     ///< list value of what a lump sum pays for
  person_years,  ///< people registered, times years
  outcome,       ///< units of outcome gained over what was expected, by everybody alike
  quality        ///< quality score, 0..1
};

/// The name used in tables and in Python, e.g. "person_years".
std::string_view axis_name(PayoffAxis axis);

enum class PayoffMarkKind : std::uint8_t { benchmark, gate, corridor, cap, tier, ceiling, floor, band, rung };

/// The name used in tables and in Python, e.g. "corridor".
std::string_view mark_name(PayoffMarkKind kind);

/// A place where the rule changes.
struct PayoffMark {
  PayoffMarkKind kind = PayoffMarkKind::benchmark;
  double at = 0.0;  ///< on the axis
  /// gate, corridor: share of the benchmark; benchmark, ceiling, floor: the amount; cap: the most that is paid, or with
  /// a minus sign owed; tier: the discount from here on; band: share of the expected turnover; rung: the score.
  double level = 0.0;
};

/// What a contract pays as a function of one quantity, all other facts known.
struct Payoff {
  PayoffAxis axis = PayoffAxis::counted;
  double benchmark = 0.0;  ///< axis counted: B after discount and withhold, EUR
  PaymentCurve curve;      ///< EUR; on any axis but counted within a few cents, since it is taken of settled amounts
  std::vector<PayoffMark> marks;  ///< ascending
  double low = 0.0;               ///< a range that shows every mark
  double high = 0.0;
};

/// The payoff of a contract: settlement over counted spending if it shares spending, else its payments over turnover,
/// value delivered, person-years, outcome gained or quality score, the first that it has a term for.
///
/// The fact on the axis is not needed. With fees and bundles under one ceiling and volume tiers on the fees, the given
/// turnovers say how fees and bundles mix. Payment by patients counts as paid: what the holder receives.
/// @throws FactsError
Payoff payoff(const Contract& contract, const Facts& facts);

}  // namespace waterbed
