#pragma once

#include "waterbed/contracts/payment_curve.hpp"

#include <functional>
#include <vector>

namespace waterbed::internal {

/// dE[payment(x)]/dmean for x ~ normal and held in [lowest, highest], by adaptive Gauss-Legendre panels: for payments
/// whose bends in x are not known beforehand. A known x: the slope to the right of it, or to the left where a jump or
/// `highest` is nearer than the step taken.
/// @param jumps  where the payment may jump
double forecast_slope(const std::function<double(double)>& payment, const Forecast& x, std::vector<double> jumps,
                      double lowest, double highest);

/// E[value(x)] for the same.
double forecast_mean(const std::function<double(double)>& value, const Forecast& x, std::vector<double> jumps,
                     double lowest, double highest);

}  // namespace waterbed::internal
