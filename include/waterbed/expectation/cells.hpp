#pragma once

#include "waterbed/expectation/glm.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// Mean outcome per year of exposure of those who agree on the first `of.size()` features.
struct Cell {
  std::vector<std::int32_t> of;  ///< band or level of each feature; empty: everybody
  double mean = 0.0;
  double exposure = 0.0;
};

/// Means by cell. A cell that saw too little takes the mean of those who agree on all features but the last, then on
/// all but the last two, and so on to everybody; so the features stand in order of importance.
struct CellModel {
  std::vector<FeaturePart> by;  ///< bands or levels
  double least = 1.0;           ///< years of exposure that a cell must have seen
  std::vector<Cell> cells;      ///< with enough exposure, the shorter first, then ascending
};

/// @param by  resolved, see resolve()
/// @throws InvalidArgument as fit_glm(), or unless least >= 0 and somebody was seen
[[nodiscard]] CellModel fit_cells(std::vector<FeaturePart> by, const FeatureTable& table, const Observations& seen,
                                  double least = 1.0);

/// Expected outcome per year of exposure of each row. @throws InvalidArgument as class_of_rows()
[[nodiscard]] std::vector<double> predict_rate(const CellModel& model, const FeatureTable& table);

}  // namespace waterbed
