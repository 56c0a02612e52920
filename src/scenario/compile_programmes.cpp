#include "compile_programmes.hpp"

#include "compile_care_programme.hpp"
#include "compile_network.hpp"
#include "compile_routes.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/treatment.hpp"
#include "waterbed/random/draw.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Needs that stages of a condition bring to known patients alone.
std::vector<std::uint8_t> for_known_patients(const Scenario& scenario, const Condition& condition) {
  std::vector<std::uint8_t> needs(scenario.needs.size(), 0);
  for (const Stage& stage : condition.stages) {
    for (const StageNeed& need : stage.needs) {
      if (need.on_record) {
        needs[at(position(scenario.needs, need.need))] = 1;
      }
    }
  }
  return needs;
}

CaseFindingModel case_finding(const Scenario& scenario, const Model& model, const CaseFindingSpec& spec,
                              CompiledWho who, int programme) {
  const double hazard = -exact::log(1.0 - spec.per_year) / model.time.cycles_per_year;
  const int condition = position(scenario.conditions, spec.condition);
  CaseFindingModel finding{.programme = programme,
                           .condition = condition,
                           .who = std::move(who),
                           .invited_below = threshold(-exact::expm1(-hazard)),
                           .need = position(scenario.needs, spec.need),
                           .kind = position(scenario.kinds, spec.kind),
                           .alarm_below = threshold(spec.sensitivity),
                           .false_below = threshold(1.0 - spec.specificity),
                           .for_known_patients = for_known_patients(scenario, scenario.conditions[at(condition)])};
  if (spec.confirmation) {
    finding.confirmation = {.need = position(scenario.needs, spec.confirmation->need),
                            .kind = position(scenario.kinds, spec.confirmation->kind),
                            .confirmed_below = threshold(spec.confirmation->sensitivity),
                            .false_below = threshold(1.0 - spec.confirmation->specificity)};
  }
  if (spec.false_alarm) {
    const double years = spec.false_alarm->days / model.time.days_per_year();
    finding.false_alarm_micro = static_cast<std::int32_t>(std::llround(1e6 * spec.false_alarm->disutility * years));
  }
  return finding;
}

CodingModel coding(const Scenario& scenario, const CodingSpec& spec) {
  const int condition = position(scenario.conditions, spec.condition);
  const std::vector<Stage>& stages = scenario.conditions[at(condition)].stages;
  return {.condition = condition,
          .from = static_cast<std::uint8_t>(position(stages, spec.from)),
          .to = static_cast<std::uint8_t>(position(stages, spec.to)),
          .coded_below = threshold(spec.per_contact)};
}

Treatment treatment(const Scenario& scenario, const TreatmentSpec& spec) {
  Treatment made;
  made.condition = position(scenario.conditions, spec.condition);
  made.cost_per_cycle = Money::from_euro(spec.cost_per_cycle);
  const std::vector<Stage>& stages = scenario.conditions[at(made.condition)].stages;
  const auto stage = [&](const std::string& name) { return static_cast<std::uint8_t>(position(stages, name)); };
  for (const std::string& name : spec.stages) {
    made.stages.push_back(stage(name));
  }
  for (const auto& [name, utility] : spec.utility) {
    made.utilities.push_back({stage(name), utility});
  }
  for (const HazardRatioSpec& one : spec.hazard_ratios) {
    const bool death = one.to == k_dead;
    made.hazard_ratios.push_back({stage(one.from), death ? std::uint8_t{0} : stage(one.to), death, one.ratio});
  }
  return made;
}

}  // namespace

void compile_programmes(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems) {
  std::vector<FieldProblem> found;
  for (const ProgrammeSpec& programme : scenario.programmes) {
    const auto in_arm = [&](const ArmSpec& arm) {
      return std::find(arm.programmes.begin(), arm.programmes.end(), programme.name) != arm.programmes.end();
    };
    model.programmes = model.programmes || programme.case_finding || programme.coding;
    CompiledWho who;
    if (programme.case_finding) {
      who =
          compile_who(programme.case_finding->who, names, "programmes." + programme.name + ".case_finding.who", found);
      model.case_findings.push_back(programme.name);
    }
    if (programme.care) {
      who = compile_who(programme.care->who, names, "programmes." + programme.name + ".care.who", found);
      model.care_programmes.push_back(programme.name);
    }
    for (std::size_t a = 0; a < scenario.arms.size(); ++a) {
      if (!in_arm(scenario.arms[a])) {
        continue;
      }
      if (programme.case_finding) {
        model.arms[a].case_findings.push_back(case_finding(scenario, model, *programme.case_finding, who,
                                                           static_cast<int>(model.case_findings.size()) - 1));
      }
      if (programme.coding) {
        model.arms[a].codings.push_back(coding(scenario, *programme.coding));
      }
      if (programme.treatment) {
        const HealthModel& before = model.arms[a].health ? *model.arms[a].health : model.health;
        model.arms[a].health = treated(before, treatment(scenario, *programme.treatment));
        model.stage_costs = model.stage_costs || programme.treatment->cost_per_cycle != 0.0;
      }
      if (programme.care) {
        model.arms[a].care.push_back(care_programme(scenario, model, *programme.care, who,
                                                    static_cast<int>(model.care_programmes.size()) - 1, model.arms[a]));
      }
      if (programme.routes) {
        add_routes(*programme.routes, scenario, model, programme.name, model.arms[a], problems);
      }
    }
  }
  for (const FieldProblem& problem : found) {
    problems.push_back({.field = problem.field, .rule = problem.rule, .got = problem.got});
  }
}

}  // namespace waterbed::compiling
