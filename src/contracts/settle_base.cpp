#include "settle_base.hpp"

#include "base_payment.hpp"
#include "text.hpp"
#include "waterbed/contracts/lump.hpp"

#include <string>

namespace waterbed::internal {
namespace {

constexpr int k_year_end = 12;

Exact fee_turnover(const Fee& fee, const Facts& facts, const Trace& trace) {
  if (facts.fee_income) {
    return fraction(*facts.fee_income);
  }
  Exact turnover = 0;
  for (const ServiceUnits& service : facts.units) {
    const Money price = *find_price(fee.prices, {service.service, {}, {}})->price;
    const Exact amount = fraction(price) * service.units;
    turnover += amount;
    trace.line(
        "fee", [&] { return std::to_string(service.units) + " x " + service.service; },
        [&] { return "at " + money_text(fraction(price)); }, amount);
  }
  return turnover;
}

Exact settle_fee(const Fee& fee, const Facts& facts, Account& account, const Trace& trace) {
  const Exact turnover = fee_turnover(fee, facts, trace);
  Exact paid = exact_fee_payment(fee, turnover);
  account.pay(TermKind::fee, paid, k_year_end);
  trace.line(
      "fee", [&] { return "turnover " + money_text(turnover); },
      [&] {
        const std::string tiers = fee.tiers.empty()                        ? "no volume tiers"
                                  : fee.tier_mode == TierMode::incremental ? "volume tiers"
                                                                           : "volume tiers on all units";
        return fee.share.nano == Rate::k_one ? tiers : tiers + ", " + percent_text(fraction(fee.share)) + " paid";
      },
      paid);
  return paid;
}

Exact settle_patient_share(const Fee& fee, const Facts& facts, Account& account, const Trace& trace) {
  if (!fee.patient_share) {
    return 0;
  }
  const Exact owed = fraction(*facts.patient_paid);
  account.pay(TermKind::patient_share, Exact(-owed), k_year_end);
  trace.line(
      "patient_share", [&] { return "owed by patients " + money_text(owed); },
      [] { return std::string("not paid by the payer"); }, -owed);
  return -owed;
}

Exact capitation_income(const Capitation& capitation, const Facts& facts, const Trace& trace) {
  if (facts.capitation_income) {
    trace.line(
        "capitation", [] { return std::string("income by class and period"); },
        [] { return std::string("as accrued"); }, fraction(*facts.capitation_income));
    return fraction(*facts.capitation_income);
  }
  Exact total = 0;
  for (const ClassTime& line : facts.membership) {
    const auto position = static_cast<std::size_t>(capitation_class(capitation, line.name));
    const Exact amount = exact_capitation(capitation, position, line.time);
    total += amount;
    trace.line(
        "capitation", [&] { return years_text(line.time) + " person-years of " + line.name; },
        [&] {
          return std::to_string(periods_per_year(capitation.period)) + " a year at " +
                 money_text(fraction(capitation.classes[position].rate));
        },
        amount);
  }
  return total;
}

Exact settle_capitation(const Contract& contract, const Capitation& capitation, const Facts& facts, Account& account,
                        const Trace& trace) {
  Exact income = capitation_income(capitation, facts, trace);
  const Money paid = account.pay(TermKind::capitation, income, k_year_end);
  if (!capitation.advance) {
    return income;
  }
  account.pay(TermKind::adjustment, -paid, pay_month(contract));
  trace.line(
      "capitation", [&] { return "advance " + money_text(income); },
      [] { return std::string("taken off the fees, which stay due"); }, -income);
  return 0;
}

Exact settle_bundle(const Bundle& bundle, const Facts& facts, Account& account, const Trace& trace) {
  if (bundle.pricing == BundlePricing::retrospective) {
    return 0;  // fees are paid as usual
  }
  Exact paid = facts.bundle_income ? fraction(*facts.bundle_income) : fraction(bundle.price) * *facts.bundles;
  trace.line(
      "bundle",
      [&] { return facts.bundle_income ? std::string("income") : std::to_string(*facts.bundles) + " bundles"; },
      [&] { return facts.bundle_income ? std::string("as accrued") : "at " + money_text(fraction(bundle.price)); },
      paid);
  if (bundle.outlier) {
    const Exact excess = fraction(*facts.outlier_excess);
    const Exact added = fraction(bundle.outlier->share) * excess;
    paid += added;
    trace.line(
        "bundle",
        [&] { return money_text(excess) + " above " + money_text(fraction(bundle.outlier->above)) + " an episode"; },
        [&] { return percent_text(fraction(bundle.outlier->share)) + " paid on top"; }, added);
  }
  account.pay(TermKind::bundle, paid, k_year_end);
  return paid;
}

Exact settle_lump(const Lump& lump, const Facts& facts, Account& account, const Trace& trace) {
  Exact paid = fraction(lump.amount) * periods_per_year(lump.period);
  trace.line(
      "lump", [&] { return money_text(fraction(lump.amount)); },
      [&] { return std::to_string(periods_per_year(lump.period)) + " a year"; }, paid);
  if (lump.band) {
    const Exact expected = fraction(*facts.expected_turnover);
    const Exact delivered = fraction(*facts.delivered_value);
    const Exact added = exact_band_payment(*lump.band, expected, delivered);
    paid += added;
    trace.line(
        "lump", [&] { return "delivered " + money_text(delivered) + ", expected " + money_text(expected); },
        [&] {
          return "band of " + percent_text(fraction(lump.band->width)) + ": " +
                 percent_text(fraction(lump.band->share_above)) + " above, " +
                 percent_text(fraction(lump.band->share_below)) + " below";
        },
        added);
  }
  account.pay(TermKind::lump, paid, k_year_end);
  return paid;
}

Exact settle_ceiling(const Ceiling& ceiling, const Facts& facts, const Exact& income, Account& account,
                     const Trace& trace) {
  const Exact amount = exact_ceiling_amount(ceiling, facts.expected_turnover);
  Exact correction = exact_ceiling_paid(ceiling, amount, income) - income;
  // A floor is made up at once; an excess was paid and is set off against a later year.
  const int month = correction < 0 ? k_year_end * (1 + ceiling.set_off_years) : k_year_end;
  account.pay(TermKind::ceiling, correction, month);
  trace.line(
      "ceiling", [&] { return "fees and bundles " + money_text(income); },
      [&] {
        return "ceiling " + money_text(amount) + ", " + percent_text(fraction(ceiling.share_above)) + " paid above" +
               (ceiling.floor ? ", floor " + money_text(fraction(*ceiling.floor)) : std::string()) +
               (month > k_year_end ? ", set off after " + std::to_string(ceiling.set_off_years) + " years" : "");
      },
      correction);
  return correction;
}

}  // namespace

int pay_month(const Contract& contract) {
  const Adjust* adjust = find_term<Adjust>(contract);
  return adjust != nullptr ? adjust->pay_month : k_year_end;
}

int owe_month(const Contract& contract) {
  const Adjust* adjust = find_term<Adjust>(contract);
  return adjust != nullptr ? adjust->owe_month : k_year_end;
}

Exact settle_base(const Contract& contract, const Facts& facts, Account& account, const Trace& trace) {
  Exact limited = 0;  // what a ceiling limits
  Exact others = 0;
  if (const Fee* fee = find_term<Fee>(contract)) {
    limited += settle_fee(*fee, facts, account, trace);
    others += settle_patient_share(*fee, facts, account, trace);
  }
  if (const Capitation* capitation = find_term<Capitation>(contract)) {
    others += settle_capitation(contract, *capitation, facts, account, trace);
  }
  if (const Bundle* bundle = find_term<Bundle>(contract)) {
    limited += settle_bundle(*bundle, facts, account, trace);
  }
  if (const Lump* lump = find_term<Lump>(contract)) {
    others += settle_lump(*lump, facts, account, trace);
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract)) {
    others += settle_ceiling(*ceiling, facts, limited, account, trace);
  }
  return limited + others;
}

}  // namespace waterbed::internal
