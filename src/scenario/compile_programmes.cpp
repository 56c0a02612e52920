#include "compile_programmes.hpp"

#include "compile_network.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/draw.hpp"

#include <algorithm>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

CaseFindingModel case_finding(const Scenario& scenario, const Model& model, const CaseFindingSpec& spec,
                              CompiledWho who, int programme) {
  const double hazard = -exact::log(1.0 - spec.per_year) / model.time.cycles_per_year;
  return {.programme = programme,
          .condition = position(scenario.conditions, spec.condition),
          .who = std::move(who),
          .invited_below = threshold(-exact::expm1(-hazard)),
          .need = position(scenario.needs, spec.need),
          .kind = position(scenario.kinds, spec.kind),
          .found_below = threshold(spec.sensitivity),
          .false_below = threshold(1.0 - spec.specificity)};
}

CodingModel coding(const Scenario& scenario, const CodingSpec& spec) {
  const int condition = position(scenario.conditions, spec.condition);
  const std::vector<Stage>& stages = scenario.conditions[at(condition)].stages;
  return {.condition = condition,
          .from = static_cast<std::uint8_t>(position(stages, spec.from)),
          .to = static_cast<std::uint8_t>(position(stages, spec.to)),
          .coded_below = threshold(spec.per_contact)};
}

}  // namespace

void compile_programmes(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems) {
  model.programmes = !scenario.programmes.empty();
  std::vector<FieldProblem> found;
  for (const ProgrammeSpec& programme : scenario.programmes) {
    const auto in_arm = [&](const ArmSpec& arm) {
      return std::find(arm.programmes.begin(), arm.programmes.end(), programme.name) != arm.programmes.end();
    };
    CompiledWho who;
    if (programme.case_finding) {
      who =
          compile_who(programme.case_finding->who, names, "programmes." + programme.name + ".case_finding.who", found);
      model.case_findings.push_back(programme.name);
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
    }
  }
  for (const FieldProblem& problem : found) {
    problems.push_back({.field = problem.field, .rule = problem.rule, .got = problem.got});
  }
}

}  // namespace waterbed::compiling
