#include "analysis/series.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

namespace waterbed {
namespace {

std::int64_t checked(bool overflowed, std::int64_t value) {
  if (overflowed) {
    throw std::overflow_error("total of result cells exceeds 64 bits");
  }
  return value;
}

template <class Operation>
Series combined(const Series& a, const Series& b, Operation operation) {
  assert(a.size() == b.size());
  Series result(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::int64_t value = 0;
    const bool overflowed = operation(a[i], b[i], &value);
    result[i] = checked(overflowed, value);
  }
  return result;
}

}  // namespace

Series sum_of_cells(const Results& results, Index table, std::string_view arm, const std::vector<WeightedCell>& cells) {
  const Index position = results.arm_index(arm);
  Series series(static_cast<std::size_t>(results.replications), 0);
  for (Index replication = 0; replication < results.replications; ++replication) {
    const auto values = results.cells(table, position, replication);
    std::int64_t sum = 0;
    for (const auto& [cell, weight] : cells) {
      std::int64_t product = 0;
      bool overflowed = __builtin_mul_overflow(values[cell], weight, &product);
      overflowed = __builtin_add_overflow(sum, product, &sum) || overflowed;
      sum = checked(overflowed, sum);
    }
    series[static_cast<std::size_t>(replication)] = sum;
  }
  return series;
}

Series plus(const Series& a, const Series& b) {
  return combined(a, b, [](auto x, auto y, auto* out) { return __builtin_add_overflow(x, y, out); });
}

Series minus(const Series& a, const Series& b) {
  return combined(a, b, [](auto x, auto y, auto* out) { return __builtin_sub_overflow(x, y, out); });
}

Series means_of_sets(const Series& values, Index sets) {
  if (sets == 0) {
    return values;
  }
  const auto count = static_cast<Index>(values.size());
  if (sets < 0 || count % sets != 0) {
    throw InvalidArgument("sets", "must divide the replications, " + std::to_string(count), std::to_string(sets));
  }
  const std::int64_t each = count / sets;
  Series means;
  for (Index set = 0; set < sets; ++set) {
    std::int64_t whole = 0;  // of each value first, so that no sum overflows
    std::int64_t rest = 0;
    for (Index r = 0; r < each; ++r) {
      const std::int64_t value = values[static_cast<std::size_t>(set * each + r)];
      whole += value / each;
      rest += value % each;
    }
    whole += rest / each;
    rest %= each;
    means.push_back(whole + (2 * rest >= each ? 1 : 2 * rest <= -each ? -1 : 0));
  }
  return means;
}

std::size_t axis_index(const TableInfo& table, std::string_view axis) {
  const auto found = std::ranges::find(table.dims, axis, &Dimension::name);
  if (found == table.dims.end()) {
    throw InvalidArgument("selection.keep", "must name axes of table " + table.name, std::string(axis));
  }
  return static_cast<std::size_t>(found - table.dims.begin());
}

std::size_t label_index(const Dimension& axis, std::string_view label) {
  const auto found = std::ranges::find(axis.labels, label);
  if (found == axis.labels.end()) {
    throw InvalidArgument("selection.keep." + axis.name, "must be one of its labels", std::string(label));
  }
  return static_cast<std::size_t>(found - axis.labels.begin());
}

const std::vector<std::string>& years_of(const Results& results, std::string_view table) {
  const TableInfo& info = results.tables[static_cast<std::size_t>(results.table_index(table))];
  return info.dims[axis_index(info, "year")].labels;
}

}  // namespace waterbed
