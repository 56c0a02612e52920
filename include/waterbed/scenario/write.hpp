#pragma once

#include "waterbed/scenario/scenario.hpp"

#include <string>

namespace waterbed {

/// The whole scenario as one YAML text without other files, every value written out. Equal scenarios give equal texts,
/// and parse_scenario() of the text gives the scenario back.
[[nodiscard]] std::string write_scenario(const Scenario& scenario);

}  // namespace waterbed
