#pragma once

#include "waterbed/engine/model.hpp"

#include <vector>

namespace waterbed::engine {

/// Who lives and what they need in each performance year, from one run of health alone.
struct Pilot {
  std::vector<double> needs;       ///< [year][need][route] per year, expected
  std::vector<double> persons;     ///< [year] at mid-year
  std::vector<double> capitation;  ///< [reference contract] EUR in the first year, capitation and enrolment
};

/// Runs health and population once, without shocks and with care as in observed practice, and adds up need rates at
/// mid-year. Needs triggered by events are averaged over the years, for they are few.
Pilot run_pilot(const Model& model);

}  // namespace waterbed::engine
