#pragma once

#include <string>

namespace waterbed {

/// JSON Schema (draft 2020-12) of the scenario file, for editors.
[[nodiscard]] std::string scenario_json_schema();

/// The text of docs/scenario_reference.md: every key with its meaning, unit, range and default.
[[nodiscard]] std::string scenario_reference();

}  // namespace waterbed
