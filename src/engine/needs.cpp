#include "needs.hpp"

#include "deliver.hpp"
#include "own_price.hpp"
#include "person.hpp"
#include "programme.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

std::uint32_t none_at_or_below(double p_none) {
  const std::uint64_t words = threshold(std::min(1.0, p_none));
  return words == 0 ? 0 : static_cast<std::uint32_t>(words - 1);
}

double room_for(const Model& model, int need) {
  return (model.network.needs[at(need)].access_elasticity != 0.0 ? k_access_room : 1.0) * own_price_room(model, need);
}

namespace {

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

/// How often a need of a stage is drawn in a cycle: with room for demand that rises, as needs of anybody are.
double rate_of(const Model& model, const ArmState& state, const HealthModel::Need& need) {
  return need.per_cycle * state.shock[at(need.need)] * room_for(model, need.need);
}

double stage_need_mean(const Model& model, const ArmState& state, std::size_t person) {
  double mean = 0.0;
  const std::size_t first = person * at(model.health.conditions);
  for (int c = 0; c < model.health.conditions; ++c) {
    for (const HealthModel::Need& need : model.health.needs_of(c, state.stage[first + at(c)])) {
      mean += rate_of(model, state, need);
    }
  }
  return mean;
}

Token new_token(const Context& context, const ArmState& state, std::size_t person, int need, Occurrence occurrence,
                std::uint32_t day_word) {
  const Model& model = context.model;
  const int days = context.days_per_cycle;
  Token token;
  token.person = static_cast<std::uint32_t>(person);
  token.insurer = static_cast<std::uint8_t>(insurer_of(model, token.person));
  token.key = token_key(need, occurrence);
  token.origin = token_origin(state.cycle, occurrence);
  token.row = model.network.chain(need, model.route_of[person]).first_row;
  token.day = static_cast<std::int32_t>(Index{state.cycle} * days + uniform_index(day_word, days));
  return token;
}

/// An arm decides whether to accept a need: by waits, by what people pay themselves, by programmes of care.
void accept_need(const Context& context, const ArmState& state, const OfferedNeed& offered, BlockCounts& block) {
  const Model& model = context.model;
  const Token& token = offered.token;
  const int need = token.need();
  double accepted = state.access[at(need)];
  if (own_price_room(model, need) != 1.0) {
    accepted *= own_price_answer(context, state, token) / own_price_room(model, need);
  }
  if (offered.by == DrawnBy::rate && !state.enrolment.empty()) {
    // Where a programme raises the rate, added_needs() draws the rest.
    accepted *= std::min(1.0, need_ratio(state, token.person, need));
  }
  if (offered.by == DrawnBy::event && room_for(model, need) != 1.0) {
    accepted = std::min(1.0, accepted * room_for(model, need));
  }
  if (accepted < 1.0 && !bernoulli(offered.word, accepted)) {
    return;
  }
  block.fates[at(need) * k_fates + static_cast<std::size_t>(Fate::arisen)] += 1;
  block.begun.push_back(token);
}

void begin_need(const Context& context, const ArmState& state, std::size_t person, int need, Occurrence occurrence,
                const Words& words, DrawnBy by, BlockCounts& block) {
  const OfferedNeed offered{new_token(context, state, person, need, occurrence, words[1]), words[2], by};
  if (block.leads) {
    block.offered.push_back(offered);
  }
  accept_need(context, state, offered, block);
}

}  // namespace

void note_no_base_need(const Model& model, ArmState& state, std::size_t person) {
  const std::size_t practices = std::max<std::size_t>(1, model.people.practice_names.size());
  state.no_base_need[person] = state.no_need_of[state.cell[person] * practices + practice_of(model, person)];
}

void note_needy(const Context& context, const ArmState& state, std::size_t person, const Words& drawn,
                HealthEvent event, BlockCounts& block) {
  const auto id = static_cast<std::uint32_t>(person);
  Needy needy{.person = id, .event = event, .offered = {}};
  if (const std::uint32_t none = state.no_base_need[person]; drawn[1] > none) {
    const double mean =
        state.cell_rate[state.cell[person]] * context.draws.practice_effect[practice_of(context.model, person)];
    needy.base = number_of_needs(drawn[1], drawn[3], none, mean);
  }
  if (drawn[2] > state.no_stage_need[person]) {
    needy.stage_mean = stage_need_mean(context.model, state, person);
    needy.stage = number_of_needs(drawn[2], drawn[3], state.no_stage_need[person], needy.stage_mean);
  }
  for (std::uint32_t i = 0; i < needy.base; ++i) {
    block.draws.add(context.name(id, state.cycle, Purpose::need_base, i));
  }
  for (std::uint32_t i = 0; i < needy.stage; ++i) {
    block.draws.add(context.name(id, state.cycle, Purpose::need_condition, i));
  }
  block.needy.push_back(needy);
}

namespace {

/// @param drawn  of each need
void base_needs(const Context& context, const ArmState& state, std::size_t person, std::span<const Words> drawn,
                BlockCounts& block) {
  const std::size_t cell = state.cell[person];
  const std::uint64_t* const below = state.need_below.data() + cell * context.model.network.needs.size();
  for (std::uint32_t i = 0; i < drawn.size(); ++i) {
    const std::uint32_t word = drawn[i][0];
    int need = state.need_guide[cell * k_guide + (word >> k_guide_shift)];
    while (word >= below[need]) {
      ++need;
    }
    begin_need(context, state, person, need, base_occurrence(i), drawn[i], DrawnBy::rate, block);
  }
}

/// @param mean   number expected
/// @param drawn  of each need
void stage_needs(const Context& context, const ArmState& state, std::size_t person, double mean,
                 std::span<const Words> drawn, BlockCounts& block) {
  const Model& model = context.model;
  const std::size_t first = person * at(model.health.conditions);
  for (std::uint32_t i = 0; i < drawn.size(); ++i) {
    const Words& words = drawn[i];
    double aim = uniform_open(words[0]) * mean;
    int chosen = -1;
    bool served = true;  // known patients alone get some care
    for (int c = 0; c < model.health.conditions && aim >= 0.0; ++c) {
      for (const HealthModel::Need& need : model.health.needs_of(c, state.stage[first + at(c)])) {
        const double rate = rate_of(model, state, need);
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
      begin_need(context, state, person, chosen, condition_occurrence(i), words, DrawnBy::rate, block);
    }
  }
}

}  // namespace

void begin_needs(const Context& context, ArmState& state, BlockCounts& block, const BlockCounts* lead) {
  const Model& model = context.model;
  context.make(block.draws);
  block.offered.clear();
  std::size_t next = 0;
  for (Needy& needy : block.needy) {
    if (needy.taken_over) {
      for (const OfferedNeed& offered : std::span(lead->offered).subspan(needy.offered.first, needy.offered.count)) {
        accept_need(context, state, offered, block);
      }
      continue;
    }
    needy.offered.first = static_cast<std::uint32_t>(block.offered.size());
    if (needy.event.kind == HealthEvent::Kind::stage) {
      entry_needs(context, state, needy.person, needy.event, block);
    }
    base_needs(context, state, needy.person, block.draws.words(next, needy.base), block);
    next += needy.base;
    stage_needs(context, state, needy.person, needy.stage_mean, block.draws.words(next, needy.stage), block);
    next += needy.stage;
    if (!model.health.recorded_needs.empty()) {
      needs_by_record(context, state, needy.person, block);
    }
    if (!state.arm->case_findings.empty()) {
      programme_needs(context, state, needy.person, block);
    }
    if (!state.enrolment.empty() && has_added_needs(state, needy.person)) {
      added_needs(context, state, needy.person, block);
    }
    needy.offered.count = static_cast<std::uint32_t>(block.offered.size()) - needy.offered.first;
  }
  block.draws.clear();
}

void needs_by_record(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block) {
  const Model& model = context.model;
  const auto id = static_cast<std::uint32_t>(person);
  const std::size_t first = person * at(model.health.conditions);
  if (std::equal(state.stage.data() + first, state.stage.data() + first + model.health.conditions,
                 state.recorded.data() + first)) {
    return;  // as nearly everybody
  }
  const auto needs_of = [&](int c) {
    return model.health.needs_by_record(c, state.stage[first + at(c)], state.recorded[first + at(c)]);
  };
  double mean = 0.0;
  for (int c = 0; c < model.health.conditions; ++c) {
    for (const HealthModel::Need& need : needs_of(c)) {
      mean += rate_of(model, state, need);
    }
  }
  if (mean <= 0.0) {
    return;
  }
  // Draws of its own, so that what is true brings the same needs whatever the record says.
  const Words drawn = context.words(id, state.cycle, Purpose::need_by_record, 0);
  const std::int64_t number = poisson(std::uint64_t{drawn[0]} << 32 | drawn[1], mean);
  for (std::uint32_t i = 0; i < number; ++i) {
    const Words words = context.words(id, state.cycle, Purpose::need_by_record, i + 1);
    double aim = uniform_open(words[0]) * mean;
    int chosen = -1;
    for (int c = 0; c < model.health.conditions && aim >= 0.0; ++c) {
      for (const HealthModel::Need& need : needs_of(c)) {
        chosen = need.need;
        aim -= rate_of(model, state, need);
        if (aim < 0.0) {
          break;
        }
      }
    }
    Occurrence occurrence = condition_occurrence(i);
    occurrence.page += k_pages_by_record;
    begin_need(context, state, person, chosen, occurrence, words, DrawnBy::rate, block);
  }
}

void programme_needs(const Context& context, ArmState& state, std::size_t person, BlockCounts& block) {
  // Nothing else brings the need, so that the last occurrence is free.
  constexpr Occurrence k_occurrence{k_base_occurrences + k_condition_occurrences + k_entry_occurrences - 1, 0};
  const auto id = static_cast<std::uint32_t>(person);
  const auto& findings = state.arm->case_findings;
  for (std::size_t k = 0; k < findings.size(); ++k) {
    Screening& screening = screening_of(state, findings[k], person);
    const bool alarmed = screening == Screening::alarmed;
    if (!alarmed && (screening == Screening::worked_up ||
                     !is_invited(context, findings[k], k, person_now(context.model, state, person), id, state.cycle))) {
      continue;
    }
    const int need = alarmed ? findings[k].confirmation.need : findings[k].need;
    screening = alarmed ? Screening::worked_up : screening;
    const Words words = context.words(id, state.cycle, Purpose::need_event,
                                      static_cast<std::uint32_t>(need << 16) | static_cast<std::uint32_t>(k));
    begin_need(context, state, person, need, k_occurrence, words, DrawnBy::event, block);
  }
}

std::uint32_t no_stage_need(const Model& model, const ArmState& state, std::size_t person) {
  const double mean = stage_need_mean(model, state, person);
  return none_at_or_below(mean == 0.0 ? 1.0 : exact::exp(-mean));
}

namespace {

/// Chance, as a threshold, that entering a stage brings the need, whatever programmes the person is in.
std::uint64_t on_entry_below(const ArmState& state, std::size_t person, const HealthModel::Need& need) {
  const double ratio = state.enrolment.empty() ? 1.0 : need_ratio(state, person, need.need);
  return ratio == 1.0 ? need.on_entry_below
                      : threshold(std::min(1.0, static_cast<double>(need.on_entry_below) * 0x1p-32 * ratio));
}

/// Rate of a need per cycle, with room for demand that rises.
double whole_rate(const Context& context, const ArmState& state, std::size_t person, int need) {
  const Model& model = context.model;
  const std::size_t first = person * at(model.health.conditions);
  double rate = state.rate[state.cell[person] * model.network.needs.size() + at(need)] *
                context.draws.practice_effect[practice_of(model, person)];
  for (int c = 0; c < model.health.conditions; ++c) {
    const std::uint8_t stage = state.stage[first + at(c)];
    const std::uint8_t recorded = state.recorded[first + at(c)];
    for (const HealthModel::Need& one : model.health.needs_of(c, stage)) {
      rate += one.need == need && (!one.on_record || recorded > 0) ? rate_of(model, state, one) : 0.0;
    }
    for (const HealthModel::Need& one : model.health.needs_by_record(c, stage, recorded)) {
      rate += one.need == need ? rate_of(model, state, one) : 0.0;
    }
  }
  return rate;
}

}  // namespace

void added_needs(const Context& context, const ArmState& state, std::size_t person, BlockCounts& block) {
  const auto id = static_cast<std::uint32_t>(person);
  for (int need = 0; need < static_cast<int>(context.model.network.needs.size()); ++need) {
    const double ratio = need_ratio(state, person, need);
    const double mean = ratio > 1.0 ? (ratio - 1.0) * whole_rate(context, state, person, need) : 0.0;
    if (mean <= 0.0) {
      continue;
    }
    const auto name = static_cast<std::uint32_t>(need) << 16;
    const Words drawn = context.words(id, state.cycle, Purpose::programme_need, name);
    const std::int64_t number = poisson(std::uint64_t{drawn[0]} << 32 | drawn[1], mean);
    for (std::uint32_t i = 0; i < number; ++i) {
      const Words words = context.words(id, state.cycle, Purpose::programme_need, name + i + 1);
      Occurrence occurrence = condition_occurrence(i);
      occurrence.page += k_pages_added;
      begin_need(context, state, person, need, occurrence, words, DrawnBy::programme, block);
    }
  }
}

void entry_needs(const Context& context, const ArmState& state, std::size_t person, const HealthEvent& event,
                 BlockCounts& block) {
  const Model& model = context.model;
  const std::size_t first = person * at(model.health.conditions);
  std::uint32_t position = 0;
  for (const HealthModel::Need& need : model.health.needs_of(event.condition, event.stage)) {
    const Occurrence occurrence{
        k_base_occurrences + k_condition_occurrences + std::min(position, k_entry_occurrences - 1), 0};
    if (need.on_entry_below > 0) {
      const Words words = context.words(static_cast<std::uint32_t>(person), state.cycle, Purpose::need_event,
                                        std::uint32_t{event.condition} << 8 | position);
      const bool served = !need.on_record || state.recorded[first + event.condition] > 0;
      if (served && bernoulli(words[0], on_entry_below(state, person, need))) {
        begin_need(context, state, person, need.need, occurrence, words, DrawnBy::event, block);
      }
    }
    ++position;
  }
}

}  // namespace waterbed::engine
