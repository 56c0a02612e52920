#include "deliver.hpp"

#include "attached.hpp"
#include "insurer.hpp"
#include "person.hpp"
#include "recorder.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Follows the list of payments of a row to the one that holds for this person.
const RowPay& follow_pay(const Context& context, const ArmState& state, const RowPay& first, std::uint32_t person) {
  const RowPay* pay = &first;
  while (pay->only_who >= 0) {
    if (matches(state.arm->enrolled[at(pay->only_who)], person_now(context.model, state, person))) {
      break;
    }
    pay = &state.arm->more_pay[at(pay->next)];
  }
  return *pay;
}

inline const RowPay& pay_for(const Context& context, const ArmState& state, const RowPay& first, std::uint32_t person) {
  return first.only_who < 0 ? first : follow_pay(context, state, first, person);
}

/// What a contact adds to its product at content price `price`: the excess over the dearest so far.
std::int64_t product_addition(std::int64_t& charged, std::int64_t price) {
  const std::int64_t addition = std::max<std::int64_t>(0, price - charged);
  charged += addition;
  return addition;
}

/// At what a visit counts in a counter of spending. Contents of a product count at a standard price in proportion to
/// what they add at list price.
std::int64_t counted_at(const SpendAccumulator& counter, const StepRow& row, std::size_t row_id, std::int64_t units,
                        std::int64_t list, std::int64_t paid) {
  switch (counter.price) {
    case PriceBasis::paid:
      return paid;
    case PriceBasis::list:
      return list;
    case PriceBasis::standard:
      break;
  }
  if (!row.is(RowTrait::product)) {
    return counter.standard_row[row_id] * units;
  }
  return row.list_price == 0 ? 0 : multiply_divide(list, counter.standard_row[row_id], row.list_price);
}

/// Whether all that a unit posts, but for the person, can be told from how many there were.
bool posts_by_units(const ArmState& state, const RowPay& pay) {
  return state.recorder == nullptr && pay.only_who < 0 && !pay.is_bill;
}

/// Brings units of which each has these prices into the counts of the year.
void book(std::uint32_t& since, const RowPay& pay, std::int64_t& units, ArmState& state) {
  units += since;
  if (pay.slot >= 0) {
    state.year.usage[at(pay.slot)] += since * pay.price;
  }
  since = 0;
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

}  // namespace

namespace {

/// What a visit counts of the person.
void count_visit(const Model& model, ArmState& state, const StepRow& row, const Token& token, std::int64_t units,
                 std::int64_t list, std::int64_t paid) {
  const std::size_t r = at(token.row);
  if (model.insurance.present && model.insurance.row_groups[r] != 0) {
    note_claim(model, state, token.person, model.insurance.row_groups[r], units);
  }
  const StepTables& tables = *state.steps;
  const std::uint8_t* const counts = tables.counts_row.data() + r * tables.counters;
  std::int64_t* const spend = state.spend.data() + token.person * tables.counters;
  for (std::size_t s = 0; s < tables.counters; ++s) {
    if (counts[s] != 0) {
      spend[s] += counted_at(model.spend[s], row, r, units, list, paid);
    }
  }
  if (!model.use.empty()) {
    note_use(model, state, token.person, model.network.settings[at(row.setting)].provider, list,
             [&](const UseCounter& counter) { return counter.row[r] != 0; });
  }
}

/// One visit of which the number of units does not tell all.
void post_one_visit(const Context& context, ArmState& state, const StepRow& row, std::size_t cell, Token& token,
                    std::int64_t units) {
  const Model& model = context.model;
  const RowPay& pay = pay_for(context, state, state.pay->rows[cell], token.person);
  std::int64_t list = row.list_price * units;
  std::int64_t paid = pay.price * units;
  if (row.is(RowTrait::product)) {
    const int provider = model.network.settings[at(row.setting)].provider;
    const std::int32_t window_days = model.network.rows[at(token.row)].window_days;
    const bool open =
        token.product_provider == provider && token.product_day >= 0 && token.day < token.product_day + window_days;
    if (!open) {
      token.product_provider = provider;
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
  count_visit(model, state, row, token, units, list, paid);
  if (state.recorder != nullptr) {
    state.recorder->deliver(state, {token, row.setting, -1, units, list, paid, pay});
  }
}

}  // namespace

void post_visit_in_full(const Context& context, ArmState& state, const StepRow& row, Token& token, std::int64_t units) {
  const std::size_t cell = token.insurer * state.steps->rows.size() + at(token.row);
  if (state.units_alone[cell] == 0) {
    post_one_visit(context, state, row, cell, token, units);
    return;
  }
  state.units_since[cell] += static_cast<std::uint32_t>(units);
  count_visit(context.model, state, row, token, units, row.list_price * units, state.pay->rows[cell].price * units);
}

namespace {

/// What a service counts of the person.
void count_attached(const Model& model, ArmState& state, std::size_t a, const Token& token, std::int64_t paid) {
  const AttachedModel& attached = model.network.attached[a];
  if (model.insurance.present && model.insurance.attached_groups[a] != 0) {
    note_claim(model, state, token.person, model.insurance.attached_groups[a], 1);
  }
  const StepTables& tables = *state.steps;
  const std::uint8_t* const counts = tables.counts_attached.data() + a * tables.counters;
  std::int64_t* const spend = state.spend.data() + token.person * tables.counters;
  for (std::size_t s = 0; s < tables.counters; ++s) {
    const SpendAccumulator& counter = model.spend[s];
    if (counts[s] != 0) {
      spend[s] += counter.price == PriceBasis::paid   ? paid
                  : counter.price == PriceBasis::list ? attached.list_price
                                                      : counter.standard_attached[a];
    }
  }
  if (!model.use.empty()) {
    note_use(model, state, token.person, model.network.settings[at(attached.setting)].provider, attached.list_price,
             [&](const UseCounter& counter) { return counter.attached[a] != 0; });
  }
}

/// One service that a visit emits.
void post_one_attached(const Context& context, ArmState& state, std::size_t a, std::size_t cell, const Token& token) {
  const Model& model = context.model;
  if (state.attached_alone[cell] != 0) {
    state.attached_since[cell] += 1;
    if (state.steps->spending_only) {
      state.spend[token.person] += model.network.attached[a].list_price;
    } else {
      count_attached(model, state, a, token, state.pay->attached[cell].price);
    }
    return;
  }
  const AttachedModel& attached = model.network.attached[a];
  const RowPay& pay = pay_for(context, state, state.pay->attached[cell], token.person);
  state.year.attached[cell] += 1;
  if (pay.slot >= 0) {
    state.year.usage[at(pay.slot)] += pay.price;
  }
  if (pay.is_bill) {
    note_bill(state, token.person, pay.price, pay.bill_counts);
  }
  count_attached(model, state, a, token, pay.price);
  if (state.recorder != nullptr) {
    const auto service = static_cast<std::int32_t>(a);
    state.recorder->deliver(state, {token, attached.setting, service, 1, attached.list_price, pay.price, pay});
  }
}

}  // namespace

void post_attached(const Context& context, ArmState& state, const StepRow& row, const Token& token,
                   const Words& words) {
  const std::vector<AttachedModel>& attached = context.model.network.attached;
  std::size_t turn = 0;
  for (std::size_t a = at(row.first_attached); a < at(row.first_attached + row.attached); ++a) {
    // One uniform serves all services of a visit unless they are many: each takes its own word in turn.
    const std::uint32_t word = words[turn];
    turn = turn == 2 ? 0 : turn + 1;
    const std::size_t cell = token.insurer * attached.size() + a;
    const bool by_practice = word >= attached[a].from && word < attached[a].threshold;
    int left = by_practice ? 1 : 0;
    if (!state.attached.empty()) {
      left = attached_count(attached[a], state.attached[cell], word, words[3]);
    }
    for (; left > 0; --left) {
      post_one_attached(context, state, a, cell, token);
    }
  }
}

void note_pay(const Model& model, ArmState& state) {
  const std::vector<RowModel>& rows = model.network.rows;
  state.units_alone.assign(state.pay->rows.size(), 0);
  for (std::size_t cell = 0; cell < state.units_alone.size(); ++cell) {
    const bool alone = posts_by_units(state, state.pay->rows[cell]) && !rows[cell % rows.size()].product;
    state.units_alone[cell] = alone ? 1 : 0;
  }
  state.attached_alone.assign(state.pay->attached.size(), 0);
  for (std::size_t cell = 0; cell < state.attached_alone.size(); ++cell) {
    state.attached_alone[cell] = posts_by_units(state, state.pay->attached[cell]) ? 1 : 0;
  }
}

void book_units(const Model& model, ArmState& state) {
  const std::vector<RowModel>& rows = model.network.rows;
  for (std::size_t cell = 0; cell < state.units_since.size(); ++cell) {
    if (state.units_since[cell] != 0) {
      state.year.list_value[cell] += state.units_since[cell] * rows[cell % rows.size()].list_price;
      book(state.units_since[cell], state.pay->rows[cell], state.year.units[cell], state);
    }
  }
  for (std::size_t cell = 0; cell < state.attached_since.size(); ++cell) {
    if (state.attached_since[cell] != 0) {
      book(state.attached_since[cell], state.pay->attached[cell], state.year.attached[cell], state);
    }
  }
  for (std::size_t option = 0; option < state.moves_since.size(); ++option) {
    state.year.moves[option] += state.moves_since[option];
    state.moves_since[option] = 0;
  }
}

}  // namespace waterbed::engine
