// Payment for outcome gained against a frozen expectation.

#include "waterbed/contracts/gain.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::named;
using testing::percent;
using testing::permille;

/// 10,000 a unit, half of it shared.
Gain plain() {
  Gain gain;
  gain.outcome = "qaly";
  gain.value = euro(10'000);
  gain.share = percent(50);
  return gain;
}

Money paid(const Gain& gain, const Facts& facts) {
  const Contract contract = named({gain});
  EXPECT_TRUE(validate(contract).empty());
  return settle(contract, facts).of(TermKind::gain);
}

Facts outcomes(std::vector<Outcome> list) {
  Facts facts;
  facts.outcomes = std::move(list);
  return facts;
}

TEST(Gain, LossesAreOwedWithoutAFloor) {
  // 3 x 0.1 - 1 x 0.5 = -0.2
  EXPECT_EQ(paid(plain(), outcomes({{3, percent(50), percent(60)}, {1, percent(80), percent(30)}})), euro(-1'000));
  Gain floor = plain();
  floor.floor = Rate{};
  EXPECT_EQ(paid(floor, outcomes({{3, percent(50), percent(60)}, {1, percent(80), percent(30)}})), Money{});
  floor.floor = percent(-10);
  EXPECT_EQ(paid(floor, outcomes({{3, percent(50), percent(60)}, {1, percent(80), percent(30)}})), euro(-500));
}

TEST(Gain, ACapHoldsTheGroupOrEachPerson) {
  Gain gain = plain();
  gain.cap = percent(25);
  const Facts facts = outcomes({{2, percent(50), percent(60)}, {1, percent(50), percent(90)}});  // 0.2 + 0.4
  EXPECT_EQ(paid(gain, facts), euro(1'250));
  gain.at = GainLevel::person;
  EXPECT_EQ(paid(gain, facts), euro(2'250));  // 0.1 + 0.1 + 0.25
}

// Z = 30 / (30 + 70) = 0.3: 30 x 0.1 x 0.3 = 0.9 units.
TEST(Gain, CredibilityShrinksSmallGroups) {
  Gain gain = plain();
  gain.credibility_k = 70;
  EXPECT_EQ(paid(gain, outcomes({{30, percent(50), percent(60)}})), euro(4'500));
  // The cap is on what is believed: 0.9 is under 1.
  gain.cap = Rate{Rate::k_one};
  EXPECT_EQ(paid(gain, outcomes({{30, percent(50), percent(60)}})), euro(4'500));
}

TEST(Gain, WhatTheComparisonGainedIsTakenOff) {
  Facts facts = outcomes({{10, percent(50), percent(60)}});
  facts.comparison_gain = percent(4);
  EXPECT_EQ(paid(plain(), facts), euro(3'000));  // 10 x (0.1 - 0.04) x 5,000
  Gain person = plain();
  person.at = GainLevel::person;
  EXPECT_EQ(paid(person, facts), euro(3'000));
}

TEST(Gain, TheWholePaymentHasAMost) {
  Gain gain = plain();
  gain.most = euro(2'000);
  EXPECT_EQ(paid(gain, outcomes({{10, percent(50), percent(60)}})), euro(2'000));
  EXPECT_EQ(paid(gain, outcomes({{10, percent(60), percent(50)}})), euro(-5'000));  // not of what is owed
}

TEST(Gain, NobodyGainsNothingWhateverTheFloor) {
  Gain gain = plain();
  gain.floor = percent(10);
  EXPECT_EQ(paid(gain, outcomes({{0, percent(50), percent(90)}})), Money{});
  Facts nobody;
  nobody.assigned = 0;
  EXPECT_EQ(paid(gain, nobody), Money{});
}

TEST(Gain, IsAddedPastTheLimitAndShared) {
  const Layers half = testing::one_layer(Share::of(percent(50)), Share::of(percent(50)));
  const Contract contract =
      named({testing::given(), half, Limit{{testing::limit_of(LimitBase::reference, percent(1))}, {}}, plain(),
             Split{{{"group", Rate{3 * Rate::k_one}}, {"hospital", Rate{Rate::k_one}}}, {}}});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = testing::year(1'000, euro(1'000), euro(900));
  facts.outcomes = {{10, percent(50), percent(60)}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.settlement, euro(10'000));
  EXPECT_EQ(result.of(TermKind::gain), euro(5'000));
  EXPECT_EQ(result.split[0].amount, cents(1'125'000));
  EXPECT_EQ(result.split[1].amount, cents(375'000));
}

RC_GTEST_PROP(Gain, FloorsForEachPersonNeverPayLessThanOneForTheGroup, ()) {
  Gain gain = plain();
  gain.floor = Rate{};
  std::vector<Outcome> list;
  for (int i = 0; i < 8; ++i) {
    list.push_back(
        {*rc::gen::inRange(0, 3), permille(*rc::gen::inRange(0, 1001)), permille(*rc::gen::inRange(0, 1001))});
  }
  const Money group = settle(named({gain}), outcomes(list)).of(TermKind::gain);
  gain.at = GainLevel::person;
  RC_ASSERT(settle(named({gain}), outcomes(list)).of(TermKind::gain) >= group);
}

}  // namespace
}  // namespace waterbed
