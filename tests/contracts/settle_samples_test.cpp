#include "waterbed/contracts/settle_samples.hpp"

#include "contracts/apportion.hpp"
#include "contracts/sample_sums.hpp"
#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

namespace waterbed {
namespace {

using testing::cents;
using ::testing::ElementsAre;
using testing::euro;
using testing::given;
using testing::named;
using testing::one_layer;
using testing::percent;
using testing::permille;
using testing::year;

Truncate cut_at(Money amount) {
  Truncate truncate;
  truncate.amount = amount;
  return truncate;
}

Reinsure stop_loss(Money attach, std::optional<Money> limit, Rate share, Money premium) {
  return Reinsure{attach, limit, share, premium};
}

struct Columns {
  std::vector<Money> payer;
  std::vector<Money> holder;
  std::vector<Money> reinsurer;

  explicit Columns(std::size_t size) : payer(size), holder(size), reinsurer(size) {}
  Bearers bearers() { return {payer, holder, reinsurer}; }
};

std::int64_t sum_of(std::span<const Money> amounts) {
  return std::accumulate(amounts.begin(), amounts.end(), std::int64_t{0},
                         [](std::int64_t sum, Money amount) { return sum + amount.micro; });
}

Contract random_contract() {
  const auto share = [] { return permille(*rc::gen::inRange(0, 1001)); };
  const auto edge = [](int low, int high) { return permille(*rc::gen::inRange(low, high)); };
  Gate gate{edge(0, 40), edge(0, 40)};
  gate.mode = *rc::gen::element(GateMode::first_dollar, GateMode::excess);
  Layers layers{{{edge(10, 100), Share::of(share())}, {std::nullopt, Share::of(share())}},
                {{edge(10, 100), Share::of(share())}, {std::nullopt, Share::of(share())}}};
  Contract contract =
      named({given(), gate, layers,
             Limit{{testing::limit_of(LimitBase::reference, edge(10, 200))},
                   {testing::limit_of(LimitBase::revenue, edge(10, 200))}},
             testing::sequestered(permille(20)),
             Split{{{"group", Rate{*rc::gen::inRange(1, 1000)}}, {"hospital", Rate{*rc::gen::inRange(1, 1000)}}}, {}}});
  if (*rc::gen::arbitrary<bool>()) {
    Truncate truncate = cut_at(cents(*rc::gen::inRange(100'000, 3'000'000)));
    if (*rc::gen::arbitrary<bool>()) {
      truncate = Truncate{};
      truncate.percentile = edge(800, 1001);
      truncate.low_percentile = edge(0, 100);
    }
    contract.terms.emplace_back(truncate);
  }
  if (*rc::gen::arbitrary<bool>()) {
    const bool open = *rc::gen::arbitrary<bool>();
    contract.terms.emplace_back(stop_loss(cents(*rc::gen::inRange(50'000, 2'000'000)),
                                          open ? std::nullopt : std::optional(cents(*rc::gen::inRange(1, 900'000))),
                                          share(), cents(*rc::gen::inRange(0, 5000))));
  }
  return contract;
}

RC_GTEST_PROP(SettleSamples, PaysEachSampleWhatSettlePaysItsPersons, ()) {
  const Contract contract = random_contract();
  RC_PRE(validate(contract).empty());
  const auto persons = *rc::gen::inRange<std::ptrdiff_t>(1, 40);
  const auto rows = *rc::gen::inRange<std::ptrdiff_t>(1, 5);
  std::vector<Money> spending;
  for (std::ptrdiff_t i = 0; i < persons * rows; ++i) {
    spending.push_back(Money{*rc::gen::inRange<std::int64_t>(-500'000'000, 40'000'000'000)});
  }
  const Facts facts = year(persons, euro(15'000), Money{});
  Columns columns(spending.size());
  const ManySettlements many = settle_samples(contract, facts, {spending, persons}, columns.bearers());
  RC_ASSERT(many.total.size() == static_cast<std::size_t>(rows));
  for (std::size_t row = 0; row < many.total.size(); ++row) {
    const auto first = row * static_cast<std::size_t>(persons);
    const auto count = static_cast<std::size_t>(persons);
    Facts one = facts;
    one.counted = CountedSpend{};
    one.counted.persons = std::span<const Money>(spending).subspan(first, count);
    const Settlement settled = settle(contract, one, Detail::amounts);
    RC_ASSERT(many.total[row] == settled.total());
    RC_ASSERT(many.settlement[row] == settled.settlement);
    RC_ASSERT(many.benchmark[row] == settled.benchmark);
    RC_ASSERT(many.counted[row] == settled.counted);
    RC_ASSERT(many.gain[row] == settled.gain);
    RC_ASSERT(many.before_adjustment[row] == settled.before_adjustment);
    RC_ASSERT((many.gate_passed[row] == 1) == settled.gate_passed);
    RC_ASSERT(many.split[2 * row] == settled.split[0].amount);
    RC_ASSERT(many.split[2 * row + 1] == settled.split[1].amount);
    RC_ASSERT(sum_of(std::span<const Money>(columns.holder).subspan(first, count)) == -settled.settlement.micro);
  }
  for (std::size_t i = 0; i < spending.size(); ++i) {
    RC_ASSERT(columns.payer[i] + columns.holder[i] + columns.reinsurer[i] == spending[i]);
  }
}

TEST(SettleSamples, SharesTheAggregateLayerOfWorkloadThree) {
  // Cap 50,000 a person; half of what all cost together above 150,000 = 4 x 37,500, at most 40,000.
  Limit limit;
  limit.down.push_back(LimitPart{LimitBase::amount, {}, euro(40'000)});
  const Contract contract =
      named({given(), cut_at(euro(50'000)), Layers{{}, {{std::nullopt, Share::of(percent(50))}}}, limit});
  const Facts facts = year(4, euro(37'500), Money{});
  const std::vector<Money> spending = {euro(90'000), euro(50'000), euro(49'000), euro(1),
                                       euro(50'000), euro(50'000), euro(50'000), euro(50'000)};
  Columns columns(spending.size());
  const ManySettlements many = settle_samples(contract, facts, {spending, 4}, columns.bearers());
  EXPECT_THAT(many.counted, ElementsAre(euro(149'001), euro(200'000)));
  EXPECT_THAT(many.settlement, ElementsAre(Money{}, euro(-25'000)));
  EXPECT_EQ(columns.payer[0], euro(90'000));  // above the cap the payer bears all
  for (std::size_t i = 4; i < 8; ++i) {
    EXPECT_EQ(columns.holder[i], euro(6250));
    EXPECT_EQ(columns.payer[i], euro(43'750));
  }
}

TEST(SettleSamples, ReinsurerBearsItsShareOfEachPersonsLayer) {
  // 80 % of what a person costs between 10,000 and 30,000; the holder owes half of the rest above 20,000 together.
  const Contract contract = named({given(), stop_loss(euro(10'000), euro(20'000), percent(80), Money{}),
                                   one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const std::vector<Money> spending = {euro(40'000), euro(15'000), euro(5000)};
  Columns columns(3);
  const ManySettlements many =
      settle_samples(contract, year(1, euro(20'000), Money{}), {spending, 3}, columns.bearers());
  EXPECT_THAT(columns.reinsurer, ElementsAre(euro(16'000), euro(4000), Money{}));
  EXPECT_THAT(many.counted, ElementsAre(euro(40'000)));
  EXPECT_THAT(many.settlement, ElementsAre(euro(-10'000)));
  EXPECT_THAT(columns.holder, ElementsAre(euro(6000), euro(2750), euro(1250)));  // of 24,000, 11,000 and 5,000
  EXPECT_THAT(columns.payer, ElementsAre(euro(18'000), euro(8250), euro(3750)));
}

TEST(SettleSamples, ASavingIsPaidOutInProportionAndEquallyIfNobodyCounts) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const std::vector<Money> spending = {euro(300), euro(100), euro(0), euro(-50)};
  Columns columns(4);
  settle_samples(contract, year(4, euro(1000), Money{}), {spending, 2}, columns.bearers());
  EXPECT_THAT(columns.holder, ElementsAre(euro(-1350), euro(-450), cents(-101'250), cents(-101'250)));
  EXPECT_THAT(columns.payer, ElementsAre(euro(1650), euro(550), cents(101'250), cents(96'250)));
}

TEST(SettleSamples, DoesNotAllocateUnasked) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const std::vector<Money> spending = {euro(300), euro(100)};
  EXPECT_THAT(settle_samples(contract, year(4, euro(1000), Money{}), {spending, 2}).settlement,
              ElementsAre(euro(1800)));
  EXPECT_TRUE(settle_samples(contract, Facts{}, {{}, 2}).total.empty());
}

TEST(SettleSamples, RefusesWhatDoesNotFit) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const Facts facts = year(4, euro(1000), Money{});
  const std::vector<Money> spending(6);
  Columns few(4);
  EXPECT_THROW(settle_samples(contract, facts, {spending, 4}), InvalidArgument);
  EXPECT_THROW(settle_samples(contract, facts, {spending, 0}), InvalidArgument);
  EXPECT_THROW(settle_samples(contract, facts, {spending, 3}, few.bearers()), InvalidArgument);
  EXPECT_THROW(settle_samples(contract, facts, {spending, 3}, {few.payer, {}, {}}), InvalidArgument);
  EXPECT_THROW(settle_samples(named({Lump{euro(5), Period::year, {}, {}}}), facts, {spending, 3}), InvalidArgument);
  EXPECT_THROW(settle_samples(contract, Facts{}, {spending, 3}), FactsError);
  const std::vector<Money> vast(3, Money{std::numeric_limits<std::int64_t>::max()});
  EXPECT_THROW(settle_samples(contract, facts, {vast, 3}), std::overflow_error);
}

RC_GTEST_PROP(SampleSums, AreExactForAmountsOfAnySize, ()) {
  const auto amount = [] {
    const auto any = rc::gen::arbitrary<std::int64_t>();
    const auto small = rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
    return *rc::gen::weightedOneOf<std::int64_t>({{1, any}, {8, small}});
  };
  internal::PersonTerms terms;
  terms.low = *rc::gen::element(std::numeric_limits<std::int64_t>::min(), amount());
  terms.high = std::max(terms.low, *rc::gen::element(std::numeric_limits<std::int64_t>::max(), amount()));
  terms.reinsured = *rc::gen::arbitrary<bool>();
  terms.attach = *rc::gen::inRange<std::int64_t>(1, 500'000);
  terms.end = *rc::gen::element(std::numeric_limits<std::int64_t>::max(),
                                terms.attach + *rc::gen::inRange<std::int64_t>(0, 500'000));
  // Long enough for several blocks, some of them with large amounts.
  const auto size = *rc::gen::inRange<std::size_t>(0, 1600);
  std::vector<Money> persons(size);
  const std::int64_t seed = amount();
  for (std::size_t i = 0; i < size; ++i) {
    persons[i] = Money{(seed + static_cast<std::int64_t>(i) * 7919) % 1'000'003};
  }
  for (int large = *rc::gen::inRange(0, 4); large > 0 && size > 0; --large) {
    persons[*rc::gen::inRange<std::size_t>(0, size)] = Money{amount()};
  }
  internal::WideInteger cut = 0;
  internal::WideInteger positive = 0;
  internal::WideInteger layer = 0;
  for (const Money person : persons) {
    const std::int64_t one = std::min(std::max(person.micro, terms.low), terms.high);
    cut += one;
    positive += std::max<std::int64_t>(one, 0);
    layer += terms.reinsured ? std::max<std::int64_t>(std::min(one, terms.end) - (one < 0 ? 0 : terms.attach), 0) : 0;
  }
  const internal::SampleSums sums = internal::sum_sample(persons, terms);
  RC_ASSERT(sums.cut == cut);
  RC_ASSERT(sums.positive == positive);
  RC_ASSERT(sums.layer == layer);
}

RC_GTEST_PROP(Apportioner, PartsAddUpAndAreInProportion, ()) {
  const auto weights = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::weightedOneOf<std::int64_t>({{1, rc::gen::just<std::int64_t>(0)},
                                            {3, rc::gen::inRange<std::int64_t>(0, 50)},
                                            {3, rc::gen::inRange<std::int64_t>(0, 40'000'000'000)}})));
  const std::int64_t all = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  RC_PRE(all > 0);
  const auto amount = *rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000'000);
  internal::Apportioner apportioner(amount, all);
  std::int64_t sum = 0;
  for (const std::int64_t weight : weights) {
    const std::int64_t part = apportioner.next(weight);
    sum += part;
    // Exact: |part - amount * weight / all| < 2, compared in whole numbers.
    const internal::WideInteger off =
        static_cast<internal::WideInteger>(part) * all - static_cast<internal::WideInteger>(amount) * weight;
    RC_ASSERT(off < static_cast<internal::WideInteger>(2) * all && -off < static_cast<internal::WideInteger>(2) * all);
    RC_ASSERT(part >= 0);
    RC_ASSERT(weight > 0 || part == 0);
  }
  RC_ASSERT(sum == amount);
}

TEST(Apportioner, ClosesTheLargestSums) {
  constexpr std::int64_t k_all = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t amount : {std::int64_t{1}, k_all - 1, k_all}) {
    internal::Apportioner apportioner(amount, k_all);
    EXPECT_EQ(apportioner.next(k_all / 3) + apportioner.next(k_all / 3) + apportioner.next(k_all - 2 * (k_all / 3)),
              amount);
  }
}

}  // namespace
}  // namespace waterbed
