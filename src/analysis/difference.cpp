#include "waterbed/analysis/difference.hpp"

#include "analysis/series.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/stats/moments.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace waterbed {
namespace {

/// Cells of a table that a selection keeps, ascending.
std::vector<WeightedCell> selected_cells(const TableInfo& table, const Selection& selection) {
  std::vector<std::vector<bool>> kept;
  for (const Dimension& axis : table.dims) {
    kept.emplace_back(axis.labels.size(), true);
  }
  for (const auto& [name, labels] : selection.keep) {
    const std::size_t axis = axis_index(table, name);
    kept[axis].assign(kept[axis].size(), false);
    for (const std::string& label : labels) {
      kept[axis][label_index(table.dims[axis], label)] = true;
    }
  }
  std::vector<WeightedCell> cells;
  for (std::size_t cell = 0; cell < table.cells(); ++cell) {
    bool is_kept = true;
    std::size_t rest = cell;
    for (std::size_t axis = table.dims.size(); axis-- > 0;) {
      const std::size_t labels = table.dims[axis].labels.size();
      is_kept = is_kept && kept[axis][rest % labels];
      rest /= labels;
    }
    if (is_kept) {
      cells.push_back({cell, 1});
    }
  }
  return cells;
}

RelativeChange relative_change(BaselineValues baseline, ArmValues arm, const Difference& difference,
                               double confidence) {
  RelativeChange change{.ratio = difference.mean / difference.baseline, .interval = std::nullopt};
  if (difference.replications < 2) {
    return change;
  }
  PairMoments moments;
  for (std::size_t i = 0; i < arm.values.size(); ++i) {
    moments.add({.x = arm.values[i] - baseline.values[i], .y = baseline.values[i]});
  }
  const auto ratio = fieller(ratio_of_means(moments), confidence);
  if (const auto* bounded = std::get_if<BoundedRatio>(&ratio)) {
    change.interval = bounded->interval;
  }
  return change;
}

const TableInfo& table_of(const Results& results, const Selection& selection) {
  return results.tables[static_cast<std::size_t>(results.table_index(selection.table))];
}

Interval scaled(Interval interval, double factor) {
  return {std::min(interval.low * factor, interval.high * factor),
          std::max(interval.low * factor, interval.high * factor)};
}

}  // namespace

std::vector<std::int64_t> totals(const Results& results, std::string_view arm, const Selection& selection) {
  const Index table = results.table_index(selection.table);
  return sum_of_cells(results, table, arm, selected_cells(table_of(results, selection), selection));
}

Difference difference(BaselineValues baseline, ArmValues arm, std::string unit, double confidence) {
  Difference result;
  result.unit = std::move(unit);
  result.replications = static_cast<Index>(arm.values.size());
  if (arm.values.empty() || arm.values.size() != baseline.values.size()) {
    throw InvalidArgument("arm", "must have the baseline's replications, at least one",
                          std::to_string(arm.values.size()));
  }
  Moments baseline_moments;
  Moments arm_moments;
  for (std::size_t i = 0; i < arm.values.size(); ++i) {
    baseline_moments.add(baseline.values[i]);
    arm_moments.add(arm.values[i]);
  }
  result.baseline = baseline_moments.mean();
  result.arm = arm_moments.mean();
  result.mean = result.arm - result.baseline;
  if (result.replications >= 2) {
    const PairedDifference paired = paired_difference(baseline, arm, confidence);
    result.mean = paired.mean;
    result.simulation_error = paired.simulation_error;
    result.range = paired.range;
    result.variance_ratio = paired.variance_ratio;
  }
  if (result.baseline != 0.0) {
    result.relative = relative_change(baseline, arm, result, confidence);
  }
  return result;
}

Difference difference(const Results& results, std::string_view arm, const Selection& selection, double confidence) {
  const auto baseline_values = totals(results, results.baseline, selection);
  const auto arm_values = totals(results, arm, selection);
  return difference(BaselineValues{baseline_values}, ArmValues{arm_values}, table_of(results, selection).unit,
                    confidence);
}

DifferenceByYear difference_by_year(const Results& results, std::string_view arm, const Selection& selection,
                                    double confidence) {
  DifferenceByYear result;
  const auto kept = selection.keep.find("year");
  for (const std::string& year : years_of(results, selection.table)) {
    if (kept == selection.keep.end() || std::ranges::find(kept->second, year) != kept->second.end()) {
      result.years.push_back(year);
    }
  }
  const std::string& unit = table_of(results, selection).unit;
  Series baseline_sum(static_cast<std::size_t>(results.replications), 0);
  Series arm_sum = baseline_sum;
  for (const std::string& year : result.years) {
    Selection one = selection;
    one.keep["year"] = {year};
    const Series baseline_values = totals(results, results.baseline, one);
    const Series arm_values = totals(results, arm, one);
    baseline_sum = plus(baseline_sum, baseline_values);
    arm_sum = plus(arm_sum, arm_values);
    result.per_year.push_back(difference(BaselineValues{baseline_values}, ArmValues{arm_values}, unit, confidence));
    result.cumulative.push_back(difference(BaselineValues{baseline_sum}, ArmValues{arm_sum}, unit, confidence));
  }
  return result;
}

Difference scaled(Difference difference, double factor, std::string unit) {
  difference.unit = std::move(unit);
  difference.baseline *= factor;
  difference.arm *= factor;
  difference.mean *= factor;
  if (difference.simulation_error) {
    difference.simulation_error->standard_error *= factor < 0.0 ? -factor : factor;
    difference.simulation_error->interval = scaled(difference.simulation_error->interval, factor);
  }
  if (difference.range) {
    const Interval range = scaled(Interval{difference.range->low, difference.range->high}, factor);
    difference.range = Range{range.low, range.high};
  }
  return difference;
}

double insured_years(const Results& results, double cycles_per_year, std::span<const std::string> years) {
  if (!(cycles_per_year > 0.0)) {
    throw InvalidArgument("cycles_per_year", "must be above 0", std::to_string(cycles_per_year));
  }
  Selection selection{.table = "population", .keep = {}};
  if (!years.empty()) {
    selection.keep["year"] = {years.begin(), years.end()};
  }
  Moments cycles;
  for (const std::int64_t value : totals(results, results.baseline, selection)) {
    cycles.add(value);
  }
  return cycles.mean() / cycles_per_year;
}

}  // namespace waterbed
