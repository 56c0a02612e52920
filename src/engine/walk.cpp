#include "care_effects.hpp"
#include "care_programme.hpp"
#include "coding.hpp"
#include "deliver.hpp"
#include "programme.hpp"
#include "recorder.hpp"
#include "selection.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/random/categorical.hpp"
#include "waterbed/random/coupling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// A GP contact may record what it sees.
void record_stages(const Context& context, ArmState& state, const Token& token) {
  const auto conditions = at(context.model.health.conditions);
  const std::size_t first = token.person * conditions;
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

struct Choice {
  std::int32_t option = -1;
  bool induced_discharge = false;  ///< observed practice would have gone on
  std::int32_t observed = -1;      ///< option of observed practice
};

/// Whether the decision is one in which a decision maker looks at what it expects to lose on the person.
bool selects(const Model& model, const ArmState& state, const RowModel& row) {
  if (state.selection.empty() || row.urgent || row.setting < 0) {
    return false;
  }
  const auto first = model.network.options.begin() + row.first_option;
  return std::any_of(first, first + row.options,
                     [&](const OptionModel& option) { return is_treatment(model.network, row, option); });
}

std::vector<double> after_selection(const Model& model, const ArmState& state, const RowModel& row,
                                    std::uint32_t person, std::span<const double> target) {
  const std::size_t decider = insurer_of(model, person) * model.providers.size() + at(row.decider);
  const double factor = state.selection[decider * k_selection_classes + selection_class(model, state, person)];
  std::vector<double> factors(target.size(), 1.0);
  for (std::size_t o = 0; o < factors.size(); ++o) {
    if (is_treatment(model.network, row, model.network.options[at(row.first_option) + o])) {
      factors[o] = factor;
    }
  }
  std::vector<double> chances(target.begin(), target.end());
  if (factor != 1.0) {
    tilt(chances, factors);
  }
  return chances;
}

Choice choose(const Model& model, const ArmState& state, const RowModel& row, const Token& token, const Words& words) {
  const NetworkModel& network = model.network;
  std::int32_t option = 0;
  const std::uint64_t* const below = state.option_below.data() + row.first_option;
  while (words[0] >= below[option]) {
    ++option;
  }
  const std::size_t insurer = insurer_of(model, token.person);
  const auto of_row = [&](const double* of_options) {
    return std::span<const double>(of_options + row.first_option, at(row.options));
  };
  std::span<const double> target = of_row(state.probability.data() + insurer * network.options.size());
  std::vector<double> selected;
  if (selects(model, state, row)) {
    selected = after_selection(model, state, row, token.person, target);
    target = selected;
  } else if (state.row_moved[insurer * network.rows.size() + at(token.row)] == 0) {
    return {row.first_option + option, false, row.first_option + option};
  }
  const auto chosen = static_cast<std::int32_t>(
      coupled_choice(of_row(model.frozen.practice.data()), target, option, words[1], words[2]));
  if (chosen == option) {
    return {row.first_option + option, false, row.first_option + option};
  }
  const bool was_discharge = network.options[at(row.first_option + option)].to < 0;
  const bool is_discharge = network.options[at(row.first_option + chosen)].to < 0;
  return {row.first_option + chosen, is_discharge && !was_discharge, row.first_option + option};
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
  post_visit(context, state, row, visit, 1);
}

void visit_gp_while_waiting(const Context& context, ArmState& state, const Token& token) {
  const NetworkModel& network = context.model.network;
  const ChainModel& chain = network.chain(token.need(), context.model.route_of[token.person]);
  for (std::int32_t b = chain.first_back; b < chain.first_back + chain.backs; ++b) {
    const RowModel& row = network.rows[at(network.backs[at(b)].row)];
    if (network.settings[at(row.setting)].gp) {
      Token visit = token;
      visit.row = network.backs[at(b)].row;
      post_visit(context, state, row, visit, 1);
      return;
    }
  }
}

namespace {

double stay_factor(const Model& model, const ArmState& state, const Token& token) {
  const double shift = state.stay[insurer_of(model, token.person) * model.network.rows.size() + at(token.row)];
  return shift == 0.0 ? 1.0 : exact::exp(shift);
}

}  // namespace

double token_stay_days(const Context& context, const ArmState& state, const RowModel& row, const Token& token) {
  if (row.stay_days <= 0.0) {
    return 0.0;
  }
  // Geometric on 1, 2, ... with the mean of the need: the inverse of its distribution function.
  const Words words = context.words(token.person, token.origin, Purpose::stay_length, token.key);
  const double mean = row.stay_days * (state.stay.empty() ? 1.0 : stay_factor(context.model, state, token));
  if (mean <= 1.0) {
    return 1.0;
  }
  const double log_stay = exact::log(1.0 - 1.0 / mean);
  return 1.0 + std::floor(exact::log(uniform_open(words[0])) / log_stay);
}

void end_unserved(const Context& context, ArmState& state, Token token, Fate fate) {
  const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
  if (bernoulli(words[0], context.model.behaviour.psi) && come_back(context, state, token, words[1])) {
    return;
  }
  end_need(state, token, fate);
}

DrawnAhead draw_ahead(const Context& context, ArmState& state, const Token& token) {
  const RowModel& row = context.model.network.rows[at(token.row)];
  DrawnAhead ahead{.key = token.key, .first = static_cast<std::uint32_t>(state.draws.size())};
  if ((row.waits && !token.admitted) || state.presence[token.person] != Presence::here) {
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
    name.word[3] ^=
        (static_cast<std::uint32_t>(Purpose::walk_step) ^ static_cast<std::uint32_t>(Purpose::attached_service)) << 24;
    state.draws.add(name);
  }
  return ahead;
}

void walk_all(const Context& context, ArmState& state, std::span<const Token> tokens) {
  constexpr std::size_t k_drawn_together = 256;
  constexpr std::size_t k_most_each = 3;
  state.draws.reserve(k_drawn_together * k_most_each);
  std::array<DrawnAhead, k_drawn_together> ahead;
  for (std::size_t first = 0; first < tokens.size(); first += k_drawn_together) {
    const std::span<const Token> some = tokens.subspan(first, std::min(k_drawn_together, tokens.size() - first));
    state.draws.clear();
    std::transform(some.begin(), some.end(), ahead.begin(),
                   [&](const Token& token) { return draw_ahead(context, state, token); });
    state.draws.draw(context.seed);
    for (std::size_t i = 0; i < some.size(); ++i) {
      walk(context, state, some[i], ahead[i]);
    }
  }
}

void walk(const Context& context, ArmState& state, Token token, const DrawnAhead& ahead) {
  const Model& model = context.model;
  const NetworkModel& network = model.network;
  if (state.presence[token.person] != Presence::here) {
    end_need(state, token, state.presence[token.person] == Presence::dead ? Fate::died : Fate::left);
    return;
  }
  const bool finds_cases = !state.arm->case_findings.empty();
  const auto words_of = [&](Purpose purpose) {
    const std::uint32_t step = token.key - ahead.key;
    if (purpose == Purpose::walk_step && step < ahead.steps) {
      return state.draws[ahead.first + step];
    }
    if (purpose == Purpose::attached_service && step + 1 == ahead.steps && ahead.services != 0) {
      return state.draws[ahead.first + ahead.steps];
    }
    return context.words(token.person, token.origin, purpose, token.key);
  };
  while (true) {
    const RowModel& row = network.rows[at(token.row)];
    if (row.waits && !token.admitted) {
      const Refusal refusal = refuse(context, state, row, token);
      if (refusal == Refusal::back) {
        const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
        if (!come_back(context, state, token, words[1])) {
          end_need(state, token, Fate::unresolved);
        }
        return;
      }
      if (refusal == Refusal::elsewhere) {
        token.row = row.elsewhere;
        token.key += 1;
        continue;
      }
      state.year.queue[at(row.setting) * k_queue_items + static_cast<std::size_t>(QueueItem::asked)] += 1;
      if (model.behaviour.capacity && network.settings[at(row.setting)].limited) {
        state.waiting[at(row.setting)].push_back(token);
        return;
      }
      // Waits held at reference: admitted when the reference wait has passed.
      token.admitted = true;
      const auto wait = std::llround(network.settings[at(row.setting)].reference_wait_days);
      count_admission(context, state, token, row.setting, wait);
      lose_while_waiting(model, state, token, wait);
      token.day += static_cast<std::int32_t>(wait);
      if (!goes_on_now(context, state, token)) {
        return;
      }
    }

    std::int32_t stay = 0;
    if (row.setting >= 0) {
      const SettingModel& setting = network.settings[at(row.setting)];
      stay = row.stay_days > 0.0 ? static_cast<std::int32_t>(token_stay_days(context, state, row, token)) : 0;
      if (takes_capacity(setting)) {
        occupy(model, state, row, token.day, stay);
      }
      if (setting.limited && row.urgent && !row.waits) {
        state.year.admitted[at(row.setting) * urgency_classes(model)] += 1;
      }
      post_visit(context, state, row, token, setting.per_day ? std::max(1, stay) : 1);
      if (row.attached > 0) {
        post_attached(context, state, row, token, words_of(Purpose::attached_service));
      }
      const bool is_test = finds_cases && take_test(context, state, row, token);
      if (!is_test && setting.gp) {
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
    }

    const Words words = words_of(Purpose::walk_step);
    Choice choice = choose(model, state, row, token, words);
    if (!state.enrolment.empty() && row.setting >= 0) {
      // What the programme does in the place of a referral is care: nobody is left unserved by it.
      choice.option = programme_choice(context, state, row, token, choice.option);
    }
    state.year.moves[at(choice.option)] += 1;
    const OptionModel& option = network.options[at(choice.option)];
    if (option.to < 0) {
      if (row.setting < 0) {
        end_need(state, token, Fate::no_care);
      } else if (choice.induced_discharge && loses_gp_contact_to_emergency(context, state, token, choice)) {
        return;
      } else if (choice.induced_discharge || words[3] < network.needs[at(token.need())].unresolved_below) {
        end_unserved(context, state, token, Fate::unresolved);
      } else {
        end_need(state, token, Fate::resolved);
      }
      return;
    }
    token.row = option.to;
    token.key += 1;
    token.admitted = false;
    token.day += option.delay_days + stay;
    if (!goes_on_now(context, state, token)) {
      return;
    }
  }
}

}  // namespace waterbed::engine
