#include "waterbed/behaviour/incentive.hpp"

#include "waterbed/contracts/marginal.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/ids.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace waterbed {
namespace {

void require(bool holds, const char* argument, const char* rule, double got) {
  if (!holds) {
    throw InvalidArgument(argument, rule, std::to_string(got));
  }
}

}  // namespace

double incentive_utility(const Incentive& incentive) {
  require(incentive.scale > 0.0, "incentive.scale", "must be above 0", incentive.scale);
  return incentive.theta * incentive.pass_through * (incentive.value - incentive.reference_value) / incentive.scale;
}

double income_weight(const IncomePosition& income, double effort) {
  require(effort >= 0.0, "effort", "must be at least 0", effort);
  if (effort == 0.0 || !(income.target > 0.0)) {
    return 1.0;
  }
  const double ratio = income.expected > 0.0 ? income.target / income.expected : k_income_ratio_limit;
  return exact::exp(effort * exact::log(std::clamp(ratio, 1.0 / k_income_ratio_limit, k_income_ratio_limit)));
}

Eigen::VectorXd downstream_value(const Eigen::Ref<const Eigen::MatrixXd>& fundamental,
                                 const Eigen::Ref<const Eigen::VectorXd>& marginals) {
  if (fundamental.cols() != marginals.size()) {
    throw InvalidArgument("marginals", "must have one number a state, " + std::to_string(fundamental.cols()),
                          std::to_string(marginals.size()));
  }
  Eigen::VectorXd value = Eigen::VectorXd::Zero(fundamental.rows());
  for (Index state = 0; state < marginals.size(); ++state) {
    for (Index start = 0; start < value.size(); ++start) {
      value(start) += fundamental(start, state) * marginals(state);
    }
  }
  return value;
}

SupplyDecision supply_decision(const CeilingOutlook& outlook, const SupplyShares& shares, double pass_through) {
  const double sum = shares.goes_on + shares.defers + shares.sends_back + shares.sends_elsewhere;
  const double least = std::min({shares.goes_on, shares.defers, shares.sends_back, shares.sends_elsewhere});
  require(least >= 0.0, "shares", "must be at least 0", least);
  require(std::abs(sum - 1.0) <= 1e-9, "shares", "must sum to 1", sum);
  require(pass_through >= 0.0 && pass_through <= 1.0, "pass_through", "must be in [0, 1]", pass_through);
  require(outlook.forecast_sd >= 0.0, "outlook.forecast_sd", "must be at least 0", outlook.forecast_sd);
  if (!(outlook.elective_remainder > 0.0)) {
    return {};
  }
  const double excess = expected_excess(outlook.forecast, outlook.ceiling, outlook.forecast_sd);
  const double held = std::min(k_most_held_back, excess / outlook.elective_remainder) * pass_through;
  return {held * shares.defers, held * shares.sends_back, held * shares.sends_elsewhere};
}

double loop_gain(const CeilingLoop& loop) {
  require(loop.forecast_sd > 0.0, "loop.forecast_sd", "must be above 0", loop.forecast_sd);
  return loop.revenue_drop * exact::normal_pdf(loop.distance_sd) / loop.forecast_sd;
}

}  // namespace waterbed
