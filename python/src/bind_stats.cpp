#include "arrays.hpp"
#include "bindings.hpp"
#include "waterbed/analysis/shapley.hpp"
#include "waterbed/stats/controlled.hpp"
#include "waterbed/stats/interval.hpp"
#include "waterbed/stats/nested.hpp"
#include "waterbed/stats/paired.hpp"
#include "waterbed/stats/quantile.hpp"

#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

namespace py = pybind11;

namespace waterbed::python {
namespace {

using Observations = ArrayOf<std::int64_t>;

/// What `statistics` gives of every column of two tables (replications, cells), as one array by each of its names.
template <std::size_t N, class Statistics>
py::dict by_cell(const Observations& baseline, const Observations& arm, const std::array<const char*, N>& names,
                 const Statistics& statistics) {
  if (baseline.ndim() != 2 || arm.ndim() != 2 || baseline.shape(0) != arm.shape(0) ||
      baseline.shape(1) != arm.shape(1)) {
    throw py::value_error("baseline and arm must both have the shape (replications, cells)");
  }
  const auto rows = static_cast<std::size_t>(baseline.shape(0));
  const auto cells = static_cast<std::size_t>(baseline.shape(1));
  std::array<std::vector<double>, N> columns;
  std::vector<std::int64_t> before(rows);
  std::vector<std::int64_t> after(rows);
  for (std::size_t cell = 0; cell < cells; ++cell) {
    for (std::size_t row = 0; row < rows; ++row) {
      before[row] = baseline.data()[row * cells + cell];
      after[row] = arm.data()[row * cells + cell];
    }
    const std::array<double, N> values = statistics(before, after);
    for (std::size_t i = 0; i < N; ++i) {
      columns[i].push_back(values[i]);
    }
  }
  py::dict result;
  for (std::size_t i = 0; i < N; ++i) {
    result[names[i]] = array_of(columns[i]);
  }
  return result;
}

/// paired_difference() for every column of (replications, cells).
py::dict paired_differences(const Observations& baseline, const Observations& arm, double confidence) {
  constexpr std::array k_names{"mean", "standard_error", "low", "high", "range_low", "range_high", "variance_ratio"};
  return by_cell(
      baseline, arm, k_names, [&](const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after) {
        const PairedDifference found = paired_difference(BaselineValues{before}, ArmValues{after}, confidence);
        return std::array{found.mean,
                          found.simulation_error.standard_error,
                          found.simulation_error.interval.low,
                          found.simulation_error.interval.high,
                          found.range.low,
                          found.range.high,
                          found.variance_ratio.value_or(std::numeric_limits<double>::quiet_NaN())};
      });
}

/// nested_spread() of the paired differences of every column.
py::dict nested_differences(const Observations& baseline, const Observations& arm, Index sets, double confidence) {
  constexpr std::array k_names{"mean",          "standard_error", "low",
                               "high",          "range_low",      "range_high",
                               "parameter_low", "parameter_high", "parameter_share"};
  return by_cell(baseline, arm, k_names,
                 [&](const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after) {
                   std::vector<std::int64_t> differences(before.size());
                   for (std::size_t row = 0; row < before.size(); ++row) {
                     if (__builtin_sub_overflow(after[row], before[row], &differences[row])) {
                       throw std::overflow_error("difference between arms exceeds 64 bits");
                     }
                   }
                   const NestedSpread found = nested_spread(differences, sets, confidence);
                   return std::array{found.mean,
                                     found.simulation_error.standard_error,
                                     found.simulation_error.interval.low,
                                     found.simulation_error.interval.high,
                                     found.range.low,
                                     found.range.high,
                                     found.parameter_range.low,
                                     found.parameter_range.high,
                                     found.parameter_share()};
                 });
}

/// Ratio of the mean of every column of (replications, cells) to the mean of one column (replications,), with Fieller's
/// interval; NaN where it has no two ends.
py::dict paired_ratios(const Observations& numerators, const Observations& denominator, double confidence) {
  if (numerators.ndim() != 2 || denominator.ndim() != 1 || numerators.shape(0) != denominator.shape(0)) {
    throw py::value_error("numerators must have the shape (replications, cells), denominator (replications,)");
  }
  constexpr std::array k_names{"ratio", "low", "high"};
  std::array<std::vector<double>, k_names.size()> columns;
  for (py::ssize_t cell = 0; cell < numerators.shape(1); ++cell) {
    PairMoments moments;
    for (py::ssize_t row = 0; row < numerators.shape(0); ++row) {
      moments.add({.x = *numerators.data(row, cell), .y = *denominator.data(row)});
    }
    constexpr double k_none = std::numeric_limits<double>::quiet_NaN();
    std::array values{moments.x().mean() / moments.y().mean(), k_none, k_none};
    const auto found = fieller(ratio_of_means(moments), confidence);
    if (const auto* bounded = std::get_if<BoundedRatio>(&found)) {
      values = {bounded->ratio, bounded->interval.low, bounded->interval.high};
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i].push_back(values[i]);
    }
  }
  py::dict result;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    result[k_names[i]] = array_of(columns[i]);
  }
  return result;
}

/// shapley() of every row.
py::array_t<std::int64_t> shapley_values(const Observations& worth) {
  if (worth.ndim() != 2) {
    throw py::value_error("worth must have the shape (cells, sets of players)");
  }
  const auto sets = static_cast<std::size_t>(worth.shape(1));
  const auto players = static_cast<py::ssize_t>(std::bit_width(sets)) - 1;
  py::array_t<std::int64_t> shares(std::vector<py::ssize_t>{worth.shape(0), std::max<py::ssize_t>(0, players)});
  std::int64_t* out = shares.mutable_data();
  for (py::ssize_t cell = 0; cell < worth.shape(0); ++cell) {
    const std::vector<std::int64_t> of_cell = shapley({worth.data(cell, 0), sets});
    out = std::copy(of_cell.begin(), of_cell.end(), out);
  }
  return shares;
}

}  // namespace

void bind_stats(py::module_& module) {
  module.def(
      "quantile_ranks",
      [](Index count, double p, double confidence) {
        const std::optional<QuantileRanks> found = quantile_ranks(count, p, confidence);
        return found ? std::optional(std::pair(found->low, found->high)) : std::nullopt;
      },
      py::arg("count"), py::arg("p"), py::kw_only(), py::arg("confidence") = k_usual_confidence);
  module.def(
      "controlled_mean",
      [](const ArrayOf<double>& values, const ArrayOf<double>& control, double control_mean, double confidence) {
        const ControlledMean found = controlled_mean(span_of(values), span_of(control), control_mean, confidence);
        py::dict result;
        result["value"] = found.mean;
        result["standard_error"] = found.simulation_error.standard_error;
        result["low"] = found.simulation_error.interval.low;
        result["high"] = found.simulation_error.interval.high;
        result["slope"] = found.slope;
        result["variance_ratio"] = found.variance_ratio;
        return result;
      },
      py::arg("values"), py::arg("control"), py::arg("control_mean"), py::kw_only(),
      py::arg("confidence") = k_usual_confidence);
  module.def(
      "wilson",
      [](Index successes, Index trials, double confidence) {
        const Interval found = wilson(successes, trials, confidence);
        return std::pair(found.low, found.high);
      },
      py::arg("successes"), py::arg("trials"), py::kw_only(), py::arg("confidence") = k_usual_confidence);
  module.def("paired_ratios", &paired_ratios, py::arg("numerators"), py::arg("denominator"), py::kw_only(),
             py::arg("confidence") = k_usual_confidence);
  module.def("is_printable_denominator", &is_printable_denominator, py::arg("denominator"), py::arg("standard_error"));
  module.def("replications_to_print", &replications_to_print, py::arg("replications"), py::arg("denominator"),
             py::arg("standard_error"));
  module.def("shapley", &shapley_values, py::arg("worth"));
  module.def("nested_differences", &nested_differences, py::arg("baseline"), py::arg("arm"), py::arg("sets"),
             py::kw_only(), py::arg("confidence") = k_usual_confidence);
  module.def("paired_differences", &paired_differences, py::arg("baseline"), py::arg("arm"), py::kw_only(),
             py::arg("confidence") = k_usual_confidence);
}

}  // namespace waterbed::python
