#include "waterbed/random/categorical.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"

#include <cmath>
#include <string>

namespace waterbed {

void cumulative_thresholds(std::span<const double> weights, std::span<std::uint64_t> thresholds) {
  if (weights.size() != thresholds.size()) {
    throw InvalidArgument("thresholds", "must be as long as weights (" + std::to_string(weights.size()) + ")",
                          std::to_string(thresholds.size()));
  }
  double total = 0.0;
  std::size_t last = weights.size();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] >= 0.0) || !std::isfinite(weights[i])) {
      throw InvalidArgument("weights[" + std::to_string(i) + "]", "must be finite and not negative",
                            std::to_string(weights[i]));
    }
    total += weights[i];
    last = weights[i] > 0.0 ? i : last;
  }
  if (last == weights.size() || !std::isfinite(total)) {
    throw InvalidArgument("weights", "must have a positive and finite sum", std::to_string(total));
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    sum += weights[i];
    thresholds[i] = i >= last ? k_always : threshold(std::min(sum / total, 1.0));
  }
}

CategoricalTable::CategoricalTable(std::span<const double> probabilities) {
  double sum = 0.0;
  for (const double p : probabilities) {
    sum += p;
  }
  if (!(std::abs(sum - 1.0) <= 1e-9)) {
    throw InvalidArgument("probabilities", "must sum to 1", std::to_string(sum));
  }
  *this = from_weights(probabilities);
}

CategoricalTable CategoricalTable::from_weights(std::span<const double> weights) {
  CategoricalTable table;
  table.thresholds_.resize(weights.size());
  cumulative_thresholds(weights, table.thresholds_);
  return table;
}

}  // namespace waterbed
