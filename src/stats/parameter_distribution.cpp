#include "waterbed/stats/parameter_distribution.hpp"

#include "waterbed/core/math.hpp"
#include "waterbed/stats/distribution.hpp"

#include <cmath>

namespace waterbed {
namespace {

double to_scale(ElicitedScale scale, double x) {
  switch (scale) {
    case ElicitedScale::log:
      return exact::log(x);
    case ElicitedScale::logit:
      return exact::log(x) - exact::log(1.0 - x);
    case ElicitedScale::plain:
      break;
  }
  return x;
}

double from_scale(ElicitedScale scale, double y) {
  switch (scale) {
    case ElicitedScale::log:
      return exact::exp(y);
    case ElicitedScale::logit:
      return y > 0.0 ? 1.0 / (1.0 + exact::exp(-y)) : exact::exp(y) / (1.0 + exact::exp(y));
    case ElicitedScale::plain:
      break;
  }
  return y;
}

double mean(const NormalDistribution& d) { return d.mean; }
double mean(const LogNormalDistribution& d) { return exact::exp(d.log_median + 0.5 * d.sd_log * d.sd_log); }
double mean(const BetaDistribution& d) { return d.alpha / (d.alpha + d.beta); }
double mean(const GammaDistribution& d) { return d.shape * d.scale; }
double mean(const UniformDistribution& d) { return 0.5 * (d.low + d.high); }
double mean(const TriangularDistribution& d) { return (d.low + d.mode + d.high) / 3.0; }

/// Half a normal's mean of exp(s z) over z > 0, s of either sign.
double half_log_normal(double s) { return exact::exp(0.5 * s * s) * exact::normal_cdf(s); }

double mean(const ElicitedDistribution& d) {
  constexpr double k_half_density = 0.39894228040143267794;  // E[z, z > 0] of a standard normal
  if (d.scale == ElicitedScale::plain) {
    return d.middle + k_half_density * (d.sd_high - d.sd_low);
  }
  if (d.scale == ElicitedScale::log) {
    return exact::exp(d.middle) * (half_log_normal(-d.sd_low) + half_log_normal(d.sd_high));
  }
  // No closed form: Simpson's rule on each half. The density beyond 8.5 is under 1e-16.
  constexpr int k_steps = 1000;
  constexpr double k_reach = 8.5;
  constexpr double k_step = k_reach / k_steps;
  const auto half = [&](double sd) {
    double sum = 0.0;
    for (int i = 0; i <= k_steps; ++i) {
      const double z = k_step * i;
      const double weight = i == 0 || i == k_steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
      sum += weight * exact::normal_pdf(z) * from_scale(d.scale, d.middle + sd * z);
    }
    return sum * k_step / 3.0;
  };
  return half(-d.sd_low) + half(d.sd_high);
}

double below(const NormalDistribution& d, double x) { return exact::normal_cdf((x - d.mean) / d.sd); }
double below(const LogNormalDistribution& d, double x) {
  return x > 0.0 ? exact::normal_cdf((exact::log(x) - d.log_median) / d.sd_log) : 0.0;
}
double below(const BetaDistribution& d, double x) {
  return x <= 0.0 ? 0.0 : x >= 1.0 ? 1.0 : beta_lower(d.alpha, d.beta, x);
}
double below(const GammaDistribution& d, double x) { return x <= 0.0 ? 0.0 : gamma_lower(d.shape, x / d.scale); }
double below(const UniformDistribution& d, double x) {
  return x <= d.low ? 0.0 : x >= d.high ? 1.0 : (x - d.low) / (d.high - d.low);
}
double below(const TriangularDistribution& d, double x) {
  if (x <= d.low || x >= d.high) {
    return x <= d.low ? 0.0 : 1.0;
  }
  return x < d.mode ? (x - d.low) * (x - d.low) / ((d.high - d.low) * (d.mode - d.low))
                    : 1.0 - (d.high - x) * (d.high - x) / ((d.high - d.low) * (d.high - d.mode));
}
double below(const ElicitedDistribution& d, double x) {
  if (d.scale != ElicitedScale::plain && x <= 0.0) {
    return 0.0;
  }
  if (d.scale == ElicitedScale::logit && x >= 1.0) {
    return 1.0;
  }
  const double y = to_scale(d.scale, x) - d.middle;
  return exact::normal_cdf(y / (y < 0.0 ? d.sd_low : d.sd_high));
}

double inverse(const NormalDistribution& d, double p) { return d.mean + d.sd * exact::normal_quantile(p); }
double inverse(const LogNormalDistribution& d, double p) {
  return exact::exp(d.log_median + d.sd_log * exact::normal_quantile(p));
}
double inverse(const BetaDistribution& d, double p) { return beta_quantile(d.alpha, d.beta, p); }
double inverse(const GammaDistribution& d, double p) { return d.scale * gamma_quantile(d.shape, p); }
double inverse(const UniformDistribution& d, double p) { return d.low + p * (d.high - d.low); }
double inverse(const TriangularDistribution& d, double p) {
  const double width = d.high - d.low;
  return p * width < d.mode - d.low ? d.low + std::sqrt(p * width * (d.mode - d.low))
                                    : d.high - std::sqrt((1.0 - p) * width * (d.high - d.mode));
}
double inverse(const ElicitedDistribution& d, double p) {
  const double z = exact::normal_quantile(p);
  return from_scale(d.scale, d.middle + (z < 0.0 ? d.sd_low : d.sd_high) * z);
}

}  // namespace

LogNormalDistribution log_normal_of_mean(double mean, double sd_log) {
  return {exact::log(mean) - 0.5 * sd_log * sd_log, sd_log};
}

double mean_of(const ParameterDistribution& distribution) {
  return std::visit([](const auto& d) { return mean(d); }, distribution);
}

double cumulative(const ParameterDistribution& distribution, double x) {
  return std::visit([x](const auto& d) { return below(d, x); }, distribution);
}

double quantile_of(const ParameterDistribution& distribution, double p) {
  return std::visit([p](const auto& d) { return inverse(d, p); }, distribution);
}

ElicitedDistribution elicited(ElicitedScale scale, double low, double high, double best) {
  const double reach = exact::normal_quantile(0.5 + 0.5 * k_elicited_share);
  const double from = to_scale(scale, low);
  const double to = to_scale(scale, high);
  const double middle = std::isnan(best) ? 0.5 * (from + to) : to_scale(scale, best);
  return {scale, middle, (middle - from) / reach, (to - middle) / reach};
}

}  // namespace waterbed
