// Terms that pay care as it is delivered, and whom they are about.

#include "text.hpp"
#include "validate.hpp"

#include <string>

namespace waterbed::internal {
namespace {

std::string text(Money amount) { return money_text(fraction(amount)); }

std::string first_of(const std::vector<std::string>& names) { return names.empty() ? "" : names.front(); }

void check_attribution(ContractChecker& c, const Attribution& attribution) {
  using Rule = AttributionRule;
  const Rule rule = attribution.rule;
  const std::string field = "scope.attribution";
  const bool counts_care = rule == Rule::plurality_visits || rule == Rule::plurality_charges || rule == Rule::choice;
  c.require(counts_care || attribution.by.empty(), field + ".by",
            "is for plurality and choice: the services that count", first_of(attribution.by));
  c.require(rule == Rule::geography || attribution.places.empty(), field + ".places", "is for geography",
            first_of(attribution.places));
  if (rule == Rule::geography) {
    c.not_empty(field + ".places", attribution.places.size(), "the municipalities");
  }
  const bool asks = rule == Rule::enrolment || rule == Rule::choice;
  // Written so that NaN is refused too.
  c.require(attribution.uptake >= 0.0 && attribution.uptake <= 1.0, field + ".uptake", "must be in [0, 1]",
            std::to_string(attribution.uptake));
  c.require(asks || attribution.uptake == 1.0, field + ".uptake",
            "is for enrolment and choice: nobody is asked to sign", std::to_string(attribution.uptake));
}

void check_tiers(ContractChecker& c, const Fee& fee) {
  Money from;
  for (std::size_t i = 0; i < fee.tiers.size(); ++i) {
    const std::string field = "fee.tiers[" + std::to_string(i) + "]";
    c.share(field + ".discount", fee.tiers[i].discount);
    if (i + 1 == fee.tiers.size()) {
      c.require(!fee.tiers[i].up_to, field + ".up_to", "the last tier must be open",
                fee.tiers[i].up_to ? text(*fee.tiers[i].up_to) : "");
    } else if (!fee.tiers[i].up_to) {
      c.add(field + ".up_to", "only the last tier is open", "open");
    } else {
      c.require(*fee.tiers[i].up_to > from, field + ".up_to", "must be above " + text(from), text(*fee.tiers[i].up_to));
      from = *fee.tiers[i].up_to;
    }
  }
  c.require(fee.tier_mode == TierMode::incremental || !fee.tiers.empty(), "fee.tier_mode",
            "needs tiers: without them all units have the same price", "no tiers");
}

void check_patient_share(ContractChecker& c, const PatientShare& share) {
  const std::string field = "fee.patient_share";
  c.not_negative(field + ".first", share.first);
  c.within(field + ".from_age", share.from_age, 0, 120);
  c.share(field + ".share", share.share);
  if (share.most) {
    c.require(*share.most >= share.first, field + ".most", "must be at least the first euros, " + text(share.first),
              text(*share.most));
  }
}

void check_contact_bundle(ContractChecker& c, const Bundle& bundle) {
  c.require(bundle.window_days > 0, "bundle.window_days", "must be above 0 for a bundle that a contact opens",
            std::to_string(bundle.window_days));
  c.require(bundle.clean_period_days >= 0, "bundle.clean_period_days", "must be 0 or more",
            std::to_string(bundle.clean_period_days));
  c.require(bundle.who.empty(), "bundle.who", "is for enrolled people; a contact opens this bundle", bundle.who);
}

void check_enrolment_bundle(ContractChecker& c, const Bundle& bundle) {
  c.require(bundle.window_days == 0, "bundle.window_days",
            "is for a bundle that a contact opens; enrolment has a period", std::to_string(bundle.window_days));
  c.require(bundle.clean_period_days == 0, "bundle.clean_period_days", "is for a bundle that a contact opens",
            std::to_string(bundle.clean_period_days));
  c.require(bundle.opened_by.empty(), "bundle.opened_by", "is for a bundle that a contact opens",
            first_of(bundle.opened_by));
  c.require(bundle.pricing == BundlePricing::fixed, "bundle.price", "must be fixed for enrolled people",
            bundle.pricing == BundlePricing::by_contents ? "by_contents" : "retrospective");
}

}  // namespace

void check(ContractChecker& c, const Scope& scope) {
  c.require(scope.min_people >= 0, "scope.min_people", "must be 0 or more", std::to_string(scope.min_people));
  check_attribution(c, scope.attribution);
  c.prices("scope.standard_prices", scope.standard_prices);
  const bool standard = scope.price == PriceBasis::standard;
  c.require(!standard || !scope.standard_prices.empty(), "scope.standard_prices",
            "must name the prices at which care counts", "nothing");
  c.require(standard || scope.standard_prices.empty(), "scope.standard_prices", "is for price basis standard",
            std::to_string(scope.standard_prices.size()) + " prices");
}

void check(ContractChecker& c, const Fee& fee) {
  c.not_empty("fee.prices", fee.prices.size(), "at least one service");
  c.prices("fee.prices", fee.prices);
  check_tiers(c, fee);
  if (fee.patient_share) {
    check_patient_share(c, *fee.patient_share);
  }
  c.share("fee.share", fee.share);
}

void check(ContractChecker& c, const Capitation& capitation) {
  c.not_empty("capitation.classes", capitation.classes.size(), "at least one class");
  std::vector<std::string> names;
  for (const CapitationClass& line : capitation.classes) {
    names.push_back(line.name);
    c.not_negative("capitation.classes." + line.name, line.rate);
  }
  c.unique("capitation.classes", names);
  c.require(!capitation.advance || capitation.services.empty(), "capitation.services",
            "must be empty for an advance: the fees stay due", first_of(capitation.services));
}

void check(ContractChecker& c, const Bundle& bundle) {
  c.not_empty("bundle.services", bundle.services.size(), "the services inside");
  if (bundle.trigger == BundleTrigger::first_contact) {
    check_contact_bundle(c, bundle);
  } else {
    check_enrolment_bundle(c, bundle);
  }
  const bool fixed = bundle.pricing == BundlePricing::fixed;
  if (fixed) {
    c.not_negative("bundle.price", bundle.price);
  } else {
    c.require(bundle.price == Money{}, "bundle.price", "is for a fixed price", text(bundle.price));
  }
  if (bundle.pricing == BundlePricing::by_contents) {
    c.not_empty("bundle.contents", bundle.contents.size(), "the prices by contents");
    c.prices("bundle.contents", bundle.contents);
  } else {
    c.require(bundle.contents.empty(), "bundle.contents", "is for a bundle priced by contents",
              std::to_string(bundle.contents.size()) + " prices");
  }
  c.require(!bundle.pays_others || bundle.trigger == BundleTrigger::enrolled, "bundle.pays_others",
            "is for a bundle of enrolled people: others find their price there", "first_contact");
  if (bundle.outlier) {
    c.require(fixed, "bundle.outlier", "is for a fixed price: other bundles pay what was delivered",
              bundle.pricing == BundlePricing::by_contents ? "by_contents" : "retrospective");
    c.positive("bundle.outlier.above", bundle.outlier->above);
    c.share("bundle.outlier.share", bundle.outlier->share);
  }
}

void check(ContractChecker& c, const Lump& lump) {
  c.not_negative("lump.amount", lump.amount);
  if (lump.band) {
    c.share("lump.band.width", lump.band->width);
    c.share("lump.band.share_above", lump.band->share_above);
    c.share("lump.band.share_below", lump.band->share_below);
    c.not_empty("lump.services", lump.services.size(), "the services whose value the band is about");
  }
}

void check(ContractChecker& c, const Ceiling& ceiling) {
  c.require(ceiling.amount.has_value() != ceiling.of_expected_turnover.has_value(), "ceiling",
            "must have either an amount or a share of expected turnover", ceiling.amount ? "both" : "neither");
  if (ceiling.amount) {
    c.not_negative("ceiling.amount", *ceiling.amount);
  }
  if (ceiling.of_expected_turnover) {
    c.require(ceiling.of_expected_turnover->nano >= 0, "ceiling.of_expected_turnover", "must be 0 or more",
              rate_text(*ceiling.of_expected_turnover));
  }
  c.share("ceiling.share_above", ceiling.share_above);
  if (ceiling.floor) {
    c.not_negative("ceiling.floor", *ceiling.floor);
    c.require(!ceiling.amount || *ceiling.floor <= *ceiling.amount, "ceiling.floor", "must be at most the ceiling",
              text(*ceiling.floor));
  }
  c.within("ceiling.set_off_years", ceiling.set_off_years, 0, 20);
}

}  // namespace waterbed::internal
