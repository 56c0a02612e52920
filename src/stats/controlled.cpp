#include "waterbed/stats/controlled.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/distribution.hpp"

#include <cmath>
#include <numeric>
#include <string>

namespace waterbed {
namespace {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

ControlledMean controlled_mean(std::span<const double> values, std::span<const double> control, double control_mean,
                               double confidence) {
  if (values.size() < 4) {
    throw InvalidArgument("values", "must be at least four replications", std::to_string(values.size()));
  }
  if (control.size() != values.size()) {
    throw InvalidArgument("control", "must have a value for each of " + std::to_string(values.size()) + " replications",
                          std::to_string(control.size()));
  }
  if (!(confidence > 0.0 && confidence < 1.0)) {
    throw InvalidArgument("confidence", "must be between 0 and 1", std::to_string(confidence));
  }
  const double y = mean_of(values);
  const double x = mean_of(control);
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    xx += (control[i] - x) * (control[i] - x);
    xy += (control[i] - x) * (values[i] - y);
    yy += (values[i] - y) * (values[i] - y);
  }
  if (!(xx > 0.0)) {
    throw InvalidArgument("control", "must vary over replications", std::to_string(x) + " in all");
  }
  const auto n = static_cast<double>(values.size());
  ControlledMean found;
  found.slope = xy / xx;
  found.mean = y - found.slope * (x - control_mean);
  double rest = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double residual = values[i] - y - found.slope * (control[i] - x);
    rest += residual * residual;
  }
  // The slope is estimated too: the further the control's mean came out from its expectation, the more that matters.
  const double variance = rest / (n - 2.0) * (1.0 / n + (x - control_mean) * (x - control_mean) / xx);
  const double standard_error = std::sqrt(variance);
  const double half_width = -student_t_quantile(0.5 * (1.0 - confidence), n - 2.0) * standard_error;
  found.simulation_error = {.standard_error = standard_error,
                            .interval = {.low = found.mean - half_width, .high = found.mean + half_width}};
  found.variance_ratio = yy / (n - 1.0) / n / variance;
  return found;
}

}  // namespace waterbed
