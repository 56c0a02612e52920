// Where in a file a fault of validate() stands.

#include "scenario/checker.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>
#include <system_error>
#include <variant>

namespace waterbed::detail {
namespace {

/// What follows "opening" with its position, e.g. "[2].cap" after "steps": the position and ".cap".
struct Element {
  std::size_t position = 0;
  std::string before;  ///< "steps[2]"
  std::string rest;    ///< ".cap"
};

bool element(const std::string& field, const std::string& opening, Element& found) {
  if (!field.starts_with(opening + "[")) {
    return false;
  }
  const std::size_t end = field.find(']', opening.size());
  if (end == std::string::npos) {
    return false;
  }
  const char* const last = field.data() + end;
  const auto [stop, error] = std::from_chars(field.data() + opening.size() + 1, last, found.position);
  if (error != std::errc{} || stop != last) {
    return false;
  }
  found.before = field.substr(0, end + 1);
  found.rest = field.substr(end + 1);
  return true;
}

/// The rest with the name in front, unless it is there already or there is no rest.
std::string below(std::string_view name, const std::string& rest) {
  const std::string opening = "." + std::string(name);
  const bool named = rest.starts_with(opening) &&
                     (rest.size() == opening.size() || rest[opening.size()] == '.' || rest[opening.size()] == '[');
  return rest.empty() || named ? rest : opening + rest;
}

std::string step_field(const Reference& reference, const std::string& field) {
  Element step;
  if (!element(field, "reference.steps", step) || step.position >= reference.steps.size()) {
    return field;
  }
  const ReferenceStep& of = reference.steps[step.position];
  const std::string rest = below(step_name(of), step.rest);
  Element addition;
  const auto* largest = std::get_if<MaxOf>(&of);
  if (largest == nullptr || !element(rest, ".max_of", addition) || addition.position >= largest->additions.size()) {
    return step.before + rest;
  }
  return step.before + addition.before + below(addition_name(largest->additions[addition.position]), addition.rest);
}

bool uses(const std::optional<Formula>& formula, const std::string& name) {
  return formula && std::find(formula->inputs.begin(), formula->inputs.end(), name) != formula->inputs.end();
}

bool any_uses(const std::vector<Layer>& layers, const std::string& name) {
  return std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) { return uses(layer.share.formula, name); });
}

}  // namespace

std::string contract_field(const Contract& contract, const std::string& field) {
  const std::string first = field.substr(0, field.find_first_of(".["));
  const bool is_term = std::any_of(contract.terms.begin(), contract.terms.end(),
                                   [&](const Term& term) { return name_of(term) == first; });
  if (!is_term) {
    return field;
  }
  const auto* reference = find_term<Reference>(contract);
  return "terms." + (reference == nullptr ? field : step_field(*reference, field));
}

bool lost_a_term(const Contract& contract, const std::set<std::string>& faulty, const std::string& terms) {
  const std::string opening = terms + ".";
  for (auto path = faulty.lower_bound(opening); path != faulty.end() && path->starts_with(opening); ++path) {
    const std::string name = path->substr(opening.size());
    const bool is_term = std::any_of(contract.terms.begin(), contract.terms.end(),
                                     [&](const Term& term) { return name_of(term) == name; });
    if (!is_term && name.find_first_of(".[") == std::string::npos) {
      return true;
    }
  }
  return false;
}

std::string contract_hint(const Contract& contract, const ContractProblem& problem) {
  const auto* layers = find_term<Layers>(contract);
  const auto* quality = find_term<Quality>(contract);
  const bool in_formula =
      (layers != nullptr && (any_uses(layers->up, problem.got) || any_uses(layers->down, problem.got))) ||
      (quality != nullptr && uses(quality->formula, problem.got));
  if (!in_formula) {
    return {};
  }
  std::vector<std::string> known{std::begin(k_formula_inputs), std::end(k_formula_inputs)};
  for (std::size_t i = 0; quality != nullptr && i < quality->measures.size(); ++i) {
    known.push_back(quality->measures[i].name);
  }
  return nearest_name(problem.got, known);
}

}  // namespace waterbed::detail
