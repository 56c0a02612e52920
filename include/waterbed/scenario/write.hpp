#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>

namespace waterbed {

/// The whole scenario as one YAML text without other files, every value written out. Equal scenarios give equal texts,
/// and parse_scenario() of the text gives the scenario back, its distributions, shares and correlations included.
[[nodiscard]] std::string write_scenario(const Scenario& scenario);

/// A contract as the text of a file of its own, every value written out. parse_contract() gives it back; its name is
/// the file's and not in the text.
[[nodiscard]] std::string write_contract(const Contract& contract);

/// The facts of a performance year as the text of a file. parse_facts() gives them back, amounts per person as groups
/// of one.
[[nodiscard]] std::string write_facts(const Facts& facts);

}  // namespace waterbed
