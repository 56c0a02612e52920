#pragma once

#include "waterbed/engine/results.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed::benchmarks {

/// Sum over a table, arms and replications, of the cells whose labels are wanted.
/// @param wanted  takes a label of each dimension
template <class Wanted>
std::int64_t sum_where(const Results& results, const std::string& table, const Wanted& wanted) {
  const auto id = static_cast<std::size_t>(results.table_index(table));
  const TableInfo& info = results.tables[id];
  std::vector<std::string> labels(info.dims.size());
  std::int64_t sum = 0;
  for (std::size_t cell = 0; cell < results.values[id].size(); ++cell) {
    for (std::size_t d = info.dims.size(), rest = cell; d-- > 0;) {
      labels[d] = info.dims[d].labels[rest % info.dims[d].labels.size()];
      rest /= info.dims[d].labels.size();
    }
    sum += wanted(labels) ? results.values[id][cell] : 0;
  }
  return sum;
}

inline std::int64_t sum_of(const Results& results, const std::string& table) {
  return sum_where(results, table, [](const auto&) { return true; });
}

/// Needs of all years that met with a fate.
inline std::int64_t needs_that(const Results& results, const std::string& fate) {
  return sum_where(results, "needs", [&](const auto& labels) { return labels.back() == fate; });
}

/// Visits to a setting: moves on the network that lead there.
inline std::int64_t visits_to(const Results& results, const std::string& setting) {
  return sum_where(results, "moves",
                   [&](const auto& labels) { return labels.back().substr(labels.back().find(',') + 1) == setting; });
}

}  // namespace waterbed::benchmarks
