#include "contracts/support.hpp"
#include "support/marginal_checks.hpp"
#include "support/quadrature.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <string>
#include <utility>
#include <vector>

namespace waterbed::testing {
namespace {

/// A payment as settle() pays it, as a function of one fact.
template <class SetFact>
Payment settled(const Contract& contract, const Facts& facts, SetFact set) {
  return [contract, facts, set](double x) {
    Facts now = facts;
    set(now, x);
    return settle(contract, now, Detail::amounts).total().to_euro();
  };
}

void set_turnover(Facts& facts, double x) { facts.fee_income = Money::from_euro(x); }

/// A curve at several positions against the payment itself.
void add(std::vector<MarginalCheck>& checks, const std::string& term, const std::string& what,
         const PaymentCurve& curve, const Payment& payment, const std::vector<double>& breaks,
         const std::vector<Forecast>& positions, double scale = 1.0) {
  for (const Forecast& position : positions) {
    checks.push_back(
        {term, what, expected_slope(curve, position), slope_by_quadrature(payment, position, breaks), scale});
  }
}

/// Hospital products at 2,850 in three tiers: 0 % to 11.0 million, 10 % to 11.5 million, 30 % above.
/// Source: the fifth contract of the hospital example, tests/contracts/worked_examples_test.cpp.
Fee tiers(TierMode mode) {
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  fee.tiers = {{euro(11'000'000), Rate{}}, {euro(11'500'000), percent(10)}, {std::nullopt, percent(30)}};
  fee.tier_mode = mode;
  return fee;
}

const std::vector<Forecast> k_turnover = {{10.5e6, 2e5}, {11.0e6, 2e5}, {11.25e6, 5e5}, {11.5e6, 5e4}, {12.2e6, 2e5}};

void add_fees(std::vector<MarginalCheck>& checks) {
  for (const TierMode mode : {TierMode::incremental, TierMode::all_units}) {
    const Fee fee = tiers(mode);
    add(checks, "fee", mode == TierMode::incremental ? "tiers, incremental" : "tiers, all units", tier_curve(fee),
        settled(named({fee}), {}, set_turnover), {11e6, 11.5e6}, k_turnover);
  }
  Fee half = tiers(TierMode::incremental);
  half.share = percent(40);
  add(checks, "fee", "40 % of the price per unit", tier_curve(half), settled(named({half}), {}, set_turnover),
      {11e6, 11.5e6}, k_turnover);

  // The Dutch deductible, and a coinsurance with a most: 385, then 25 % up to 1,000 in all, reached at 2,845.
  PatientShare coinsured;
  coinsured.first = euro(385);
  coinsured.share = percent(25);
  coinsured.most = euro(1000);
  PatientShare deductible;
  deductible.first = euro(385);
  const std::vector<Forecast> spending = {
      {300, 900, ForecastShape::log_normal}, {1500, 2500, ForecastShape::log_normal}, {2845, 400}, {385, 100}};
  for (const auto& [what, share, breaks] :
       {std::tuple{"deductible", deductible, std::vector<double>{0, 385}},
        std::tuple{"deductible and coinsurance", coinsured, std::vector<double>{0, 385, 2845}}}) {
    add(
        checks, "fee", what, patient_curve(share),
        [share = share](double y) { return patient_owes(share, Money::from_euro(y)).to_euro(); }, breaks, spending);
  }
}

void add_ceilings(std::vector<MarginalCheck>& checks) {
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  Ceiling plain;
  plain.amount = euro(11'400'000);
  Ceiling shared = plain;
  shared.share_above = percent(70);
  Ceiling floored = shared;
  floored.floor = euro(11'000'000);
  const std::vector<Forecast> positions = {
      {10.9e6, 2e5}, {11.0e6, 1e5}, {11.4e6, 57e3}, {11.5e6, 228e3}, {11.97e6, 228e3}};
  for (const auto& [what, ceiling] : {std::pair{"nothing above", plain}, std::pair{"70 % above", shared},
                                      std::pair{"70 % above, with a floor", floored}}) {
    const Payment paid = settled(named({fee, ceiling}), {}, set_turnover);
    add(checks, "ceiling", what, ceiling_curve(ceiling, 11.4e6), paid, {11e6, 11.4e6}, positions);
    // The same by the chance of reaching the ceiling.
    const Forecast at{11.5e6, 228e3};
    checks.push_back({"ceiling", std::string(what) + ", by p (1 - P) + m p P", ceiling_slope(ceiling, 11.4e6, at),
                      slope_by_quadrature(paid, at, {11e6, 11.4e6}), 1.0});
  }
  // Tiers under a ceiling: what is left of the discounted price.
  add(checks, "ceiling", "over tiers", through(ceiling_curve(plain, 11.4e6), tier_curve(tiers(TierMode::incremental))),
      settled(named({tiers(TierMode::incremental), plain}), {}, set_turnover), {11e6, 11.5e6, 11e6 + 4e5 / 0.9},
      {{11.3e6, 2e5}, {11.45e6, 1e5}, {11.6e6, 3e5}});
}

void add_bundles(std::vector<MarginalCheck>& checks) {
  Bundle bundle;
  bundle.trigger = BundleTrigger::first_contact;
  bundle.window_days = 90;
  bundle.services = {"all"};
  bundle.price = euro(24'000);
  bundle.outlier = Outlier{euro(52'000), percent(80)};
  Facts one;
  one.bundles = 1;
  const Payment paid = settled(named({bundle}), one, [](Facts& facts, double y) {
    facts.outlier_excess = Money::from_euro(std::max(0.0, y - 52'000.0));
  });
  add(checks, "bundle", "inside, above the outlier threshold", outlier_curve(*bundle.outlier), paid, {52'000},
      {{22'000, 12'000, ForecastShape::log_normal}, {48'000, 30'000, ForecastShape::log_normal}, {52'000, 4'000}});

  // One more trigger, and one more product by contents: whole units, so differences and not derivatives.
  Facts ten;
  ten.bundles = 10;
  ten.outlier_excess = Money{};
  Facts eleven = ten;
  eleven.bundles = 11;
  const auto total = [](const Contract& contract, const Facts& facts) {
    return settle(contract, facts, Detail::amounts).total().to_euro();
  };
  checks.push_back({"bundle", "one more trigger", bundle_marginal(24'000, BundlePosition::new_trigger, 190),
                    total(named({bundle}), eleven) - total(named({bundle}), ten), 24'000});
  OpenBundle open{0, euro(190)};
  bundle.pricing = BundlePricing::by_contents;
  checks.push_back({"bundle", "by contents, a dearer service inside", contents_marginal(2850, 190),
                    bundle_contact(bundle, open, 5, euro(2850)).to_euro(), 2850});
}

void add_fixed(std::vector<MarginalCheck>& checks) {
  Lump lump;
  lump.amount = euro(11'600'000);
  lump.services = {"all"};
  lump.band = VolumeBand{percent(5), percent(40), percent(60)};
  Facts facts;
  facts.expected_turnover = euro(11'600'000);
  const Payment paid =
      settled(named({lump}), facts, [](Facts& now, double x) { now.delivered_value = Money::from_euro(x); });
  add(checks, "lump", "with a volume band", band_curve(*lump.band, 11.6e6), paid, {0.95 * 11.6e6, 1.05 * 11.6e6},
      {{10.8e6, 3e5}, {11.02e6, 2e5}, {11.6e6, 4e5}, {12.18e6, 1e5}, {13e6, 3e5}});

  // Registration fees of Dutch general practice, 2018, per quarter.
  Capitation capitation;
  capitation.classes = {{"under 65", "", cents(1563)}, {"75 to 84", "", cents(2754)}};
  Facts people;
  const auto income = [&](std::int64_t young, std::int64_t old) {
    people.membership = {{"under 65", {young, 1}}, {"75 to 84", {old, 1}}};
    return settle(named({capitation}), people, Detail::amounts).total().to_euro();
  };
  checks.push_back(
      {"capitation", "one more person", person_marginal(capitation, 0), income(1801, 170) - income(1800, 170), 60});
  checks.push_back({"capitation", "a diagnosis moves the class", reclassified_marginal(capitation, 0, 1),
                    income(1799, 171) - income(1800, 170), 60});
  capitation.advance = true;
  checks.push_back({"capitation", "paid in advance of fees", person_marginal(capitation, 0),
                    income(1801, 170) - income(1800, 170), 60});
}

}  // namespace

std::vector<MarginalCheck> base_payment_checks() {
  std::vector<MarginalCheck> checks;
  add_fees(checks);
  add_ceilings(checks);
  add_bundles(checks);
  add_fixed(checks);
  return checks;
}

}  // namespace waterbed::testing
