#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/engine/results.hpp"
#include "waterbed/stats/interval.hpp"
#include "waterbed/stats/paired.hpp"
#include "waterbed/stats/quantile.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// Cells of one result table that are added up: the labels to keep of each axis named, all labels of the others.
struct Selection {
  std::string table;
  std::map<std::string, std::vector<std::string>> keep;  ///< axis -> labels; an empty list keeps nothing
};

/// One total a replication, in the unit of the table, in order of replication.
/// @throws InvalidArgument if there is no such table, arm, axis or label
[[nodiscard]] std::vector<std::int64_t> totals(const Results& results, std::string_view arm,
                                               const Selection& selection);

/// A change as part of the baseline's mean, with Fieller's interval.
struct RelativeChange {
  double ratio = 0.0;                ///< 0.01: one per cent more
  std::optional<Interval> interval;  ///< simulation error; none below two replications or if unbounded
};

/// What an arm changes against the baseline, paired by replication.
struct Difference {
  std::string unit;
  Index replications = 0;
  double baseline = 0.0;                            ///< mean
  double arm = 0.0;                                 ///< mean
  double mean = 0.0;                                ///< arm less baseline
  std::optional<SimulationError> simulation_error;  ///< of the mean; none below two replications
  std::optional<Range> range;              ///< of single replications, chance only; none below two replications
  std::optional<RelativeChange> relative;  ///< none if the baseline is zero
  std::optional<double> variance_ratio;    ///< unpaired over paired; none if the difference never varies
};

/// @throws InvalidArgument without replications, if lengths differ, or unless 0 < confidence < 1
[[nodiscard]] Difference difference(BaselineValues baseline, ArmValues arm, std::string unit,
                                    double confidence = k_usual_confidence);

/// The arm against the results' baseline, over the selected cells. @throws as totals()
[[nodiscard]] Difference difference(const Results& results, std::string_view arm, const Selection& selection,
                                    double confidence = k_usual_confidence);

/// Differences by performance year, and of all years up to and with each.
struct DifferenceByYear {
  std::vector<std::string> years;
  std::vector<Difference> per_year;
  std::vector<Difference> cumulative;
};

/// For tables with an axis `year`; a selection may keep some of the years. @throws as totals()
[[nodiscard]] DifferenceByYear difference_by_year(const Results& results, std::string_view arm,
                                                  const Selection& selection, double confidence = k_usual_confidence);

/// The same difference in another unit, `factor` times as large; a negative factor turns costs into savings.
[[nodiscard]] Difference scaled(Difference difference, double factor, std::string unit);

/// Years lived by the insured in the baseline, mean over replications: what amounts per insured are divided by.
///
/// One number for both arms, so that a difference per insured remains paired and linear.
/// @param years  labels; empty: all
/// @throws InvalidArgument unless cycles_per_year > 0, or without replications
[[nodiscard]] double insured_years(const Results& results, double cycles_per_year,
                                   std::span<const std::string> years = {});

}  // namespace waterbed
