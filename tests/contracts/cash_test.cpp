// Adjustments, dates, splits: what is left of a payment, when it comes, and to whom.

#include "terms.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/split.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <tuple>
#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::half;
using testing::loss;
using testing::named;
using testing::percent;
using testing::permille;
using testing::saving;
using testing::year;

using Dated = std::tuple<int, TermKind, Money>;

std::vector<Dated> dates(const Settlement& settlement) {
  std::vector<Dated> list;
  for (const DatedAmount& dated : settlement.cash) {
    list.emplace_back(dated.month, dated.term, dated.amount);
  }
  return list;
}

Adjust october() {
  Adjust adjust;
  adjust.pay_month = 22;
  adjust.owe_month = 25;
  return adjust;
}

TEST(Adjust, BringsWToThePriceLevelOfItsPayment) {
  Adjust adjust = october();
  adjust.sequestration = percent(2);
  adjust.price_index = percent(105);
  const Contract contract = named({testing::given(), half(), adjust});
  const auto paid = settle(contract, saving());
  EXPECT_EQ(paid.before_adjustment, euro(50'000));
  EXPECT_EQ(paid.settlement, euro(51'450));  // x 0.98 x 1.05
  EXPECT_EQ(dates(paid), (std::vector<Dated>{{22, TermKind::settlement, euro(51'450)}}));
  const auto owed = settle(contract, loss());
  EXPECT_EQ(dates(owed), (std::vector<Dated>{{25, TermKind::settlement, euro(-52'500)}}));
}

TEST(Adjust, ADisasterMitigatesALossButNoSaving) {
  Adjust adjust;
  adjust.mitigates_losses = true;
  const Contract contract = named({testing::given(), half(), adjust});
  Facts facts = loss();
  facts.mitigated_share = percent(30);
  EXPECT_EQ(settle(contract, facts).settlement, euro(-35'000));
  facts = saving();
  facts.mitigated_share = percent(30);
  EXPECT_EQ(settle(contract, facts).settlement, euro(50'000));
}

// Of a saving of 50,000 at most 40 % goes against an advance.
TEST(Adjust, AnAdvanceIsRecoveredFromWhatIsPaid) {
  Adjust adjust = october();
  adjust.advance_recovery = percent(40);
  const Contract contract = named({testing::given(), half(), adjust, Split{{{"group", Rate{Rate::k_one}}}, {}}});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts = saving();
  facts.advance = euro(100'000);
  const auto part = settle(contract, facts);
  EXPECT_EQ(part.settlement, euro(50'000));
  EXPECT_EQ(part.of(TermKind::adjustment), euro(-20'000));
  EXPECT_EQ(part.total(), euro(30'000));
  EXPECT_EQ(part.split[0].amount, euro(30'000));
  facts.advance = euro(5'000);
  EXPECT_EQ(settle(contract, facts).of(TermKind::adjustment), euro(-5'000));
  facts = loss();
  facts.advance = euro(5'000);
  EXPECT_EQ(settle(contract, facts).of(TermKind::adjustment), Money{});
}

// Dutch risk equalisation: 2018, million euro: 46,014.8 = 24,628.6 + 18,178.5 + 3,207.7 (Regeling risicoverevening
// 2018). What the fund pays is the normative amount less the standard premium and the expected deductible.
TEST(Adjust, DeductionsComeOffBasePayments) {
  Capitation capitation;
  capitation.classes = {{"everybody", "", euro(1)}};
  capitation.period = Period::year;
  Adjust adjust;
  adjust.less = {"standard_premium", "expected_deductible"};
  const Contract contract = named({capitation, adjust});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.capitation_income = euro(46'014'800'000);
  facts.deductions = {{"standard_premium", euro(18'178'500'000)}, {"expected_deductible", euro(3'207'700'000)}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.of(TermKind::adjustment), euro(-21'386'200'000));
  EXPECT_EQ(result.total(), euro(24'628'600'000));
}

TEST(Withhold, OfBasePaymentsIsPaidAsFarAsItIsEarned) {
  Fee fee;
  fee.prices = {{"visit", euro(100)}};
  const Quality quality = testing::by_score(QualityTarget::withhold);
  const Withhold withhold{{{WithholdBase::base, percent(10)}, {WithholdBase::base, percent(5), EarnedBy::staying}}};
  const Contract contract = named({fee, withhold, quality, october()});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.units = {{"visit", 1'000}};
  facts.quality_score = percent(75);
  facts.stays = false;
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.of(TermKind::fee), euro(100'000));
  EXPECT_EQ(result.of(TermKind::withhold), euro(-2'500 - 5'000));
  EXPECT_EQ(dates(result), (std::vector<Dated>{{12, TermKind::fee, euro(100'000)},
                                               {12, TermKind::withhold, euro(-10'000)},
                                               {22, TermKind::withhold, euro(7'500)},
                                               {12, TermKind::withhold, euro(-5'000)}}));
  // Of credits nothing is held back.
  facts.units.clear();
  facts.fee_income = euro(-500);
  EXPECT_EQ(settle(contract, facts).total(), euro(-500));
}

TEST(Cash, AnAdvanceCapitationMovesDatesOnly) {
  Fee fee;
  fee.prices = {{"visit", euro(100)}};
  Capitation capitation;
  capitation.classes = {{"everybody", "", euro(25)}};
  capitation.advance = true;
  const Contract contract = named({fee, capitation, october()});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.units = {{"visit", 200}};
  facts.membership = {{"everybody", {150, 1}}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.total(), euro(20'000));  // as the fees alone
  EXPECT_EQ(dates(result), (std::vector<Dated>{{12, TermKind::fee, euro(20'000)},
                                               {12, TermKind::capitation, euro(15'000)},
                                               {22, TermKind::adjustment, euro(-15'000)}}));
}

// Dutch hospitals: what exceeds the ceiling is paid and set off against a later year.
TEST(Cash, AnExcessIsSetOffYearsLater) {
  Fee fee;
  fee.prices = {{"dbc", euro(2'850)}};
  Ceiling ceiling;
  ceiling.amount = euro(11'400'000);
  ceiling.set_off_years = 2;
  const Contract contract = named({fee, ceiling});
  ASSERT_TRUE(validate(contract).empty());
  Facts facts;
  facts.units = {{"dbc", 4'200}};
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.total(), euro(11'400'000));
  EXPECT_EQ(dates(result),
            (std::vector<Dated>{{12, TermKind::fee, euro(11'970'000)}, {36, TermKind::ceiling, euro(-570'000)}}));
  // A floor is made up in the year itself.
  ceiling.floor = euro(11'000'000);
  facts.units = {{"dbc", 3'000}};
  EXPECT_EQ(settle(named({fee, ceiling}), facts).cash.back().month, 12);
  EXPECT_EQ(settle(named({fee, ceiling}), facts).total(), euro(11'000'000));
}

TEST(Split, AWaterfallMeetsClaimsInTurn) {
  const Split split{{}, {{"investor", euro(300'000)}, {"fund", euro(50'000)}, {"provider", {}}}};
  const auto parts = [&](Money amount) {
    std::vector<Money> list;
    for (const PartyAmount& part : divide(split, amount)) {
      list.push_back(part.amount);
    }
    return list;
  };
  EXPECT_EQ(parts(euro(100'000)), (std::vector<Money>{euro(100'000), Money{}, Money{}}));
  EXPECT_EQ(parts(euro(300'000)), (std::vector<Money>{euro(300'000), Money{}, Money{}}));
  EXPECT_EQ(parts(cents(32'000'001)), (std::vector<Money>{euro(300'000), cents(2'000'001), Money{}}));
  EXPECT_EQ(parts(euro(500'000)), (std::vector<Money>{euro(300'000), euro(50'000), euro(150'000)}));
  EXPECT_EQ(parts(euro(-70)), (std::vector<Money>{Money{}, Money{}, euro(-70)}));
  // Whose the next euro is.
  EXPECT_EQ(split_share(split, "investor", 299'999.0), 1.0);
  EXPECT_EQ(split_share(split, "investor", 300'000.0), 0.0);
  EXPECT_EQ(split_share(split, "fund", 300'000.0), 1.0);
  EXPECT_EQ(split_share(split, "provider", 350'000.0), 1.0);
  EXPECT_EQ(split_share(split, "provider", -1.0), 1.0);
  EXPECT_EQ(split_share(split, "nobody", 0.0), 0.0);
}

TEST(Split, ALumpSumSharesWithTheSettlement) {
  Lump lump;
  lump.amount = euro(10'000);
  const Contract contract =
      named({lump, testing::given(), half(), Split{{{"a", percent(25)}, {"b", percent(75)}}, {}}});
  const auto result = settle(contract, saving());
  EXPECT_EQ(result.split[0].amount, euro(15'000));
  EXPECT_EQ(result.split[1].amount, euro(45'000));
}

/// A contract that books under every kind of term, and facts for it.
Contract everything(Rate sequestration) {
  Fee fee;
  fee.prices = {{"visit", cents(1'221)}};
  fee.share = percent(90);
  Capitation capitation;
  capitation.classes = {{"all", "", cents(1'991)}};
  capitation.advance = true;
  Ceiling ceiling;
  ceiling.amount = euro(100'000);
  ceiling.set_off_years = 1;
  Lump lump;
  lump.amount = euro(1'234);
  Quality quality = testing::by_score(QualityTarget::amount);
  quality.amount = QualityAmount{permille(3), {}, {}, Period::year, true};
  Gain gain = testing::qaly_gain();
  gain.floor.reset();
  Adjust adjust = october();
  adjust.sequestration = sequestration;
  adjust.advance_recovery = percent(15);
  adjust.less = {"premium"};
  return named({fee, capitation, ceiling, lump,
                Withhold{{{WithholdBase::base, percent(3)}, {WithholdBase::reference, percent(2)}}}, testing::given(),
                Gate{percent(1), percent(1)}, half(), quality,
                Limit{{testing::limit_of(LimitBase::reference, percent(4))},
                      {testing::limit_of(LimitBase::reference, percent(3))}},
                gain, adjust, Split{{{"a", percent(37)}, {"b", percent(21)}, {"c", percent(42)}}, {}}});
}

Facts anything() {
  Facts facts = year(*rc::gen::inRange<std::int64_t>(1, 20'000), cents(*rc::gen::inRange(1, 1'000'000)), Money{});
  const std::int64_t benchmark = facts.benchmark_per_person_year->micro * facts.person_time->cycles;
  facts.counted.total =
      Money{benchmark / 100 * *rc::gen::inRange<std::int64_t>(-20, 200) + *rc::gen::inRange(0, 1'000'000)};
  facts.quality_score = permille(*rc::gen::inRange(0, 1001));
  facts.units = {{"visit", *rc::gen::inRange<std::int64_t>(0, 20'000)}};
  facts.membership = {{"all", {*rc::gen::inRange<std::int64_t>(0, 100'000), 12}}};
  facts.outcomes = {
      {*rc::gen::inRange(0, 50), permille(*rc::gen::inRange(0, 1001)), permille(*rc::gen::inRange(0, 1001))}};
  facts.advance = cents(*rc::gen::inRange(0, 10'000'000));
  facts.deductions = {{"premium", Money{*rc::gen::inRange<std::int64_t>(0, 9'000'000'000)}}};
  return facts;
}

RC_GTEST_PROP(Cash, AddsUpToTheTotalAndToEveryTerm, ()) {
  const Contract contract = everything(permille(*rc::gen::inRange(0, 100)));
  RC_ASSERT(validate(contract).empty());
  const Settlement result = settle(contract, anything());
  Money sum;
  std::array<Money, k_term_kinds> by_term{};
  for (const DatedAmount& dated : result.cash) {
    sum += dated.amount;
    by_term[static_cast<std::size_t>(dated.term)] += dated.amount;
    RC_ASSERT(dated.amount.micro % Money::k_micro_per_cent == 0);
    RC_ASSERT(dated.month >= 12);
  }
  RC_ASSERT(sum == result.total());
  RC_ASSERT(by_term == result.by_term);
}

// Divided are the settlement and what is added to it, less the advance recovered from it: the last of the adjustments.
RC_GTEST_PROP(Split, PartsAddUpToWhatIsDivided, ()) {
  Facts facts = anything();
  facts.deductions = {{"premium", Money{}}};
  facts.membership = {{"all", {0, 12}}};
  const Settlement result = settle(everything(percent(2)), facts);
  Money parts;
  for (const PartyAmount& part : result.split) {
    parts += part.amount;
  }
  RC_ASSERT(parts == result.settlement + result.of(TermKind::quality) + result.of(TermKind::gain) +
                         result.of(TermKind::lump) + result.of(TermKind::adjustment));
}

RC_GTEST_PROP(Split, AWaterfallAddsUp, ()) {
  const Money amount = cents(*rc::gen::inRange(-1'000'000, 1'000'000));
  const Split split{{},
                    {{"a", Money{*rc::gen::inRange<std::int64_t>(1, 5'000'000'000)}},
                     {"b", Money{*rc::gen::inRange<std::int64_t>(1, 5'000'000'000)}},
                     {"c", {}}}};
  Money sum;
  for (const PartyAmount& part : divide(split, amount)) {
    sum += part.amount;
    RC_ASSERT(amount < Money{} || part.amount >= Money{});
  }
  RC_ASSERT(sum == amount);
}

RC_GTEST_PROP(Settlement, StaysWithinItsLimitsBeforeAdjustment, ()) {
  const Settlement result = settle(everything(percent(2)), anything());
  const Money most = Money{result.benchmark.micro / 100 * 4 + Money::k_micro_per_cent};
  const Money least = Money{-(result.benchmark.micro / 100 * 3 + Money::k_micro_per_cent)};
  RC_ASSERT(result.before_adjustment <= most);
  RC_ASSERT(result.before_adjustment >= least);
}

}  // namespace
}  // namespace waterbed
