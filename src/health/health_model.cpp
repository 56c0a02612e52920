#include "waterbed/health/health_model.hpp"

#include "health/check.hpp"
#include "health/derive.hpp"
#include "waterbed/health/health_state.hpp"
#include "waterbed/random/categorical.hpp"
#include "waterbed/random/draw.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace waterbed {
namespace {

template <class Row>
std::int32_t end_of(const std::vector<Row>& rows) {
  return static_cast<std::int32_t>(rows.size());
}

std::int32_t micro_per_cycle(double per_year, int cycles_per_year) {
  return static_cast<std::int32_t>(std::llround(per_year * 1e6 / cycles_per_year));
}

HealthModel::Ratio ratio_of(const HealthInputs& inputs, const ConditionRatio& written) {
  const int at = find_condition(inputs, written.condition);
  const Condition& condition = inputs.conditions[static_cast<std::size_t>(at)];
  HealthModel::Ratio ratio{0, written.ratio, static_cast<std::uint8_t>(at)};
  for (std::size_t stage = 0; stage < condition.stages.size(); ++stage) {
    const auto& names = written.stages;
    const bool named =
        names.empty() ? stage > 0 : std::find(names.begin(), names.end(), condition.stages[stage].name) != names.end();
    ratio.stages |= named ? std::uint64_t{1} << stage : 0;
  }
  return ratio;
}

/// Effects of care on the way from a stage to a target.
/// @returns hazard without such care over the hazard as written
double add_effects(HealthModel& model, const HealthInputs& inputs, const Condition& condition, const std::string& from,
                   std::string_view to) {
  double scale = 1.0;
  for (std::size_t i = 0; i < inputs.care_effects.size(); ++i) {
    const CareEffect& one = inputs.care_effects[i];
    if (one.condition == condition.name && one.from_stage == from && one.to_stage == to) {
      model.effects.push_back({static_cast<std::int32_t>(i), one.hazard_ratio});
      scale /= 1.0 + one.usual_share * (one.hazard_ratio - 1.0);
    }
  }
  return scale;
}

void add_transitions(HealthModel& model, const HealthInputs& inputs, std::size_t c, const std::string& from,
                     const DerivedHealth& derived) {
  const Condition& condition = inputs.conditions[c];
  for (std::size_t t = 0; t < condition.transitions.size(); ++t) {
    const Transition& written = condition.transitions[t];
    if (written.from != from) {
      continue;
    }
    HealthModel::Transition row;
    row.probability = written.probability_per_cycle;
    row.death = written.to == k_dead;
    row.given_survival = written.given_survival;
    row.to = row.death ? std::uint8_t{0} : static_cast<std::uint8_t>(find_stage(condition, written.to));
    row.first_ratio = end_of(model.ratios);
    for (const ConditionRatio& ratio : written.ratios) {
      model.ratios.push_back(ratio_of(inputs, ratio));
    }
    row.ratios = end_of(model.ratios) - row.first_ratio;
    row.first_effect = end_of(model.effects);
    // Effects on death act on every cause, so they hang on the stage.
    const double scale = row.death ? 1.0 : add_effects(model, inputs, condition, from, written.to);
    row.effects = end_of(model.effects) - row.first_effect;
    row.hazards = end_of(model.hazards);
    for (const double per_year : derived.per_year[c][t]) {
      model.hazards.push_back(scale * per_year / inputs.cycles_per_year);
    }
    model.transitions.push_back(row);
  }
}

void add_stage(HealthModel& model, const HealthInputs& inputs, std::size_t c, std::size_t s,
               const DerivedHealth& derived) {
  const Condition& condition = inputs.conditions[c];
  const Stage& written = condition.stages[s];
  HealthModel::Stage row;
  row.mortality_ratio = written.mortality_ratio;
  row.first_transition = end_of(model.transitions);
  add_transitions(model, inputs, c, written.name, derived);
  row.transitions = end_of(model.transitions) - row.first_transition;
  row.first_death_effect = end_of(model.effects);
  row.death_scale = add_effects(model, inputs, condition, written.name, k_dead);
  row.death_effects = end_of(model.effects) - row.first_death_effect;
  row.first_need = end_of(model.needs);
  for (const StageNeed& need : written.needs) {
    const auto at = std::find(inputs.needs.begin(), inputs.needs.end(), need.need);
    model.needs.push_back({static_cast<std::int32_t>(at - inputs.needs.begin()), need.per_year / inputs.cycles_per_year,
                           threshold(need.on_entry), need.on_record});
  }
  row.needs = end_of(model.needs) - row.first_need;
  row.disutility_micro = micro_per_cycle(written.disutility, inputs.cycles_per_year);
  row.utility_micro = written.utility >= 0.0 ? micro_per_cycle(written.utility, inputs.cycles_per_year) : -1;
  row.cost_per_cycle = Money::from_euro(written.cost_per_cycle);
  model.stages.push_back(row);
}

void add_condition(HealthModel& model, const HealthInputs& inputs, std::size_t c, const DerivedHealth& derived) {
  const Condition& condition = inputs.conditions[c];
  model.stage_offset.push_back(end_of(model.stages));
  std::vector<double> shares;
  for (std::size_t s = 0; s < condition.stages.size(); ++s) {
    add_stage(model, inputs, c, s, derived);
    shares.push_back(condition.stages[s].initial_share);
  }
  std::vector<std::uint64_t> thresholds(shares.size(), 0);
  if (!condition.prevalence.bands.empty()) {
    cumulative_thresholds(shares, thresholds);
  }
  model.share_thresholds.insert(model.share_thresholds.end(), thresholds.begin(), thresholds.end());
  model.prevalence.insert(model.prevalence.end(), derived.prevalence[c].begin(), derived.prevalence[c].end());
  model.recorded_at_entry.push_back(threshold(condition.recorded_share));
  model.recorded_per_contact.push_back(threshold(condition.recorded_per_contact));
}

/// How often a stage brings a need to known patients alone, per year.
double known_per_year(const Stage& stage, const std::string& need) {
  double sum = 0.0;
  for (const StageNeed& one : stage.needs) {
    sum += one.on_record && one.need == need ? one.per_year : 0.0;
  }
  return sum;
}

/// Care that follows the record: of each pair of a true and another recorded stage.
void add_recorded_needs(HealthModel& model, const HealthInputs& inputs) {
  for (const Condition& condition : inputs.conditions) {
    model.first_record.push_back(end_of(model.first_recorded));
    for (const Stage& truly : condition.stages) {
      for (const Stage& recorded : condition.stages) {
        model.first_recorded.push_back(end_of(model.recorded_needs));
        for (const StageNeed& need : recorded.needs) {
          const double more = need.per_year - known_per_year(truly, need.need);
          const bool on_record = &recorded != &condition.stages.front() && need.on_record;
          if (&truly != &recorded && on_record && need.follows_record > 0.0 && more > 0.0) {
            const auto at = std::find(inputs.needs.begin(), inputs.needs.end(), need.need);
            model.recorded_needs.push_back({static_cast<std::int32_t>(at - inputs.needs.begin()),
                                            need.follows_record * more / inputs.cycles_per_year, 0, true});
          }
        }
      }
    }
  }
  model.first_recorded.push_back(end_of(model.recorded_needs));
}

}  // namespace

HealthModel build_health(const HealthInputs& inputs, std::vector<FieldProblem>& problems) {
  const std::size_t before = problems.size();
  check_health(inputs, problems);
  if (problems.size() > before) {
    return {};
  }
  const DerivedHealth derived = derive_health(inputs);
  HealthModel model;
  model.cycles_per_year = inputs.cycles_per_year;
  model.conditions = static_cast<int>(inputs.conditions.size());
  model.classes = derived.classes;
  model.class_share = derived.class_share;
  for (const CareEffect& one : inputs.care_effects) {
    model.care.push_back({one.delay_cycles, one.lasts_cycles});
  }
  for (std::size_t c = 0; c < inputs.conditions.size(); ++c) {
    add_condition(model, inputs, c, derived);
  }
  model.stage_offset.push_back(end_of(model.stages));
  add_recorded_needs(model, inputs);
  const bool has_norm = inputs.utility_norm != nullptr && !inputs.utility_norm->bands.empty();
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int age = 0; age < k_ages; ++age) {
      model.death.push_back(derived.death[health_cell(sex, age)] / inputs.cycles_per_year);
      model.norm_micro.push_back(
          micro_per_cycle(has_norm ? inputs.utility_norm->at(age, sex) : 1.0, inputs.cycles_per_year));
    }
  }
  tabulate(model);
  return model;
}

}  // namespace waterbed
