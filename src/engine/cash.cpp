#include "cash.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

constexpr int k_least_run_off = 3;

enum ReserveItem : std::size_t { opening, incurred, paid, closing, k_items };

/// Whole years between the performance year and a payment so many months after it began.
int years_later(int month) { return (std::max(1, month) - 1) / 12; }

/// What each slot of the year pays in later years, [slot] of (years later, micro-euro).
using Later = std::vector<std::vector<std::pair<int, std::int64_t>>>;

Later later_payments(const ArmState& state, const std::vector<Settled>& settled,
                     const std::vector<std::int64_t>& amounts) {
  const std::vector<EntryKey>& entries = state.arm->entries;
  Later later(entries.size());
  for (std::size_t c = 0; c < settled.size(); ++c) {
    // Who shares in a settlement shares in what quality and a gain add to it, in the same entries.
    const bool shared = !state.arm->contracts[c].parties.empty();
    for (const DatedAmount& cash : settled[c].cash) {
      const bool added = cash.term == TermKind::quality || cash.term == TermKind::gain;
      const TermKind term = shared && added ? TermKind::settlement : cash.term;
      const int years = years_later(cash.month);
      std::vector<std::size_t> slots;
      std::int64_t whole = 0;
      for (std::size_t slot = 0; years > 0 && slot < entries.size(); ++slot) {
        if (entries[slot].contract.valid() && entries[slot].contract.index() == c && entries[slot].term == term) {
          slots.push_back(slot);
          whole += amounts[slot];
        }
      }
      // A term paid to several parties is paid to all of them on the same dates.
      std::int64_t left = cash.amount.micro;
      for (std::size_t i = 0; i < slots.size(); ++i) {
        const std::int64_t sign = whole > 0 ? 1 : -1;
        const bool last = i + 1 == slots.size();
        const std::int64_t part = last ? left
                                  : whole == 0
                                      ? 0
                                      : multiply_divide(cash.amount.micro, sign * amounts[slots[i]], sign * whole);
        later[slots[i]].emplace_back(years, part);
        left -= part;
      }
    }
  }
  return later;
}

std::size_t years_shown(const Model& model) { return at(model.time.years + run_off_years(model)); }

}  // namespace

int run_off_years(const Model& model) {
  int most = k_least_run_off;
  for (const ArmModel& arm : model.arms) {
    for (const ContractModel& contract : arm.contracts) {
      if (const Adjust* adjust = find_term<Adjust>(contract.contract)) {
        most = std::max({most, years_later(adjust->pay_month), years_later(adjust->owe_month)});
      }
      if (const Ceiling* ceiling = find_term<Ceiling>(contract.contract)) {
        most = std::max(most, ceiling->set_off_years);
      }
    }
  }
  return most;
}

std::vector<TableInfo> cash_infos(const Model& model) {
  Dimension paid_year{"paid_year", {}};
  for (std::size_t y = 0; y < years_shown(model); ++y) {
    paid_year.labels.push_back(std::to_string(model.time.start_year + static_cast<int>(y)));
  }
  Dimension payer{"payer", model.payers};
  payer.labels.emplace_back("household");
  return {{"payments_dated",
           "micro_eur",
           "ledger entries by the year in which they are paid",
           {paid_year, {"entry", model.entry_labels}}},
          {"reserves",
           "micro_eur",
           "what each payer owes for care and has not yet paid",
           {paid_year, payer, {"item", {"opening", "incurred", "paid", "closing"}}}}};
}

void write_cash(const Model& model, const ArmState& state, const std::vector<Settled>& settled,
                std::vector<std::int64_t>& dated, std::vector<std::int64_t>& reserves) {
  const std::size_t year = at(model.time.year_of(state.cycle));
  const std::size_t entries = model.entry_labels.size();
  const std::size_t payers = model.payers.size() + 1;
  std::vector<std::int64_t> amounts;
  for (const std::int64_t usage : state.year.usage) {
    amounts.push_back(round_to_cents(Money{usage}).micro);
  }
  const Later later = later_payments(state, settled, amounts);
  const auto book = [&](std::size_t y, std::size_t slot, ReserveItem item, std::int64_t amount) {
    const EntryKey& key = state.arm->entries[slot];
    for (const auto& [party, sign] : {std::pair{key.from, 1}, std::pair{key.to, -1}}) {
      if (party.index() < payers && key.term != TermKind::premium) {
        reserves[(y * payers + party.index()) * k_items + item] += sign * amount;
      }
    }
  };
  const auto pay = [&](std::size_t y, std::size_t slot, std::int64_t amount) {
    dated[y * entries + at(state.arm->entry_of_slot[slot])] += amount;
    book(y, slot, paid, amount);
  };
  for (std::size_t slot = 0; slot < amounts.size(); ++slot) {
    std::int64_t now = amounts[slot];
    for (const auto& [years, amount] : later[slot]) {
      pay(year + at(years), slot, amount);
      now -= amount;
    }
    pay(year, slot, now);
    book(year, slot, incurred, amounts[slot]);
  }
}

void close_reserves(const Model& model, std::vector<std::int64_t>& reserves) {
  const std::size_t payers = model.payers.size() + 1;
  for (std::size_t payer = 0; payer < payers; ++payer) {
    std::int64_t owed = 0;
    for (std::size_t y = 0; y < years_shown(model); ++y) {
      std::int64_t* const items = reserves.data() + (y * payers + payer) * k_items;
      items[opening] = owed;
      owed += items[incurred] - items[paid];
      items[closing] = owed;
    }
  }
}

}  // namespace waterbed::engine
