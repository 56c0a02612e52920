#pragma once

#include "waterbed/population/stratum.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>
#include <string_view>

namespace waterbed {

/// A filter as YAML on one line, e.g. `{all: [{age: [80, 120]}, {condition: frailty}]}`: how contracts keep theirs.
[[nodiscard]] std::string who_text(const Who& who);

/// Reads what who_text() writes. @throws ScenarioError
[[nodiscard]] Who parse_who(std::string_view text);

/// The filter of a contract: empty is everybody, a text that starts with `{` is a filter, else the name of a stratum.
/// @throws ScenarioError if the text is no filter, InvalidArgument if there is no such stratum
[[nodiscard]] Who contract_who(const Scenario& scenario, const std::string& text);

}  // namespace waterbed
