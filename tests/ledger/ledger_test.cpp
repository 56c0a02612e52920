#include "waterbed/ledger/ledger.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <stdexcept>

namespace waterbed {
namespace {

EntryKey entry(int from, int to, TermKind term = TermKind::fee, int year = 2023) {
  return {PartyId(from), PartyId(to), ContractId(0), term, SectorId(0), year};
}

TEST(Ledger, RoundsOnceWhenPostedHalfAwayFromZero) {
  Ledger ledger;
  const LedgerSlot slot = ledger.slot(entry(0, 1));
  const LedgerSlot back = ledger.slot(entry(1, 0));
  // Three times a third of a cent and a half: 1.5 cents in total, not three times zero.
  ledger.add(slot, 3, Money{5'000});
  ledger.add(back, Money{-15'000});
  const auto postings = ledger.post();
  ASSERT_EQ(postings.size(), 2U);
  EXPECT_EQ(postings[0].amount, Money::from_cents(2));
  EXPECT_EQ(postings[1].amount, Money::from_cents(-2));
}

TEST(Ledger, DebitsThePayerAndCreditsThePaid) {
  Ledger ledger;
  ledger.add(ledger.slot(entry(0, 2)), 4, Money::from_euro(12.21));
  ledger.add(ledger.slot(entry(1, 2, TermKind::patient_share)), Money::from_euro(10));
  const auto balances = ledger.balances(3);
  EXPECT_EQ(balances[0], Money::from_cents(-4884));
  EXPECT_EQ(balances[1], Money::from_cents(-1000));
  EXPECT_EQ(balances[2], Money::from_cents(5884));
}

TEST(Ledger, GivesOneSlotPerEntry) {
  Ledger ledger;
  const LedgerSlot first = ledger.slot(entry(0, 1));
  EXPECT_NE(first, ledger.slot(entry(0, 1, TermKind::lump)));
  EXPECT_NE(first, ledger.slot(entry(0, 1, TermKind::fee, 2024)));
  EXPECT_EQ(first, ledger.slot(entry(0, 1)));
  EXPECT_EQ(ledger.slots(), 3);
  EXPECT_EQ(ledger.key(first), entry(0, 1));
}

TEST(Ledger, ClearForgetsUsageAndKeepsSlots) {
  Ledger ledger;
  const LedgerSlot slot = ledger.slot(entry(0, 1));
  ledger.add(slot, Money::from_euro(5));
  EXPECT_EQ(ledger.usage(slot), Money::from_euro(5));
  ledger.clear();
  EXPECT_EQ(ledger.usage(slot), Money{});
  EXPECT_TRUE(ledger.post().empty());
  EXPECT_EQ(ledger.slots(), 1);
}

TEST(Ledger, MergesBlocksBeforeRounding) {
  Ledger a;
  Ledger b;
  a.add(a.slot(entry(0, 1)), Money{3'000});
  b.slot(entry(0, 2));  // so that the shared entry has another slot in b
  b.add(b.slot(entry(0, 1)), Money{3'000});
  b.add(b.slot(entry(0, 2)), Money::from_cents(7));
  a += b;
  const auto postings = a.post();
  ASSERT_EQ(postings.size(), 2U);
  EXPECT_EQ(postings[0].amount, Money::from_cents(1));  // 0.6 cents
  EXPECT_EQ(postings[1].amount, Money::from_cents(7));
}

TEST(Ledger, RefusesAPartyThatPaysItselfOrNobody) {
  Ledger ledger;
  EXPECT_THROW(ledger.slot(entry(1, 1)), InvalidArgument);
  EXPECT_THROW(ledger.slot(entry(-1, 1)), InvalidArgument);
  EXPECT_THROW(ledger.slot(entry(1, -1)), InvalidArgument);
  EXPECT_EQ(ledger.slots(), 0);
}

TEST(Ledger, RefusesBalancesOfTooFewParties) {
  Ledger ledger;
  ledger.add(ledger.slot(entry(0, 5)), Money::from_cents(1));
  EXPECT_THROW((void)ledger.balances(5), InvalidArgument);
  EXPECT_EQ(ledger.balances(6)[5], Money::from_cents(1));
}

TEST(Ledger, ThrowsRatherThanWrapsWhenMerged) {
  Ledger a;
  a.add(a.slot(entry(0, 1)), Money{std::numeric_limits<std::int64_t>::max()});
  const Ledger b = a;
  EXPECT_THROW(a += b, std::overflow_error);
}

RC_GTEST_PROP(Ledger, SumsToZeroAndDoesNotDependOnOrderOrBlocks, ()) {
  struct Add {
    EntryKey key;
    std::int64_t units;
    Money price;
  };
  std::vector<Add> adds;
  const int count = *rc::gen::inRange(0, 60);
  for (int i = 0; i < count; ++i) {
    const int from = *rc::gen::inRange(0, 5);
    const int to = (from + *rc::gen::inRange(1, 5)) % 5;
    adds.push_back({entry(from, to, static_cast<TermKind>(*rc::gen::inRange(0, static_cast<int>(k_term_kinds))),
                          2023 + *rc::gen::inRange(0, 3)),
                    *rc::gen::inRange<std::int64_t>(-50, 50), Money{*rc::gen::inRange<std::int64_t>(0, 900'000'000)}});
  }
  Ledger whole;
  Ledger blocks[2];
  for (std::size_t i = 0; i < adds.size(); ++i) {
    whole.add(whole.slot(adds[i].key), adds[i].units, adds[i].price);
    const Add& reversed = adds[adds.size() - 1 - i];
    blocks[i % 2].add(blocks[i % 2].slot(reversed.key), reversed.units, reversed.price);
  }
  blocks[0] += blocks[1];
  RC_ASSERT(whole.post() == blocks[0].post());
  RC_ASSERT(whole.sums_to_zero());
  std::int64_t cents = 0;
  for (const Money balance : whole.balances(5)) {
    RC_ASSERT(balance.micro % Money::k_micro_per_cent == 0);
    cents += balance.to_cents();
  }
  RC_ASSERT(cents == 0);
}

}  // namespace
}  // namespace waterbed
