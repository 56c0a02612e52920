#include "one_person.hpp"

#include "care_programme.hpp"
#include "needs.hpp"
#include "programme.hpp"
#include "waterbed/health/health_state.hpp"

#include <algorithm>
#include <limits>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// @param factors  null, or what programmes do to hazards: outlives the result
PersonHealth health_of(const Model& model, const ArmState& state, std::size_t person,
                       const HazardFactors* factors = nullptr) {
  return {.age = age_now(model, state, person),
          .sex = model.people.sex[person],
          .deprivation = model.people.deprivation[person],
          .vulnerability = model.people.vulnerability[person],
          .stage = state.stage.data() + person * at(model.health.conditions),
          .care = state.care.empty() ? nullptr : state.care.data() + person * model.health.care.size(),
          .cycle = state.cycle,
          .factors = factors};
}

/// Adds a person's stages, age and class to the running counts, or takes them off.
void count_person(const Model& model, const ArmState& state, std::size_t person, std::int64_t sign,
                  BlockCounts& counts) {
  const People& people = model.people;
  const std::size_t group = at(age_group(age_now(model, state, person)));
  counts.people_by_age[static_cast<std::size_t>(people.sex[person]) * k_age_groups + group] += sign;
  for (int c = 0; c < model.health.conditions; ++c) {
    const std::uint8_t stage = state.stage[person * at(model.health.conditions) + at(c)];
    counts.people_by_stage[at(model.first_stage_label[at(c)]) + stage] += sign;
  }
  if (people.payer[person] < model.insurers && people.practice_group[person] < people.practice_group_names.size()) {
    counts.people_by_class[people.payer[person] * people.practice_group_names.size() + people.practice_group[person]] +=
        sign;
  }
}

void change_stage(const Model& model, ArmState& state, std::size_t person, const HealthEvent& event,
                  BlockCounts& block) {
  const std::size_t first = person * at(model.health.conditions);
  const int label = model.first_stage_label[event.condition];
  block.people_by_stage[at(label) + state.stage[first + event.condition]] -= 1;
  state.stage[first + event.condition] = event.stage;
  block.people_by_stage[at(label) + event.stage] += 1;
  block.onsets[at(label) + event.stage] += 1;
  if (event.stage == 0) {
    lose_detection(state, person, event.condition, block);
  }
}

void enter(const Model& model, ArmState& state, std::size_t person, BlockCounts& block) {
  state.presence[person] = Presence::here;
  for (int c = 0; c < model.health.conditions; ++c) {
    const std::size_t i = person * at(model.health.conditions) + at(c);
    state.stage[i] = model.people.stage[at(c)][person];
    state.recorded[i] = model.people.recorded[at(c)][person];
  }
  count_person(model, state, person, +1, block);
}

/// Keeps the cycle of the next birthday or change of an effect of care.
void note_next_refresh(const Model& model, ArmState& state, std::size_t person, const PersonHealth& health) {
  const int per_year = model.time.cycles_per_year;
  const int lived = state.cycle - model.people.birth_cycle[person];
  const int birthday = model.people.birth_cycle[person] + (lived / per_year + 1) * per_year;
  const int care = model.health.care.empty() ? birthday : next_care_change(model.health, health);
  state.refresh_at[person] =
      static_cast<std::int16_t>(std::min({birthday, care, model.people.leaves_cycle[person], k_last_window_cycle}));
}

/// Retakes what goes by age.
void refresh_age(const Model& model, ArmState& state, std::size_t person) {
  const HazardFactors factors = hazard_factors(model, state, person);
  const PersonHealth health = health_of(model, state, person, factors.changes() ? &factors : nullptr);
  const HealthState now = health_state(health_in(model, state), health);
  state.event_below[person] = now.event_below;
  state.utility[person] = now.utility_micro + added_utility(state, person);
  if (!state.cost.empty()) {
    state.cost[person] = now.cost_micro;
  }
  if (!model.network.needs.empty()) {
    state.cell[person] =
        static_cast<std::uint16_t>(model.rates.cell(health.age, health.sex, health.deprivation, health.vulnerability));
    note_no_base_need(model, state, person);
  } else {
    state.cell[person] = static_cast<std::uint16_t>(
        health_cell(health.sex, health.deprivation, 0, health.vulnerability, model.health.classes));
  }
  note_next_refresh(model, state, person, health);
}

void leave(const Model& model, ArmState& state, std::size_t person, Presence how, int until_cycle, BlockCounts& block) {
  count_person(model, state, person, -1, block);
  close_person_year(model, state, person, until_cycle, 0, block);
  end_enrolment(state, person, how, block);
  state.presence[person] = how;
  state.gone_at[person] = static_cast<std::int16_t>(state.cycle);
  // Nothing that is drawn marks the person any more, and nothing is lived.
  state.event_below[person] = 0;
  state.no_base_need[person] = state.no_stage_need[person] = std::numeric_limits<std::uint32_t>::max();
  state.refresh_at[person] = std::numeric_limits<std::int16_t>::max();
  state.utility[person] = 0;
  if (!state.cost.empty()) {
    state.cost[person] = 0;
  }
}

HealthEvent event_of(const Model& model, const ArmState& state, std::size_t person, std::uint32_t word) {
  if (state.holds(Mechanism::health)) {
    return held_event(state, static_cast<std::uint32_t>(person));
  }
  if (word >= state.event_below[person]) {
    return {};
  }
  const HazardFactors factors = hazard_factors(model, state, person);
  return health_event(health_in(model, state), health_of(model, state, person, factors.changes() ? &factors : nullptr),
                      word);
}

/// Counts a birthday that brings the person into the next age group.
void count_birthday(const Model& model, const ArmState& state, std::size_t person, BlockCounts& block) {
  const std::size_t sex = static_cast<std::size_t>(model.people.sex[person]) * k_age_groups;
  block.people_by_age[sex + at(age_group(age_in(model, state.cycle - 1, person)))] -= 1;
  block.people_by_age[sex + at(age_group(age_now(model, state, person)))] += 1;
}

/// How a cycle finds a person.
enum class Found : std::uint8_t {
  away,       ///< gone, or not there yet
  as_before,  ///< nothing has changed since the last cycle
  due,        ///< an effect of care begins or ends
  birthday,
  new_here,
};

/// Entry and exit; a birthday is counted.
Found find_person(const Model& model, ArmState& state, std::size_t person, BlockCounts& block) {
  const bool comes = state.presence[person] == Presence::not_yet && model.people.enters_cycle[person] == state.cycle;
  if (comes) {
    enter(model, state, person, block);
  }
  if (state.presence[person] != Presence::here) {
    return Found::away;
  }
  if (model.people.leaves_cycle[person] <= state.cycle) {
    leave(model, state, person, Presence::left, state.cycle, block);
    return Found::away;
  }
  if (comes) {
    return Found::new_here;
  }
  if (state.refresh_at[person] > state.cycle) {
    return Found::as_before;
  }
  if ((state.cycle - model.people.birth_cycle[person]) % model.time.cycles_per_year != 0) {
    return Found::due;
  }
  count_birthday(model, state, person, block);
  return Found::birthday;
}

/// Retakes what a change of an effect of care changes.
void refresh_hazards(const Model& model, ArmState& state, std::size_t person) {
  const HazardFactors factors = hazard_factors(model, state, person);
  const PersonHealth health = health_of(model, state, person, factors.changes() ? &factors : nullptr);
  if (care_changed(model.health, health)) {
    state.event_below[person] = event_threshold(health_in(model, state), health);
  }
  note_next_refresh(model, state, person, health);
}

/// Retakes what has changed since the last cycle.
void refresh_found(const Context& context, ArmState& state, std::size_t person, Found found, BlockCounts& block) {
  const Model& model = context.model;
  const bool programmes_change = !state.enrolment.empty() && enrol(context, state, person, block);
  if (found == Found::new_here || programmes_change) {
    refresh_person(model, state, person);
  } else if (found == Found::birthday) {
    refresh_age(model, state, person);
  } else if (found == Found::due) {
    refresh_hazards(model, state, person);
  }
}

/// What is cached of a person, as in another arm.
void copy_cached(const ArmState& from, ArmState& state, std::size_t person) {
  state.refresh_at[person] = from.refresh_at[person];
  state.event_below[person] = from.event_below[person];
  state.no_stage_need[person] = from.no_stage_need[person];
  state.no_base_need[person] = from.no_base_need[person];
  state.cell[person] = from.cell[person];
  state.utility[person] = from.utility[person];
  if (!state.cost.empty()) {
    state.cost[person] = from.cost[person];
  }
}

}  // namespace

Outcome one_person(const Context& context, ArmState& state, std::size_t person, const Words& words,
                   BlockCounts& block) {
  const Model& model = context.model;
  Outcome outcome;
  const Found found = find_person(model, state, person, block);
  outcome.changed = found != Found::as_before;
  if (found == Found::away) {
    return outcome;
  }
  refresh_found(context, state, person, found, block);
  live(state, person, 1);
  outcome.utility = state.utility[person];
  outcome.cost = state.cost.empty() ? 0 : state.cost[person];
  outcome.event = event_of(model, state, person, words[0]);
  if (outcome.event.kind != HealthEvent::Kind::none) {
    outcome.changed = true;
    if (state.noted != nullptr) {
      block.events.push_back({static_cast<std::uint32_t>(person), outcome.event});
    }
    if (!take_event(context, state, person, outcome.event, block)) {
      return outcome;
    }
    refresh_person(model, state, person);
  }
  if (!model.network.needs.empty() && draw_needs(context, state, person, words, outcome.event, block)) {
    outcome.needy = static_cast<std::int32_t>(block.needy.size()) - 1;
  }
  return outcome;
}

void take_over(const Context& context, ArmState& state, std::size_t person, const ArmState& lead,
               const Outcome& outcome, BlockCounts& block) {
  if (find_person(context.model, state, person, block) == Found::away) {
    return;
  }
  state.utility[person] = outcome.utility;
  if (!state.cost.empty()) {
    state.cost[person] = outcome.cost;
  }
  live(state, person, 1);
  if (outcome.event.kind == HealthEvent::Kind::none || take_event(context, state, person, outcome.event, block)) {
    copy_cached(lead, state, person);
  }
}

bool take_event(const Context& context, ArmState& state, std::size_t person, const HealthEvent& event,
                BlockCounts& block) {
  const Model& model = context.model;
  if (event.kind != HealthEvent::Kind::death) {
    change_stage(model, state, person, event, block);
    return true;
  }
  const std::size_t group = at(age_group(age_now(model, state, person)));
  block.deaths[static_cast<std::size_t>(model.people.sex[person]) * k_age_groups + group] += 1;
  lose_detection(state, person, k_any_condition, block);
  leave(model, state, person, Presence::dead, state.cycle + 1, block);
  return false;
}

void refresh_people(const Model& model, ArmState& state) {
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      const std::int16_t due = state.refresh_at[person];  // a birthday this cycle is still to be counted
      refresh_person(model, state, person);
      state.refresh_at[person] = std::min(due, state.refresh_at[person]);
    }
  }
}

void refresh_person(const Model& model, ArmState& state, std::size_t person) {
  refresh_age(model, state, person);
  if (!model.network.needs.empty()) {
    state.no_stage_need[person] = no_stage_need(model, state, person);
  }
}

}  // namespace waterbed::engine
