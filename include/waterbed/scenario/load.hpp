#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/payoff.hpp"
#include "waterbed/scenario/diagnostic.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace waterbed {

/// Texts of files that are in memory, by the name under which a scenario names them.
using TextFiles = std::map<std::string, std::string>;

/// Reads a scenario file with its tables and contract files, and checks it. docs/scenario_reference.md has every key.
///
/// Only files in the folder of the scenario, or below it, are opened. `payers: all` and what arms inherit are filled
/// in.
/// @param in_memory  texts in place of files that it names
/// @throws ScenarioError with all faults at their places
[[nodiscard]] Scenario load_scenario(const std::filesystem::path& path, const TextFiles& in_memory = {});

/// The same from a text; files that it names are looked for below `base_folder`.
[[nodiscard]] Scenario parse_scenario(std::string_view text, const std::filesystem::path& base_folder,
                                      const TextFiles& in_memory = {});

/// Reads one contract from a file of its own. Its name is the file's; without payers and holders they are called
/// "payer" and "holder". Names in it are not looked up. `extends` names a file from its folder, there or below.
/// @throws ScenarioError
[[nodiscard]] Contract load_contract(const std::filesystem::path& path);

/// The same from a text, under a name given.
[[nodiscard]] Contract parse_contract(std::string_view text, const std::string& name,
                                      const std::filesystem::path& base_folder);

/// Reads the facts of one performance year for settle(). Amounts per person become groups of one.
/// @throws ScenarioError
[[nodiscard]] Facts load_facts(const std::filesystem::path& path);

/// The same for a contract that they must settle: what is missing or impossible is told at its place in the file, with
/// the term that asks for it.
/// @throws ScenarioError
[[nodiscard]] Facts load_facts(const std::filesystem::path& path, const Contract& contract);

/// The same from texts.
[[nodiscard]] Facts parse_facts(std::string_view text);
[[nodiscard]] Facts parse_facts(std::string_view text, const Contract& contract);

/// Reads facts and gives the payoff of a contract on them, see payoff(): the fact that it runs over is not needed. What
/// else is missing or impossible is told as by load_facts().
/// @throws ScenarioError
[[nodiscard]] Payoff load_payoff(const std::filesystem::path& path, const Contract& contract);

/// The same from a text.
[[nodiscard]] Payoff parse_payoff(std::string_view text, const Contract& contract);

}  // namespace waterbed
