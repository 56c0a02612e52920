#include "care_effects.hpp"
#include "care_programme.hpp"
#include "chosen_option.hpp"
#include "coding.hpp"
#include "deliver.hpp"
#include "programme.hpp"
#include "recorder.hpp"
#include "state.hpp"
#include "unserved.hpp"
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

double stay_factor(const Model& model, const ArmState& state, const Token& token) {
  const double shift = state.stay[token.insurer * model.network.rows.size() + at(token.row)];
  return shift == 0.0 ? 1.0 : exact::exp(shift);
}

/// Days of a stay. @param words  of Purpose::stay_length
std::int32_t stay_days(const Model& model, const ArmState& state, const StepRow& row, const Token& token,
                       const Words& words) {
  // Geometric on 1, 2, ... with the mean of the need: the inverse of its distribution function.
  const double mean = row.stay_days * (state.stay.empty() ? 1.0 : stay_factor(model, state, token));
  if (mean <= 1.0) {
    return 1;
  }
  const double log_not_last = mean == row.stay_days ? row.log_not_last : exact::log(1.0 - 1.0 / mean);
  return static_cast<std::int32_t>(1.0 + std::floor(exact::log(uniform_open(words[0])) / log_not_last));
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

/// Whether what episodes of one cycle do to a person, and to what is counted, is the same in whatever order they go
/// on: nothing looks at what another one has put on record.
bool any_order(const ArmState& state) {
  const bool unwatched = state.recorder == nullptr || state.recorder->any_order();
  return unwatched && state.noted == nullptr && state.held == 0 && state.arm->case_findings.empty() &&
         state.arm->codings.empty() && state.arm->enrolled.empty() && state.enrolment.empty() &&
         state.selection.empty();
}

/// Draws of a step.
struct StepWords {
  const Words& way;       ///< Purpose::walk_step
  const Words& services;  ///< Purpose::attached_service, if the row has any
  const Words& stay;      ///< Purpose::stay_length, if it has one
};

/// What happens at a place. Returns the days that it takes.
/// @tparam k_any_order  any_order() holds
template <bool k_any_order>
std::int32_t visit(const Context& context, ArmState& state, const StepRow& row, Token& token, const StepWords& words) {
  const Model& model = context.model;
  const std::int32_t stay = row.is(RowTrait::stays) ? stay_days(model, state, row, token, words.stay) : 0;
  if (row.is(RowTrait::takes_capacity)) {
    occupy(model, state, model.network.rows[at(token.row)], token.day, stay);
  }
  if (row.is(RowTrait::limited) && row.is(RowTrait::urgent) && !row.is(RowTrait::waits)) {
    state.year.admitted[at(row.setting) * urgency_classes(model)] += 1;
  }
  post_visit(context, state, row, token, row.is(RowTrait::per_day) ? std::max(1, stay) : 1);
  if (row.attached > 0) {
    post_attached(context, state, row, token, words.services);
  }
  const bool finds_cases = !k_any_order && !state.arm->case_findings.empty();
  const bool is_test = finds_cases && take_test(context, state, model.network.rows[at(token.row)], token);
  if (!is_test && row.is(RowTrait::gp)) {
    if (finds_cases) {
      surface(context, state, token);
    }
    record_stages(context, state, token);
    if (!k_any_order && !state.arm->codings.empty()) {
      code_stages(context, state, token);
    }
  }
  if (!k_any_order && state.held != 0) {
    follow_records_of(state, token);
  }
  if (row.care_effects > 0) {
    start_care_effects(context, state, row, token.person);
  }
  return stay;
}

/// The episode is discharged.
void discharge(const Context& context, ArmState& state, const Token& token, const Choice& choice, std::uint32_t word) {
  const NetworkModel& network = context.model.network;
  if (network.rows[at(token.row)].setting < 0) {
    end_need(state, token, Fate::no_care);
  } else if (choice.induced_discharge && loses_gp_contact_to_emergency(context, state, token, choice.observed)) {
    return;
  } else if (choice.induced_discharge || word < network.needs[at(token.need())].unresolved_below) {
    end_unserved(context, state, token, Fate::unresolved);
  } else {
    end_need(state, token, Fate::resolved);
  }
}

/// One step of an episode that is let in. Returns whether it goes on now.
template <bool k_any_order>
bool step(const Context& context, ArmState& state, const StepRow& row, Token& token, const StepWords& words) {
  const Model& model = context.model;
  const std::int32_t stay = row.setting >= 0 ? visit<k_any_order>(context, state, row, token, words) : 0;
  Choice choice = chosen_option(model, state, row, token, words.way);
  if (!k_any_order && !state.enrolment.empty() && row.setting >= 0) {
    // What the programme does in the place of a referral is care: nobody is left unserved by it.
    choice.option = programme_choice(context, state, model.network.rows[at(token.row)], token, choice.option);
  }
  state.moves_since[at(choice.option)] += 1;
  const StepOption& option = state.steps->options[at(choice.option)];
  if (option.to < 0) {
    discharge(context, state, token, choice, words.way[3]);
    return false;
  }
  token.row = option.to;
  token.key += 1;
  token.admitted = false;
  token.day += option.delay_days + stay;
  return goes_on_now(context, state, token);
}

constexpr std::uint32_t switch_purpose(Purpose from, Purpose to) {
  return (static_cast<std::uint32_t>(from) ^ static_cast<std::uint32_t>(to)) << 24;
}

}  // namespace

DrawnAhead draw_ahead(const Context& context, ArmState& state, const Token& token) {
  const StepRow& row = state.steps->rows[at(token.row)];
  DrawnAhead ahead{.key = token.key, .first = static_cast<std::uint32_t>(state.draws.size())};
  if (must_ask(state, token) || state.presence[token.person] != Presence::here) {
    return ahead;
  }
  PhiloxCounter name = counter_of(context.name(token.person, token.origin, Purpose::walk_step, token.key));
  state.draws.add(name);
  ahead.steps = 1;
  if (row.setting < 0) {
    // Whoever comes in goes on to a first visit, mostly at once.
    name.word[0] += 1;
    state.draws.add(name);
    ahead.steps = 2;
  }
  if (row.setting < 0 || row.attached > 0) {
    ahead.services = 1;
    name.word[3] ^= switch_purpose(Purpose::walk_step, Purpose::attached_service);
    state.draws.add(name);
  }
  return ahead;
}

void walk(const Context& context, ArmState& state, Token token, const DrawnAhead& ahead) {
  if (is_gone(state, token)) {
    return;
  }
  const auto words_of = [&](Purpose purpose) {
    const std::uint32_t steps = token.key - ahead.key;
    if (purpose == Purpose::walk_step && steps < ahead.steps) {
      return state.draws[ahead.first + steps];
    }
    if (purpose == Purpose::attached_service && steps + 1 == ahead.steps && ahead.services != 0) {
      return state.draws[ahead.first + ahead.steps];
    }
    return context.words(token.person, token.origin, purpose, token.key);
  };
  bool goes_on = true;
  while (goes_on && (!must_ask(state, token) || ask_for_admission(context, state, token))) {
    const StepRow& row = state.steps->rows[at(token.row)];
    const Words way = words_of(Purpose::walk_step);
    const Words services = row.attached > 0 ? words_of(Purpose::attached_service) : Words{};
    const Words stay = row.is(RowTrait::stays) ? words_of(Purpose::stay_length) : Words{};
    goes_on = step<false>(context, state, row, token, {.way = way, .services = services, .stay = stay});
  }
}

namespace {

constexpr std::size_t k_together = 128;

/// Names the draws of a step: of the way on, of services and of the stay, whichever there are. Returns the position of
/// the first.
std::uint32_t name_step(const Context& context, DrawBatch& draws, const StepRow& row, const Token& token) {
  const auto first = static_cast<std::uint32_t>(draws.size());
  PhiloxCounter name = counter_of(context.name(token.person, token.origin, Purpose::walk_step, token.key));
  draws.add(name);
  if (row.attached > 0) {
    name.word[3] ^= switch_purpose(Purpose::walk_step, Purpose::attached_service);
    draws.add(name);
  }
  if (row.is(RowTrait::stays)) {
    draws.add(context.name(token.person, token.origin, Purpose::stay_length, token.key));
  }
  return first;
}

/// Asks for a cache line ahead of its use.
inline void ask_ahead(const void* address) { __builtin_prefetch(address); }

/// ... for what a step reads and writes of the person.
inline void ask_ahead(const Model& model, const ArmState& state, const StepRow& row, std::uint32_t person) {
  if (row.setting >= 0) {
    ask_ahead(state.spend.data() + person * state.steps->counters);
  }
  if (row.is(RowTrait::gp)) {
    ask_ahead(state.stage.data() + person * at(model.health.conditions));
    ask_ahead(state.recorded.data() + person * at(model.health.conditions));
  }
}

/// A step of each of many episodes at a time, so that their draws are made together.
void walk_in_waves(const Context& context, ArmState& state, std::span<const Token> tokens) {
  constexpr std::size_t k_ahead = 16;
  std::array<Token, k_together> wave;
  std::array<std::uint32_t, k_together> first;  // of their draws
  const StepRow* const rows = state.steps->rows.data();
  std::size_t going = 0;
  std::size_t next = 0;
  while (going > 0 || next < tokens.size()) {
    for (; going < k_together && next < tokens.size(); ++next) {
      ask_ahead(&rows[at(tokens[std::min(next + k_ahead, tokens.size() - 1)].row)]);
      if (!is_gone(state, tokens[next])) {
        wave[going++] = tokens[next];
      }
    }
    state.draws.clear();
    for (std::size_t i = 0; i < going;) {
      if (must_ask(state, wave[i]) && !ask_for_admission(context, state, wave[i])) {
        wave[i] = wave[--going];
        continue;
      }
      const StepRow& row = rows[at(wave[i].row)];
      ask_ahead(context.model, state, row, wave[i].person);
      first[i] = name_step(context, state.draws, row, wave[i]);
      ++i;
    }
    context.make(state.draws);
    const std::size_t stepping = going;
    going = 0;
    for (std::size_t i = 0; i < stepping; ++i) {
      const StepRow& row = rows[at(wave[i].row)];
      const Words* const drawn = &state.draws[first[i]];
      const StepWords words{.way = drawn[0], .services = drawn[1], .stay = drawn[row.attached > 0 ? 2 : 1]};
      if (step<true>(context, state, row, wave[i], words)) {
        ask_ahead(&rows[at(wave[i].row)]);
        wave[going++] = wave[i];
      }
    }
  }
}

}  // namespace

void walk_all(const Context& context, ArmState& state, std::span<const Token> tokens) {
  constexpr std::size_t k_most_each = 3;
  state.draws.reserve(k_together * k_most_each);
  if (any_order(state)) {
    walk_in_waves(context, state, tokens);
    return;
  }
  std::array<DrawnAhead, k_together> ahead;
  for (std::size_t first = 0; first < tokens.size(); first += k_together) {
    const std::span<const Token> some = tokens.subspan(first, std::min(k_together, tokens.size() - first));
    state.draws.clear();
    std::transform(some.begin(), some.end(), ahead.begin(),
                   [&](const Token& token) { return draw_ahead(context, state, token); });
    context.make(state.draws);
    for (std::size_t i = 0; i < some.size(); ++i) {
      walk(context, state, some[i], ahead[i]);
    }
  }
}

}  // namespace waterbed::engine
