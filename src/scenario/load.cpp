#include "waterbed/scenario/load.hpp"

#include "scenario/checker.hpp"
#include "scenario/describe.hpp"
#include "scenario/document.hpp"
#include "scenario/people_csv.hpp"
#include "scenario/uncertainty.hpp"
#include "scenario/writer.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/who.hpp"
#include "waterbed/scenario/write.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

namespace waterbed {
namespace {

using detail::Document;
using detail::Node;
using detail::read_people;
using detail::Reader;

// What the words of the file stand for.
void fill_in(Scenario& s) {
  for (ContractSpec& contract : s.contracts) {
    if (contract.holders.empty() && !contract.coalition.empty()) {
      contract.holders = {contract.coalition.front()};
    }
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
  static constexpr const char* k_naming[] = {"population",   "population.municipalities",
                                             "conditions",   "sectors",
                                             "payers",       "kinds",
                                             "providers",    "needs",
                                             "expectations", "contracts",
                                             "arms",         "strata"};
  return root.kind == Node::Kind::map && std::none_of(std::begin(k_naming), std::end(k_naming),
                                                      [&](const char* name) { return faulty.contains(name); });
}

// Numbers that are distributions, and shares that are drawn together.
void take_uncertain(const Document& document, Uncertainty found, Scenario& s) {
  Uncertainty& all = s.uncertainty;
  all.numbers = std::move(found.numbers);
  all.shares.insert(all.shares.end(), found.shares.begin(), found.shares.end());
  const std::size_t placed = all.numbers.size();
  detail::add_same(s);
  detail::add_shares(s);
  for (std::size_t i = placed; i < all.numbers.size(); ++i) {
    const Place place = document.files.place(document.reader.mark_of(all.numbers[i].path));
    all.numbers[i].file = place.path;
    all.numbers[i].line = place.line;
    all.numbers[i].column = place.column;
  }
}

Scenario read_scenario(std::string text, const std::string& path, const std::filesystem::path& folder,
                       const TextFiles& in_memory = {}) {
  Document document(std::move(text), path, folder);
  for (const auto& [name, content] : in_memory) {
    document.files.keep(name, content);
  }
  Reader& reader = document.reader;
  const Node* whole = reader.whole_scenario(document.root, {std::filesystem::path(path).filename().generic_string()});
  if (whole == nullptr) {
    document.throw_if_any();
    return {};
  }
  Scenario scenario;
  Uncertainty uncertain;
  reader.keep_uncertain_in(uncertain);
  document.read(*whole, [&] { describe(reader, scenario); });
  fill_in(scenario);
  take_uncertain(document, std::move(uncertain), scenario);
  if (can_check(*whole, reader.faulty())) {
    if (!scenario.population.people.empty()) {
      scenario.population.given = read_people(document.files, reader.mark_of("population.people", {}), scenario);
    }
    for (const Problem& found : detail::check_after_reading(scenario, reader.faulty())) {
      reader.tell(found.field, found.rule, found.got, found.hint);
    }
  }
  document.throw_if_any();
  return scenario;
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& path, const TextFiles& in_memory) {
  Scenario scenario = read_scenario(detail::text_of(path), path.generic_string(), path.parent_path(), in_memory);
  scenario.path = path.generic_string();
  return scenario;
}

Scenario parse_scenario(std::string_view text, const std::filesystem::path& base_folder, const TextFiles& in_memory) {
  return read_scenario(std::string(text), k_in_memory, base_folder, in_memory);
}

std::string write_scenario(const Scenario& scenario) {
  Scenario copy = scenario;
  copy.uncertainty.same = detail::same_numbers(scenario.uncertainty);
  detail::Writer writer(scenario.uncertainty);
  describe(writer, copy);
  return detail::block_text(writer.root());
}

std::string who_text(const Who& who) { return detail::flow_text(detail::who_node(who)); }

Who parse_who(std::string_view text) {
  Document document(std::string(text), k_in_memory, "");
  Who who;
  if (document.files.problems.empty()) {
    who = document.reader.read_who(document.root, "who");
  }
  document.throw_if_any();
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
