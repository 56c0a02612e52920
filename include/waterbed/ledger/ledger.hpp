#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/ledger/entry.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace waterbed {

/// Position of an entry in the ledger that handed it out.
using LedgerSlot = Id<struct LedgerSlotTag>;

/// One line as posted: usage rounded once to whole cents, half away from zero. Negative: the money runs back.
struct Posting {
  EntryKey key;
  Money amount;

  friend constexpr auto operator<=>(const Posting&, const Posting&) = default;
};

/// Every euro of one replication that moves, by double entry.
///
/// Usage accrues as units x price in whole micro-euro, so that order and blocks do not matter, and is rounded when
/// posted. Ask for slots at set-up; `add` in the loop is one multiplication and one addition. Not thread-safe: give
/// each block of persons its own copy and merge with `+=` before posting.
class Ledger {
 public:
  /// The slot of this entry, made when new. Cost: linear in the number of slots when new, else logarithmic.
  /// @throws InvalidArgument if a party is none or pays itself.
  LedgerSlot slot(const EntryKey& key);

  /// Adds usage. Range of one slot: +-9.2e12 EUR.
  void add(LedgerSlot slot, std::int64_t units, Money price) { usage_[slot.index()] += price.micro * units; }
  void add(LedgerSlot slot, Money amount) { usage_[slot.index()] += amount.micro; }

  /// Unrounded usage of a slot.
  [[nodiscard]] Money usage(LedgerSlot slot) const { return Money{usage_[slot.index()]}; }
  [[nodiscard]] const EntryKey& key(LedgerSlot slot) const { return keys_[slot.index()]; }
  [[nodiscard]] Index slots() const { return static_cast<Index>(keys_.size()); }

  /// Adds the usage of another block of the same replication; entries it alone has are made.
  /// @throws std::overflow_error
  Ledger& operator+=(const Ledger& other);

  /// Forgets usage and keeps the slots.
  void clear();

  /// All entries that are not zero in cents, sorted by key.
  [[nodiscard]] std::vector<Posting> post() const;

  /// Received less paid of each party, from the postings; shape (parties,).
  /// @throws InvalidArgument if an entry names a party outside the range; std::overflow_error
  [[nodiscard]] std::vector<Money> balances(Index parties) const;

  /// True if the balances of all parties add up to zero, in integers.
  [[nodiscard]] bool sums_to_zero() const;

 private:
  std::vector<EntryKey> keys_;
  std::vector<std::int64_t> usage_;
  std::vector<std::pair<EntryKey, LedgerSlot>> order_;  // sorted by key
};

/// Received less paid of each party; every posting debits one party and credits another. Shape (parties,).
/// @throws InvalidArgument if a posting names a party outside the range; std::overflow_error
std::vector<Money> balances(const std::vector<Posting>& postings, Index parties);

}  // namespace waterbed
