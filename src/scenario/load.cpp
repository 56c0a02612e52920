#include "waterbed/scenario/load.hpp"

#include "scenario/checker.hpp"
#include "scenario/describe.hpp"
#include "scenario/reader.hpp"
#include "scenario/writer.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/who.hpp"
#include "waterbed/scenario/write.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace waterbed {
namespace {

using detail::Files;
using detail::Mark;
using detail::Node;
using detail::Reader;

std::string text_of(const std::filesystem::path& path) {
  std::error_code error;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, error)) {
    Problem problem;
    problem.path = path.generic_string();
    problem.rule = "must be a file that can be read";
    throw ScenarioError({problem});
  }
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void throw_if_any(Files& files) {
  if (!files.problems.empty()) {
    throw ScenarioError(std::move(files.problems));
  }
}

// Where the first key stands, below any comment.
Mark start_of(const Node& root, int file) { return root.kind == Node::Kind::map ? root.mark : Mark{file, 1, 1}; }

// What the words of the file stand for.
void fill_in(Scenario& s) {
  for (ContractSpec& contract : s.contracts) {
    if (contract.payers == std::vector<std::string>{"all"}) {
      contract.payers.clear();
      for (const PayerSpec& payer : s.payers) {
        if (payer.insurer) {
          contract.payers.push_back(payer.name);
        }
      }
    }
  }
  if (s.reference.empty() && detail::find_named(s.arms, s.baseline) != nullptr) {
    s.reference = s.baseline;
  }
  for (NeedSpec& need : s.needs) {
    if (need.group.empty()) {
      need.group = need.name;
    }
  }
}

// Names can be looked up only if the sections that give them were read as such.
bool can_check(const Node& root, const std::set<std::string>& faulty) {
  static constexpr const char* k_naming[] = {"population", "population.municipalities",
                                             "conditions", "sectors",
                                             "payers",     "kinds",
                                             "providers",  "needs",
                                             "contracts",  "arms",
                                             "strata"};
  return root.kind == Node::Kind::map && std::none_of(std::begin(k_naming), std::end(k_naming),
                                                      [&](const char* name) { return faulty.contains(name); });
}

Scenario read_scenario(std::string text, const std::string& path, const std::filesystem::path& folder) {
  Files files(folder);
  const int file = files.add(path, std::move(text));
  const Node root = detail::read_yaml(files, file);
  Reader reader(files);
  Scenario scenario;
  if (files.problems.empty() || root.kind != Node::Kind::null) {
    reader.read(root, start_of(root, file), [&] { describe(reader, scenario); });
  }
  fill_in(scenario);
  if (can_check(root, reader.faulty())) {
    for (const Problem& found : detail::check_after_reading(scenario, reader.faulty())) {
      files.fault(reader.mark_of(found.field, found.got), found.field, found.rule, found.got, found.hint);
    }
  }
  throw_if_any(files);
  return scenario;
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& path) {
  Scenario scenario = read_scenario(text_of(path), path.generic_string(), path.parent_path());
  scenario.path = path.generic_string();
  return scenario;
}

Scenario parse_scenario(std::string_view text, const std::filesystem::path& base_folder) {
  return read_scenario(std::string(text), k_in_memory, base_folder);
}

Contract load_contract(const std::filesystem::path& path) {
  Files files(path.parent_path());
  const int file = files.add(path.generic_string(), text_of(path));
  const Node root = detail::read_yaml(files, file);
  Reader reader(files);
  ContractSpec spec;
  if (files.problems.empty() || root.kind != Node::Kind::null) {
    reader.read(root, start_of(root, file), [&] { describe(reader, spec); });
  }
  Contract contract = std::move(spec.terms);
  contract.name = path.stem().string();
  contract.payer = spec.payers.empty() ? "payer" : spec.payers.front();
  contract.holder = spec.holders.empty() ? "holder" : spec.holders.front();
  for (const ContractProblem& problem : validate(contract)) {
    const std::string field = detail::contract_field(contract, problem.field);
    if (!reader.touched(field)) {
      files.fault(reader.mark_of(field), field, problem.rule, problem.got);
    }
  }
  throw_if_any(files);
  return contract;
}

Facts load_facts(const std::filesystem::path& path) {
  Files files(path.parent_path());
  const int file = files.add(path.generic_string(), text_of(path));
  const Node root = detail::read_yaml(files, file);
  Reader reader(files);
  Facts facts;
  if (files.problems.empty() || root.kind != Node::Kind::null) {
    reader.read(root, start_of(root, file), [&] { describe(reader, facts); });
  }
  throw_if_any(files);
  return facts;
}

std::string write_scenario(const Scenario& scenario) {
  Scenario copy = scenario;
  detail::Writer writer;
  describe(writer, copy);
  return detail::block_text(writer.root());
}

std::string who_text(const Who& who) { return detail::flow_text(detail::who_node(who)); }

Who parse_who(std::string_view text) {
  Files files("");
  const int file = files.add(k_in_memory, std::string(text));
  const Node root = detail::read_yaml(files, file);
  Reader reader(files);
  Who who;
  if (files.problems.empty()) {
    who = reader.read_who(root, "who");
  }
  throw_if_any(files);
  return who;
}

Who contract_who(const Scenario& scenario, const std::string& text) {
  if (text.empty()) {
    return {};
  }
  if (text.front() == '{') {
    return parse_who(text);
  }
  const StratumSpec* stratum = detail::find_named(scenario.strata, text);
  if (stratum == nullptr) {
    throw InvalidArgument("who", "must be a filter or name a stratum", text);
  }
  return stratum->who;
}

}  // namespace waterbed
