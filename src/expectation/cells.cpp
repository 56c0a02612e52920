#include "waterbed/expectation/cells.hpp"

#include "problems.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace waterbed {
namespace {

using Key = std::vector<std::int32_t>;

/// The shorter first, so that a file shows the coarse before the fine.
bool comes_before(const Key& a, const Key& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; }

std::vector<Key> keys_of(const std::vector<FeaturePart>& by, const FeatureTable& table) {
  const std::size_t rows = table.empty() ? 0 : table.front().values.size();
  std::vector<Key> keys(rows);
  for (const FeaturePart& part : by) {
    const std::vector<std::int32_t> classes = class_of_rows(part, table);
    for (std::size_t i = 0; i < rows; ++i) {
      keys[i].push_back(classes[i]);
    }
  }
  return keys;
}

struct Sums {
  double outcome = 0.0;
  double exposure = 0.0;
};

}  // namespace

CellModel fit_cells(std::vector<FeaturePart> by, const FeatureTable& table, const Observations& seen, double least) {
  const std::vector<Key> keys = keys_of(by, table);
  internal::require_length(seen.outcome, keys.size(), "outcome");
  internal::require_finite(seen.outcome, "outcome");
  for (const auto& [values, name] : {std::pair(seen.exposure, "exposure"), std::pair(seen.weight, "weight")}) {
    if (!values.empty()) {
      internal::require_length(values, keys.size(), name);
      internal::require_finite(values, name, false);
    }
  }
  internal::require(least >= 0.0, "least", "must be 0 or more (years)", std::to_string(least));
  std::map<Key, Sums, decltype(&comes_before)> sums(&comes_before);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const double weight = internal::value_or_one(seen.weight, i);
    const double exposure = internal::value_or_one(seen.exposure, i) * weight;
    if (exposure > 0.0) {
      Sums& cell = sums[keys[i]];
      cell.outcome += seen.outcome[i] * weight;
      cell.exposure += exposure;
    }
  }
  internal::require(!sums.empty(), "exposure", "must be above 0 for somebody", "nobody");
  // From the finest cells to everybody: a coarser cell is the sum of those within it.
  for (std::size_t length = by.size(); length > 0; --length) {
    std::vector<std::pair<Key, Sums>> within;
    std::copy_if(sums.begin(), sums.end(), std::back_inserter(within),
                 [&](const auto& cell) { return cell.first.size() == length; });
    for (auto& [key, sum] : within) {
      key.pop_back();
      Sums& coarser = sums[key];
      coarser.outcome += sum.outcome;
      coarser.exposure += sum.exposure;
    }
  }
  CellModel model{std::move(by), least, {}};
  for (const auto& [key, sum] : sums) {
    if (key.empty() || sum.exposure >= least) {
      model.cells.push_back({key, sum.outcome / sum.exposure, sum.exposure});
    }
  }
  return model;
}

std::vector<double> predict_rate(const CellModel& model, const FeatureTable& table) {
  internal::require(!model.cells.empty(), "cells", "must hold that of everybody", "none");
  std::vector<Key> keys = keys_of(model.by, table);
  std::map<Key, double, decltype(&comes_before)> means(&comes_before);
  for (const Cell& cell : model.cells) {
    means[cell.of] = cell.mean;
  }
  std::vector<double> rates(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto found = means.find(keys[i]);
    while (found == means.end()) {
      internal::require(!keys[i].empty(), "cells", "must hold that of everybody", "none");
      keys[i].pop_back();
      found = means.find(keys[i]);
    }
    rates[i] = found->second;
  }
  return rates;
}

}  // namespace waterbed
