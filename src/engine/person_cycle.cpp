#include "core/parallel.hpp"
#include "insurer.hpp"
#include "programme.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/quality_of_life.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

constexpr std::size_t k_age_cells = std::size_t{k_sexes} * k_age_groups;

int age_of(const Model& model, int cycle, std::size_t person) {
  const int age = (cycle - model.people.birth_cycle[person]) / model.time.cycles_per_year;
  return std::clamp(age, 0, k_max_age);
}

/// Position of a person's practice effect; a region without GP groups has one, of nobody in particular.
std::size_t practice_of(const Model& model, std::size_t person) {
  const std::uint16_t practice = model.people.practice[person];
  return practice == k_no_practice ? 0 : practice;
}

PersonHealth health_of(const Model& model, const ArmState& state, std::size_t person) {
  return {.age = age_of(model, state.cycle, person),
          .sex = model.people.sex[person],
          .deprivation = model.people.deprivation[person],
          .vulnerability = model.people.vulnerability[person],
          .stage = state.stage.data() + person * at(model.health.conditions),
          .care = state.care.empty() ? nullptr : state.care.data() + person * model.health.care.size(),
          .cycle = state.cycle};
}

PersonView person_view(const Model& model, const ArmState& state, std::size_t person) {
  const std::size_t first = person * at(model.health.conditions);
  return view_of(model.people, static_cast<Index>(person), age_of(model, state.cycle, person),
                 state.recorded.data() + first, state.stage.data() + first);
}

std::uint32_t none_at_or_below(double p_none) {
  const std::uint64_t words = threshold(std::min(1.0, p_none));
  return words == 0 ? 0 : static_cast<std::uint32_t>(words - 1);
}

/// Number of events behind a word that is past `none`, the words that bring none: inverse of the Poisson distribution
/// function.
/// @param low_word  what follows the word, where that alone would be too coarse
std::uint32_t number_of_needs(std::uint32_t word, std::uint32_t low_word, std::uint32_t none, double mean) {
  constexpr double k_largest_by_word = 8.0;  // over a million words bring none
  constexpr double k_negligible = 1e-12;     // rounding of `none` leaves the sum just short of the last words
  if (mean > k_largest_by_word) {
    return static_cast<std::uint32_t>(poisson(std::uint64_t{word} << 32 | low_word, mean));
  }
  const double u = uniform_open(word);
  double p = (static_cast<double>(none) + 1.0) * 0x1p-32;
  double below = p;
  std::uint32_t number = 0;
  do {
    ++number;
    p *= mean / number;
    below += p;
  } while (u > below && p > k_negligible);
  return number;
}

double stage_need_mean(const Model& model, const ArmState& state, std::size_t person) {
  double mean = 0.0;
  const std::size_t first = person * at(model.health.conditions);
  for (int c = 0; c < model.health.conditions; ++c) {
    for (const HealthModel::Need& need : model.health.needs_of(c, state.stage[first + at(c)])) {
      mean += need.per_cycle * state.shock[at(need.need)];
    }
  }
  return mean;
}

/// Adds a person's stages, age and class to the running counts, or takes them off.
template <class Counts>
void count_person(const Model& model, const ArmState& state, std::size_t person, std::int64_t sign, Counts& counts) {
  const People& people = model.people;
  const std::size_t group = at(age_group(age_of(model, state.cycle, person)));
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

/// Books a person's year into the strata, when the year ends or the person goes.
template <class Counts>
void close_person_year(const Model& model, const ArmState& state, std::size_t person, int until_cycle, Counts& counts) {
  const int year_start = state.cycle - state.cycle % model.time.cycles_per_year;
  const int from = std::max(year_start, static_cast<int>(model.people.enters_cycle[person]));
  const std::int64_t cycles = std::max(0, until_cycle - from);
  const PersonView view = person_view(model, state, person);
  for (std::size_t s = 0; s < model.strata.size(); ++s) {
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

Token new_token(const Model& model, const ArmState& state, std::size_t person, int need, Occurrence occurrence,
                std::uint32_t day_word) {
  Token token;
  token.person = static_cast<std::uint32_t>(person);
  token.key = token_key(need, occurrence);
  token.origin = token_origin(state.cycle, occurrence);
  token.row = model.network.chain(need, model.route_of[person]).first_row;
  const int days = model.time.days_per_cycle();
  token.day = static_cast<std::int32_t>(Index{state.cycle} * days + uniform_index(day_word, days));
  return token;
}

void begin_need(const Model& model, const ArmState& state, std::size_t person, int need, Occurrence occurrence,
                const Words& words, BlockCounts& block) {
  if (state.access[at(need)] < 1.0 && !bernoulli(words[2], state.access[at(need)])) {
    return;
  }
  block.fates[at(need) * k_fates + static_cast<std::size_t>(Fate::arisen)] += 1;
  block.begun.push_back(new_token(model, state, person, need, occurrence, words[1]));
}

/// @param drawn  of Purpose::person_cycle: word 1 says how many needs there are
void base_needs(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                std::uint32_t none, BlockCounts& block) {
  const Model& model = context.model;
  const std::size_t cell = state.cell[person];
  const std::size_t needs = model.network.needs.size();
  const double mean = state.cell_rate[cell] * context.draws.practice_effect[practice_of(model, person)];
  const std::uint32_t number = number_of_needs(drawn[1], drawn[3], none, mean);
  const std::span<const std::uint64_t> below(state.need_below.data() + cell * needs, needs);
  for (std::uint32_t i = 0; i < number; ++i) {
    const Words words = context.words(static_cast<std::uint32_t>(person), state.cycle, Purpose::need_base, i);
    begin_need(model, state, person, static_cast<int>(categorical(words[0], below)), base_occurrence(i), words, block);
  }
}

/// @param drawn  of Purpose::person_cycle: word 2 says how many needs there are
void stage_needs(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                 BlockCounts& block) {
  const Model& model = context.model;
  const double mean = stage_need_mean(model, state, person);
  const std::uint32_t number = number_of_needs(drawn[2], drawn[3], state.no_stage_need[person], mean);
  const std::size_t first = person * at(model.health.conditions);
  for (std::uint32_t i = 0; i < number; ++i) {
    const Words words = context.words(static_cast<std::uint32_t>(person), state.cycle, Purpose::need_condition, i);
    double aim = uniform_open(words[0]) * mean;
    int chosen = -1;
    bool served = true;  // known patients alone get some care
    for (int c = 0; c < model.health.conditions && aim >= 0.0; ++c) {
      for (const HealthModel::Need& need : model.health.needs_of(c, state.stage[first + at(c)])) {
        const double rate = need.per_cycle * state.shock[at(need.need)];
        if (rate > 0.0) {
          chosen = need.need;
          served = !need.on_record || state.recorded[first + at(c)] > 0;
          aim -= rate;
          if (aim < 0.0) {
            break;
          }
        }
      }
    }
    if (served) {
      begin_need(model, state, person, chosen, condition_occurrence(i), words, block);
    }
  }
}

void invite(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block) {
  // Nothing else brings the need, so that the last occurrence is free.
  constexpr Occurrence k_occurrence{k_base_occurrences + k_condition_occurrences + k_entry_occurrences - 1, 0};
  const auto id = static_cast<std::uint32_t>(person);
  const auto& findings = state.arm->case_findings;
  for (std::size_t k = 0; k < findings.size(); ++k) {
    if (is_invited(context, findings[k], k, person_view(context.model, state, person), id, state.cycle)) {
      const Words words =
          context.words(id, state.cycle, Purpose::need_event,
                        static_cast<std::uint32_t>(findings[k].need << 16) | static_cast<std::uint32_t>(k));
      begin_need(context.model, state, person, findings[k].need, k_occurrence, words, block);
    }
  }
}

void change_stage(const Context& context, ArmState& state, std::size_t person, const HealthEvent& event,
                  BlockCounts& block) {
  const Model& model = context.model;
  const std::size_t first = person * at(model.health.conditions);
  const int label = model.first_stage_label[event.condition];
  block.people_by_stage[at(label) + state.stage[first + event.condition]] -= 1;
  state.stage[first + event.condition] = event.stage;
  block.people_by_stage[at(label) + event.stage] += 1;
  block.onsets[at(label) + event.stage] += 1;
  std::uint32_t position = 0;
  for (const HealthModel::Need& need : model.health.needs_of(event.condition, event.stage)) {
    const Occurrence occurrence{
        k_base_occurrences + k_condition_occurrences + std::min(position, k_entry_occurrences - 1), 0};
    if (need.on_entry_below > 0) {
      const Words words = context.words(static_cast<std::uint32_t>(person), state.cycle, Purpose::need_event,
                                        std::uint32_t{event.condition} << 8 | position);
      const bool served = !need.on_record || state.recorded[first + event.condition] > 0;
      if (served && bernoulli(words[0], need.on_entry_below)) {
        begin_need(model, state, person, need.need, occurrence, words, block);
      }
    }
    ++position;
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

void leave(const Model& model, ArmState& state, std::size_t person, Presence how, int until_cycle, BlockCounts& block) {
  count_person(model, state, person, -1, block);
  close_person_year(model, state, person, until_cycle, block);
  state.presence[person] = how;
  state.gone_at[person] = static_cast<std::int16_t>(state.cycle);
}

HealthEvent event_of(const Model& model, const ArmState& state, std::size_t person, std::uint32_t word) {
  if (state.holds(Mechanism::health)) {
    return held_event(state, static_cast<std::uint32_t>(person));
  }
  return word < state.event_below[person] ? resolve_event(model.health, health_of(model, state, person), word)
                                          : HealthEvent{};
}

void one_person(const Context& context, ArmState& state, std::size_t person, BlockCounts& block) {
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
    const int before = age_group(
        std::clamp((state.cycle - 1 - model.people.birth_cycle[person]) / model.time.cycles_per_year, 0, k_max_age));
    const int now = age_group(age_of(model, state.cycle, person));
    if (now != before && model.people.enters_cycle[person] != state.cycle) {
      const std::size_t sex = static_cast<std::size_t>(model.people.sex[person]) * k_age_groups;
      block.people_by_age[sex + at(before)] -= 1;
      block.people_by_age[sex + at(now)] += 1;
    }
    refresh_person(model, state, person);
  }
  const Words words = context.words(static_cast<std::uint32_t>(person), state.cycle, Purpose::person_cycle, 0);
  state.year_qalys[person] += state.utility[person];
  if (!state.year_costs.empty()) {
    state.year_costs[person] += person_costs(model, state, person);
  }
  const HealthEvent event = event_of(model, state, person, words[0]);
  if (event.kind != HealthEvent::Kind::none) {
    if (state.noted != nullptr) {
      block.events.push_back({static_cast<std::uint32_t>(person), event});
    }
    if (event.kind == HealthEvent::Kind::death) {
      const std::size_t group = at(age_group(age_of(model, state.cycle, person)));
      block.deaths[static_cast<std::size_t>(model.people.sex[person]) * k_age_groups + group] += 1;
      leave(model, state, person, Presence::dead, state.cycle + 1, block);
      return;
    }
    change_stage(context, state, person, event, block);
    refresh_person(model, state, person);
  }
  if (model.network.needs.empty()) {
    return;
  }
  const std::size_t practices = context.draws.practice_effect.size();
  const std::uint32_t none = state.no_base_need[state.cell[person] * practices + practice_of(model, person)];
  if (words[1] > none) {
    base_needs(context, state, person, words, none, block);
  }
  if (words[2] > state.no_stage_need[person]) {
    stage_needs(context, state, person, words, block);
  }
  invite(context, state, person, block);
}

BlockCounts empty_block(const Model& model) {
  BlockCounts block;
  block.fates.assign(model.network.needs.size() * k_fates, 0);
  block.deaths.assign(k_age_cells, 0);
  block.onsets.assign(model.stage_labels.size(), 0);
  block.people_by_age.assign(k_age_cells, 0);
  block.people_by_stage.assign(model.stage_labels.size(), 0);
  block.people_by_class.assign(at(model.insurers) * model.people.practice_group_names.size(), 0);
  for (auto* table : {&block.stratum_persons, &block.stratum_spending, &block.stratum_qalys, &block.stratum_costs}) {
    table->assign(model.strata.size(), 0);
  }
  return block;
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
  take(state.year.stratum_persons, block.stratum_persons);
  take(state.year.stratum_spending, block.stratum_spending);
  take(state.year.stratum_qalys, block.stratum_qalys);
  take(state.year.stratum_costs, block.stratum_costs);
}

}  // namespace

void refresh_person(const Model& model, ArmState& state, std::size_t person) {
  const PersonHealth health = health_of(model, state, person);
  state.event_below[person] = event_threshold(model.health, health);
  state.utility[person] = static_cast<std::int32_t>(utility_per_cycle(model.health, health));
  if (!model.network.needs.empty()) {
    state.cell[person] =
        static_cast<std::uint16_t>(model.rates.cell(health.age, health.sex, health.deprivation, health.vulnerability));
    state.no_stage_need[person] = none_at_or_below(exact::exp(-stage_need_mean(model, state, person)));
  }
  const int per_year = model.time.cycles_per_year;
  const int lived = state.cycle - model.people.birth_cycle[person];
  const int birthday = model.people.birth_cycle[person] + (lived / per_year + 1) * per_year;
  const int care = model.health.care.empty() ? birthday : next_care_change(model.health, health);
  state.refresh_at[person] = static_cast<std::int16_t>(std::min({birthday, care, 32767}));
}

void begin_year(const Context& context, ArmState& state) {
  const Model& model = context.model;
  const std::size_t needs = model.network.needs.size();
  if (needs == 0) {
    return;
  }
  const int year = model.time.year_of(state.cycle);
  const auto calendar_year = static_cast<std::uint32_t>(state.cycle / model.time.cycles_per_year);
  for (std::size_t n = 0; n < needs; ++n) {
    const auto group = static_cast<std::uint32_t>(model.network.needs[n].group);
    const Words words = context.words(group, static_cast<int>(calendar_year), Purpose::year_shock, 0);
    // Never below zero, and far from it at any CV that makes sense.
    const double shock = std::max(0.0, 1.0 + model.variation.year_need_group_cv * standard_normal(first_pair(words)));
    state.shock[n] = shock * exact::exp(exact::log(1.0 + model.need_growth[n]) * year);
  }
  const std::size_t practices = context.draws.practice_effect.size();
  for (std::size_t cell = 0; cell < at(model.rates.cells()); ++cell) {
    double total = 0.0;
    for (std::size_t n = 0; n < needs; ++n) {
      const double room = model.network.needs[n].access_elasticity == 0.0 ? 1.0 : k_access_room;
      state.rate[cell * needs + n] =
          model.rates.per_year[cell * needs + n] * state.shock[n] * room / model.time.cycles_per_year;
      total += state.rate[cell * needs + n];
    }
    state.cell_rate[cell] = total;
    if (total > 0.0) {
      cumulative_thresholds({state.rate.data() + cell * needs, needs}, {state.need_below.data() + cell * needs, needs});
    }
    for (std::size_t p = 0; p < practices; ++p) {
      state.no_base_need[cell * practices + p] =
          none_at_or_below(exact::exp(-total * context.draws.practice_effect[p]));
    }
  }
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      state.no_stage_need[person] = none_at_or_below(exact::exp(-stage_need_mean(model, state, person)));
    }
  }
}

void person_cycle(const Context& context, ArmState& state) {
  const Index persons = context.model.people.size();
  const Index size = context.block_size;
  const Index blocks = (persons + size - 1) / size;
  if (std::ssize(state.blocks) != blocks) {
    state.blocks.assign(at(blocks), empty_block(context.model));
  }
  parallel_for_blocks(blocks, context.threads, [&](Index b) {
    for (Index person = b * size; person < std::min(persons, (b + 1) * size); ++person) {
      one_person(context, state, at(person), state.blocks[at(b)]);
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

void close_year_of_people(const Model& model, ArmState& state) {
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] == Presence::here) {
      close_person_year(model, state, person, state.cycle + 1, state.year);
    }
  }
}

std::int64_t person_costs(const Model& model, const ArmState& state, std::size_t person) {
  return stage_cost_per_cycle(model.health, health_of(model, state, person)).micro;
}

ArmState initial_state(const Context& context, const ArmModel& arm) {
  const Model& model = context.model;
  const std::size_t persons = at(model.people.size());
  const std::size_t needs = model.network.needs.size();
  const std::size_t rows = model.network.rows.size();
  const std::size_t options = model.network.options.size();
  const std::size_t settings = model.network.settings.size();
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t cells = needs == 0 ? 0 : at(model.rates.cells());
  ArmState state;
  state.arm = &arm;
  state.seed = context.seed;
  state.replication = context.replication;
  state.presence.assign(persons, Presence::not_yet);
  state.gone_at.assign(persons, std::numeric_limits<std::int16_t>::max());
  state.stage.assign(persons * at(model.health.conditions), 0);
  state.recorded.assign(persons * at(model.health.conditions), 0);
  state.care.assign(persons * model.health.care.size(), CareWindow{});
  state.refresh_at.assign(persons, 0);
  state.event_below.assign(persons, 0);
  state.no_stage_need.assign(persons, std::numeric_limits<std::uint32_t>::max());
  state.cell.assign(persons, 0);
  state.utility.assign(persons, 0);
  state.year_qalys.assign(persons, 0);
  if (model.stage_costs) {
    state.year_costs.assign(persons, 0);
  }
  state.spend.assign(persons * model.spend.size(), 0);
  state.use.assign(persons * model.use_columns, 0);
  state.insured = no_claims(model);
  state.people_by_age.assign(k_age_cells, 0);
  state.people_by_stage.assign(model.stage_labels.size(), 0);
  state.people_by_class.assign(at(model.insurers) * model.people.practice_group_names.size(), 0);
  state.rate.assign(cells * needs, 0.0);
  state.cell_rate.assign(cells, 0.0);
  state.need_below.assign(cells * needs, k_always);
  state.no_base_need.assign(cells * context.draws.practice_effect.size(), std::numeric_limits<std::uint32_t>::max());
  state.shock.assign(needs, 1.0);
  for (const NeedModel& need : model.network.needs) {
    state.access.push_back(need.access_elasticity == 0.0 ? 1.0 : 1.0 / k_access_room);
  }
  state.calendar.assign(at(model.time.cycles()) + 1, {});
  state.waiting.assign(settings, {});
  state.used.assign(settings, std::vector<std::int32_t>(at(model.time.cycles()), 0));
  state.row_moved.assign(insurers * rows, 0);
  state.shift.assign(insurers * options, 0.0);
  state.wait.assign(settings, 0.0);
  state.closed.assign(model.providers.size(), 0.0);
  state.sent_back.assign(model.providers.size(), 0.0);
  state.sent_elsewhere.assign(model.providers.size(), 0.0);
  state.held_back.assign(model.providers.size(), 0.0);
  state.slots.assign(settings, 0);
  state.slot_part.assign(settings, 0.5);
  state.payer_closed.assign(model.providers.size() * insurers, 0);
  for (std::size_t s = 0; s < settings; ++s) {
    state.wait[s] = model.network.settings[s].reference_wait_days;
  }
  state.probability.reserve(insurers * options);
  for (std::size_t i = 0; i < insurers; ++i) {
    for (const OptionModel& option : model.network.options) {
      state.probability.push_back(option.p0);
    }
  }
  YearCounts& year = state.year;
  year.moves.assign(options, 0);
  year.units.assign(insurers * rows, 0);
  year.list_value.assign(insurers * rows, 0);
  year.attached.assign(insurers * model.network.attached.size(), 0);
  year.admitted.assign(settings * 2, 0);
  year.wait_days.assign(settings * 2, 0);
  year.fates.assign(needs * k_fates, 0);
  year.population.assign(k_age_cells, 0);
  year.deaths.assign(k_age_cells, 0);
  year.prevalence.assign(model.stage_labels.size(), 0);
  year.onsets.assign(model.stage_labels.size(), 0);
  year.stratum_persons.assign(model.strata.size(), 0);
  year.stratum_spending.assign(model.strata.size(), 0);
  year.stratum_qalys.assign(model.strata.size(), 0);
  year.stratum_costs.assign(model.strata.size(), 0);
  year.class_cycles.assign(state.people_by_class.size(), 0);
  year.usage.assign(arm.entries.size(), 0);
  year.tests.assign(model.case_findings.size() * k_test_results, 0);
  year.withheld.assign(arm.contracts.size(), 0);
  return state;
}

void YearCounts::clear() {
  for (auto* table : {&moves, &units, &list_value, &attached, &admitted, &wait_days, &fates, &population, &deaths,
                      &prevalence, &onsets, &stratum_persons, &stratum_spending, &stratum_qalys, &stratum_costs, &usage,
                      &class_cycles, &tests, &withheld}) {
    std::fill(table->begin(), table->end(), 0);
  }
}

}  // namespace waterbed::engine
