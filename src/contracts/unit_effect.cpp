#include "waterbed/contracts/unit_effect.hpp"

#include "curve_parts.hpp"
#include "waterbed/contracts/precedence.hpp"
#include "waterbed/contracts/score_marginal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace waterbed {
namespace {

/// What is paid for the unit itself, after tiers and ceiling.
struct Paid {
  std::size_t contract = 0;
  TermKind term = TermKind::fee;
  double income = 0.0;   // of the provider
  double patient = 0.0;  // part of it that the patient owes
};

/// What one more euro brings in under tiers and ceiling.
struct BaseSlopes {
  double fee = 1.0;
  double bundle = 1.0;
};

Forecast sum_of(const Forecast& a, double weight, const Forecast& b) {
  return {weight * a.mean + b.mean, std::sqrt(weight * a.sd * weight * a.sd + b.sd * b.sd)};
}

BaseSlopes base_slopes(const Contract& contract, const Outlook& outlook) {
  const Fee* fee = find_term<Fee>(contract);
  const PaymentCurve tiers = tier_curve(fee ? *fee : Fee{});
  const Ceiling* ceiling = find_term<Ceiling>(contract);
  if (!ceiling) {
    return {expected_slope(tiers, outlook.turnover), 1.0};
  }
  const PaymentCurve limited =
      ceiling_curve(*ceiling, ceiling_amount(*ceiling, outlook.facts.expected_turnover).to_euro());
  if (!fee || fee->tiers.empty()) {
    const double share = fee ? fee->share.to_double() : 1.0;
    const double kept = expected_slope(limited, sum_of(outlook.turnover, share, outlook.bundle_income));
    return {share * kept, kept};
  }
  BaseSlopes slopes{0.0, 0.0};
  PaymentCurve paid;
  for (const internal::Part& part : internal::parts_through(limited, tiers, outlook.bundle_income.mean)) {
    paid.pieces.push_back(part.piece);
    slopes.bundle += part.outer_slope * (probability_below(outlook.turnover, part.piece.upper) -
                                         probability_below(outlook.turnover, part.piece.lower));
  }
  slopes.fee = expected_slope(paid, outlook.turnover);
  return slopes;
}

/// What the patient owes of the whole unit: small beside a deductible it is not.
double owed_by_patient(const Fee& fee, const CareUnit& unit, const PersonOutlook& person, double price) {
  if (!fee.patient_share || person.age < fee.patient_share->from_age ||
      holds(fee.patient_share->exempt, unit.service)) {
    return 0.0;
  }
  const PaymentCurve owed = patient_curve(*fee.patient_share);
  const Forecast spent = person.own_payments.value_or(Forecast{});
  const PaymentCurve after = through(owed, bent_curve({{-std::numeric_limits<double>::infinity(), 1.0}}, 0.0, price));
  return expected_value(after, spent) - expected_value(owed, spent);
}

double bundle_payment(const Bundle& bundle, const BasePayment& payment, const CareUnit& unit) {
  const double price = payment.price ? payment.price->to_euro() : unit.list_price;
  const bool inside = unit.bundle == BundlePosition::inside;
  double paid = bundle.pricing == BundlePricing::by_contents ? contents_marginal(price, inside ? unit.charged : 0.0)
                : inside                                     ? 0.0
                                                             : price;
  if (bundle.outlier && unit.episode) {
    paid += expected_slope(outlier_curve(*bundle.outlier), *unit.episode) * unit.list_price;
  }
  return paid;
}

double lump_change(const Lump& lump, const CareUnit& unit, const Outlook& outlook) {
  if (!lump.band || !outlook.delivered) {
    return k_lump_marginal;
  }
  const double expected = outlook.facts.expected_turnover.value_or(Money{}).to_euro();
  return expected_slope(band_curve(*lump.band, expected), *outlook.delivered) * unit.list_price;
}

bool applies(const BasePayment& payment, const Contract& contract, const CareUnit& unit, const Outlook& outlook) {
  if (payment.conditional && !outlook.in_scope) {
    return false;
  }
  if (payment.term != TermKind::bundle) {
    return true;
  }
  if (find_term<Bundle>(contract)->pricing == BundlePricing::retrospective) {
    return false;  // fees are paid as usual
  }
  return !payment.conditional || unit.bundle != BundlePosition::outside;
}

/// The base payment that the unit meets; none if nobody pays for it.
std::optional<Paid> paid_for(std::span<const Contract> contracts, std::span<const Outlook> outlooks,
                             const CareUnit& unit, const PersonOutlook& person) {
  const BasePayer payer = base_payer(contracts, unit.payer, unit.provider, unit.service);
  if (!payer.problems.empty()) {
    throw std::invalid_argument(payer.problems.front().rule);
  }
  for (const BasePayment& payment : payer.payments) {
    const Contract& contract = contracts[payment.contract];
    const Outlook& outlook = outlooks[payment.contract];
    if (!applies(payment, contract, unit, outlook)) {
      continue;
    }
    Paid paid{payment.contract, payment.term, 0.0, 0.0};
    if (payment.term == TermKind::fee) {
      const double price = payment.price ? payment.price->to_euro() : unit.list_price;
      paid.patient = owed_by_patient(*find_term<Fee>(contract), unit, person, price);
      paid.income = price * base_slopes(contract, outlook).fee;
    } else if (payment.term == TermKind::bundle) {
      paid.income = bundle_payment(*find_term<Bundle>(contract), payment, unit) * base_slopes(contract, outlook).bundle;
    } else if (payment.term == TermKind::lump) {
      paid.income = lump_change(*find_term<Lump>(contract), unit, outlook);
    }
    // Quality and withhold act on what the payer pays.
    paid.income =
        paid.patient + (paid.income - paid.patient) * expected_base_factor(contract, outlook.facts, outlook.score);
    return paid;
  }
  return std::nullopt;
}

bool settles(const Contract& contract) {
  const Quality* quality = find_term<Quality>(contract);
  return find_term<Layers>(contract) || find_term<Gain>(contract) ||
         (quality && quality->target == QualityTarget::amount);
}

std::vector<std::string> parties(const Contract& contract) {
  std::vector<std::string> names;
  if (const Split* split = find_term<Split>(contract)) {
    for (const SplitPart& part : split->parts) {
      names.push_back(part.party);
    }
    for (const WaterfallStep& step : split->waterfall) {
      names.push_back(step.party);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
  } else {
    names.push_back(contract.holder);
  }
  return names;
}

/// Price at which the unit counts for a contract.
double counted_price(const Scope* scope, const CareUnit& unit, double paid) {
  const PriceBasis basis = scope ? scope->price : PriceBasis::paid;
  if (basis == PriceBasis::paid) {
    return paid;
  }
  const ServicePrice* line = basis == PriceBasis::standard ? find_price(scope->standard_prices, unit.service) : nullptr;
  return line && line->price ? line->price->to_euro() : unit.list_price;
}

/// Books both sides of what changes.
void move(std::vector<IncomeChange>& changes, std::string_view from, std::string_view to, std::size_t contract,
          TermKind term, double amount) {
  if (amount != 0.0) {
    changes.push_back({std::string(from), contract, term, -amount});
    changes.push_back({std::string(to), contract, term, amount});
  }
}

void add_base(std::vector<IncomeChange>& changes, const Contract& contract, const Outlook& outlook, const Paid& paid,
              const CareUnit& unit) {
  move(changes, k_household, unit.payer, paid.contract, TermKind::patient_share, paid.patient);
  if (!find_term<Split>(contract) || settles(contract)) {
    move(changes, unit.payer, contract.holder, paid.contract, paid.term, paid.income);
    return;
  }
  const double year = outlook.turnover.mean + outlook.bundle_income.mean;
  for (const std::string& party : parties(contract)) {
    move(changes, unit.payer, party, paid.contract, paid.term, paid.income * settlement_share(contract, party, year));
  }
}

/// What the unit changes in the settlement of one contract.
void add_settlement(std::vector<IncomeChange>& changes, const Contract& contract, std::size_t position,
                    const Outlook& outlook, const CareUnit& unit, const PersonOutlook& person, double paid) {
  const Gain* gain = find_term<Gain>(contract);
  const Forecast outcome = outlook.outcome.value_or(Forecast{});
  const PaymentCurve for_outcome = gain && outlook.outcome ? gain_curve(*gain, outlook.facts.assigned.value_or(0),
                                                                        outlook.facts.comparison_gain.to_double())
                                                           : PaymentCurve{};
  SettlementCurve whole;
  double settled = 0.0;
  if (outlook.counted && find_term<Layers>(contract)) {
    whole = settlement_curve(contract, outlook.facts);
    settled = expected_value(whole, *outlook.counted);
  }
  const Scope* scope = find_term<Scope>(contract);
  const bool counts = !scope || scope->services.empty() || holds(scope->services, unit.service);
  const PaymentCurve person_counts = counted_curve(outlook.cut, find_term<Reinsure>(contract));
  const double kept = person.counted ? expected_slope(person_counts, *person.counted) : 1.0;
  const double counted = counts ? counted_price(scope, unit, paid) * kept * outlook.attributed : 0.0;
  const std::vector<std::string> all = parties(contract);
  const bool own = unit.provider == contract.holder || std::find(all.begin(), all.end(), unit.provider) != all.end();
  const Forecast known_score{outlook.facts.quality_score.value_or(Rate{}).to_double(), 0.0};
  const double better =
      unit.quality_change == 0.0
          ? 0.0
          : unit.quality_change * quality_slope(contract, outlook.facts, outlook.counted.value_or(Forecast{}),
                                                outlook.score.value_or(known_score));
  for (const std::string& party : all) {
    if (!whole.pieces.empty()) {
      const SettlementCurve curve = party_curve(whole, contract, party, expected_value(for_outcome, outcome));
      double change = expected_slope(curve, *outlook.counted, SlopeCap::none) * counted;
      change += own ? expected_revenue_slope(curve, *outlook.counted) * paid : 0.0;
      if (outlook.attribution_change != 0.0) {
        const double each = curve.benchmark / outlook.facts.person_time->years();
        const double spends = person.counted ? expected_value(person_counts, *person.counted) : 0.0;
        change += outlook.attribution_change * attribution_marginal(curve, *outlook.counted, each, spends);
      }
      move(changes, contract.payer, party, position, TermKind::settlement, change);
    }
    move(changes, contract.payer, party, position, TermKind::quality,
         better * settlement_share(contract, party, settled));
    if (!for_outcome.pieces.empty()) {
      const Split alone{{{contract.holder, Rate{Rate::k_one}}}};
      const Split* split = find_term<Split>(contract);
      const PaymentCurve part = through(split_curve(split ? *split : alone, party), for_outcome, settled);
      move(changes, contract.payer, party, position, TermKind::gain,
           expected_slope(part, outcome) * unit.outcome_change);
    }
  }
}

}  // namespace

std::vector<IncomeChange> unit_effect(std::span<const Contract> contracts, std::span<const Outlook> outlooks,
                                      const CareUnit& unit, const PersonOutlook& person) {
  if (contracts.size() != outlooks.size()) {
    throw std::invalid_argument("outlooks: one for each contract, " + std::to_string(contracts.size()) + ", got " +
                                std::to_string(outlooks.size()));
  }
  std::vector<IncomeChange> changes;
  const std::optional<Paid> paid = paid_for(contracts, outlooks, unit, person);
  if (paid) {
    add_base(changes, contracts[paid->contract], outlooks[paid->contract], *paid, unit);
  }
  for (std::size_t i = 0; i < contracts.size(); ++i) {
    if (contracts[i].payer == unit.payer && settles(contracts[i])) {
      add_settlement(changes, contracts[i], i, outlooks[i], unit, person, paid ? paid->income : 0.0);
    }
  }
  return changes;
}

double income_change(std::span<const IncomeChange> changes, std::string_view party) {
  double sum = 0.0;
  for (const IncomeChange& change : changes) {
    sum += change.party == party ? change.amount : 0.0;
  }
  return sum;
}

}  // namespace waterbed
