// Faults of terms that pay care as it is delivered.

#include "faults.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace waterbed {
namespace {

using testing::cents;
using ::testing::ElementsAre;
using testing::euro;
using testing::faults;
using testing::given;
using testing::half;
using ::testing::IsEmpty;
using testing::named;
using testing::percent;

Fee one_fee() {
  Fee fee;
  fee.prices = {{"gp", cents(1221)}};
  return fee;
}

TEST(Validate, AttributionHasTheParametersOfItsRule) {
  Scope scope;
  scope.attribution.by = {"gp"};
  scope.attribution.places = {"Leiden"};
  scope.attribution.uptake = 0.5;
  EXPECT_THAT(
      faults(named({scope, given(), half()})),
      ElementsAre("scope.attribution.by: is for plurality and choice: the services that count, got gp",
                  "scope.attribution.places: is for geography, got Leiden",
                  "scope.attribution.uptake: is for enrolment and choice: nobody is asked to sign, got 0.500000"));
  scope.attribution = {};
  scope.attribution.rule = AttributionRule::geography;
  EXPECT_THAT(faults(named({scope, given(), half()})),
              ElementsAre("scope.attribution.places: must name the municipalities, got nothing"));
  scope.attribution.rule = AttributionRule::choice;
  scope.attribution.by = {"gp"};
  scope.attribution.uptake = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(faults(named({scope, given(), half()})),
              ElementsAre("scope.attribution.uptake: must be in [0, 1], got nan"));
  scope.attribution.uptake = 0.3;
  EXPECT_THAT(faults(named({scope, given(), half()})), IsEmpty());
}

TEST(Validate, StandardPricesGoWithTheirPriceBasis) {
  Scope scope;
  scope.price = PriceBasis::standard;
  EXPECT_THAT(faults(named({scope, given(), half()})),
              ElementsAre("scope.standard_prices: must name the prices at which care counts, got nothing"));
  scope.standard_prices = {{"gp", cents(-1)}};
  EXPECT_THAT(faults(named({scope, given(), half()})),
              ElementsAre("scope.standard_prices.gp: must be 0 or more, got -0.01"));
  scope.price = PriceBasis::list;
  scope.standard_prices = {{"gp", cents(1)}};
  EXPECT_THAT(faults(named({scope, given(), half()})),
              ElementsAre("scope.standard_prices: is for price basis standard, got 1 prices"));
}

TEST(Validate, FeesPatientsAndTiers) {
  Fee fee = one_fee();
  fee.share = percent(110);
  fee.tier_mode = TierMode::all_units;
  fee.patient_share = PatientShare{euro(385), 18, {}, percent(-10), euro(300)};
  EXPECT_THAT(faults(named({fee})),
              ElementsAre("fee.tier_mode: needs tiers: without them all units have the same price, got no tiers",
                          "fee.patient_share.share: must be in [0, 1], got -0.1",
                          "fee.patient_share.most: must be at least the first euros, 385.00, got 300.00",
                          "fee.share: must be in [0, 1], got 1.1"));
}

TEST(Validate, AnAdvanceLeavesTheFeesDue) {
  Capitation capitation;
  capitation.classes = {{"", "", cents(1)}};
  capitation.advance = true;
  capitation.services = {"gp"};
  EXPECT_THAT(faults(named({capitation})),
              ElementsAre("capitation.classes: must name each, got \"\"",
                          "capitation.services: must be empty for an advance: the fees stay due, got gp"));
}

TEST(Validate, BundlesHaveTheParametersOfTheirTriggerAndPricing) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.clean_period_days = -1;
  bundle.pricing = BundlePricing::by_contents;
  bundle.price = euro(5);
  bundle.contents = {{"knee", euro(10'000)}};
  bundle.outlier = Outlier{Money{}, percent(120)};
  bundle.pays_others = true;
  EXPECT_THAT(
      faults(named({bundle})),
      ElementsAre(
          "bundle.clean_period_days: must be 0 or more, got -1", "bundle.price: is for a fixed price, got 5.00",
          "bundle.pays_others: is for a bundle of enrolled people: others find their price there, got first_contact",
          "bundle.outlier: is for a fixed price: other bundles pay what was delivered, got by_contents",
          "bundle.outlier.above: must be above 0, got 0.00", "bundle.outlier.share: must be in [0, 1], got 1.2"));
  Bundle enrolled;
  enrolled.services = {"chain"};
  enrolled.trigger = BundleTrigger::enrolled;
  enrolled.clean_period_days = 30;
  enrolled.pricing = BundlePricing::retrospective;
  EXPECT_THAT(faults(named({enrolled, given(), half()})),
              ElementsAre("bundle.clean_period_days: is for a bundle that a contact opens, got 30",
                          "bundle.price: must be fixed for enrolled people, got retrospective"));
}

TEST(Validate, ALumpSumsBandIsAboutServices) {
  Lump lump;
  lump.band = VolumeBand{percent(-1), percent(101), percent(200)};
  EXPECT_THAT(
      faults(named({lump})),
      ElementsAre("lump.band.width: must be in [0, 1], got -0.01", "lump.band.share_above: must be in [0, 1], got 1.01",
                  "lump.band.share_below: must be in [0, 1], got 2.0",
                  "lump.services: must name the services whose value the band is about, got nothing"));
}

TEST(Validate, ACeilingIsSetOffLater) {
  Ceiling ceiling;
  ceiling.amount = euro(10);
  ceiling.set_off_years = -1;
  EXPECT_THAT(faults(named({one_fee(), ceiling})), ElementsAre("ceiling.set_off_years: must be in [0, 20], got -1"));
}

TEST(Validate, AContractHasPartiesACurrencyAndAnAgreement) {
  Contract contract = named({one_fee()});
  contract.holder = contract.payer;
  contract.agreement.years = -1;
  contract.currency = "eur";
  EXPECT_THAT(faults(contract), ElementsAre("holder: must differ from the payer, got payer",
                                            "agreement.years: must be in [0, 100], got -1",
                                            "currency: must be three capital letters (ISO 4217), got eur"));
}

}  // namespace
}  // namespace waterbed
