#pragma once

#include "waterbed/contracts/payment_curve.hpp"
#include "waterbed/core/math.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace waterbed::testing {

using Payment = std::function<double(double)>;

/// Density of a forecast, as the textbooks write it.
inline double density(const Forecast& forecast, double x) {
  if (forecast.shape == ForecastShape::normal) {
    return exact::normal_pdf((x - forecast.mean) / forecast.sd) / forecast.sd;
  }
  if (x <= 0.0) {
    return 0.0;
  }
  const double variance = exact::log(1.0 + forecast.sd * forecast.sd / (forecast.mean * forecast.mean));
  const double sigma = std::sqrt(variance);
  return exact::normal_pdf((exact::log(x / forecast.mean) + variance / 2.0) / sigma) / (sigma * x);
}

/// Where panels end: standard deviations out to eight (half ones of the logarithm for a log-normal), and the given
/// bends and jumps of the payment.
inline std::vector<double> panels(const Forecast& forecast, std::vector<double> breaks) {
  const double variance = exact::log(1.0 + forecast.sd * forecast.sd / (forecast.mean * forecast.mean));
  const bool normal = forecast.shape == ForecastShape::normal;
  const auto at = [&](double z) {
    return normal ? forecast.mean + z * forecast.sd
                  : forecast.mean * exact::exp(z * std::sqrt(variance) - variance / 2.0);
  };
  const double low = normal ? at(-8.0) : 0.0;
  std::erase_if(breaks, [&](double x) { return x <= low || x >= at(8.0); });
  breaks.push_back(low);
  for (double z = -8.0; z <= 8.0; z += normal ? 1.0 : 0.5) {
    breaks.push_back(at(z));
  }
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  return breaks;
}

/// Integral of payment(x) weight(x): Gauss-Kronrod with 15 nodes a panel.
inline double integrate(const Payment& payment, const Payment& weight, const std::vector<double>& ends) {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    sum += boost::math::quadrature::gauss_kronrod<double, 15>::integrate(
        [&](double x) { return payment(x) * weight(x); }, ends[i], ends[i + 1], 0);
  }
  return sum;
}

/// E[payment(X)].
inline double mean_by_quadrature(const Payment& payment, const Forecast& forecast, const std::vector<double>& breaks) {
  return integrate(
      payment, [&](double x) { return density(forecast, x); }, panels(forecast, breaks));
}

/// Derivative at t = 0 of f(t), five-point differences of step h.
inline double five_point(const std::function<double(double)>& f, double h) {
  return (f(-2.0 * h) - 8.0 * f(-h) + 8.0 * f(h) - f(2.0 * h)) / (12.0 * h);
}

/// d E[payment(X + t)] / dt by five-point differences of the quadrature. All five expectations share their nodes, so
/// that rounding to cents inside the payment is not blown up by the division.
inline double slope_by_quadrature(const Payment& payment, const Forecast& forecast, const std::vector<double>& breaks) {
  const double h =
      forecast.shape == ForecastShape::normal
          ? 0.005 * forecast.sd
          : 1e-4 * forecast.mean * forecast.mean / std::sqrt(forecast.mean * forecast.mean + forecast.sd * forecast.sd);
  const Payment moved = [&](double x) { return five_point([&](double t) { return density(forecast, x - t); }, h); };
  // What is paid in any case does not move, but would cost digits. A person's spending starts at 0, and no earlier.
  const double level = payment(forecast.shape == ForecastShape::normal ? forecast.mean : 0.0);
  return integrate([&](double x) { return payment(x) - level; }, moved, panels(forecast, breaks));
}

}  // namespace waterbed::testing
