#include "scenario/checker.hpp"

#include "scenario/describe.hpp"
#include "waterbed/scenario/who.hpp"

#include <algorithm>
#include <utility>

namespace waterbed::detail {
namespace {

template <class T>
std::vector<std::string> names_in(const std::vector<T>& things) {
  std::vector<std::string> names;
  for (const T& thing : things) {
    names.push_back(thing.name);
  }
  return names;
}

bool is_name(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

void practices_in(const Who& who, std::vector<std::string>& names) {
  if (who.kind == Who::Kind::practice) {
    names.insert(names.end(), who.names.begin(), who.names.end());
  }
  for (const Who& child : who.children) {
    practices_in(child, names);
  }
}

/// Whether a path of the set is this one or below it.
bool any_below(const std::set<std::string>& paths, const std::string& path) {
  for (auto it = paths.lower_bound(path); it != paths.end() && it->starts_with(path); ++it) {
    if (it->size() == path.size() || (*it)[path.size()] == '.' || (*it)[path.size()] == '[') {
      return true;
    }
  }
  return false;
}

std::string parent(const std::string& path) {
  const std::size_t cut = path.find_last_of(".[");
  return cut == std::string::npos ? std::string() : path.substr(0, cut);
}

}  // namespace

bool is_one(double sum) { return std::abs(sum - 1.0) <= 1e-9; }

Checker::Checker(const Scenario& s, std::set<std::string> faulty)
    : scenario_(s), given_(std::move(faulty)), faulty_(given_) {
  names_[Names::municipality] = names_in(s.population.municipalities);
  names_[Names::provider] = names_in(s.providers);
  names_[Names::payer] = names_in(s.payers);
  names_[Names::funder] = {"insurer"};
  for (const PayerSpec& payer : s.payers) {
    if (!payer.insurer) {
      names_[Names::funder].push_back(payer.name);
    }
  }
  names_[Names::sector] = names_in(s.sectors);
  names_[Names::kind] = names_in(s.kinds);
  for (const KindSpec& kind : s.kinds) {
    for (const EpisodeStep step : {EpisodeStep::first, EpisodeStep::follow_up, EpisodeStep::back}) {
      names_[Names::episode].push_back(place_in_episode(kind.name, step));
    }
  }
  names_[Names::episode];
  names_[Names::need] = names_in(s.needs);
  names_[Names::service] = names_in(s.kinds);
  for (const auto of : {Names::need, Names::sector}) {
    const auto more = names_[of];
    names_[Names::service].insert(names_[Names::service].end(), more.begin(), more.end());
  }
  names_[Names::service].emplace_back("all");
  names_[Names::condition] = names_in(s.conditions);
  names_[Names::expectation] = names_in(s.expectations);
  for (const ContractSpec& contract : s.contracts) {
    names_[Names::contract].push_back(contract.terms.name);
  }
  names_[Names::contract];
  names_[Names::internal_contract] = names_in(s.internal_contracts);
  names_[Names::programme] = names_in(s.programmes);
  names_[Names::arm] = names_in(s.arms);
  names_[Names::party] = names_in(s.providers);
  names_[Names::party].insert(names_[Names::party].end(), names_[Names::payer].begin(), names_[Names::payer].end());
  names_[Names::stratum] = names_in(s.strata);
  for (const GpGroupShare& share : s.population.gp_groups) {
    auto& groups = names_[Names::gp_group];
    if (std::find(groups.begin(), groups.end(), share.provider) == groups.end()) {
      groups.push_back(share.provider);
    }
  }
  names_[Names::gp_group];
}

void Checker::add(const std::string& path, const std::string& rule, const std::string& got, const std::string& hint) {
  // What reading has said of a thing, or of a part of it, is not said again.
  for (std::string at = path; !at.empty(); at = parent(at)) {
    if (given_.contains(at)) {
      return;
    }
  }
  if (any_below(given_, path)) {
    return;
  }
  Problem problem;
  problem.field = path;
  problem.rule = rule;
  problem.got = got;
  problem.hint = hint;
  problems.push_back(std::move(problem));
  faulty_.insert(path);
}

void Checker::add(const FieldProblem& problem) {
  add(problem.field, problem.rule, problem.got, nearest_name(problem.got, problem.known));
}

void Checker::conclude(const std::string& base, const std::string& path, const std::string& rule,
                       const std::string& got) {
  if (!touched(base)) {
    add(path, rule, got);
  }
}

bool Checker::touched(const std::string& path) const { return any_below(faulty_, path); }

bool Checker::known(const std::string& path, const std::string& name, Names of) {
  return known(path, name, names_.at(of), called(of));
}

bool Checker::known(const std::string& path, const std::string& name, const std::vector<std::string>& names,
                    const std::string& what) {
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    return true;
  }
  add(path, "must be a known " + what, name.empty() ? "\"\"" : name, nearest_name(name, names));
  return false;
}

void Checker::check_who(const Who& who, const std::string& path, bool of_contract) {
  if (of_contract && looks_at_true_stage(who)) {
    add(path, "a contract cannot see the true stage: use condition");
    return;
  }
  WhoNames names;
  names.municipalities = names_[Names::municipality];
  names.practice_groups = names_[Names::gp_group];
  practices_in(who, names.practices);  // practices are made at synthesis, with names of their own
  for (const PayerSpec& payer : scenario_.payers) {
    if (payer.insurer) {
      names.payers.push_back(payer.name);
    }
  }
  for (const Condition& condition : scenario_.conditions) {
    names.conditions.push_back({condition.name, names_in(condition.stages)});
  }
  std::vector<FieldProblem> found;
  (void)compile_who(who, names, path, found);
  for (const FieldProblem& problem : found) {
    add(problem);
  }
}

void Checker::text(const Field& field, std::string& value) {
  if (value.empty()) {
    if (field.required) {
      add(path_of(field), "must be given");
    }
  } else if (field.of != Names::none && !(field.star && value == "*")) {
    known(path_of(field), value, field.of);
  }
}

void Checker::number_at(const std::string& path, const Field& field, double value) {
  if (std::isnan(value)) {
    if (!field.optional && field.word == nullptr) {
      add(path, with_unit(field, "must be a number"), "nan");
    }
  } else if (const std::string rule = range_fault(field, value); !rule.empty()) {
    add(path, rule, number_text(value));
  }
}

void Checker::number(const Field& field, double& value) { number_at(path_of(field), field, value); }

void Checker::integer(const Field& field, std::int64_t& value) {
  number_at(path_of(field), field, static_cast<double>(value));
}

void Checker::choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) {
  if (value >= choices.size()) {
    add(path_of(field), "must be one of " + listed(choices));
  }
}

void Checker::texts(const Field& field, std::vector<std::string>& values) {
  if (values.empty() && field.required) {
    add(path_of(field), "must name at least one", "none");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string path = joined_path(path_of(field), i);
    if (field.of != Names::none && !known(path, values[i], field.of)) {
      continue;
    }
    if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
        values.begin() + static_cast<std::ptrdiff_t>(i)) {
      add(path, "must be named once", values[i]);
    }
  }
}

void Checker::numbers(const Field& field, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    number_at(joined_path(path_of(field), i), field, values[i]);
  }
}

void Checker::amounts(const Field& field, std::map<std::string, double>& values) {
  if (values.empty() && field.required) {
    add(path_of(field), "must name at least one", "none");
  }
  for (const auto& [name, value] : values) {
    const std::string path = joined_path(path_of(field), name);
    if (field.of == Names::none || known(path, name, field.of)) {
      number_at(path, field, value);
    }
  }
}

void Checker::pairs(const Field& field, std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string path = joined_path(path_of(field), name);
    if (field.of == Names::none || known(path, name, field.of)) {
      if (field.to != Names::none) {
        known(path, value, field.to);
      }
    }
  }
}

void Checker::table(const Field& field, AgeSexTable& value) {
  const std::string path = path_of(field);
  if (value.bands.empty() && value.values[0].empty() && value.values[1].empty()) {
    if (field.required) {
      add(path, with_unit(field, "must be given"));
    }
    return;
  }
  if (value.values[0].size() != value.bands.size() || value.values[1].size() != value.bands.size()) {
    add(path, "must have one value a band and sex");
    return;
  }
  int next = 0;
  for (std::size_t i = 0; i < value.bands.size(); ++i) {
    const AgeBand& band = value.bands[i];
    const std::string at = joined_path(path, i);
    if (band.low > band.high || band.low < 0 || band.high > k_max_age) {
      add(at + ".ages", "must be two ages in years, low to high, in [0, " + std::to_string(k_max_age) + "]",
          "[" + std::to_string(band.low) + ", " + std::to_string(band.high) + "]");
    } else if (band.low != next) {
      add(at + ".ages",
          "bands must ascend, touch and cover 0 to " + std::to_string(k_max_age) + " (years): the next age is " +
              std::to_string(next),
          std::to_string(band.low));
    }
    next = std::max(next, band.high + 1);
    number_at(at + ".women", field, value.values[0][i]);
    number_at(at + ".men", field, value.values[1][i]);
  }
  if (next <= k_max_age) {
    add(joined_path(path, value.bands.size() - 1) + ".ages",
        "bands must ascend, touch and cover 0 to " + std::to_string(k_max_age) + " (years): the last age is " +
            std::to_string(next - 1));
  }
}

void Checker::who(const Field& field, Who& value) { check_who(value, path_of(field), false); }

void Checker::who_text(const Field& field, std::string& value) {
  const std::string path = path_of(field);
  if (value.empty()) {
    if (field.required) {
      add(path, "must be given");
    }
  } else if (value.front() != '{') {
    if (known(path, value, Names::stratum)) {
      const StratumSpec* stratum = find_named(scenario_.strata, value);
      if (looks_at_true_stage(stratum->who)) {
        add(path, "a contract cannot see the true stage that this stratum looks at", value);
      }
    }
  } else {
    try {
      check_who(parse_who(value), path, true);
    } catch (const ScenarioError& error) {
      for (const Problem& problem : error.problems()) {
        add(path, problem.rule, problem.got, problem.hint);
      }
    }
  }
}

void Checker::list(const Field& field, const Items& items) {
  if (items.size == 0 && field.required) {
    add(path_of(field), "must hold at least one", "none");
  }
  PathVisitor::list(field, items);
}

void Checker::named(const Field& field, const Items& items) {
  if (items.size == 0 && field.required) {
    add(path_of(field), "must hold at least one", "none");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items.size; ++i) {
    const std::string& name = items.name(i);
    const std::string path = joined_path(path_of(field), name);
    if (field.of != Names::none) {
      known(path, name, field.of);
    } else if (!is_name(name)) {
      add(path, "a name must be letters, digits and _, a letter first", name.empty() ? "\"\"" : name);
    }
    if (!seen.insert(name).second) {
      add(path, "must be given once", name);
    }
  }
  PathVisitor::named(field, items);
}

}  // namespace waterbed::detail
