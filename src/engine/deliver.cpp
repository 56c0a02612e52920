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

}  // namespace

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

namespace {

/// One service that a visit emits.
void post_one_attached(const Context& context, ArmState& state, std::int32_t a, std::size_t cell, const Token& token) {
  const Model& model = context.model;
  const AttachedModel& attached = model.network.attached[at(a)];
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

}  // namespace

void post_attached(const Context& context, ArmState& state, const RowModel& row, const Token& token,
                   const Words& words) {
  const std::vector<AttachedModel>& attached = context.model.network.attached;
  const std::size_t insurer = insurer_of(context.model, token.person);
  std::size_t turn = 0;
  for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
    // One uniform serves all services of a visit unless they are many: each takes its own word in turn.
    const std::uint32_t word = words[turn];
    turn = turn == 2 ? 0 : turn + 1;
    const std::size_t cell = insurer * attached.size() + at(a);
    const bool by_practice = word >= attached[at(a)].from && word < attached[at(a)].threshold;
    int left = by_practice ? 1 : 0;
    if (!state.attached.empty()) {
      left = attached_count(attached[at(a)], state.attached[cell], word, words[3]);
    }
    for (; left > 0; --left) {
      post_one_attached(context, state, a, cell, token);
    }
  }
}

}  // namespace waterbed::engine
