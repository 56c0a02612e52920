#pragma once

#include "waterbed/engine/results.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed::support {

/// One table of a run, read by position along its axes.
class Table {
 public:
  Table(const Results& results, std::string_view name)
      : results_(results), index_(results.table_index(name)), info_(results.tables[static_cast<std::size_t>(index_)]) {}

  [[nodiscard]] std::size_t length(std::size_t axis) const { return info_.dims[axis].labels.size(); }
  [[nodiscard]] const std::vector<std::string>& labels(std::size_t axis) const { return info_.dims[axis].labels; }
  [[nodiscard]] std::size_t label(std::size_t axis, std::string_view name) const {
    const auto found = std::find(labels(axis).begin(), labels(axis).end(), name);
    if (found == labels(axis).end()) {
      throw std::out_of_range("no label " + std::string(name) + " in " + info_.name);
    }
    return static_cast<std::size_t>(found - labels(axis).begin());
  }
  [[nodiscard]] std::span<const std::int64_t> cells(std::size_t arm, std::int64_t replication) const {
    return results_.cells(index_, static_cast<Index>(arm), replication);
  }
  /// Sum over the axes that are not given: at(arm, replication, {year, setting}) sums over payers.
  [[nodiscard]] std::int64_t at(std::size_t arm, std::int64_t replication,
                                std::initializer_list<std::size_t> position) const {
    std::size_t first = 0;
    std::size_t axis = 0;
    for (const std::size_t i : position) {
      first = first * length(axis++) + i;
    }
    std::size_t inner = 1;
    for (; axis < info_.dims.size(); ++axis) {
      inner *= length(axis);
    }
    const auto part = cells(arm, replication).subspan(first * inner, inner);
    std::int64_t sum = 0;
    for (const std::int64_t value : part) {
      sum += value;
    }
    return sum;
  }

 private:
  const Results& results_;
  Index index_;
  const TableInfo& info_;
};

/// Mean of independent replications and its standard error.
struct Estimate {
  double mean = 0.0;
  double se = 0.0;
};

inline Estimate estimate(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Estimate result;
  for (const double value : values) {
    result.mean += value / n;
  }
  double squares = 0.0;
  for (const double value : values) {
    squares += (value - result.mean) * (value - result.mean);
  }
  result.se = std::sqrt(squares / (n - 1.0) / n);
  return result;
}

/// Estimate over the replications of `of(replication)`.
template <class Of>
Estimate estimate_over(const Results& results, const Of& of) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < results.replications; ++r) {
    values.push_back(static_cast<double>(of(r)));
  }
  return estimate(values);
}

}  // namespace waterbed::support
