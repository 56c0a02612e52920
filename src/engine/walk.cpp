#include "insurer.hpp"
#include "person.hpp"
#include "programme.hpp"
#include "recorder.hpp"
#include "state.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/random/categorical.hpp"
#include "waterbed/random/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::size_t insurer_of(const Model& model, std::uint32_t person) {
  const std::uint8_t payer = model.people.payer[person];
  return payer < model.insurers ? payer : 0;
}

/// Follows the list of payments of a row to the one that holds for this person.
const RowPay& pay_for(const Context& context, const ArmState& state, const RowPay& first, std::uint32_t person) {
  const RowPay* pay = &first;
  while (pay->only_who >= 0) {
    if (matches(state.arm->enrolled[at(pay->only_who)], person_now(context.model, state, person))) {
      break;
    }
    pay = &state.arm->more_pay[at(pay->next)];
  }
  return *pay;
}

/// What a contact adds to its product at content price `price`: the excess over the dearest so far.
std::int64_t product_addition(std::int64_t& charged, std::int64_t price) {
  const std::int64_t addition = std::max<std::int64_t>(0, price - charged);
  charged += addition;
  return addition;
}

/// At what a visit counts in a counter of spending. Contents of a product count at a standard price in proportion to
/// what they add at list price.
std::int64_t counted_at(const SpendAccumulator& counter, const RowModel& row, std::size_t row_id, std::int64_t units,
                        std::int64_t list, std::int64_t paid) {
  switch (counter.price) {
    case PriceBasis::paid:
      return paid;
    case PriceBasis::list:
      return list;
    case PriceBasis::standard:
      break;
  }
  if (!row.product) {
    return counter.standard_row[row_id] * units;
  }
  return row.list_price == 0 ? 0 : multiply_divide(list, counter.standard_row[row_id], row.list_price);
}

/// Counts what a person uses, for attribution by plurality. `counts` says of a counter whether it takes this care.
template <class Counts>
void note_use(const Model& model, ArmState& state, std::uint32_t person, int provider, std::int64_t list,
              const Counts& counts) {
  std::int64_t* const used = state.use.data() + person * model.use_columns;
  for (const UseCounter& counter : model.use) {
    if (counts(counter)) {
      used[at(counter.column[at(provider)])] += counter.charges ? list : 1;
    }
  }
}

/// Counts one visit: units, list value, income of who is paid, personal spending.
void post_visit(const Context& context, ArmState& state, const RowModel& row, Token& token, std::int64_t units) {
  const Model& model = context.model;
  const SettingModel& setting = model.network.settings[at(row.setting)];
  const std::size_t insurer = insurer_of(model, token.person);
  const std::size_t cell = insurer * model.network.rows.size() + at(token.row);
  const RowPay& pay = pay_for(context, state, state.pay->rows[cell], token.person);

  std::int64_t list = row.list_price * units;
  std::int64_t paid = pay.price * units;
  if (row.product) {
    const bool open = token.product_provider == setting.provider && token.product_day >= 0 &&
                      token.day < token.product_day + row.window_days;
    if (!open) {
      token.product_provider = setting.provider;
      token.product_day = token.day;
      token.charged_list = 0;
      token.charged_paid = 0;
    }
    list = product_addition(token.charged_list, row.list_price);
    paid = product_addition(token.charged_paid, pay.price);
  }
  state.year.units[cell] += units;
  state.year.list_value[cell] += list;
  if (pay.slot >= 0) {
    state.year.usage[at(pay.slot)] += paid;
  }
  if (pay.is_bill) {
    note_bill(state, token.person, paid, pay.bill_counts);
  }
  if (model.insurance.present && model.insurance.row_groups[at(token.row)] != 0) {
    note_claim(model, state, token.person, model.insurance.row_groups[at(token.row)], units);
  }
  std::int64_t* const spend = state.spend.data() + token.person * model.spend.size();
  for (std::size_t a = 0; a < model.spend.size(); ++a) {
    if (model.spend[a].counts_row[at(token.row)] != 0) {
      spend[a] += counted_at(model.spend[a], row, at(token.row), units, list, paid);
    }
  }
  note_use(model, state, token.person, setting.provider, list,
           [&](const UseCounter& counter) { return counter.row[at(token.row)] != 0; });
  if (state.recorder != nullptr) {
    state.recorder->deliver(state, {token, row.setting, -1, units, list, paid, pay});
  }
}

void post_attached(const Context& context, ArmState& state, const RowModel& row, const Token& token, Words words) {
  const Model& model = context.model;
  const std::size_t insurer = insurer_of(model, token.person);
  for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
    const AttachedModel& attached = model.network.attached[at(a)];
    // One uniform serves all services of a visit unless they are many: each takes its own word in turn.
    const std::uint32_t word = words[at((a - row.first_attached) % 3)];
    if (word < attached.from || word >= attached.threshold) {
      continue;
    }
    const std::size_t cell = insurer * model.network.attached.size() + at(a);
    const RowPay& pay = pay_for(context, state, state.pay->attached[cell], token.person);
    state.year.attached[cell] += 1;
    if (pay.slot >= 0) {
      state.year.usage[at(pay.slot)] += pay.price;
    }
    if (pay.is_bill) {
      note_bill(state, token.person, pay.price, pay.bill_counts);
    }
    if (model.insurance.present && model.insurance.attached_groups[at(a)] != 0) {
      note_claim(model, state, token.person, model.insurance.attached_groups[at(a)], 1);
    }
    std::int64_t* const spend = state.spend.data() + token.person * model.spend.size();
    for (std::size_t s = 0; s < model.spend.size(); ++s) {
      const SpendAccumulator& counter = model.spend[s];
      if (counter.counts_attached[at(a)] != 0) {
        spend[s] += counter.price == PriceBasis::paid   ? pay.price
                    : counter.price == PriceBasis::list ? attached.list_price
                                                        : counter.standard_attached[at(a)];
      }
    }
    note_use(model, state, token.person, model.network.settings[at(attached.setting)].provider, attached.list_price,
             [&](const UseCounter& counter) { return counter.attached[at(a)] != 0; });
    if (state.recorder != nullptr) {
      state.recorder->deliver(state, {token, attached.setting, a, 1, attached.list_price, pay.price, pay});
    }
  }
}

/// A GP contact may record what it sees.
void record_stages(const Context& context, ArmState& state, const Token& token) {
  const auto conditions = at(context.model.health.conditions);
  const std::size_t first = token.person * conditions;
  for (std::size_t c = 0; c < conditions; ++c) {
    if (state.recorded[first + c] != state.stage[first + c]) {
      const Words words = context.words(token.person, token.origin, Purpose::recorded_stage,
                                        token.key ^ static_cast<std::uint32_t>(c) << 12);
      if (found_by_contact(context.model.health, static_cast<int>(c), words[0])) {
        put_on_record(state, token, c, state.stage[first + c]);
      }
    }
  }
}

struct Choice {
  std::int32_t option = -1;
  bool induced_discharge = false;  ///< observed practice would have gone on
};

Choice choose(const Model& model, const ArmState& state, const RowModel& row, const Token& token, const Words& words) {
  const NetworkModel& network = model.network;
  std::int32_t option = 0;
  while (words[0] >= network.options[at(row.first_option + option)].below) {
    ++option;
  }
  const std::size_t insurer = insurer_of(model, token.person);
  if (state.row_moved[insurer * network.rows.size() + at(token.row)] == 0) {
    return {row.first_option + option, false};
  }
  const auto of_row = [&](const double* of_options) {
    return std::span<const double>(of_options + row.first_option, at(row.options));
  };
  const auto chosen = static_cast<std::int32_t>(
      coupled_choice(of_row(model.frozen.practice.data()),
                     of_row(state.probability.data() + insurer * network.options.size()), option, words[1], words[2]));
  const bool was_discharge = network.options[at(row.first_option + option)].to < 0;
  const bool is_discharge = network.options[at(row.first_option + chosen)].to < 0;
  return {row.first_option + chosen, is_discharge && !was_discharge};
}

void start_care_effects(const Context& context, ArmState& state, const RowModel& row, std::uint32_t person) {
  const Model& model = context.model;
  for (std::int32_t e = row.first_care_effect; e < row.first_care_effect + row.care_effects; ++e) {
    const auto effect = at(model.network.care_effects[at(e)]);
    CareWindow& window = state.care[person * model.health.care.size() + effect];
    const CareWindow before = window;
    note_care(window, state.cycle, model.health.care[effect].delay_cycles, model.health.care[effect].lasts_cycles);
    if (window.holds(state.cycle) != before.holds(state.cycle)) {
      refresh_person(model, state, person);
    } else if (window.from > state.cycle) {
      state.refresh_at[person] = std::min(state.refresh_at[person], window.from);
    }
  }
}

/// Puts a token where it goes on: now (returns true), or in the calendar.
bool goes_on_now(const Model& model, ArmState& state, Token& token) {
  const int cycle = token.day / model.time.days_per_cycle();
  if (cycle <= state.cycle) {
    return true;
  }
  // Past the end of the run it stays open in the last, unused page.
  state.calendar[std::min(at(cycle), state.calendar.size() - 1)].push_back(token);
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

/// Sends a token to one of the places where unserved need comes back, in the next cycle.
bool come_back(const Context& context, ArmState& state, Token token, std::uint32_t word) {
  const Model& model = context.model;
  const ChainModel& chain = model.network.chain(token.need(), model.route_of[token.person]);
  for (std::int32_t b = chain.first_back; b < chain.first_back + chain.backs; ++b) {
    if (word < model.network.backs[at(b)].below) {
      token.row = model.network.backs[at(b)].row;
      break;
    }
  }
  if (chain.backs == 0) {
    return false;
  }
  token.key += 1;
  token.admitted = false;
  token.day = (state.cycle + 1) * model.time.days_per_cycle();
  const std::size_t page = std::min(at(state.cycle + 1), state.calendar.size() - 1);
  state.calendar[page].push_back(token);
  return true;
}

}  // namespace

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

double token_stay_days(const Context& context, const RowModel& row, const Token& token) {
  if (row.stay_days <= 0.0) {
    return 0.0;
  }
  // Geometric on 1, 2, ... with the mean of the need: the inverse of its distribution function.
  const Words words = context.words(token.person, token.origin, Purpose::stay_length, token.key);
  if (row.stay_days <= 1.0) {
    return 1.0;
  }
  const double log_stay = exact::log(1.0 - 1.0 / row.stay_days);
  return 1.0 + std::floor(exact::log(uniform_open(words[0])) / log_stay);
}

void end_unserved(const Context& context, ArmState& state, Token token, Fate fate) {
  const Words words = context.words(token.person, token.origin, Purpose::unserved_return, token.key);
  if (bernoulli(words[0], context.model.behaviour.psi) && come_back(context, state, token, words[1])) {
    return;
  }
  end_need(state, token, fate);
}

void walk(const Context& context, ArmState& state, Token token) {
  const Model& model = context.model;
  const NetworkModel& network = model.network;
  if (state.presence[token.person] != Presence::here) {
    end_need(state, token, state.presence[token.person] == Presence::dead ? Fate::died : Fate::left);
    return;
  }
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
      if (model.behaviour.capacity && network.settings[at(row.setting)].limited) {
        state.waiting[at(row.setting)].push_back(token);
        return;
      }
      // Waits held at reference: admitted when the reference wait has passed.
      token.admitted = true;
      const auto wait = std::llround(network.settings[at(row.setting)].reference_wait_days);
      state.year.admitted[at(row.setting) * 2 + 1] += 1;
      state.year.wait_days[at(row.setting) * 2 + 1] += wait;
      token.day += static_cast<std::int32_t>(wait);
      if (!goes_on_now(model, state, token)) {
        return;
      }
    }

    std::int32_t stay = 0;
    if (row.setting >= 0) {
      const SettingModel& setting = network.settings[at(row.setting)];
      stay = static_cast<std::int32_t>(token_stay_days(context, row, token));
      if (setting.limited) {
        occupy(model, state, row, token.day, stay);
        if (!row.waits) {
          const std::size_t urgency = row.urgent ? 0 : 1;
          state.year.admitted[at(row.setting) * 2 + urgency] += row.urgent ? 1 : 0;
        }
      }
      post_visit(context, state, row, token, setting.per_day ? std::max(1, stay) : 1);
      if (row.attached > 0) {
        post_attached(context, state, row, token,
                      context.words(token.person, token.origin, Purpose::attached_service, token.key));
      }
      if (!take_test(context, state, row, token) && setting.gp) {
        surface(context, state, token);
        record_stages(context, state, token);
        code_stages(context, state, token);
      }
      follow_records_of(state, token);
      start_care_effects(context, state, row, token.person);
    }

    const Words words = context.words(token.person, token.origin, Purpose::walk_step, token.key);
    const Choice choice = choose(model, state, row, token, words);
    state.year.moves[at(choice.option)] += 1;
    const OptionModel& option = network.options[at(choice.option)];
    if (option.to < 0) {
      if (row.setting < 0) {
        end_need(state, token, Fate::no_care);
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
    if (!goes_on_now(model, state, token)) {
      return;
    }
  }
}

}  // namespace waterbed::engine
