#include "scenario/checker.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>

namespace waterbed::detail {
namespace {

std::vector<std::string> stage_names(const Condition& condition) {
  std::vector<std::string> names;
  for (const Stage& stage : condition.stages) {
    names.push_back(stage.name);
  }
  return names;
}

void check_stages(Checker& c, const Condition& condition, const std::string& path) {
  if (condition.stages.size() < 2 || condition.stages.size() > 255) {
    c.add(path + ".stages", "must hold 2 to 255 stages, the first without the condition",
          std::to_string(condition.stages.size()));
    return;
  }
  double sum = 0.0;
  for (std::size_t i = 0; i < condition.stages.size(); ++i) {
    const Stage& stage = condition.stages[i];
    if (stage.name == "dead") {
      c.add(path + ".stages.dead", "dead is always there and needs no stage");
    }
    if (i == 0 && stage.initial_share != 0.0) {
      c.add(path + ".stages." + stage.name + ".initial_share",
            "is for stages with the condition: the first is without it", number_text(stage.initial_share));
    }
    sum += i == 0 ? 0.0 : stage.initial_share;
    for (std::size_t n = 0; n < stage.needs.size(); ++n) {
      const StageNeed& need = stage.needs[n];
      const std::string at = joined_path(path + ".stages." + stage.name + ".needs", n) + ".follows_record";
      if (need.follows_record > 0.0 && !need.on_record) {
        c.add(at, "must be 0 unless the need is on_record, of known patients alone", number_text(need.follows_record));
      } else if (need.follows_record > 0.0 && i == 0) {
        c.add(at, "must be 0 in the first stage, in which nobody is on record", number_text(need.follows_record));
      }
    }
  }
  if (!condition.prevalence.bands.empty() && !is_one(sum)) {
    c.conclude(path + ".stages", path + ".stages", "initial_share must sum to 1 over the stages but the first",
               sum_text(sum));
  }
}

void check_ratios(Checker& c, const Scenario& s, const Transition& transition, const std::string& path) {
  for (std::size_t i = 0; i < transition.ratios.size(); ++i) {
    const ConditionRatio& ratio = transition.ratios[i];
    const Condition* other = find_named(s.conditions, ratio.condition);
    for (std::size_t j = 0; other != nullptr && j < ratio.stages.size(); ++j) {
      c.known(joined_path(joined_path(path + ".ratios", i) + ".stages", j), ratio.stages[j], stage_names(*other),
              "stage of " + other->name);
    }
  }
}

void check_transitions(Checker& c, const Scenario& s, const Condition& condition, const std::string& path) {
  const std::vector<std::string> from = stage_names(condition);
  std::vector<std::string> to = from;
  to.emplace_back("dead");
  std::set<std::pair<std::string, std::string>> seen;
  std::map<std::string, double> out;
  for (std::size_t i = 0; i < condition.transitions.size(); ++i) {
    const Transition& t = condition.transitions[i];
    const std::string at = joined_path(path + ".transitions", i);
    const bool from_known = t.from.empty() || c.known(at + ".from", t.from, from, "stage of " + condition.name);
    if (!t.to.empty()) {
      c.known(at + ".to", t.to, to, "stage of " + condition.name + ", or dead");
    }
    if (!t.from.empty() && t.from == t.to) {
      c.add(at + ".to", "must be another stage than from", t.to);
    }
    if (!seen.insert({t.from, t.to}).second) {
      c.add(at, "must be given once", t.from + " to " + t.to);
    }
    const bool per_cycle = t.probability_per_cycle >= 0.0;
    const int rates = int{!t.per_year.bands.empty()} + int{t.keeps_prevalence} + int{per_cycle};
    if (rates != 1) {
      c.conclude(at, at, "must have one of per_year, keeps_prevalence, probability_per_cycle", std::to_string(rates));
    }
    if (per_cycle && from_known) {
      double& sum = out[t.from];
      sum += t.probability_per_cycle;
      if (sum > 1.0 + 1e-9) {
        c.conclude(path + ".transitions", at + ".probability_per_cycle",
                   "probabilities out of " + t.from + " must not exceed 1 together", sum_text(sum));
      }
    }
    if (t.keeps_prevalence && (condition.prevalence.bands.empty() || from.empty() || t.from != from.front())) {
      c.conclude(path + ".prevalence", at + ".keeps_prevalence",
                 "needs the condition's prevalence, and is for the first stage", "true");
    }
    if (t.given_survival &&
        (t.per_year.bands.empty() || t.to == k_dead || !t.ratios.empty() || t.deprivation_gradient != 1.0)) {
      c.conclude(at, at + ".given_survival",
                 "is of a hazard per_year to another stage, without ratios and deprivation_gradient", "true");
    }
    check_ratios(c, s, t, at);
  }
  for (std::size_t i = 0; i < condition.stages.size() && !c.touched(path + ".transitions"); ++i) {
    const std::string& stage = condition.stages[i].name;
    const double sum = most_given_survival(s, condition, stage, [](const Transition&) { return 1.0; });
    if (sum > 1.0 + 1e-9) {
      c.add(path + ".transitions", "chances given survival out of " + stage + " must not exceed 1 together",
            sum_text(sum));
    }
  }
}

/// Who waits for what the effect comes of.
void check_waiting(Checker& c, const Scenario& s, const CareEffectSpec& effect, const std::string& path) {
  const NeedSpec* need = find_named(s.needs, effect.need);
  const KindSpec* kind = find_named(s.kinds, effect.kind);
  if (need != nullptr && need->urgency == Urgency::urgent) {
    c.conclude("needs." + need->name + ".urgency", path + ".while_waiting",
               "must be false: an urgent need does not wait", "true");
  }
  if (kind != nullptr && kind->capacity_unit == CapacityUnit::unlimited) {
    c.conclude("kinds." + kind->name, path + ".kind", "must be a kind with limited capacity: it acts while people wait",
               kind->name);
  }
}

void check_effects(Checker& c, const Scenario& s) {
  for (const CareEffectSpec& effect : s.care_effects) {
    if (effect.while_waiting) {
      check_waiting(c, s, effect, "care_effects." + effect.name);
    }
    const Condition* condition = find_named(s.conditions, effect.condition);
    if (condition == nullptr) {
      continue;
    }
    const std::string path = "care_effects." + effect.name;
    std::vector<std::string> to = stage_names(*condition);
    to.emplace_back("dead");
    const bool from_known =
        effect.from_stage.empty() ||
        c.known(path + ".from_stage", effect.from_stage, stage_names(*condition), "stage of " + condition->name);
    const bool to_known = effect.to_stage.empty() ||
                          c.known(path + ".to_stage", effect.to_stage, to, "stage of " + condition->name + ", or dead");
    // Death needs no transition of its own: it competes everywhere through the life table.
    const bool there =
        std::any_of(condition->transitions.begin(), condition->transitions.end(),
                    [&](const Transition& t) { return t.from == effect.from_stage && t.to == effect.to_stage; });
    if (from_known && to_known && effect.to_stage != "dead" && !there) {
      c.conclude("conditions." + condition->name, path + ".to_stage",
                 "must be where a transition of " + condition->name + " from " + effect.from_stage + " leads",
                 effect.to_stage);
    }
  }
}

}  // namespace

double most_given_survival(const Scenario& s, const Condition& condition, const std::string& from,
                           const std::function<double(const Transition&)>& ratio) {
  double most = 0.0;
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int age = 0; age <= k_max_age; ++age) {
      double sum = 0.0;
      for (const Transition& t : condition.transitions) {
        if (t.given_survival && t.from == from && !t.per_year.bands.empty()) {
          sum += -exact::expm1(-t.per_year.at(age, sex) * ratio(t) / cycles_per_year(s.time.cycle));
        }
      }
      most = std::max(most, sum);
    }
  }
  return most;
}

void check_conditions(Checker& c, const Scenario& s) {
  for (const Condition& condition : s.conditions) {
    const std::string path = "conditions." + condition.name;
    check_stages(c, condition, path);
    check_transitions(c, s, condition, path);
  }
  check_effects(c, s);
}

}  // namespace waterbed::detail
