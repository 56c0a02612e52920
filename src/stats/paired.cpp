#include "waterbed/stats/paired.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/moments.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace waterbed {

PairedDifference paired_difference(BaselineValues baseline, ArmValues arm, double confidence) {
  if (arm.values.size() != baseline.values.size()) {
    throw InvalidArgument("arm",
                          "must have the baseline's replications (" + std::to_string(baseline.values.size()) + ")",
                          std::to_string(arm.values.size()));
  }
  Moments baseline_moments;
  Moments arm_moments;
  Moments difference_moments;
  std::vector<std::int64_t> differences(arm.values.size());
  for (std::size_t i = 0; i < differences.size(); ++i) {
    if (__builtin_sub_overflow(arm.values[i], baseline.values[i], &differences[i])) {
      throw std::overflow_error("difference between arms exceeds 64 bits");
    }
    baseline_moments.add(baseline.values[i]);
    arm_moments.add(arm.values[i]);
    difference_moments.add(differences[i]);
  }
  PairedDifference result;
  result.replications = difference_moments.count();
  result.simulation_error = simulation_error(difference_moments, confidence);
  result.mean = difference_moments.mean();
  result.range = range(differences);
  const double variance = difference_moments.variance();
  if (variance > 0.0) {
    result.variance_ratio = (baseline_moments.variance() + arm_moments.variance()) / variance;
  }
  return result;
}

}  // namespace waterbed
