#pragma once

#include <string>
#include <vector>

namespace waterbed {

/// One fault in what a caller described, by field and without a position in a file.
///
/// Modules that check a whole description list all its faults this way; whoever read the file adds the position.
struct FieldProblem {
  std::string field;               ///< dotted path, e.g. "conditions.copd.stages.severe.mortality_ratio"
  std::string rule;                ///< what must hold, with its unit, e.g. "must be above 0"
  std::string got;                 ///< the value as written
  std::vector<std::string> known;  ///< names that would have been right, for a hint; may be empty
};

}  // namespace waterbed
