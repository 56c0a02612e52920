#pragma once

#include "waterbed/expectation/expectation.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace waterbed {

/// A frozen model as the text of a file: parse_expectation() gives it back to the last bit. Equal models give equal
/// texts.
[[nodiscard]] std::string write_expectation(const Expectation& expectation);

/// Reads a frozen model. docs/model/expectation.md has every key.
/// @throws ScenarioError with all faults at their places
[[nodiscard]] Expectation parse_expectation(std::string_view text);
[[nodiscard]] Expectation load_expectation(const std::filesystem::path& path);

/// SHA-256 of the text, in hexadecimal: what two parties compare to see that the model is still the one agreed on.
[[nodiscard]] std::string expectation_digest(const Expectation& expectation);

}  // namespace waterbed
