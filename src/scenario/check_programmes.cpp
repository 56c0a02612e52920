#include "scenario/check_policy_programmes.hpp"

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

/// A need that a programme brings, and the kind of care at which it is a test.
void check_test(Checker& c, const Scenario& s, const std::string& name, const std::string& kind,
                const std::string& path) {
  const NeedSpec* need = find_named(s.needs, name);
  if (need == nullptr) {
    return;
  }
  if (is_brought(s, *need)) {
    c.conclude("needs." + name, path + ".need", "must be a need that nothing else brings", name);
  } else if (need->access_elasticity != 0.0) {
    c.conclude("needs." + name, path + ".need", "must be a need with access_elasticity 0: who is asked has come", name);
  }
  const auto reached = reached_kinds(s);
  if (find_named(s.kinds, kind) != nullptr &&
      !reached[static_cast<std::size_t>(need - s.needs.data())].contains(kind)) {
    c.conclude("needs." + name, path + ".kind", "must be a kind that the need reaches", kind);
  }
}

void check_case_finding(Checker& c, const Scenario& s, const CaseFindingSpec& spec, const std::string& path) {
  if (looks_at_true_stage(spec.who)) {
    c.add(path + ".who", "those who invite see what is on record alone: use condition", "true_condition");
  }
  check_test(c, s, spec.need, spec.kind, path);
  if (spec.confirmation) {
    const std::string second = path + ".confirmation";
    if (spec.confirmation->need == spec.need) {
      c.add(second + ".need", "must be another need than that of the first test", spec.need);
    } else {
      check_test(c, s, spec.confirmation->need, spec.confirmation->kind, second);
    }
  }
}

std::vector<std::string> needs_of(const ProgrammeSpec& programme) {
  std::vector<std::string> needs;
  if (programme.case_finding) {
    needs.push_back(programme.case_finding->need);
    if (programme.case_finding->confirmation) {
      needs.push_back(programme.case_finding->confirmation->need);
    }
  }
  return needs;
}

/// A visit of an arm is a test of one programme. Arms may use the same needs: tests compared with each other.
void check_arm(Checker& c, const Scenario& s, const ArmSpec& arm) {
  std::vector<std::string> taken;
  for (std::size_t i = 0; i < arm.programmes.size(); ++i) {
    const ProgrammeSpec* programme = find_named(s.programmes, arm.programmes[i]);
    if (programme == nullptr) {
      continue;
    }
    const std::vector<std::string> needs = needs_of(*programme);
    if (std::any_of(needs.begin(), needs.end(), [&](const std::string& need) {
          return std::find(taken.begin(), taken.end(), need) != taken.end();
        })) {
      c.add(joined_path("arms." + arm.name + ".programmes", i),
            "must not bring a need that another programme of the arm brings", programme->name);
    }
    taken.insert(taken.end(), needs.begin(), needs.end());
  }
}

/// Practice was observed under the reference arm: what its programmes do is in it.
void check_reference(Checker& c, const Scenario& s, const ArmSpec& arm) {
  for (std::size_t i = 0; i < arm.programmes.size(); ++i) {
    const ProgrammeSpec* programme = find_named(s.programmes, arm.programmes[i]);
    if (programme != nullptr && (programme->care || programme->routes)) {
      c.add(joined_path("arms." + arm.name + ".programmes", i),
            "must not be care or routes in the reference arm: practice as observed holds what they do",
            programme->name);
    }
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

void check_treatment(Checker& c, const Scenario& s, const TreatmentSpec& spec, const std::string& path) {
  const Condition* condition = find_named(s.conditions, spec.condition);
  if (condition == nullptr) {
    return;
  }
  std::vector<std::string> stages;
  for (const Stage& stage : condition->stages) {
    stages.push_back(stage.name);
  }
  for (std::size_t i = 0; i < spec.stages.size(); ++i) {
    const std::string at = joined_path(path + ".stages", i);
    if (c.known(at, spec.stages[i], stages, "stage of " + condition->name) &&
        std::count(spec.stages.begin(), spec.stages.end(), spec.stages[i]) > 1) {
      c.add(at, "must be named once", spec.stages[i]);
    }
  }
  for (const auto& [name, utility] : spec.utility) {
    const std::string at = path + ".utility." + name;
    if (c.known(at, name, spec.stages, "treated stage") && c.known(at, name, stages, "stage") &&
        find_named(condition->stages, name)->utility < 0.0) {
      c.add(at, "must be of a stage that has a utility of its own", name);
    }
  }
  std::vector<std::string> to = stages;
  to.emplace_back(k_dead);
  for (std::size_t i = 0; i < spec.hazard_ratios.size(); ++i) {
    const HazardRatioSpec& one = spec.hazard_ratios[i];
    const std::string at = joined_path(path + ".hazard_ratios", i);
    const bool from_known = c.known(at + ".from", one.from, spec.stages, "treated stage");
    if (!c.known(at + ".to", one.to, to, "stage of " + condition->name + ", or dead") || !from_known ||
        one.to == k_dead) {
      continue;
    }
    const bool there = std::any_of(
        condition->transitions.begin(), condition->transitions.end(),
        [&](const Transition& t) { return t.from == one.from && t.to == one.to && t.probability_per_cycle < 0.0; });
    if (!there) {
      c.conclude("conditions." + condition->name, at,
                 "must be of a transition of " + condition->name + " that goes by a hazard",
                 one.from + " to " + one.to);
    }
  }
}

/// What the treatments of an arm do together.
void check_treatments(Checker& c, const Scenario& s, const ArmSpec& arm) {
  std::vector<const TreatmentSpec*> given;
  for (std::size_t i = 0; i < arm.programmes.size(); ++i) {
    const ProgrammeSpec* programme = find_named(s.programmes, arm.programmes[i]);
    if (programme == nullptr || !programme->treatment) {
      continue;
    }
    for (const TreatmentSpec* other : given) {
      for (const auto& [stage, utility] : programme->treatment->utility) {
        if (other->condition == programme->treatment->condition && other->utility.contains(stage)) {
          c.add(joined_path("arms." + arm.name + ".programmes", i),
                "must not set the utility of " + stage + ", which another programme of the arm sets",
                arm.programmes[i]);
        }
      }
    }
    given.push_back(&*programme->treatment);
  }
  for (const Condition& condition : s.conditions) {
    for (const Stage& stage : condition.stages) {
      const double sum = most_given_survival(s, condition, stage.name, [&](const Transition& t) {
        double ratio = 1.0;
        for (const TreatmentSpec* one : given) {
          for (const HazardRatioSpec& by : one->hazard_ratios) {
            ratio *= one->condition == condition.name && by.from == t.from && by.to == t.to ? by.ratio : 1.0;
          }
        }
        return ratio;
      });
      if (!given.empty() && sum > 1.0 + 1e-9) {
        c.conclude("conditions." + condition.name, "arms." + arm.name + ".programmes",
                   "chances given survival out of " + stage.name + " must not exceed 1 together", sum_text(sum));
      }
    }
  }
}

}  // namespace

void check_programmes(Checker& c, const Scenario& s) {
  for (const ProgrammeSpec& programme : s.programmes) {
    const std::string path = "programmes." + programme.name;
    const int kinds = int{programme.case_finding.has_value()} + int{programme.coding.has_value()} +
                      int{programme.treatment.has_value()} + int{programme.engagement.has_value()} +
                      int{programme.care.has_value()} + int{programme.routes.has_value()};
    if (kinds != 1) {
      c.conclude(path, path, "must have one of case_finding, coding, treatment, engagement, care, routes",
                 std::to_string(kinds));
    }
    if (programme.case_finding) {
      check_case_finding(c, s, *programme.case_finding, path + ".case_finding");
    }
    if (programme.coding) {
      check_coding(c, s, *programme.coding, path + ".coding");
    }
    if (programme.treatment) {
      check_treatment(c, s, *programme.treatment, path + ".treatment");
    }
    if (programme.care) {
      check_care_programme(c, s, *programme.care, path + ".care");
    }
    if (programme.routes) {
      check_routes(c, s, *programme.routes, path + ".routes");
    }
  }
  for (const ArmSpec& arm : s.arms) {
    check_treatments(c, s, arm);
  }
  for (const ArmSpec& arm : s.arms) {
    check_arm(c, s, arm);
    if (arm.name == s.reference) {
      check_reference(c, s, arm);
    }
  }
}

}  // namespace waterbed::detail
