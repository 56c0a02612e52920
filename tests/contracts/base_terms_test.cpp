#include "support.hpp"
#include "waterbed/contracts/contract.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <stdexcept>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::percent;
using testing::permille;

Fee tiered() {
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  fee.tiers = {{euro(100), Rate{}}, {euro(200), percent(10)}, {std::nullopt, percent(30)}};
  return fee;
}

TEST(Fee, EachEuroOfTurnoverHasTheDiscountOfItsTier) {
  EXPECT_EQ(tier_payment(tiered(), euro(100)), euro(100));
  EXPECT_EQ(tier_payment(tiered(), euro(150)), euro(145));
  EXPECT_EQ(tier_payment(tiered(), euro(300)), euro(260));
  EXPECT_EQ(tier_discount_at(tiered(), euro(99)), Rate{});
  EXPECT_EQ(tier_discount_at(tiered(), euro(100)), percent(10));
  EXPECT_EQ(tier_discount_at(tiered(), euro(5000)), percent(30));
}

TEST(Fee, TiersLeaveZeroAndNegativeTurnoverAlone) {
  EXPECT_EQ(tier_payment(tiered(), Money{}), Money{});
  EXPECT_EQ(tier_payment(tiered(), euro(-40)), euro(-40));
}

TEST(Fee, RoundsTheLineOnceHalfAwayFromZero) {
  Fee fee;
  fee.tiers = {{std::nullopt, permille(500)}};
  EXPECT_EQ(tier_payment(fee, cents(1)), cents(1));  // half a cent
  // 0.49995 cents would become half a cent, and then one, if rounded to micro-euro on the way.
  EXPECT_EQ(tier_payment(fee, Money{9'999}), Money{});
}

TEST(PatientShare, TakesTheFirstEurosOfAdultsForServicesThatCount) {
  const PatientShare share{euro(385), 18, {"gp", "maternity"}};
  const ServiceNames ward{"ward", "hospital", "hip_fracture"};
  const ServiceNames consult{"gp_consult", "gp", "skin_complaint"};
  EXPECT_EQ(patient_pays(share, 40, ward, Money{}, euro(1000)), euro(385));
  EXPECT_EQ(patient_pays(share, 40, ward, euro(300), euro(1000)), euro(85));
  EXPECT_EQ(patient_pays(share, 40, ward, euro(300), euro(20)), euro(20));
  EXPECT_EQ(patient_pays(share, 40, ward, euro(385), euro(1000)), Money{});
  EXPECT_EQ(patient_pays(share, 18, ward, Money{}, euro(10)), euro(10));
  EXPECT_EQ(patient_pays(share, 17, ward, Money{}, euro(10)), Money{});
  EXPECT_EQ(patient_pays(share, 40, consult, Money{}, euro(10)), Money{});
}

TEST(Service, KindComesBeforeNeedBeforeSectorBeforeAll) {
  const std::vector<ServicePrice> prices = {
      {"all", cents(1)}, {"hospital", cents(2)}, {"skin", cents(3)}, {"clinic", cents(4)}, {"lab", std::nullopt}};
  EXPECT_EQ(find_price(prices, {"clinic", "hospital", "skin"})->price, cents(4));
  EXPECT_EQ(find_price(prices, {"ward", "hospital", "skin"})->price, cents(3));
  EXPECT_EQ(find_price(prices, {"ward", "hospital", "hip"})->price, cents(2));
  EXPECT_EQ(find_price(prices, {"gp", "gp", ""})->price, cents(1));
  EXPECT_FALSE(find_price(prices, {"lab", "", ""})->price.has_value());
  const std::vector<ServicePrice> narrow(prices.begin() + 1, prices.end());
  EXPECT_EQ(find_price(narrow, {"gp", "gp", ""}), nullptr);
}

TEST(Capitation, PaysForTimeLivedExactly) {
  Capitation capitation;
  capitation.period = Period::quarter;
  capitation.classes = {{"u65", "age < 65", cents(1563)}, {"o65", "age >= 65", cents(1834)}};
  EXPECT_EQ(capitation_class(capitation, "o65"), 1);
  EXPECT_EQ(capitation_class(capitation, "o85"), -1);
  EXPECT_EQ(capitation_payment(capitation, 0, {1, 4}), cents(1563));
  EXPECT_EQ(capitation_payment(capitation, 0, {1, 12}), cents(521));
  EXPECT_EQ(capitation_payment(capitation, 1, {1, 12}), cents(611));  // 6.11333
  EXPECT_EQ(capitation_payment(capitation, 1, {12, 12}), cents(7336));
  EXPECT_THROW((void)capitation_payment(capitation, 2, {1, 12}), std::out_of_range);
}

TEST(Lump, PaysEachPeriodOfTheYear) {
  EXPECT_EQ(lump_payment({euro(152'520), Period::year, {}}), euro(152'520));
  EXPECT_EQ(lump_payment({euro(100), Period::quarter, {}}), euro(400));
  EXPECT_EQ(lump_payment({euro(100), Period::month, {}}), euro(1200));
}

TEST(Bundle, PaysOncePerTriggerInWindow) {
  Bundle bundle;
  bundle.window_days = 120;
  bundle.price = euro(2850);
  OpenBundle open;
  EXPECT_EQ(bundle_contact(bundle, open, 10, Money{}), euro(2850));
  EXPECT_EQ(bundle_contact(bundle, open, 10, Money{}), Money{});
  EXPECT_EQ(bundle_contact(bundle, open, 129, Money{}), Money{});
  EXPECT_EQ(bundle_contact(bundle, open, 130, Money{}), euro(2850));  // the window is 120 days, day 10 included
  EXPECT_EQ(bundle_contact(bundle, open, 131, Money{}), Money{});
}

TEST(Bundle, TheDearestContentSetsThePrice) {
  Bundle bundle;
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::by_contents;
  OpenBundle open;
  EXPECT_EQ(bundle_contact(bundle, open, 0, euro(190)), euro(190));
  EXPECT_EQ(bundle_contact(bundle, open, 20, euro(190)), Money{});
  EXPECT_EQ(bundle_contact(bundle, open, 30, euro(4000)), euro(3810));
  EXPECT_EQ(bundle_contact(bundle, open, 40, euro(190)), Money{});
  EXPECT_EQ(open.charged, euro(4000));
  EXPECT_EQ(bundle_contact(bundle, open, 90, euro(190)), euro(190));
}

RC_GTEST_PROP(Bundle, ByContentsChargesTheMaximumOfEachWindow, ()) {
  Bundle bundle;
  bundle.window_days = 30;
  bundle.pricing = BundlePricing::by_contents;
  OpenBundle open;
  Money charged;
  Money expected;
  Money dearest;
  int opened = -1000;
  int day = 0;
  for (int contact = 0; contact < 20; ++contact) {
    day += *rc::gen::inRange(0, 20);
    const Money price = euro(*rc::gen::inRange(0, 5000));
    if (day >= opened + 30) {
      expected += dearest;
      dearest = Money{};
      opened = day;
    }
    dearest = std::max(dearest, price);
    charged += bundle_contact(bundle, open, day, price);
  }
  RC_ASSERT(charged == expected + dearest);
}

TEST(Ceiling, PaysTheShareAboveAndTheFloorBelow) {
  Ceiling ceiling;
  ceiling.share_above = percent(20);
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(99)), euro(99));
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(100)), euro(100));
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(150)), euro(110));
  ceiling.floor = euro(80);
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(10)), euro(80));
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(80)), euro(80));
  EXPECT_EQ(ceiling_paid(ceiling, euro(100), euro(81)), euro(81));
}

TEST(Ceiling, IsAnAmountOrAShareOfExpectedTurnover) {
  Ceiling ceiling;
  ceiling.amount = euro(500);
  EXPECT_EQ(ceiling_amount(ceiling, std::nullopt), euro(500));
  EXPECT_EQ(ceiling_amount(ceiling, euro(9999)), euro(500));
  ceiling.amount.reset();
  ceiling.of_expected_turnover = percent(102);
  EXPECT_EQ(ceiling_amount(ceiling, euro(1000)), euro(1020));
  EXPECT_THROW((void)ceiling_amount(ceiling, std::nullopt), std::invalid_argument);
}

TEST(Truncate, CutsEachPersonAndKeepsCorrections) {
  const std::array<Money, 4> spending = {euro(100), euro(22'500), euro(90'000), euro(-50)};
  EXPECT_EQ(truncated_sum(spending, euro(22'500)), euro(45'050));
  EXPECT_EQ(truncated_sum({}, euro(22'500)), Money{});
}

TEST(SizeTable, InterpolatesExactlyBetweenItsRows) {
  const SizeTable table = mssp_size_table();
  const auto is = [&](std::int64_t people, std::int64_t numerator, std::int64_t denominator) {
    const ExactShare got = rate_at(table, people);
    __extension__ using Wide = __int128;
    return static_cast<Wide>(got.numerator) * denominator == static_cast<Wide>(numerator) * got.denominator;
  };
  // 42 CFR 425.605(b)(1): both ends of a row, and 3.4 % - 0.2 % x 500/999 between.
  EXPECT_TRUE(is(7'000, 34, 1000));
  EXPECT_TRUE(is(7'999, 32, 1000));
  EXPECT_TRUE(is(8'000, 32, 1000));
  EXPECT_TRUE(is(7'500, 34 * 999 - 2 * 500, 999'000));
  EXPECT_TRUE(is(60'000, 20, 1000));
  EXPECT_TRUE(is(5'000'000, 20, 1000));
  EXPECT_TRUE(is(1, 122, 1000));
  EXPECT_TRUE(is(0, 122, 1000));
  // Values that CMS published for performance year 2024, to the second decimal.
  EXPECT_NEAR(rate_at(table, 13'151).to_double(), 0.0281, 0.00005);
  EXPECT_NEAR(rate_at(table, 24'494).to_double(), 0.0246, 0.00005);
  EXPECT_THROW((void)rate_at(SizeTable{}, 1), std::invalid_argument);
}

RC_GTEST_PROP(SizeTable, NeverRisesWithSize, ()) {
  const SizeTable table = mssp_size_table();
  const auto people = *rc::gen::inRange<std::int64_t>(0, 70'000);
  RC_ASSERT(rate_at(table, people).to_double() >= rate_at(table, people + 1).to_double());
}

TEST(Split, GivesTheRemainderToTheLargestFraction) {
  const Split thirds{{{"a", percent(1)}, {"b", percent(1)}, {"c", percent(1)}}};
  const auto equal = divide(thirds, cents(100));
  EXPECT_EQ(equal[0].amount, cents(34));
  EXPECT_EQ(equal[1].amount, cents(33));
  EXPECT_EQ(equal[2].amount, cents(33));
  // 60.6, 30.3, 10.1 cents: the last cent goes to the first.
  const auto uneven = divide({{{"a", percent(60)}, {"b", percent(30)}, {"c", percent(10)}}}, cents(101));
  EXPECT_EQ(uneven[0].amount, cents(61));
  EXPECT_EQ(uneven[1].amount, cents(30));
  EXPECT_EQ(uneven[2].amount, cents(10));
  const auto loss = divide(thirds, cents(-100));
  EXPECT_EQ(loss[0].amount, cents(-34));
  EXPECT_THROW((void)divide(Split{}, cents(1)), std::invalid_argument);
}

RC_GTEST_PROP(Split, AlwaysAddsUp, ()) {
  Split split;
  const int parties = *rc::gen::inRange(1, 6);
  for (int i = 0; i < parties; ++i) {
    split.parts.push_back(
        {std::string(1, static_cast<char>('a' + i)), Rate{*rc::gen::inRange<std::int64_t>(1, 3'000'000'000)}});
  }
  const Money amount = cents(*rc::gen::inRange<std::int64_t>(-100'000'000'000, 100'000'000'000));
  Money sum;
  for (const PartyAmount& part : divide(split, amount)) {
    sum += part.amount;
    // Nobody is more than a cent away from the exact share.
    const double fair = split_share(split, part.party) * amount.to_euro();
    RC_ASSERT(std::abs(part.amount.to_euro() - fair) <= 0.01 + 1e-6);
  }
  RC_ASSERT(sum == amount);
}

TEST(Formula, ClipsAroundTheScore) {
  const Formula loss = parse_formula("clip(1 - 0.75*q, 0.40, 0.75)");
  const auto at = [&](double q) { return value_of(loss, std::vector<double>{q}); };
  EXPECT_DOUBLE_EQ(at(0.6), 0.55);
  EXPECT_DOUBLE_EQ(at(0.9), 0.40);
  EXPECT_DOUBLE_EQ(at(0.0), 0.75);
}

}  // namespace
}  // namespace waterbed
