// What becomes of those who are not served at once: admission is asked for, refused or waited for; who is not served
// comes back, or does not.

#include "unserved.hpp"

#include "care_effects.hpp"
#include "deliver.hpp"
#include "recorder.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

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

bool ask_for_admission(const Context& context, ArmState& state, Token& token) {
  const Model& model = context.model;
  while (must_ask(state, token)) {
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

bool loses_gp_contact_to_emergency(const Context& context, ArmState& state, const Token& token, std::int32_t observed) {
  const Model& model = context.model;
  const NetworkModel& network = model.network;
  const double chance = model.behaviour.emergency_per_lost_gp_contact;
  const ChainModel& chain = network.chain(token.need(), model.route_of[token.person]);
  const RowModel& lost = network.rows[at(network.options[at(observed)].to)];
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

}  // namespace waterbed::engine
