#pragma once

#include "scenario/checker.hpp"

#include <string>

namespace waterbed::detail {

/// @param path  of the programme's `care`
void check_care_programme(Checker& c, const Scenario& s, const CareProgrammeSpec& spec, const std::string& path);
/// @param path  of the programme's `routes`
void check_routes(Checker& c, const Scenario& s, const RoutesSpec& spec, const std::string& path);

}  // namespace waterbed::detail
