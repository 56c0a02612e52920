// Cutting spending and reinsuring what is left.

#include "waterbed/contracts/truncate.hpp"

#include "contracts/counted_spend.hpp"
#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace waterbed {
namespace {

using internal::cut_spend;
using internal::Exact;
using testing::cents;
using testing::euro;
using testing::half;
using testing::named;
using testing::percent;
using testing::permille;

CountedSpend groups(std::vector<SpendGroup> list) {
  CountedSpend counted;
  counted.groups = std::move(list);
  return counted;
}

Truncate at_percentile(Rate high) {
  Truncate truncate;
  truncate.percentile = high;
  return truncate;
}

Truncate above_mean(Rate k) {
  Truncate truncate;
  truncate.sd_above_mean = k;
  return truncate;
}

// 100 people at 1, 2, .. 100 euro: the least amount that at least 99 % stay within is 99; at least 98.1 % too.
TEST(Truncate, PercentileIsTheLeastAmountThatEnoughPeopleStayWithin) {
  std::vector<Money> persons;
  for (std::int64_t i = 100; i >= 1; --i) {
    persons.push_back(euro(i));
  }
  CountedSpend counted;
  counted.persons = persons;
  const auto level = [&](Rate share) {
    const Truncate rule = at_percentile(share);
    return *cut_spend(counted, &rule).levels.high;
  };
  EXPECT_EQ(level(percent(99)), euro(99));
  EXPECT_EQ(level(permille(981)), euro(99));
  EXPECT_EQ(level(percent(98)), euro(98));
  EXPECT_EQ(level(percent(100)), euro(100));
  EXPECT_EQ(level(Rate{1}), euro(1));
  const Truncate rule = at_percentile(percent(99));
  EXPECT_EQ(cut_spend(counted, &rule).sum, internal::fraction(euro(5050 - 1)));
}

TEST(Truncate, PercentileCountsThePeopleOfAGroup) {
  const Truncate rule = at_percentile(percent(99));
  // 989 + 11: only 98.9 % stay within 10. 990 + 10: exactly 99 % do.
  EXPECT_EQ(*cut_spend(groups({{989, euro(10)}, {11, euro(500)}}), &rule).levels.high, euro(500));
  const auto cut = cut_spend(groups({{10, euro(500)}, {990, euro(10)}}), &rule);
  EXPECT_EQ(*cut.levels.high, euro(10));
  EXPECT_EQ(cut.sum, internal::fraction(euro(10'000)));
}

TEST(Truncate, OnePersonIsEveryPercentileAndItsOwnMean) {
  for (const Truncate& rule : {at_percentile(Rate{1}), at_percentile(percent(99)), above_mean(percent(200))}) {
    EXPECT_EQ(cut_spend(groups({{1, cents(12'345)}}), &rule).sum, internal::fraction(cents(12'345)));
  }
}

TEST(Truncate, NobodySpendsNothing) {
  Truncate both = at_percentile(percent(99));
  both.low_percentile = percent(1);
  for (const Truncate& rule : {both, above_mean(percent(200))}) {
    const auto cut = cut_spend(groups({{0, euro(5)}}), &rule);
    EXPECT_EQ(cut.sum, 0);
    EXPECT_FALSE(cut.levels.high.has_value());
  }
}

// 2, 4, 4, 4, 5, 5, 7, 9: mean 5, standard deviation of the population 2. Mean + 1.5 sd = 8: only the 9 is cut.
TEST(Truncate, StandardDeviationsAreOfThePopulation) {
  const CountedSpend counted = groups({{1, euro(2)}, {3, euro(4)}, {2, euro(5)}, {1, euro(7)}, {1, euro(9)}});
  const Truncate rule = above_mean(permille(1500));
  const auto cut = cut_spend(counted, &rule);
  EXPECT_EQ(*cut.levels.high, euro(8));
  EXPECT_EQ(cut.sum, internal::fraction(euro(39)));
  const Truncate none = above_mean(Rate{});
  EXPECT_EQ(*cut_spend(counted, &none).levels.high, euro(5));
}

// 0, 0 and 3 euro: mean 1, sd sqrt(2) = 1.41421356237..: to the nearest micro-euro 2.414214. With a debt of 3 instead:
// -1 + 1.41421356 = 0.414214.
TEST(Truncate, AnIrrationalLevelIsRoundedToTheNearestMicroEuro) {
  const Truncate rule = above_mean(percent(100));
  EXPECT_EQ(*cut_spend(groups({{2, Money{}}, {1, euro(3)}}), &rule).levels.high, Money{2'414'214});
  EXPECT_EQ(*cut_spend(groups({{2, Money{}}, {1, euro(-3)}}), &rule).levels.high, Money{414'214});
  // 0 and 1 micro-euro have a mean and a standard deviation of a half: 1.5 sd above the mean is 1.25; a half goes up.
  const Truncate more = above_mean(permille(1500));
  EXPECT_EQ(*cut_spend(groups({{1, Money{}}, {1, Money{1}}}), &more).levels.high, Money{1});
  const Truncate mean = above_mean(Rate{});
  EXPECT_EQ(*cut_spend(groups({{1, Money{}}, {1, Money{1}}}), &mean).levels.high, Money{1});
}

// As episodes are cut at the 1st and the 99th percentile; here 10 people at 1 .. 10: 20th percentile 2, 90th 9. The sum
// of 55 gains 1 and loses 1.
TEST(Truncate, WhatIsUnderTheLowPercentileCountsAsThePercentile) {
  Truncate rule = at_percentile(percent(90));
  rule.low_percentile = percent(20);
  std::vector<SpendGroup> list;
  for (std::int64_t i = 1; i <= 10; ++i) {
    list.push_back({1, euro(i)});
  }
  const auto cut = cut_spend(groups(list), &rule);
  EXPECT_EQ(*cut.levels.low, euro(2));
  EXPECT_EQ(*cut.levels.high, euro(9));
  EXPECT_EQ(cut.sum, internal::fraction(euro(55)));
  // An amount that lies under the low percentile has the last word.
  Truncate amount;
  amount.amount = euro(3);
  amount.low_percentile = percent(50);
  EXPECT_EQ(cut_spend(groups(list), &amount).sum, internal::fraction(euro(30)));
}

TEST(Truncate, CreditsCountAsTheyAre) {
  const Truncate rule{TruncateUnit::person, euro(100)};
  EXPECT_EQ(cut_spend(groups({{1, euro(-50)}, {1, euro(300)}}), &rule).sum, internal::fraction(euro(50)));
}

TEST(Truncate, SumsBeyondMoneyOverflowOnlyWhenTheyArePosted) {
  const Money most{std::numeric_limits<std::int64_t>::max()};
  const auto cut = cut_spend(groups({{1'000'000, most}}), nullptr);
  EXPECT_EQ(cut.sum, internal::fraction(most) * 1'000'000);
  EXPECT_THROW((void)internal::to_cents(cut.sum), std::overflow_error);
  EXPECT_THROW((void)cut_spend(groups({{std::numeric_limits<std::int64_t>::max(), most},
                                       {1'000'000'000'000'000'000, most},
                                       {std::numeric_limits<std::int64_t>::max(), most}}),
                               nullptr),
               std::overflow_error);
}

RC_GTEST_PROP(Truncate, OrderAndGroupingChangeNothing, ()) {
  Truncate rule = *rc::gen::element(at_percentile(percent(90)), above_mean(percent(150)));
  rule.low_percentile = percent(10);
  std::vector<Money> persons;
  std::vector<SpendGroup> list;
  for (int i = 0; i < 12; ++i) {
    const Money each = cents(*rc::gen::inRange(-1000, 100'000));
    const int people = *rc::gen::inRange(1, 4);
    list.push_back({people, each});
    persons.insert(persons.end(), static_cast<std::size_t>(people), each);
  }
  const auto by_group = cut_spend(groups(list), &rule);
  std::reverse(persons.begin(), persons.end());
  CountedSpend counted;
  counted.persons = persons;
  const auto by_person = cut_spend(counted, &rule);
  RC_ASSERT(by_group.sum == by_person.sum);
  RC_ASSERT(by_group.levels.high == by_person.levels.high);
  RC_ASSERT(by_group.levels.low == by_person.levels.low);
}

TEST(Truncate, HoldsOneAmountBetweenTheLevelsThatThereAre) {
  const CutLevels both{.low = euro(2), .high = euro(9)};
  EXPECT_EQ(cut_to(euro(1), both), euro(2));
  EXPECT_EQ(cut_to(euro(5), both), euro(5));
  EXPECT_EQ(cut_to(euro(10), both), euro(9));
  EXPECT_EQ(cut_to(euro(1), {.low = {}, .high = euro(9)}), euro(1));
  EXPECT_EQ(cut_to(euro(10), {.low = euro(2), .high = {}}), euro(10));
  EXPECT_EQ(cut_to(euro(-3), {}), euro(-3));
}

// 10 people: 8 at 1,000, one at 60,000, one at 120,000. Of what exceeds 50,000, at most 40,000, 80 % is borne by the
// reinsurer: 80 % x (10,000 + 40,000) = 40,000; premium 500 x 10. S = 188,000 - 40,000 + 5,000 = 153,000.
TEST(Reinsure, CountsTheShareThatStaysAndThePremium) {
  Reinsure reinsure;
  reinsure.attach = euro(50'000);
  reinsure.limit = euro(40'000);
  reinsure.share = percent(80);
  reinsure.premium = euro(500);
  EXPECT_EQ(reinsured(reinsure, euro(50'000)), Money{});
  EXPECT_EQ(reinsured(reinsure, euro(60'000)), euro(8'000));
  EXPECT_EQ(reinsured(reinsure, euro(120'000)), euro(32'000));
  Facts facts;
  facts.person_time = PersonTime{10, 1};
  facts.benchmark_per_person_year = euro(20'000);
  facts.counted.groups = {{8, euro(1'000)}, {1, euro(60'000)}, {1, euro(120'000)}};
  const Contract contract = named({reinsure, testing::given(), half()});
  ASSERT_TRUE(validate(contract).empty());
  EXPECT_EQ(settle(contract, facts).counted, euro(153'000));
  // A total with what is borne of it says the same.
  facts.counted = {};
  facts.counted.total = euro(188'000);
  facts.counted.reinsured = euro(40'000);
  EXPECT_EQ(settle(contract, facts).counted, euro(153'000));
}

// First cut at 100,000, then reinsured: 80 % x (10,000 + 40,000), of 168,000.
TEST(Reinsure, ComesAfterTheCut) {
  Reinsure reinsure;
  reinsure.attach = euro(50'000);
  reinsure.share = percent(80);
  Facts facts;
  facts.person_time = PersonTime{10, 1};
  facts.benchmark_per_person_year = euro(20'000);
  facts.counted.groups = {{8, euro(1'000)}, {1, euro(60'000)}, {1, euro(120'000)}};
  const Contract contract = named({reinsure, Truncate{TruncateUnit::person, euro(100'000)}, testing::given(), half()});
  EXPECT_EQ(settle(contract, facts).counted, euro(168'000 - 48'000));
}

TEST(Reinsure, LeavesTheBaseYearsAsTheyWere) {
  Reinsure reinsure;
  reinsure.attach = euro(50'000);
  Facts facts;
  facts.person_time = PersonTime{1, 1};
  facts.counted.total = euro(0);
  facts.counted.reinsured = euro(0);
  facts.base_years.resize(1);
  facts.base_years[0].person_time = PersonTime{1, 1};
  facts.base_years[0].counted.groups = {{1, euro(80'000)}};
  EXPECT_EQ(settle(named({reinsure, Reference{{History{1, {}, {}}}}, half()}), facts).benchmark, euro(80'000));
}

// The percentile is found anew in each base year: 10 people at 1 .. 10 and one base year at 101 .. 110.
TEST(Truncate, EachBaseYearHasItsOwnPercentile) {
  Facts facts;
  facts.person_time = PersonTime{10, 1};
  facts.base_years.resize(1);
  facts.base_years[0].person_time = PersonTime{10, 1};
  for (std::int64_t i = 1; i <= 10; ++i) {
    facts.base_years[0].counted.groups.push_back({1, euro(100 + i)});
    facts.counted.groups.push_back({1, euro(i)});
  }
  const auto result = settle(named({at_percentile(percent(90)), Reference{{History{1, {}, {}}}}, half()}), facts);
  EXPECT_EQ(result.benchmark, euro(1055 - 1));
  EXPECT_EQ(result.counted, euro(55 - 1));
}

}  // namespace
}  // namespace waterbed
