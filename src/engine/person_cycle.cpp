#include "care_programme.hpp"
#include "core/parallel.hpp"
#include "health_alone.hpp"
#include "needs.hpp"
#include "person.hpp"
#include "programme.hpp"
#include "state.hpp"
#include "waterbed/health/health_state.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <span>

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
template <class Counts>
void count_person(const Model& model, const ArmState& state, std::size_t person, std::int64_t sign, Counts& counts) {
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

/// Books a person's year into the strata from one on, when the year ends or the person goes. The first is everybody.
template <class Counts>
void close_person_year(const Model& model, const ArmState& state, std::size_t person, int until_cycle,
                       std::size_t first, Counts& counts) {
  const int year_start = state.cycle - state.cycle % model.time.cycles_per_year;
  const int from = std::max(year_start, static_cast<int>(model.people.enters_cycle[person]));
  const std::int64_t cycles = std::max(0, until_cycle - from);
  const PersonView view = person_now(model, state, person);
  for (std::size_t s = first; s < model.strata.size(); ++s) {
    if (matches(model.strata[s].who, view)) {
      counts.stratum_persons[s] += cycles;
      counts.stratum_qalys[s] += state.year_qalys[person];
      if (!state.spend.empty()) {
        counts.stratum_spending[s] += state.spend[person * model.spend.size()];
      }
      if (!state.year_costs.empty()) {
        counts.stratum_costs[s] += state.year_costs[person];
      }
    }
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
  refresh_person(model, state, person);
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

/// Retakes what a birthday or a change of an effect of care changes; whichever is due.
void refresh_due(const Model& model, ArmState& state, std::size_t person, BlockCounts& block) {
  const int lived = state.cycle - model.people.birth_cycle[person];
  if (lived % model.time.cycles_per_year == 0) {
    const int before = age_group(age_in(model, state.cycle - 1, person));
    const int now = age_group(age_now(model, state, person));
    if (now != before && model.people.enters_cycle[person] != state.cycle) {
      const std::size_t sex = static_cast<std::size_t>(model.people.sex[person]) * k_age_groups;
      block.people_by_age[sex + at(before)] -= 1;
      block.people_by_age[sex + at(now)] += 1;
    }
    refresh_age(model, state, person);
    return;
  }
  const HazardFactors factors = hazard_factors(model, state, person);
  const PersonHealth health = health_of(model, state, person, factors.changes() ? &factors : nullptr);
  if (care_changed(model.health, health)) {
    state.event_below[person] = event_threshold(health_in(model, state), health);
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

/// Lives the cycle of one person as the person is now, `times` over.
void live(ArmState& state, std::size_t person, int times) {
  state.year_qalys[person] += times * state.utility[person];
  if (!state.year_costs.empty()) {
    state.year_costs[person] += times * state.cost[person];
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

}  // namespace

void one_person(const Context& context, ArmState& state, std::size_t person, const Words& words, BlockCounts& block) {
  const Model& model = context.model;
  if (state.presence[person] == Presence::not_yet && model.people.enters_cycle[person] == state.cycle) {
    enter(model, state, person, block);
  }
  if (state.presence[person] != Presence::here) {
    return;
  }
  if (model.people.leaves_cycle[person] <= state.cycle) {
    leave(model, state, person, Presence::left, state.cycle, block);
    return;
  }
  if (state.refresh_at[person] <= state.cycle) {
    refresh_due(model, state, person, block);
  }
  if (!state.enrolment.empty() && enrol(context, state, person, block)) {
    refresh_person(model, state, person);
  }
  live(state, person, 1);
  const HealthEvent event = event_of(model, state, person, words[0]);
  if (event.kind != HealthEvent::Kind::none) {
    if (state.noted != nullptr) {
      block.events.push_back({static_cast<std::uint32_t>(person), event});
    }
    if (!take_event(context, state, person, event, block)) {
      return;
    }
    refresh_person(model, state, person);
  }
  if (!model.network.needs.empty()) {
    draw_needs(context, state, person, words, event, block);
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

namespace {

/// Draws the words of persons one after the other, and lists whom something may happen to: where all must be looked
/// at, everybody.
std::size_t draw_people(const Context& context, const ArmState& state, std::size_t first, std::span<Words> words,
                        std::span<std::uint32_t> marked) {
  const auto id = static_cast<std::uint32_t>(first);
  context.note_passed(words.size());
  if (state.holds(Mechanism::health) || needs_beyond_words(context.model, state)) {
    context.words_of_many(id, Purpose::person_cycle, state.cycle, words);
    std::iota(marked.begin(), marked.begin() + std::ssize(words), 0U);
    return words.size();
  }
  const WordMarks marks{.first_below = state.event_below.data() + first,
                        .second_above = state.no_base_need.data() + first,
                        .third_above = state.no_stage_need.data() + first,
                        .due = state.refresh_at.data() + first};
  return draw_marked(context.seed,
                     {context.replication, id, static_cast<std::uint32_t>(state.cycle), Purpose::person_cycle, 0},
                     marks, words, marked);
}

void add(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
  std::transform(to.begin(), to.end(), from.begin(), to.begin(), std::plus<>());
}

/// Adds a block to the state and empties it.
void fold(BlockCounts& block, ArmState& state) {
  state.begun.insert(state.begun.end(), block.begun.begin(), block.begun.end());
  block.begun.clear();
  if (state.noted != nullptr) {
    std::vector<BaselinePath::Event>& events = state.noted->health[state.noted->at(state.cycle)];
    events.insert(events.end(), block.events.begin(), block.events.end());
    block.events.clear();
  }
  const auto take = [](std::vector<std::int64_t>& to, std::vector<std::int64_t>& from) {
    add(to, from);
    std::fill(from.begin(), from.end(), 0);
  };
  take(state.year.fates, block.fates);
  take(state.year.deaths, block.deaths);
  take(state.year.onsets, block.onsets);
  take(state.people_by_age, block.people_by_age);
  take(state.people_by_stage, block.people_by_stage);
  take(state.people_by_class, block.people_by_class);
  take(state.year.screening, block.screening);
  take(state.year.care_persons, block.care_persons);
  take(state.year.care_cycles, block.care_cycles);
  take(state.year.stratum_persons, block.stratum_persons);
  take(state.year.stratum_spending, block.stratum_spending);
  take(state.year.stratum_qalys, block.stratum_qalys);
  take(state.year.stratum_costs, block.stratum_costs);
}

}  // namespace

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

void person_cycle(const Context& context, ArmState& state) {
  const Index persons = context.model.people.size();
  const Index size = context.block_size;
  const Index blocks = (persons + size - 1) / size;
  if (std::ssize(state.blocks) != blocks) {
    state.blocks.assign(at(blocks), empty_block(context.model));
  }
  const bool health_alone = is_health_alone(context.model, state);
  parallel_for_blocks(blocks, context.threads, [&](Index b) {
    std::array<Words, k_drawn_together> words;
    std::array<std::uint32_t, k_drawn_together + k_marked_room> marked;
    const Index end = std::min(persons, (b + 1) * size);
    for (Index first = b * size; first < end; first += k_drawn_together) {
      const Index count = std::min(k_drawn_together, end - first);
      if (health_alone) {
        health_cycle(context, state, at(first), at(count), state.blocks[at(b)]);
        continue;
      }
      const std::size_t looked_at = draw_people(context, state, at(first), std::span(words).first(at(count)), marked);
      // All live the cycle as they are; those who are looked at take that back first.
      for (Index i = first; i < first + count; ++i) {
        live(state, at(i), 1);
      }
      for (std::size_t m = 0; m < looked_at; ++m) {
        const std::size_t person = at(first) + marked[m];
        live(state, person, -1);
        one_person(context, state, person, words[marked[m]], state.blocks[at(b)]);
      }
      if (context.work != nullptr) {
        context.work->looked_at += static_cast<std::int64_t>(looked_at);
      }
      begin_needs(context, state, state.blocks[at(b)]);
    }
  });
  state.begun.clear();
  for (BlockCounts& block : state.blocks) {
    fold(block, state);
  }
  add(state.year.population, state.people_by_age);
  add(state.year.prevalence, state.people_by_stage);
  add(state.year.class_cycles, state.people_by_class);
}

namespace {

/// The year of everybody who is here. Without a branch for each: who is here changes from person to person.
void close_year_of_all(const Model& model, const ArmState& state, int from, YearCounts& year) {
  const std::size_t count = state.presence.size();
  const Presence* const presence = state.presence.data();
  const std::int32_t* const enters = model.people.enters_cycle.data();
  const std::int32_t* const year_qalys = state.year_qalys.data();
  const std::int32_t until = state.cycle + 1;
  const auto mask_of = [](Presence one) { return -static_cast<std::int64_t>(one == Presence::here); };
  const auto sum_of = [&](const std::vector<std::int64_t>& column, std::size_t stride) {
    const std::int64_t* const values = column.data();
    std::int64_t sum = 0;
    for (std::size_t person = 0; !column.empty() && person < count; ++person) {
      sum += values[person * stride] & mask_of(presence[person]);
    }
    return sum;
  };
  std::int64_t cycles = 0;
  std::int64_t qalys = 0;
  for (std::size_t person = 0; person < count; ++person) {
    const std::int64_t mask = mask_of(presence[person]);
    cycles += (until - std::max(from, enters[person])) & mask;
    qalys += year_qalys[person] & mask;
  }
  year.stratum_persons[0] += cycles;
  year.stratum_qalys[0] += qalys;
  year.stratum_spending[0] += sum_of(state.spend, model.spend.size());
  year.stratum_costs[0] += sum_of(state.year_costs, 1);
}

}  // namespace

void close_year_of_people(const Model& model, ArmState& state) {
  close_year_of_all(model, state, state.cycle - state.cycle % model.time.cycles_per_year, state.year);
  for (std::size_t person = 0; model.strata.size() > 1 && person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      close_person_year(model, state, person, state.cycle + 1, 1, state.year);
    }
  }
}

}  // namespace waterbed::engine
