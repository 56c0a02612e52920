#pragma once

#include "waterbed/engine/results.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace waterbed {

/// One number a replication.
using Series = std::vector<std::int64_t>;

/// A cell of a table and how often it counts.
struct WeightedCell {
  std::size_t cell = 0;
  std::int64_t weight = 1;
};

/// Weighted sum of cells, a number a replication. @throws std::overflow_error
Series sum_of_cells(const Results& results, Index table, std::string_view arm, const std::vector<WeightedCell>& cells);

/// Sum or difference, replication by replication. @pre equal lengths; @throws std::overflow_error
Series plus(const Series& a, const Series& b);
Series minus(const Series& a, const Series& b);

/// Means of parameter sets to the nearest whole number, half away from zero; the series itself without sets.
/// @throws InvalidArgument unless sets divide the replications
Series means_of_sets(const Series& values, Index sets);

/// Position of an axis of a table. @throws InvalidArgument
std::size_t axis_index(const TableInfo& table, std::string_view axis);
/// Position of a label on an axis. @throws InvalidArgument
std::size_t label_index(const Dimension& axis, std::string_view label);

/// Labels of the axis `year` of a table.
const std::vector<std::string>& years_of(const Results& results, std::string_view table);

}  // namespace waterbed
