#include "waterbed/ledger/ledger.hpp"

#include "waterbed/core/error.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace waterbed {
namespace {

std::int64_t checked_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) {
    throw std::overflow_error("ledger amount out of range");
  }
  return sum;
}

bool key_less(const std::pair<EntryKey, LedgerSlot>& entry, const EntryKey& key) { return entry.first < key; }

}  // namespace

std::string_view term_name(TermKind term) {
  static constexpr std::array<std::string_view, k_term_kinds> names = {
      "fee",       "patient_share", "capitation", "bundle",  "lump", "ceiling",    "settlement",
      "programme", "cost",          "withhold",   "quality", "gain", "adjustment", "premium"};
  return names.at(static_cast<std::size_t>(term));
}

LedgerSlot Ledger::slot(const EntryKey& key) {
  if (!key.from.valid() || !key.to.valid()) {
    throw InvalidArgument("entry", "must name who pays and who is paid",
                          std::to_string(key.from.value) + " -> " + std::to_string(key.to.value));
  }
  if (key.from == key.to) {
    throw InvalidArgument("entry", "a party must not pay itself", std::to_string(key.from.value));
  }
  const auto place = std::lower_bound(order_.begin(), order_.end(), key, key_less);
  if (place != order_.end() && place->first == key) {
    return place->second;
  }
  const LedgerSlot made{static_cast<std::int32_t>(keys_.size())};
  order_.insert(place, {key, made});
  keys_.push_back(key);
  usage_.push_back(0);
  return made;
}

Ledger& Ledger::operator+=(const Ledger& other) {
  for (std::size_t i = 0; i < other.keys_.size(); ++i) {
    // Blocks copied from one prototype have the same slots in the same order.
    const bool same = i < keys_.size() && keys_[i] == other.keys_[i];
    const std::size_t mine = same ? i : slot(other.keys_[i]).index();
    usage_[mine] = checked_add(usage_[mine], other.usage_[i]);
  }
  return *this;
}

void Ledger::clear() { std::fill(usage_.begin(), usage_.end(), 0); }

std::vector<Posting> Ledger::post() const {
  std::vector<Posting> postings;
  postings.reserve(order_.size());
  for (const auto& [key, slot] : order_) {
    const Money amount = round_to_cents(Money{usage_[slot.index()]});
    if (amount.micro != 0) {
      postings.push_back({key, amount});
    }
  }
  return postings;
}

std::vector<Money> Ledger::balances(Index parties) const { return waterbed::balances(post(), parties); }

bool Ledger::sums_to_zero() const {
  std::int32_t last = -1;
  for (const EntryKey& key : keys_) {
    last = std::max({last, key.from.value, key.to.value});
  }
  __extension__ __int128 sum = 0;
  for (const Money balance : balances(last + 1)) {
    sum += balance.micro;
  }
  return sum == 0;
}

std::vector<Money> balances(const std::vector<Posting>& postings, Index parties) {
  std::vector<Money> result(static_cast<std::size_t>(std::max<Index>(parties, 0)));
  for (const Posting& posting : postings) {
    for (const PartyId party : {posting.key.from, posting.key.to}) {
      if (!party.valid() || party.value >= parties) {
        throw InvalidArgument("posting", "must name a party below " + std::to_string(parties),
                              std::to_string(party.value));
      }
    }
    Money& payer = result[posting.key.from.index()];
    Money& paid = result[posting.key.to.index()];
    payer.micro = checked_add(payer.micro, -posting.amount.micro);
    paid.micro = checked_add(paid.micro, posting.amount.micro);
  }
  return result;
}

}  // namespace waterbed
