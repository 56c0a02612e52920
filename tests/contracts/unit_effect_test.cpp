#include "waterbed/contracts/unit_effect.hpp"

#include "terms.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::given;
using testing::named;
using testing::percent;

Contract between(const std::string& name, const std::string& holder, std::vector<Term> terms) {
  Contract contract = named(std::move(terms));
  contract.name = name;
  contract.payer = "insurer";
  contract.holder = holder;
  return contract;
}

Fee priced(const char* service, std::int64_t price_in_cents) {
  Fee fee;
  fee.prices = {{service, cents(price_in_cents)}};
  return fee;
}

CareUnit unit(const char* kind, const char* provider, double list_price) {
  CareUnit result;
  result.service.kind = kind;
  result.payer = "insurer";
  result.provider = provider;
  result.list_price = list_price;
  return result;
}

/// A GP and a hospital under their contracts, with where each stands.
struct Market {
  std::vector<Contract> contracts;
  std::vector<Outlook> outlooks;

  [[nodiscard]] std::int64_t cents_for(const char* party, const CareUnit& care,
                                       const PersonOutlook& person = {}) const {
    return std::llround(100 * income_change(unit_effect(contracts, outlooks, care, person), party));
  }
};

enum class Hospital { price_times_volume, ceiling, lump };

Market market(Hospital hospital, bool shared_savings, PriceBasis basis = PriceBasis::list) {
  Market result;
  result.contracts.push_back(between("gp", "gp", {priced("consult", 1'221)}));
  result.outlooks.emplace_back();
  Ceiling ceiling;
  ceiling.amount = euro(11'400'000);
  Lump lump;
  lump.amount = euro(11'400'000);
  lump.services = {"outpatient"};
  result.contracts.push_back(between("hospital", "hospital", {priced("outpatient", 19'000)}));
  if (hospital == Hospital::ceiling) {
    result.contracts.back().terms.emplace_back(ceiling);
  } else if (hospital == Hospital::lump) {
    result.contracts.back().terms = {lump};
  }
  result.outlooks.emplace_back();
  result.outlooks.back().turnover = {12e6, 0.0};
  if (shared_savings) {
    Scope scope;
    scope.price = basis;
    result.contracts.push_back(
        between("savings", "gp", {scope, given(), Layers{{{std::nullopt, Share::of(percent(50))}}, {}}}));
    Outlook outlook;
    outlook.facts = testing::year(10'000, euro(10'000), Money{});
    outlook.counted = Forecast{95e6, 0.0};
    result.outlooks.push_back(outlook);
  }
  return result;
}

/// One outpatient visit replaced by two GP consultations: cents for a party.
std::int64_t substitution(const Market& market, const char* party) {
  const auto total = [&](const CareUnit& care) {
    return income_change(unit_effect(market.contracts, market.outlooks, care, {}), party);
  };
  return std::llround(100 * (2 * total(unit("consult", "gp", 12.21)) - total(unit("outpatient", "hospital", 190))));
}

// The four rows: hospital paid by volume or not, GP with shared savings or not. Tariff of 2024, visit assumed.
TEST(UnitEffect, TheWaterbedInOneTable) {
  struct Row {
    Hospital hospital;
    bool shared_savings;
    std::int64_t gp;
    std::int64_t hospital_income;
    std::int64_t insurer;
  };
  for (const Row& row : {Row{Hospital::price_times_volume, false, 24'42, -190'00, 165'58},
                         Row{Hospital::ceiling, false, 24'42, 0, -24'42}, Row{Hospital::lump, false, 24'42, 0, -24'42},
                         Row{Hospital::price_times_volume, true, 107'21, -190'00, 82'79},
                         Row{Hospital::ceiling, true, 107'21, 0, -107'21}}) {
    const Market now = market(row.hospital, row.shared_savings);
    EXPECT_EQ(substitution(now, "gp"), row.gp);
    EXPECT_EQ(substitution(now, "hospital"), row.hospital_income);
    EXPECT_EQ(substitution(now, "insurer"), row.insurer);
  }
}

// Counted at what is paid, a ceiling that binds leaves no saving to share: half of two consultations is lost.
TEST(UnitEffect, CountedAtWhatIsPaidABindingCeilingSavesNothing) {
  EXPECT_EQ(substitution(market(Hospital::ceiling, true, PriceBasis::paid), "gp"), 12'21);
  EXPECT_EQ(substitution(market(Hospital::price_times_volume, true, PriceBasis::paid), "gp"), 107'21);
}

TEST(UnitEffect, StandardPricesCountWhereListed) {
  Market now = market(Hospital::ceiling, true, PriceBasis::standard);
  std::get<Scope>(now.contracts[2].terms[0]).standard_prices = {{"outpatient", euro(150)}};
  EXPECT_EQ(now.cents_for("gp", unit("outpatient", "hospital", 190)), -75'00);
  EXPECT_EQ(now.cents_for("gp", unit("consult", "gp", 12.21)), 6'11);  // half of it, 6.105
}

TEST(UnitEffect, WhatAScopeLeavesOutDoesNotCount) {
  Market now = market(Hospital::price_times_volume, true);
  std::get<Scope>(now.contracts[2].terms[0]).services = {"consult"};
  EXPECT_EQ(now.cents_for("gp", unit("outpatient", "hospital", 190)), 0);
  now.outlooks[2].attributed = 0.5;
  EXPECT_EQ(now.cents_for("gp", unit("consult", "gp", 12.2)), 12'21 - 3'05);
}

// A person near the cut: only the part of a euro that is expected to count is felt.
TEST(UnitEffect, TruncationAndReinsuranceWeakenWhatIsFelt) {
  Market now = market(Hospital::price_times_volume, true);
  now.outlooks[2].cut.high = Money::from_euro(22'500);
  PersonOutlook person;
  person.counted = Forecast{22'500, 4'000};
  EXPECT_EQ(now.cents_for("gp", unit("outpatient", "hospital", 190), person), -47'50);
  person.counted = Forecast{60'000, 1'000};
  EXPECT_EQ(now.cents_for("gp", unit("outpatient", "hospital", 190), person), 0);
  Reinsure reinsure;
  reinsure.attach = euro(50'000);
  reinsure.share = percent(80);
  now.outlooks[2].cut.high.reset();
  now.contracts[2].terms.emplace_back(reinsure);
  EXPECT_EQ(now.cents_for("gp", unit("outpatient", "hospital", 190), person), -19'00);
}

// 300 of 385 euro are still to be met when the first visit of 190 comes; at the second 110 are left, then nothing.
TEST(UnitEffect, ThePatientOwesTheFirstEurosOfTheYear) {
  Market now = market(Hospital::price_times_volume, false);
  PatientShare deductible;
  deductible.first = euro(385);
  deductible.exempt = {"consult"};
  std::get<Fee>(now.contracts[1].terms[0]).patient_share = deductible;
  std::get<Fee>(now.contracts[0].terms[0]).patient_share = deductible;
  PersonOutlook person{.age = 40, .counted = {}, .own_payments = Forecast{85, 0}};
  const CareUnit visit = unit("outpatient", "hospital", 190);
  EXPECT_EQ(now.cents_for("household", visit, person), -190'00);
  EXPECT_EQ(now.cents_for("insurer", visit, person), 0);
  EXPECT_EQ(now.cents_for("hospital", visit, person), 190'00);
  person.own_payments = Forecast{275, 0};
  EXPECT_EQ(now.cents_for("household", visit, person), -110'00);
  person.own_payments = Forecast{465, 0};
  EXPECT_EQ(now.cents_for("household", visit, person), 0);
  person.own_payments.reset();
  person.age = 17;
  EXPECT_EQ(now.cents_for("household", visit, person), 0);
  person.age = 40;
  EXPECT_EQ(now.cents_for("household", unit("consult", "gp", 12.21), person), 0);
}

TEST(UnitEffect, ABundlePaysItsTriggerAndSwitchesFeesOff) {
  Bundle bundle;
  bundle.opened_by = {"first"};
  bundle.window_days = 120;
  bundle.services = {"first", "follow_up"};
  bundle.price = euro(900);
  Market now;
  now.contracts.push_back(between("products", "hospital", {bundle, priced("follow_up", 19'000)}));
  now.outlooks.emplace_back();
  CareUnit care = unit("follow_up", "hospital", 190);
  EXPECT_EQ(now.cents_for("hospital", care), 190'00);  // outside: the fee
  care.bundle = BundlePosition::inside;
  EXPECT_EQ(now.cents_for("hospital", care), 0);
  care.bundle = BundlePosition::new_trigger;
  EXPECT_EQ(now.cents_for("hospital", care), 900'00);
  EXPECT_EQ(now.cents_for("hospital", unit("first", "hospital", 190)), 900'00);
  // By contents: what a dearer service adds; under a ceiling half certain to bind, half of it.
  bundle.pricing = BundlePricing::by_contents;
  bundle.contents = {{"follow_up", euro(1'000)}};
  Ceiling ceiling;
  ceiling.amount = euro(1'000'000);
  now.contracts[0].terms = {bundle, ceiling};
  now.outlooks[0].bundle_income = {1e6, 2e4};
  care.bundle = BundlePosition::inside;
  care.charged = 400;
  EXPECT_EQ(now.cents_for("hospital", care), 300'00);
}

// Held back 8 %, of which 3/4 is expected to be earned: 98 % of the fee.
TEST(UnitEffect, AFeeIsLessWhatIsHeldBackAndNotEarned) {
  Market now;
  now.contracts.push_back(
      between("gp", "gp", {priced("consult", 1'221), Withhold{{{WithholdBase::base, percent(8), EarnedBy::quality}}}}));
  now.outlooks.emplace_back();
  now.outlooks[0].facts.quality_score = percent(75);
  EXPECT_NEAR(income_change(unit_effect(now.contracts, now.outlooks, unit("consult", "gp", 12.21), {}), "gp"),
              withheld_marginal(12.21, 0.08, 0.75), 1e-12);
  now.outlooks[0].score = Forecast{0.75, 0.02};
  EXPECT_NEAR(income_change(unit_effect(now.contracts, now.outlooks, unit("consult", "gp", 12.21), {}), "gp"),
              12.21 * 0.98, 1e-9);
}

// One person of 10,000 at a benchmark of 10,000 and own spending of 8,000: half of the 2,000 saved.
TEST(UnitEffect, AContactThatWinsAttributionBringsThePerson) {
  Market now = market(Hospital::price_times_volume, true);
  now.outlooks[2].attribution_change = 0.1;
  now.outlooks[2].attributed = 0.0;
  PersonOutlook person;
  person.counted = Forecast{8'000, 3'000, ForecastShape::log_normal};
  EXPECT_EQ(now.cents_for("gp", unit("consult", "gp", 12.21), person), 12'21 + 100'00);
}

TEST(UnitEffect, QualityAndOutcomeGainedArePaidToWhoHoldsThem) {
  Quality quality = testing::by_score(QualityTarget::amount);
  quality.amount = QualityAmount{{}, euro(12), {}, Period::year, false};
  Market now;
  now.contracts.push_back(between("gp", "gp", {priced("consult", 1'221)}));
  now.contracts.push_back(between("health", "gp", {testing::qaly_gain()}));
  now.contracts.push_back(between("measures", "gp", {quality}));
  now.outlooks.resize(3);
  now.outlooks[1].facts.assigned = 4;
  now.outlooks[1].outcome = Forecast{0.15, 0.0};
  now.outlooks[2].facts = testing::year(5'000, Money{}, Money{});
  now.outlooks[2].facts.quality_score = percent(60);
  CareUnit care = unit("consult", "gp", 12.21);
  care.outcome_change = 0.001;   // 8,000 a QALY
  care.quality_change = 0.0002;  // 60,000 a unit of score
  EXPECT_EQ(now.cents_for("gp", care), 12'21 + 8'00 + 12'00);
  EXPECT_EQ(now.cents_for("insurer", care), -(12'21 + 8'00 + 12'00));
  now.outlooks[1].outcome = Forecast{-0.5, 0.0};  // under the floor
  EXPECT_EQ(now.cents_for("gp", care), 12'21 + 12'00);
}

TEST(UnitEffect, BasePaymentsAreDividedWhereNothingIsSettled) {
  Split split;
  split.parts = {{"midwife", percent(25)}, {"hospital", percent(75)}};
  Market now;
  now.contracts.push_back(between("birth", "organisation", {priced("birth", 400'000), split}));
  now.outlooks.emplace_back();
  const CareUnit care = unit("birth", "organisation", 4000);
  EXPECT_EQ(now.cents_for("midwife", care), 1'000'00);
  EXPECT_EQ(now.cents_for("hospital", care), 3'000'00);
  EXPECT_EQ(now.cents_for("organisation", care), 0);
}

TEST(UnitEffect, WhatCannotBeReckonedIsRefused) {
  Market now = market(Hospital::price_times_volume, false);
  now.outlooks.pop_back();
  EXPECT_THROW((void)unit_effect(now.contracts, now.outlooks, unit("consult", "gp", 12.21), {}), std::invalid_argument);
  now.outlooks.emplace_back();
  now.contracts[1] = now.contracts[0];
  EXPECT_THROW((void)unit_effect(now.contracts, now.outlooks, unit("consult", "gp", 12.21), {}), std::invalid_argument);
  now = market(Hospital::price_times_volume, true);
  now.outlooks[2].facts = Facts{};
  EXPECT_THROW((void)unit_effect(now.contracts, now.outlooks, unit("consult", "gp", 12.21), {}), FactsError);
}

// What one gains another pays.
RC_GTEST_PROP(UnitEffect, AddsUpToNothing, ()) {
  Market now = market(static_cast<Hospital>(*rc::gen::inRange(0, 3)), true);
  Split split;
  split.waterfall = {{"investor", euro(2'000'000)}, {"gp", std::nullopt}};
  now.contracts[2].terms.emplace_back(split);
  PatientShare deductible;
  deductible.first = euro(385);
  std::get<Fee>(now.contracts[0].terms[0]).patient_share = deductible;
  now.outlooks[1].turnover = {*rc::gen::inRange(10, 13) * 1e6, *rc::gen::inRange(0, 5) * 1e5};
  now.outlooks[2].counted = Forecast{*rc::gen::inRange(90, 105) * 1e6, *rc::gen::inRange(0, 5) * 1e6};
  PersonOutlook person{.age = 50, .counted = {}, .own_payments = Forecast{*rc::gen::inRange(1, 900) * 1.0, 50.0}};
  const bool hospital = *rc::gen::arbitrary<bool>();
  const CareUnit care = hospital ? unit("outpatient", "hospital", 190) : unit("consult", "gp", 12.21);
  double sum = 0;
  for (const IncomeChange& change : unit_effect(now.contracts, now.outlooks, care, person)) {
    RC_ASSERT(std::isfinite(change.amount));
    sum += change.amount;
  }
  RC_ASSERT(std::abs(sum) <= 1e-9);
}

}  // namespace
}  // namespace waterbed
