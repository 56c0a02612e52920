// Base payments in a settlement, by hand: shares of fees, tiers on all units, outliers, bands.

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::named;
using testing::percent;

Fee visits() {
  Fee fee;
  fee.prices = {{"visit", euro(100)}};
  return fee;
}

Facts turnover(Money amount) {
  Facts facts;
  facts.fee_income = amount;
  return facts;
}

Money paid(const Fee& fee, Money amount) { return settle(named({fee}), turnover(amount)).of(TermKind::fee); }

// CPC+ track 2 pays part of the visit fee per unit and the rest another way.
TEST(Fee, PaysItsSharePerUnit) {
  Fee fee = visits();
  fee.share = percent(50);
  Facts facts;
  facts.units = {{"visit", 201}};
  EXPECT_EQ(settle(named({fee}), facts).total(), euro(10'050));
}

TEST(Fee, AllUnitsHaveTheDiscountOfTheTierTheyEndIn) {
  Fee fee = visits();
  fee.tiers = {{euro(1'000), Rate{}}, {euro(2'000), percent(10)}, {std::nullopt, percent(30)}};
  fee.tier_mode = TierMode::all_units;
  EXPECT_EQ(paid(fee, euro(1'000)), euro(1'000));  // exactly at the edge: still the first tier
  EXPECT_EQ(paid(fee, cents(100'001)), cents(90'001));
  EXPECT_EQ(paid(fee, euro(2'000)), euro(1'800));
  EXPECT_EQ(paid(fee, euro(3'000)), euro(2'100));
  fee.tier_mode = TierMode::incremental;
  EXPECT_EQ(paid(fee, euro(3'000)), euro(1'000 + 900 + 700));
  fee.share = percent(50);
  EXPECT_EQ(paid(fee, euro(3'000)), euro(1'300));
}

TEST(Fee, CreditsArePaidBackInFull) {
  Fee fee = visits();
  fee.tiers = {{euro(1'000), percent(10)}, {std::nullopt, percent(30)}};
  EXPECT_EQ(paid(fee, euro(-70)), euro(-70));
  fee.tier_mode = TierMode::all_units;
  EXPECT_EQ(paid(fee, euro(-70)), euro(-70));
}

// 10 bundles at 1,000, and 80 % of 2,500 above the threshold of 5,000 an episode.
TEST(Bundle, OutliersArePaidOnTop) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.price = euro(1'000);
  bundle.outlier = Outlier{euro(5'000), percent(80)};
  Facts facts;
  facts.bundles = 10;
  facts.outlier_excess = euro(2'500);
  EXPECT_EQ(settle(named({bundle}), facts).of(TermKind::bundle), euro(12'000));
}

// NHS aligned payment: a plan of 1,000,000 with a band of 5 %, 20 % paid of what lies above and 25 % taken back below.
TEST(Lump, MovesOutsideItsBand) {
  Lump lump;
  lump.amount = euro(250'000);
  lump.period = Period::quarter;
  lump.services = {"emergency"};
  lump.band = VolumeBand{percent(5), percent(20), percent(25)};
  Facts facts;
  facts.expected_turnover = euro(1'000'000);
  const auto total = [&](Money delivered) {
    facts.delivered_value = delivered;
    return settle(named({lump}), facts).of(TermKind::lump);
  };
  EXPECT_EQ(total(euro(1'050'000)), euro(1'000'000));
  EXPECT_EQ(total(euro(1'150'000)), euro(1'020'000));
  EXPECT_EQ(total(euro(950'000)), euro(1'000'000));
  EXPECT_EQ(total(euro(750'000)), euro(950'000));
  EXPECT_EQ(band_payment(*lump.band, euro(1'000'000), euro(1'150'000)), euro(20'000));
  EXPECT_EQ(band_payment(*lump.band, euro(1'000'000), euro(750'000)), euro(-50'000));
  EXPECT_EQ(band_payment(*lump.band, euro(1'000'000), euro(1'000'000)), Money{});
}

// First 385 a year, 10 % of what follows, at most 500 in all.
TEST(PatientShare, GoesOnPastTheFirstEurosUpToAMost) {
  PatientShare share;
  share.first = euro(385);
  share.share = percent(10);
  share.most = euro(500);
  EXPECT_EQ(patient_owes(share, euro(-5)), Money{});
  EXPECT_EQ(patient_owes(share, euro(300)), euro(300));
  EXPECT_EQ(patient_owes(share, euro(1'385)), euro(485));
  EXPECT_EQ(patient_owes(share, euro(9'999)), euro(500));
  EXPECT_EQ(patient_pays(share, 40, {"visit", {}, {}}, euro(300), euro(185)), euro(95));  // 85 + 10 % of 100
  EXPECT_EQ(patient_pays(share, 17, {"visit", {}, {}}, euro(300), euro(185)), Money{});
}

RC_GTEST_PROP(Lump, ABandNeverTakesMoreThanItsSharesOfTheDifference, ()) {
  const VolumeBand band{percent(*rc::gen::inRange(0, 101)), percent(*rc::gen::inRange(0, 101)),
                        percent(*rc::gen::inRange(0, 101))};
  const Money expected = cents(*rc::gen::inRange(0, 100'000'000));
  const Money delivered = cents(*rc::gen::inRange(0, 100'000'000));
  const Money added = band_payment(band, expected, delivered);
  const Money difference = delivered - expected;
  RC_ASSERT(added >= std::min(Money{}, difference));
  RC_ASSERT(added <= std::max(Money{}, difference));
}

}  // namespace
}  // namespace waterbed
