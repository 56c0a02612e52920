#include "waterbed/health/health_state.hpp"

#include "waterbed/health/quality_of_life.hpp"

#include <algorithm>

namespace waterbed {
namespace {

constexpr std::size_t k_most_states = 1U << 16;

HealthState computed(const HealthModel& model, const PersonHealth& person) {
  return {.event_below = event_threshold(model, person),
          .utility_micro = static_cast<std::int32_t>(utility_per_cycle(model, person)),
          .cost_micro = stage_cost_per_cycle(model, person).micro};
}

std::size_t stages_of(const HealthModel& model, std::size_t condition) {
  return static_cast<std::size_t>(model.stage_offset[condition + 1] - model.stage_offset[condition]);
}

/// Combinations of stages, or more than k_most_states.
std::size_t combinations(const HealthModel& model) {
  std::size_t product = 1;
  for (std::size_t c = 0; c < static_cast<std::size_t>(model.conditions) && product <= k_most_states; ++c) {
    product *= stages_of(model, c);
  }
  return product;
}

std::size_t position(const HealthModel& model, const PersonHealth& person) {
  return first_state(model, person.sex, person.deprivation, person.vulnerability, person.stage) +
         static_cast<std::size_t>(person.age);
}

/// Whether an effect of care changes hazards of people without a condition.
bool care_acts_on_healthy(const HealthModel& model) {
  for (int c = 0; c < model.conditions; ++c) {
    const HealthModel::Stage& row = model.stage(c, 0);
    const auto first = model.transitions.begin() + row.first_transition;
    if (row.death_effects > 0 || std::any_of(first, first + row.transitions,
                                             [](const HealthModel::Transition& one) { return one.effects > 0; })) {
      return true;
    }
  }
  return false;
}

/// Adds the states of people in these stages, [sex][quintile][class][age], and what may happen in them.
void add_states(HealthModel& model, const std::vector<std::uint8_t>& stages) {
  PersonHealth person{.stage = stages.data()};
  for (const Sex sex : {Sex::women, Sex::men}) {
    person.sex = sex;
    for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
      person.deprivation = static_cast<std::uint8_t>(quintile);
      for (int v = 0; v < model.classes; ++v) {
        person.vulnerability = static_cast<std::uint8_t>(v);
        for (person.age = 0; person.age < k_ages; ++person.age) {
          model.states.push_back(computed(model, person));
          const std::vector<HealthModel::Outcome> outcomes = outcomes_of(model, person);
          model.outcomes.insert(model.outcomes.end(), outcomes.begin(), outcomes.end());
          model.first_outcome.push_back(static_cast<std::int32_t>(model.outcomes.size()));
        }
      }
    }
  }
}

}  // namespace

HealthState health_state(const HealthModel& model, const PersonHealth& person) {
  if (person.factors != nullptr) {
    return computed(model, person);
  }
  // The states of the healthy come first, and may be all there are.
  const std::size_t at = position(model, person);
  return at < model.states.size() ? model.states[at] : computed(model, person);
}

HealthEvent health_event(const HealthModel& model, const PersonHealth& person, std::uint32_t word) {
  const std::size_t at = position(model, person);
  if (person.factors != nullptr || at >= model.states.size()) {
    return resolve_event(model, person, word);
  }
  return word < model.states[at].event_below ? event_in_state(model, at, word) : HealthEvent{};
}

bool knows_all_states(const HealthModel& model) {
  const std::size_t cells = k_health_cells * static_cast<std::size_t>(model.classes);
  return model.care.empty() && model.states.size() == combinations(model) * cells;
}

void tabulate(HealthModel& model) {
  model.states.clear();
  model.outcomes.clear();
  model.first_outcome.assign(1, 0);
  const std::size_t cells = k_health_cells * static_cast<std::size_t>(model.classes);
  const std::size_t count = combinations(model);
  std::vector<std::uint8_t> stages(static_cast<std::size_t>(model.conditions));
  if (!model.care.empty() || count * cells > k_most_states) {
    if (!care_acts_on_healthy(model)) {
      add_states(model, stages);
    }
    return;
  }
  model.states.reserve(count * cells);
  for (std::size_t combination = 0; combination < count; ++combination) {
    std::size_t rest = combination;
    for (std::size_t c = stages.size(); c-- > 0;) {
      stages[c] = static_cast<std::uint8_t>(rest % stages_of(model, c));
      rest /= stages_of(model, c);
    }
    add_states(model, stages);
  }
}

bool care_changed(const HealthModel& model, const PersonHealth& person) {
  bool changed = false;
  for (std::size_t i = 0; person.care != nullptr && i < model.care.size(); ++i) {
    const CareWindow& window = person.care[i];
    const bool begins = window.from == person.cycle || window.from == person.cycle - 1;
    changed = changed || (window.from < window.until && (begins || window.until == person.cycle));
  }
  return changed;
}

}  // namespace waterbed
