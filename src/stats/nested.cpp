#include "waterbed/stats/nested.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {

double NestedDeviations::parameter_variance() const {
  const std::size_t each = chance.size() / parameters.size();
  return std::max(0.0, between - within / static_cast<double>(each));
}

NestedDeviations nested_deviations(std::span<const double> values, Index sets) {
  const auto count = static_cast<Index>(values.size());
  if (sets < 2 || count < 2 * sets || count % sets != 0) {
    throw InvalidArgument("sets", "must be at least two, each with the same number of replications, at least two",
                          std::to_string(sets) + " of " + std::to_string(count) + " replications");
  }
  const Index each = count / sets;
  const auto per_set = static_cast<double>(each);
  const auto all_sets = static_cast<double>(sets);
  const auto at = [&](Index set, Index replication) {
    return values[static_cast<std::size_t>(set * each + replication)];
  };
  NestedDeviations found;
  found.parameters.resize(static_cast<std::size_t>(sets));
  for (Index set = 0; set < sets; ++set) {
    double sum = 0.0;
    for (Index r = 0; r < each; ++r) {
      sum += at(set, r);
    }
    found.parameters[static_cast<std::size_t>(set)] = sum / per_set;
    found.mean += sum / per_set / all_sets;
  }
  for (Index set = 0; set < sets; ++set) {
    const double of_set = found.parameters[static_cast<std::size_t>(set)];
    found.between += (of_set - found.mean) * (of_set - found.mean);
    for (Index r = 0; r < each; ++r) {
      const double deviation = at(set, r) - of_set;
      found.within += deviation * deviation;
      // A deviation from the mean of its own set is too small by this factor.
      found.chance.push_back(deviation * std::sqrt(per_set / (per_set - 1.0)));
    }
  }
  found.between /= all_sets - 1.0;
  found.within /= all_sets * (per_set - 1.0);
  // Means of sets hold chance too: drawn together until their variance is that of the parameters.
  const double shrink = found.between > 0.0 ? std::sqrt(found.parameter_variance() / found.between) : 0.0;
  for (double& of_set : found.parameters) {
    of_set = shrink * (of_set - found.mean);
  }
  return found;
}

NestedSpread nested_spread(std::span<const std::int64_t> values, Index sets, double confidence) {
  if (!(confidence > 0.0 && confidence < 1.0)) {
    throw InvalidArgument("confidence", "must be between 0 and 1", std::to_string(confidence));
  }
  // Measured from the first value, so that large amounts keep their digits.
  const double origin = values.empty() ? 0.0 : static_cast<double>(values[0]);
  std::vector<double> from_origin;
  for (const std::int64_t value : values) {
    from_origin.push_back(static_cast<double>(value) - origin);
  }
  const NestedDeviations apart = nested_deviations(from_origin, sets);
  NestedSpread found;
  found.mean = origin + apart.mean;
  found.chance_variance = apart.within;
  found.parameter_variance = apart.parameter_variance();
  const auto all_sets = static_cast<double>(sets);
  const double error = std::sqrt(apart.between / all_sets);
  const double reach = student_t_quantile(0.5 + 0.5 * confidence, all_sets - 1.0) * error;
  found.simulation_error = {error, {found.mean - reach, found.mean + reach}};
  found.range = {found.mean + quantile(apart.chance, 0.025), found.mean + quantile(apart.chance, 0.975)};
  found.parameter_range = {found.mean + quantile(apart.parameters, 0.025),
                           found.mean + quantile(apart.parameters, 0.975)};
  return found;
}

}  // namespace waterbed
