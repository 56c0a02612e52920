#include "care_effects.hpp"
#include "care_programme.hpp"
#include "chosen_option.hpp"
#include "coding.hpp"
#include "deliver.hpp"
#include "programme.hpp"
#include "recorder.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

template <class Word>
bool ends_equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  std::array<Word, 4> four;
  std::memcpy(&four[0], a, sizeof(Word));
  std::memcpy(&four[1], b, sizeof(Word));
  std::memcpy(&four[2], a + size - sizeof(Word), sizeof(Word));
  std::memcpy(&four[3], b + size - sizeof(Word), sizeof(Word));
  return four[0] == four[1] && four[2] == four[3];
}

/// Whether a few bytes are the same. Those of nearly all persons are.
bool are_equal(const std::uint8_t* a, const std::uint8_t* b, std::size_t size) {
  if (size >= sizeof(std::uint32_t) && size <= 2 * sizeof(std::uint32_t)) {
    return ends_equal<std::uint32_t>(a, b, size);
  }
  if (size >= sizeof(std::uint64_t) && size <= 2 * sizeof(std::uint64_t)) {
    return ends_equal<std::uint64_t>(a, b, size);
  }
  return std::equal(a, a + size, b);
}

/// A GP contact may record what it sees.
void record_stages(const Context& context, ArmState& state, const Token& token) {
  const auto conditions = at(context.model.health.conditions);
  const std::size_t first = token.person * conditions;
  if (are_equal(state.recorded.data() + first, state.stage.data() + first, conditions)) {
    return;
  }
  for (std::size_t c = 0; c < conditions; ++c) {
    if (state.recorded[first + c] != state.stage[first + c]) {
      const Words words = context.words(token.person, token.origin, Purpose::recorded_stage,
                                        token.key ^ static_cast<std::uint32_t>(c) << 12);
      const bool more_serious = state.stage[first + c] > state.recorded[first + c];
      const std::uint64_t below =
          more_serious ? recorded_below(context.model, state, token, c) : context.model.health.recorded_per_contact[c];
      if (bernoulli(words[0], below)) {
        put_on_record(state, token, c, state.stage[first + c]);
      }
    }
  }
}

/// Puts a token where it goes on: now (returns true), or in the calendar.
bool goes_on_now(const Context& context, ArmState& state, const Token& token) {
  if (token.day < (state.cycle + 1) * context.days_per_cycle) {
    return true;
  }
  // Past the end of the run it stays open in the last, unused page.
  state.calendar.put(at(token.day / context.days_per_cycle), token);
  return false;
}

enum class Refusal : std::uint8_t { none, back, elsewhere };

/// Past a ceiling a provider sends part of new electives back or elsewhere.
Refusal refuse(const Context& context, const ArmState& state, const RowModel& row, const Token& token) {
  const std::size_t provider = at(context.model.network.settings[at(row.setting)].provider);
  const double back = state.sent_back[provider];
  const double away = row.elsewhere >= 0 ? state.sent_elsewhere[provider] : 0.0;
  if (back <= 0.0 && away <= 0.0) {
    return Refusal::none;
  }
  const Words words = context.words(token.person, token.origin, Purpose::supply_refusal, token.key);
  if (words[0] < threshold(back)) {
    return Refusal::back;
  }
  return words[0] < threshold(std::min(1.0, back + away)) ? Refusal::elsewhere : Refusal::none;
}

std::int32_t picked(const NetworkModel& network, std::int32_t first, std::uint32_t word) {
  while (word >= network.backs[at(first)].below) {
    ++first;
  }
  return network.backs[at(first)].row;
}

void comes_next_cycle(const Model& model, ArmState& state, Token token, std::int32_t row) {
  token.row = row;
  token.key += 1;
  token.admitted = false;
  token.day = (state.cycle + 1) * model.time.days_per_cycle();
  state.calendar.put(at(state.cycle + 1), token);
}

/// Sends a token to one of the places where unserved need comes back, in the next cycle.
bool come_back(const Context& context, ArmState& state, const Token& token, std::uint32_t word) {
  const Model& model = context.model;
  const ChainModel& chain = model.network.chain(token.need(), model.route_of[token.person]);
  if (chain.backs == 0) {
    return false;
  }
  comes_next_cycle(model, state, token, picked(model.network, chain.first_back, word));
  return true;
}

/// Whether a contact with the GP that observed practice would have had, and that is not there, makes a visit to the
/// emergency department.
bool loses_gp_contact_to_emergency(const Context& context, ArmState& state, const Token& token, const Choice& choice) {
  const Model& model = context.model;
  const NetworkModel& network = model.network;
  const double chance = model.behaviour.emergency_per_lost_gp_contact;
  const ChainModel& chain = network.chain(token.need(), model.route_of[token.person]);
  const RowModel& lost = network.rows[at(network.options[at(choice.observed)].to)];
  if (chance <= 0.0 || chain.emergencies == 0 || !network.settings[at(lost.setting)].gp) {
    return false;
  }
  const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
  if (!bernoulli(words[2], chance)) {
    return false;
  }
  comes_next_cycle(model, state, token, emergency_row(network, chain, words[3]));
  return true;
}

}  // namespace

std::int32_t emergency_row(const NetworkModel& network, const ChainModel& chain, std::uint32_t word) {
  return picked(network, chain.first_emergency, word);
}

void visit_emergency_while_waiting(const Context& context, ArmState& state, const Token& token, std::uint32_t word) {
  const NetworkModel& network = context.model.network;
  const ChainModel& chain = network.chain(token.need(), context.model.route_of[token.person]);
  if (chain.emergencies == 0) {
    return;
  }
  Token visit = token;
  visit.row = emergency_row(network, chain, word);
  const RowModel& row = network.rows[at(visit.row)];
  visit.day = state.cycle * context.model.time.days_per_cycle();
  if (takes_capacity(network.settings[at(row.setting)])) {
    occupy(context.model, state, row, visit.day, 0);
    state.year.admitted[at(row.setting) * urgency_classes(context.model)] += 1;
  }
  post_visit(context, state, state.steps->rows[at(visit.row)], visit, 1);
}

void visit_gp_while_waiting(const Context& context, ArmState& state, const Token& token) {
  const NetworkModel& network = context.model.network;
  const ChainModel& chain = network.chain(token.need(), context.model.route_of[token.person]);
  for (std::int32_t b = chain.first_back; b < chain.first_back + chain.backs; ++b) {
    const RowModel& row = network.rows[at(network.backs[at(b)].row)];
    if (network.settings[at(row.setting)].gp) {
      Token visit = token;
      visit.row = network.backs[at(b)].row;
      post_visit(context, state, state.steps->rows[at(visit.row)], visit, 1);
      return;
    }
  }
}

void end_unserved(const Context& context, ArmState& state, Token token, Fate fate) {
  const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
  if (bernoulli(words[0], context.model.behaviour.psi) && come_back(context, state, token, words[1])) {
    return;
  }
  end_need(state, token, fate);
}

namespace {

double stay_factor(const Model& model, const ArmState& state, const Token& token) {
  const double shift = state.stay[token.insurer * model.network.rows.size() + at(token.row)];
  return shift == 0.0 ? 1.0 : exact::exp(shift);
}

/// Days of a stay. @param words  of Purpose::stay_length
double stay_days(const Model& model, const ArmState& state, const Token& token, const Words& words) {
  // Geometric on 1, 2, ... with the mean of the need: the inverse of its distribution function.
  const double usual = model.network.rows[at(token.row)].stay_days;
  const double factor = state.stay.empty() ? 1.0 : stay_factor(model, state, token);
  const double mean = usual * factor;
  if (mean <= 1.0) {
    return 1.0;
  }
  const double log_not_last =
      mean == usual ? state.steps->log_not_last[at(token.row)] : exact::log(1.0 - 1.0 / mean);
  return 1.0 + std::floor(exact::log(uniform_open(words[0])) / log_not_last);
}

}  // namespace

namespace {

/// Names the draws of a step: the way on, then services, then the length of a stay, whichever there are.
void name_step(const Context& context, DrawBatch& draws, const StepRow& row, const Token& token) {
  draws.add(context.name(token.person, token.origin, Purpose::walk_step, token.key));
  if (row.attached > 0) {
    draws.add(context.name(token.person, token.origin, Purpose::attached_service, token.key));
  }
  if (row.is(RowTrait::stays)) {
    draws.add(context.name(token.person, token.origin, Purpose::stay_length, token.key));
  }
}

/// Whether the person is not here any more; the need ends with it.
bool is_gone(ArmState& state, const Token& token) {
  const Presence presence = state.presence[token.person];
  if (presence == Presence::here) {
    return false;
  }
  end_need(state, token, presence == Presence::dead ? Fate::died : Fate::left);
  return true;
}

/// Asks for admission where that has to be asked for. Returns whether the episode goes on now.
bool come_in(const Context& context, ArmState& state, Token& token) {
  const Model& model = context.model;
  while (state.steps->rows[at(token.row)].is(RowTrait::waits) && !token.admitted) {
    const RowModel& row = model.network.rows[at(token.row)];
    const Refusal refusal = refuse(context, state, row, token);
    if (refusal == Refusal::back) {
      const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
      if (!come_back(context, state, token, words[1])) {
        end_need(state, token, Fate::unresolved);
      }
      return false;
    }
    if (refusal == Refusal::elsewhere) {
      token.row = row.elsewhere;
      token.key += 1;
      continue;
    }
    const SettingModel& setting = model.network.settings[at(row.setting)];
    state.year.queue[at(row.setting) * k_queue_items + static_cast<std::size_t>(QueueItem::asked)] += 1;
    if (model.behaviour.capacity && setting.limited) {
      state.waiting[at(row.setting)].push_back(token);
      return false;
    }
    // Waits held at reference: admitted when the reference wait has passed.
    token.admitted = true;
    const auto wait = std::llround(setting.reference_wait_days);
    count_admission(context, state, token, row.setting, wait);
    lose_while_waiting(model, state, token, wait);
    token.day += static_cast<std::int32_t>(wait);
    return goes_on_now(context, state, token);
  }
  return true;
}

/// What happens at a place. Returns the days that it takes.
std::int32_t visit(const Context& context, ArmState& state, const StepRow& row, Token& token, const Words* drawn) {
  const Model& model = context.model;
  const Words* const services = drawn;
  drawn += row.attached > 0 ? 1 : 0;
  const std::int32_t stay =
      row.is(RowTrait::stays) ? static_cast<std::int32_t>(stay_days(model, state, token, *drawn)) : 0;
  if (row.is(RowTrait::takes_capacity)) {
    occupy(model, state, model.network.rows[at(token.row)], token.day, stay);
  }
  if (row.is(RowTrait::limited) && row.is(RowTrait::urgent) && !row.is(RowTrait::waits)) {
    state.year.admitted[at(row.setting) * urgency_classes(model)] += 1;
  }
  post_visit(context, state, row, token, row.is(RowTrait::per_day) ? std::max(1, stay) : 1);
  if (row.attached > 0) {
    post_attached(context, state, row, token, *services);
  }
  const bool finds_cases = !state.arm->case_findings.empty();
  const bool is_test = finds_cases && take_test(context, state, model.network.rows[at(token.row)], token);
  if (!is_test && row.is(RowTrait::gp)) {
    if (finds_cases) {
      surface(context, state, token);
    }
    record_stages(context, state, token);
    if (!state.arm->codings.empty()) {
      code_stages(context, state, token);
    }
  }
  if (state.held != 0) {
    follow_records_of(state, token);
  }
  start_care_effects(context, state, row, token.person);
  return stay;
}

/// One step of an episode that is let in. Returns whether it goes on now.
/// @param drawn  as name_step() orders them
bool step(const Context& context, ArmState& state, Token& token, const Words* drawn) {
  const Model& model = context.model;
  const StepRow& row = state.steps->rows[at(token.row)];
  const Words& words = *drawn;
  const std::int32_t stay = row.setting >= 0 ? visit(context, state, row, token, drawn + 1) : 0;
  Choice choice = chosen_option(model, state, row, token, words);
  if (!state.enrolment.empty() && row.setting >= 0) {
    // What the programme does in the place of a referral is care: nobody is left unserved by it.
    choice.option = programme_choice(context, state, model.network.rows[at(token.row)], token, choice.option);
  }
  state.moves_since[at(choice.option)] += 1;
  const StepOption& option = state.steps->options[at(choice.option)];
  if (option.to < 0) {
    if (row.setting < 0) {
      end_need(state, token, Fate::no_care);
    } else if (choice.induced_discharge && loses_gp_contact_to_emergency(context, state, token, choice)) {
      return false;
    } else if (choice.induced_discharge || words[3] < model.network.needs[at(token.need())].unresolved_below) {
      end_unserved(context, state, token, Fate::unresolved);
    } else {
      end_need(state, token, Fate::resolved);
    }
    return false;
  }
  token.row = option.to;
  token.key += 1;
  token.admitted = false;
  token.day += option.delay_days + stay;
  return goes_on_now(context, state, token);
}

}  // namespace

DrawnAhead draw_ahead(const Context& context, ArmState& state, const Token& token) {
  const StepRow& row = state.steps->rows[at(token.row)];
  if ((row.is(RowTrait::waits) && !token.admitted) || state.presence[token.person] != Presence::here) {
    return {};
  }
  const auto first = static_cast<std::uint32_t>(state.draws.size());
  name_step(context, state.draws, row, token);
  return {.drawn = true, .first = first};
}

void walk(const Context& context, ArmState& state, Token token, const DrawnAhead& ahead) {
  if (is_gone(state, token)) {
    return;
  }
  if (ahead.drawn && !step(context, state, token, &state.draws[ahead.first])) {
    return;
  }
  while (come_in(context, state, token)) {
    const StepRow& row = state.steps->rows[at(token.row)];
    const auto words_of = [&](Purpose purpose) {
      return context.words(token.person, token.origin, purpose, token.key);
    };
    std::array<Words, 3> drawn;
    std::size_t count = 0;
    drawn[count++] = words_of(Purpose::walk_step);
    if (row.attached > 0) {
      drawn[count++] = words_of(Purpose::attached_service);
    }
    if (row.is(RowTrait::stays)) {
      drawn[count++] = words_of(Purpose::stay_length);
    }
    if (!step(context, state, token, drawn.data())) {
      return;
    }
  }
}

namespace {

/// Whether what episodes of one cycle do to a person, and to what is counted, is the same in whatever order they go
/// on: nothing looks at what another one has put on record.
bool any_order(const ArmState& state) {
  return state.recorder == nullptr && state.noted == nullptr && state.held == 0 && state.arm->case_findings.empty() &&
         state.arm->codings.empty() && state.enrolment.empty() && state.selection.empty();
}

/// Asks for the cache lines that a step will read, ahead of it.
void prefetch(const void* address) { __builtin_prefetch(address); }
void prefetch_person(const Model& model, const ArmState& state, const Token& token) {
  prefetch(&state.presence[token.person]);
  prefetch(&state.steps->rows[at(token.row)]);
  prefetch(state.spend.data() + token.person * state.steps->counters);
  prefetch(state.stage.data() + token.person * at(model.health.conditions));
  prefetch(state.recorded.data() + token.person * at(model.health.conditions));
}
void prefetch_step(const Model& model, const ArmState& state, const StepRow& row, const Token& token) {
  const std::size_t cell = token.insurer * model.network.rows.size() + at(token.row);
  prefetch(state.units_alone.data() + cell);
  prefetch(state.units_since.data() + cell);
  prefetch(state.steps->options.data() + row.first_option);
  prefetch(state.moves_since.data() + row.first_option);
  prefetch(state.surely_kept_below.data() + token.insurer * model.network.options.size() + row.first_option);
  if (row.attached > 0) {
    prefetch(model.network.attached.data() + row.first_attached);
  }
  if (row.care_effects > 0) {
    prefetch(state.care.data() + token.person * model.health.care.size());
  }
}

/// A step of each of many episodes at a time: their draws are made together, and what each reads is asked for ahead.
void walk_in_waves(const Context& context, ArmState& state, std::span<const Token> tokens) {
  constexpr std::size_t k_together = 128;
  constexpr std::size_t k_asked_ahead = 16;
  const Model& model = context.model;
  std::array<Token, k_together> wave;
  std::array<std::uint32_t, k_together> drawn;
  std::size_t going = 0;
  std::size_t next = 0;
  while (going > 0 || next < tokens.size()) {
    for (; going < k_together && next < tokens.size(); ++next) {
      prefetch_person(model, state, tokens[std::min(next + k_asked_ahead, tokens.size() - 1)]);
      if (!is_gone(state, tokens[next])) {
        wave[going++] = tokens[next];
      }
    }
    state.draws.clear();
    std::size_t let_in = 0;
    for (std::size_t i = 0; i < going; ++i) {
      if (come_in(context, state, wave[i])) {
        const StepRow& row = state.steps->rows[at(wave[i].row)];
        prefetch_step(model, state, row, wave[i]);
        drawn[let_in] = static_cast<std::uint32_t>(state.draws.size());
        name_step(context, state.draws, row, wave[i]);
        wave[let_in++] = wave[i];
      }
    }
    state.draws.draw(context.seed);
    going = 0;
    for (std::size_t i = 0; i < let_in; ++i) {
      if (step(context, state, wave[i], &state.draws[drawn[i]])) {
        prefetch(&state.steps->rows[at(wave[i].row)]);
        wave[going++] = wave[i];
      }
    }
  }
}

}  // namespace

void walk_all(const Context& context, ArmState& state, std::span<const Token> tokens) {
  if (any_order(state)) {
    walk_in_waves(context, state, tokens);
    return;
  }
  for (const Token& token : tokens) {
    walk(context, state, token);
  }
}

}  // namespace waterbed::engine
