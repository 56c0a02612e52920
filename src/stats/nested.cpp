#include "waterbed/stats/nested.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {

NestedSpread nested_spread(std::span<const std::int64_t> values, Index sets, double confidence) {
  const auto count = static_cast<Index>(values.size());
  if (sets < 2 || count < 2 * sets || count % sets != 0) {
    throw InvalidArgument("sets", "must be at least two, each with the same number of replications, at least two",
                          std::to_string(sets) + " of " + std::to_string(count) + " replications");
  }
  if (!(confidence > 0.0 && confidence < 1.0)) {
    throw InvalidArgument("confidence", "must be between 0 and 1", std::to_string(confidence));
  }
  const Index each = count / sets;
  const auto per_set = static_cast<double>(each);
  const auto all_sets = static_cast<double>(sets);
  // Measured from the first value, so that large amounts keep their digits.
  const auto at = [&](Index set, Index replication) {
    const auto i = static_cast<std::size_t>(set * each + replication);
    return static_cast<double>(values[i]) - static_cast<double>(values[0]);
  };
  std::vector<double> means(static_cast<std::size_t>(sets));
  double mean = 0.0;
  for (Index set = 0; set < sets; ++set) {
    double sum = 0.0;
    for (Index r = 0; r < each; ++r) {
      sum += at(set, r);
    }
    means[static_cast<std::size_t>(set)] = sum / per_set;
    mean += sum / per_set / all_sets;
  }
  double within = 0.0;
  double between = 0.0;
  std::vector<double> deviations;
  for (Index set = 0; set < sets; ++set) {
    const double of_set = means[static_cast<std::size_t>(set)];
    between += (of_set - mean) * (of_set - mean);
    for (Index r = 0; r < each; ++r) {
      const double deviation = at(set, r) - of_set;
      within += deviation * deviation;
      // A deviation from the mean of its own set is too small by this factor.
      deviations.push_back(deviation * std::sqrt(per_set / (per_set - 1.0)));
    }
  }
  between /= all_sets - 1.0;  // variance of the means of sets
  within /= all_sets * (per_set - 1.0);

  NestedSpread found;
  const double origin = static_cast<double>(values[0]);
  found.mean = origin + mean;
  found.chance_variance = within;
  found.parameter_variance = std::max(0.0, between - within / per_set);
  const double error = std::sqrt(between / all_sets);
  const double reach = student_t_quantile(0.5 + 0.5 * confidence, all_sets - 1.0) * error;
  found.simulation_error = {error, {found.mean - reach, found.mean + reach}};
  found.range = {found.mean + quantile(deviations, 0.025), found.mean + quantile(deviations, 0.975)};
  // Means of sets hold chance too: drawn together until their variance is that of the parameters.
  const double shrink = between > 0.0 ? std::sqrt(found.parameter_variance / between) : 0.0;
  for (double& of_set : means) {
    of_set = shrink * (of_set - mean);
  }
  found.parameter_range = {found.mean + quantile(means, 0.025), found.mean + quantile(means, 0.975)};
  return found;
}

}  // namespace waterbed
