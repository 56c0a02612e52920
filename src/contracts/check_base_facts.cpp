#include "base_payment.hpp"
#include "check_facts.hpp"

namespace waterbed::internal {
namespace {

/// An income and what it would be worked out from: one of them would be left unread.
void one_form(bool income, bool worked_out, const char* fact, const std::string& other, FactChecker& c) {
  c.require(!income || !worked_out, fact, "must not be given beside " + other + ": it stands instead of them");
}

void check_fee(const Fee& fee, const Facts& facts, FactChecker& c) {
  c.of("fee");
  one_form(facts.fee_income.has_value(), !facts.units.empty(), "fee_income", "units", c);
  if (!facts.fee_income) {
    if (facts.units.empty()) {
      c.add("units", "are missing: the fee needs units by service, or fee_income");
    }
    for (const ServiceUnits& line : facts.units) {
      const ServicePrice* price = find_price(fee.prices, {line.service, {}, {}});
      if (price == nullptr || !price->price) {
        c.add("units." + line.service, price != nullptr ? "is paid at list price: give fee_income instead"
                                                        : "is not in the price list of the fee");
      } else {
        c.count(line.units, "units." + line.service);
      }
    }
  }
  if (fee.patient_share) {
    c.need(facts.patient_paid.has_value(), "patient_paid", "the fee has a patient share");
    c.not_negative(facts.patient_paid, "patient_paid");
  }
}

void check_capitation(const Capitation& capitation, const Facts& facts, FactChecker& c) {
  c.of("capitation");
  one_form(facts.capitation_income.has_value(), !facts.membership.empty(), "capitation_income", "membership", c);
  if (facts.capitation_income) {
    return;
  }
  c.need(!facts.membership.empty(), "membership", "the capitation needs time by class");
  for (const ClassTime& line : facts.membership) {
    c.time(line.time, "membership." + line.name);
    c.require(capitation_class(capitation, line.name) >= 0, "membership." + line.name,
              "is not a class of the capitation");
  }
}

void check_bundle(const Bundle& bundle, const Facts& facts, FactChecker& c) {
  c.of("bundle");
  if (bundle.pricing == BundlePricing::retrospective) {
    return;
  }
  one_form(facts.bundle_income.has_value(), facts.bundles.has_value(), "bundle_income", "bundles", c);
  if (!facts.bundle_income) {
    if (bundle.pricing == BundlePricing::by_contents) {
      c.need(false, "bundle_income", "the bundle is priced by contents");
    } else {
      c.need(facts.bundles.has_value(), "bundles", "the bundle needs the number of triggers, or bundle_income");
      c.count(facts.bundles, "bundles");
    }
  }
  if (bundle.outlier) {
    c.need(facts.outlier_excess.has_value(), "outlier_excess", "the bundle pays a share of what outliers cost");
    c.not_negative(facts.outlier_excess, "outlier_excess");
  }
}

}  // namespace

void check_base_facts(const Contract& contract, const Facts& facts, FactChecker& c) {
  if (const Fee* fee = find_term<Fee>(contract)) {
    check_fee(*fee, facts, c);
  }
  if (const Capitation* capitation = find_term<Capitation>(contract)) {
    check_capitation(*capitation, facts, c);
  }
  if (const Bundle* bundle = find_term<Bundle>(contract)) {
    check_bundle(*bundle, facts, c);
  }
  if (const Lump* lump = find_term<Lump>(contract); lump != nullptr && lump->band) {
    c.of("lump");
    c.need(facts.expected_turnover.has_value(), "expected_turnover", "the band of the lump sum lies around it");
    c.need(facts.delivered_value.has_value(), "delivered_value", "the lump sum has a band");
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract); ceiling != nullptr && ceiling->of_expected_turnover) {
    c.of("ceiling");
    c.need(facts.expected_turnover.has_value(), "expected_turnover", "the ceiling is a share of it");
    if (ceiling->floor && facts.expected_turnover) {
      const Exact amount = exact_ceiling_amount(*ceiling, facts.expected_turnover);
      c.require(fraction(*ceiling->floor) <= amount, "expected_turnover",
                "must make a ceiling of at least its floor, " + money_text(fraction(*ceiling->floor)),
                money_text(amount));
    }
  }
  c.not_negative(facts.expected_turnover, "expected_turnover");
}

}  // namespace waterbed::internal
