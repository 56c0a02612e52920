#include "scenario/checker.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

/// Whether a stage or a rate of its own brings the need.
bool is_brought(const Scenario& s, const NeedSpec& need) {
  const auto positive = [](const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return value > 0.0; });
  };
  if (positive(need.per_person_year.values[0]) || positive(need.per_person_year.values[1])) {
    return true;
  }
  return std::any_of(s.conditions.begin(), s.conditions.end(), [&](const Condition& condition) {
    return std::any_of(condition.stages.begin(), condition.stages.end(), [&](const Stage& stage) {
      return std::any_of(stage.needs.begin(), stage.needs.end(),
                         [&](const StageNeed& brought) { return brought.need == need.name; });
    });
  });
}

void check_case_finding(Checker& c, const Scenario& s, const CaseFindingSpec& spec, const std::string& path) {
  if (looks_at_true_stage(spec.who)) {
    c.add(path + ".who", "those who invite see what is on record alone: use condition", "true_condition");
  }
  const auto need =
      std::find_if(s.needs.begin(), s.needs.end(), [&](const NeedSpec& n) { return n.name == spec.need; });
  if (need == s.needs.end()) {
    return;
  }
  if (is_brought(s, *need)) {
    c.conclude("needs." + need->name, path + ".need", "must be a need that nothing else brings", spec.need);
  }
  const auto reached = reached_kinds(s);
  if (find_named(s.kinds, spec.kind) != nullptr &&
      !reached[static_cast<std::size_t>(need - s.needs.begin())].contains(spec.kind)) {
    c.conclude("needs." + need->name, path + ".kind", "must be a kind that the need reaches", spec.kind);
  }
}

void check_coding(Checker& c, const Scenario& s, const CodingSpec& spec, const std::string& path) {
  const Condition* condition = find_named(s.conditions, spec.condition);
  if (condition == nullptr) {
    return;
  }
  std::vector<std::string> stages;
  for (const Stage& stage : condition->stages) {
    stages.push_back(stage.name);
  }
  const bool from = c.known(path + ".from", spec.from, stages, "stage of " + condition->name);
  const bool to = c.known(path + ".to", spec.to, stages, "stage of " + condition->name);
  if (from && to && spec.from == spec.to) {
    c.add(path + ".to", "must be another stage than from", spec.to);
  }
}

}  // namespace

void check_programmes(Checker& c, const Scenario& s) {
  for (const ProgrammeSpec& programme : s.programmes) {
    const std::string path = "programmes." + programme.name;
    const int kinds = int{programme.case_finding.has_value()} + int{programme.coding.has_value()};
    if (kinds != 1) {
      c.conclude(path, path, "must have one of case_finding, coding", std::to_string(kinds));
    }
    if (programme.case_finding) {
      check_case_finding(c, s, *programme.case_finding, path + ".case_finding");
    }
    if (programme.coding) {
      check_coding(c, s, *programme.coding, path + ".coding");
    }
  }
}

}  // namespace waterbed::detail
