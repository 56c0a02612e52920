#pragma once

#include <Eigen/Core>

namespace waterbed {

/// What a decision maker stands to gain by an option, against what the reference contracts gave.
struct Incentive {
  double theta = 0.0;            ///< log-odds per 100 % of `scale`; 0 for urgent decisions
  double pass_through = 1.0;     ///< share of marginal income that reaches who decides, 0..1
  double value = 0.0;            ///< V, EUR: expected net margin downstream of the option
  double reference_value = 0.0;  ///< V*, EUR, one frozen table
  double scale = 1.0;            ///< S, EUR: mean list value of what the decision moves; > 0
};

/// theta * pass_through * (V - V*) / S, in log-odds; exactly 0 when V = V*, at any theta.
/// @throws InvalidArgument unless scale > 0
[[nodiscard]] double incentive_utility(const Incentive& incentive);

/// What a decision maker expects to earn in a year, beside what it is used to, EUR.
struct IncomePosition {
  double target = 0.0;
  double expected = 0.0;
};
/// The ratio of the two is held in [1 / limit, limit]: nothing is known of incomes that do more than halve or double.
inline constexpr double k_income_ratio_limit = 2.0;

/// How much a euro at the margin weighs: (target / expected)^effort, 1 where there is no target.
/// @param effort  gamma >= 0; 0: exactly 1
[[nodiscard]] double income_weight(const IncomePosition& income, double effort);

/// V = N m: what is expected downstream of each state, given what one visit to each is worth.
///
/// Summed column by column in one order, so the bits are the same everywhere.
/// @param fundamental  N = (I - P)^-1, shape (states, states)
/// @param marginals    m, EUR per visit, shape (states,)
/// @throws InvalidArgument if shapes differ
[[nodiscard]] Eigen::VectorXd downstream_value(const Eigen::Ref<const Eigen::MatrixXd>& fundamental,
                                               const Eigen::Ref<const Eigen::VectorXd>& marginals);

/// Where a contract's year stands against its ceiling, all in EUR of the ceiling's price basis.
///
/// The forecast must leave the supply decision itself out: what would come if nothing were held back.
struct CeilingOutlook {
  double forecast = 0.0;            ///< F, expected at year end
  double forecast_sd = 0.0;         ///< of F; 0: known
  double ceiling = 0.0;             ///< C
  double elective_remainder = 0.0;  ///< expected elective part of what is still to come this year
};

/// What a provider does with the excess past a ceiling; shares >= 0, sum 1.
struct SupplyShares {
  double goes_on = 0.35;
  double defers = 0.40;
  double sends_back = 0.20;
  double sends_elsewhere = 0.05;
};

/// Parts of the elective work still to come that are not done here this year. Together at most k_most_held_back.
struct SupplyDecision {
  double closed_share = 0.0;    ///< slots closed: patients wait
  double sent_back = 0.0;       ///< to who referred them
  double sent_elsewhere = 0.0;  ///< to other providers of the same kind of care
};
inline constexpr double k_most_held_back = 0.9;

/// How much elective work a provider holds back under a ceiling: (expected excess / elective remainder) x shares x
/// pass-through. Urgent and running care never stop. No elective work left to decide about: nothing.
/// The excess is E[(F - C)+] under a normal forecast.
/// @param pass_through  0..1; 0: never answers
/// @throws InvalidArgument unless shares are >= 0 and sum to 1 within 1e-9, 0 <= pass_through <= 1, forecast_sd >= 0
[[nodiscard]] SupplyDecision supply_decision(const CeilingOutlook& outlook, const SupplyShares& shares,
                                             double pass_through);

/// How steeply revenue answers to itself through a ceiling: g = drop * phi(z) / sd.
///
/// A loop that closes part kappa of the gap at each refresh settles if kappa (1 + g) < 2.
struct CeilingLoop {
  double revenue_drop = 0.0;  ///< fall of revenue, as part of it, when the chance of reaching the ceiling goes 0 -> 1
  double distance_sd = 0.0;   ///< z = (F - C) / sd
  double forecast_sd = 0.02;  ///< as part of the ceiling; > 0
};
/// @throws InvalidArgument unless forecast_sd > 0
[[nodiscard]] double loop_gain(const CeilingLoop& loop);

}  // namespace waterbed
