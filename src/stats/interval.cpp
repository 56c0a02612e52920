#include "waterbed/stats/interval.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace waterbed {
namespace {

void require(bool holds, const char* argument, const char* rule, double got) {
  if (!holds) {
    throw InvalidArgument(argument, rule, std::to_string(got));
  }
}

/// Half-width of a two-sided interval in standard errors.
double critical_t(double confidence, double degrees_of_freedom) {
  require(confidence > 0.0 && confidence < 1.0, "confidence", "must be between 0 and 1", confidence);
  return -student_t_quantile(0.5 * (1.0 - confidence), degrees_of_freedom);
}

}  // namespace

SimulationError simulation_error(const Moments& moments, double confidence) {
  const double standard_error = moments.standard_error();
  const double half_width = critical_t(confidence, static_cast<double>(moments.count() - 1)) * standard_error;
  const double mean = moments.mean();
  return {.standard_error = standard_error, .interval = {.low = mean - half_width, .high = mean + half_width}};
}

Interval wilson(Index successes, Index trials, double confidence) {
  require(trials >= 1, "trials", "must be at least 1", static_cast<double>(trials));
  require(successes >= 0 && successes <= trials, "successes", "must be in [0, trials]", static_cast<double>(successes));
  require(confidence > 0.0 && confidence < 1.0, "confidence", "must be between 0 and 1", confidence);
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = -exact::normal_quantile(0.5 * (1.0 - confidence));
  const double middle = p + z * z / (2.0 * n);
  const double half_width = z * std::sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  const double scale = 1.0 + z * z / n;
  // At no or only successes one end is exact; rounding must not move it.
  return {successes == 0 ? 0.0 : (middle - half_width) / scale,
          successes == trials ? 1.0 : (middle + half_width) / scale};
}

RatioEstimate ratio_of_means(const PairMoments& moments) {
  const auto n = static_cast<double>(moments.count());
  return {.numerator = moments.x().mean(),
          .denominator = moments.y().mean(),
          .numerator_variance = moments.x().variance() / n,
          .denominator_variance = moments.y().variance() / n,
          .covariance = moments.covariance() / n,
          .degrees_of_freedom = n - 1.0};
}

std::variant<BoundedRatio, UnboundedRatio> fieller(const RatioEstimate& estimate, double confidence) {
  const double a = estimate.numerator;
  const double b = estimate.denominator;
  const double v_aa = estimate.numerator_variance;
  const double v_bb = estimate.denominator_variance;
  const double v_ab = estimate.covariance;
  require(std::isfinite(a), "numerator", "must be finite", a);
  require(std::isfinite(b), "denominator", "must be finite", b);
  require(v_aa >= 0.0 && std::isfinite(v_aa), "numerator_variance", "must be finite and not negative", v_aa);
  require(v_bb >= 0.0 && std::isfinite(v_bb), "denominator_variance", "must be finite and not negative", v_bb);
  // Equality is reached when both move together; the slack is for rounding.
  require(v_ab * v_ab <= v_aa * v_bb * (1.0 + 1e-9), "covariance", "must not exceed what the variances allow", v_ab);
  const double t = critical_t(confidence, estimate.degrees_of_freedom);

  if (b == 0.0) {
    return UnboundedRatio{std::numeric_limits<double>::quiet_NaN()};
  }
  const double w = a / b;
  const double g = t * t * v_bb / (b * b);
  if (!(g < 1.0)) {
    return UnboundedRatio{w};
  }
  // Slope and unexplained variance of the numerator given the denominator; a certain denominator explains nothing.
  const double slope = v_bb > 0.0 ? v_ab / v_bb : 0.0;
  const double unexplained = v_bb > 0.0 ? v_aa - v_ab * slope : 0.0;
  const double under_root = v_aa - 2.0 * w * v_ab + w * w * v_bb - g * unexplained;
  const double half_width = t / std::abs(b) * std::sqrt(std::max(under_root, 0.0));
  const double centre = w - g * slope;
  return BoundedRatio{w, {.low = (centre - half_width) / (1.0 - g), .high = (centre + half_width) / (1.0 - g)}};
}

Index replications_to_print(Index replications, double denominator, double standard_error) {
  require(replications >= 1, "replications", "must be at least 1", static_cast<double>(replications));
  require(denominator > 0.0 && std::isfinite(denominator), "denominator", "must be finite and positive", denominator);
  require(standard_error >= 0.0 && std::isfinite(standard_error), "standard_error", "must be finite and not negative",
          standard_error);
  const double times = k_printable_signal * standard_error / denominator;
  const double needed = std::ceil(times * times * static_cast<double>(replications));
  constexpr double k_most = 1e18;  // beyond any run, and still an Index
  return static_cast<Index>(std::clamp(needed, 1.0, k_most));
}

}  // namespace waterbed
