#include "waterbed/contracts/marginal.hpp"

#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waterbed {

double fee_marginal(double price, double discount, double patient_share) {
  return price * (1.0 - discount) * (1.0 - patient_share);
}

double bundle_marginal(double bundle_price, BundlePosition position, double outside_price) {
  switch (position) {
    case BundlePosition::new_trigger:
      return bundle_price;
    case BundlePosition::inside:
      return 0.0;
    case BundlePosition::outside:
      break;
  }
  return outside_price;
}

double contents_marginal(double content_price, double charged) { return std::max(0.0, content_price - charged); }

double withheld_marginal(double fee, double withheld_share, double expected_earned) {
  return fee * (1.0 - withheld_share) + withheld_share * fee * expected_earned;
}

double person_marginal(const Capitation& capitation, int class_position) {
  if (capitation.advance || class_position < 0) {
    return 0.0;
  }
  return capitation.classes.at(static_cast<std::size_t>(class_position)).rate.to_euro() *
         periods_per_year(capitation.period);
}

double reclassified_marginal(const Capitation& capitation, int from, int to) {
  return person_marginal(capitation, to) - person_marginal(capitation, from);
}

double forecast_sigma(double ceiling, double share_of_year_left, double simulated_noise, double forecast_cv) {
  constexpr double k_least_cv = 0.005;
  const double error = std::max(forecast_cv * share_of_year_left, k_least_cv) * ceiling;
  return std::sqrt(error * error + simulated_noise * simulated_noise);
}

double probability_reached(double forecast, double ceiling, double sigma) {
  if (!(sigma > 0.0)) {
    return forecast >= ceiling ? 1.0 : 0.0;
  }
  return exact::normal_cdf((forecast - ceiling) / sigma);
}

double expected_excess(double forecast, double ceiling, double sigma) {
  if (!(sigma > 0.0)) {
    return std::max(0.0, forecast - ceiling);
  }
  const double d = (forecast - ceiling) / sigma;
  return std::max(0.0, sigma * (exact::normal_pdf(d) + d * exact::normal_cdf(d)));
}

double ceiling_marginal(double tariff, double probability, double share_above) {
  return tariff * (1.0 - probability) + share_above * tariff * probability;
}

double ceiling_slope(const Ceiling& ceiling, double amount, Forecast income) {
  const double reached = probability_reached(income.mean, amount, income.sd);
  const double slope = ceiling_marginal(1.0, reached, ceiling.share_above.to_double());
  if (!ceiling.floor) {
    return slope;
  }
  // Under the floor nothing that is earned changes what is paid.
  return slope - (1.0 - probability_reached(income.mean, ceiling.floor->to_euro(), income.sd));
}

}  // namespace waterbed
