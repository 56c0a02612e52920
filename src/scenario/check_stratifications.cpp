#include "scenario/checker.hpp"

namespace waterbed::detail {

void check_stratifications(Checker& c, const Scenario& s) {
  for (const Stratification& stratification : s.stratifications) {
    std::vector<FieldProblem> found;
    validate_stratification(stratification, joined_path("stratifications", stratification.name), found);
    for (const FieldProblem& problem : found) {
      c.add(problem);
    }
  }
}

}  // namespace waterbed::detail
