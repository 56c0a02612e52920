#include "payoff_base.hpp"

#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/term_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace waterbed::internal {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Two places inside a piece, far enough apart that cents do not tell.
std::pair<double, double> inside(const PaymentCurve::Piece& piece, double scale) {
  if (std::isinf(piece.lower) && std::isinf(piece.upper)) {
    return {scale, 3.0 * scale};
  }
  if (std::isinf(piece.lower)) {
    return {piece.upper - 3.0 * scale, piece.upper - scale};
  }
  if (std::isinf(piece.upper)) {
    return {piece.lower + scale, piece.lower + 3.0 * scale};
  }
  const double length = piece.upper - piece.lower;
  return {piece.lower + 0.25 * length, piece.lower + 0.75 * length};
}

PaymentCurve straight() { return bent_curve({{-k_infinity, 1.0}}, 0.0, 0.0); }

/// Turnover at the contract's prices that the facts give, EUR.
double fees_given(const Fee& fee, const Facts& facts) {
  double sum = facts.fee_income ? facts.fee_income->to_euro() : 0.0;
  for (const ServiceUnits& service : facts.units) {
    const auto price = find_price(fee.prices, {service.service, {}, {}});
    if (!facts.fee_income && price && price->price) {
      sum += price->price->to_euro() * static_cast<double>(service.units);
    }
  }
  return sum;
}

double bundles_given(const Bundle& bundle, const Facts& facts) {
  return facts.bundle_income ? facts.bundle_income->to_euro()
         : facts.bundles     ? bundle.price.to_euro() * static_cast<double>(*facts.bundles)
                             : 0.0;
}

/// Share of fees in the turnover.
double fee_part(const Contract& contract, const Facts& facts) {
  const Fee* fee = find_term<Fee>(contract);
  const Bundle* bundle = find_term<Bundle>(contract);
  if (fee == nullptr || bundle == nullptr) {
    return fee != nullptr ? 1.0 : 0.0;
  }
  const double fees = fees_given(*fee, facts);
  const double all = fees + bundles_given(*bundle, facts);
  if (all > 0.0) {
    return fees / all;
  }
  if (!fee->tiers.empty()) {
    fail("fee_income", "is missing: with tiers on fees, the payoff needs their part of the turnover", "fee");
  }
  return 0.0;
}

/// A curve of fees as one of turnover, of which fees are a part and the rest is paid as it is.
PaymentCurve of_turnover(PaymentCurve curve, double part) {
  if (part <= 0.0) {
    return straight();
  }
  for (PaymentCurve::Piece& piece : curve.pieces) {
    piece.lower /= part;
    piece.upper /= part;
    piece.anchor /= part;
    piece.value += (1.0 - part) * piece.anchor;
    piece.slope = piece.slope * part + (1.0 - part);
  }
  return curve;
}

Payoff turnover_payoff(const Contract& contract, const Facts& facts) {
  Payoff payoff;
  payoff.axis = PayoffAxis::turnover;
  const double part = fee_part(contract, facts);
  PaymentCurve shape = straight();
  const Fee* fee = find_term<Fee>(contract);
  if (fee != nullptr) {
    shape = of_turnover(tier_curve(*fee), part);
    double from = 0.0;
    for (const VolumeTier& tier : fee->tiers) {
      if (from > 0.0 && part > 0.0) {
        payoff.marks.push_back({PayoffMarkKind::tier, from / part, tier.discount.to_double()});
      }
      from = tier.up_to ? tier.up_to->to_euro() : 0.0;
    }
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract)) {
    if (!ceiling->amount && !facts.expected_turnover) {
      fail("expected_turnover", "is missing: the ceiling is a share of it", "ceiling");
    }
    const double amount = ceiling_amount(*ceiling, facts.expected_turnover).to_euro();
    const double floor = ceiling->floor ? ceiling->floor->to_euro() : -1.0;
    const PaymentCurve before = shape;
    shape = through(ceiling_curve(*ceiling, amount), before);
    for (const PaymentCurve::Piece& piece : shape.pieces) {
      const double income = value_at(before, piece.lower);
      for (const auto& [kind, level] :
           {std::pair(PayoffMarkKind::ceiling, amount), std::pair(PayoffMarkKind::floor, floor)}) {
        if (level > 0.0 && std::abs(income - level) <= 1e-9 * level) {
          payoff.marks.push_back({kind, piece.lower, level});
        }
      }
    }
  }
  const double given =
      (fee != nullptr ? fees_given(*fee, facts) : 0.0) +
      (find_term<Bundle>(contract) != nullptr ? bundles_given(*find_term<Bundle>(contract), facts) : 0.0);
  payoff.high = given > 0.0 ? 2.0 * given : 100'000.0;
  payoff.curve = settled_curve(contract, facts, shape, std::max(1e5, payoff.high), [&](Facts& there, double x) {
    there.units.clear();
    there.bundles.reset();
    there.fee_income = Money::from_euro(part * x);
    there.bundle_income = Money::from_euro(x) - *there.fee_income;
    there.patient_paid = Money{};
    return Money::from_euro(x).to_euro();
  });
  return payoff;
}

Payoff delivered_payoff(const Contract& contract, const Facts& facts) {
  Payoff payoff;
  payoff.axis = PayoffAxis::delivered;
  const Lump& lump = *find_term<Lump>(contract);
  const double expected = facts.expected_turnover ? facts.expected_turnover->to_euro() : lump_payment(lump).to_euro();
  PaymentCurve shape = straight();
  if (lump.band) {
    if (!facts.expected_turnover) {
      fail("expected_turnover", "is missing: the band of the lump sum is around it", "lump");
    }
    shape = band_curve(*lump.band, expected);
    const double width = lump.band->width.to_double();
    for (const double edge : {1.0 - width, 1.0 + width}) {
      payoff.marks.push_back({PayoffMarkKind::band, edge * expected, edge});
    }
  }
  payoff.high = 2.0 * expected;
  payoff.curve = settled_curve(contract, facts, shape, std::max(1e5, expected), [](Facts& there, double x) {
    there.delivered_value = Money::from_euro(x);
    return there.delivered_value->to_euro();
  });
  return payoff;
}

Payoff person_payoff(const Contract& contract, const Facts& facts) {
  constexpr double k_parts = 1e6;
  Payoff payoff;
  payoff.axis = PayoffAxis::person_years;
  const Capitation& capitation = *find_term<Capitation>(contract);
  if (facts.membership.empty() && facts.capitation_income) {
    fail("membership", "is missing: the payoff runs over person-years, which capitation_income does not tell",
         "capitation");
  }
  std::vector<ClassTime> mix = facts.membership;
  if (mix.empty() && capitation.classes.size() == 1) {
    mix = {{capitation.classes.front().name, PersonTime{1, 1}}};
  }
  double years = 0.0;
  for (const ClassTime& line : mix) {
    years += line.time.years();
  }
  if (!(years > 0.0)) {
    fail("membership", "is missing: the payoff needs the mix of the capitation's classes", "capitation");
  }
  payoff.high = facts.membership.empty() ? 10'000.0 : 2.0 * years;
  payoff.curve = settled_curve(contract, facts, straight(), payoff.high, [&](Facts& there, double x) {
    there.capitation_income.reset();
    there.membership = mix;
    double held = 0.0;
    for (ClassTime& line : there.membership) {
      const double part = line.time.years() / years * x;
      line.time = {std::llround(part * k_parts), static_cast<std::int64_t>(k_parts)};
      held += line.time.years();
    }
    return held;
  });
  return payoff;
}

}  // namespace

void fail(const std::string& fact, const std::string& rule, const std::string& term) {
  throw FactsError(std::vector<FactProblem>{{fact, rule, term}});
}

PaymentCurve settled_curve(const Contract& contract, const Facts& facts, PaymentCurve shape, double scale,
                           const SetFacts& set) {
  const auto paid = [&](double at) {
    Facts there = facts;
    const double x = set(there, at);
    return std::pair(x, settle(contract, there, Detail::amounts).total().to_euro());
  };
  for (PaymentCurve::Piece& piece : shape.pieces) {
    const auto [left, right] = inside(piece, scale);
    const auto [x1, y1] = paid(left);
    const auto [x2, y2] = paid(right);
    piece.slope = x2 > x1 ? (y2 - y1) / (x2 - x1) : 0.0;
    piece.value = y1 + piece.slope * (piece.anchor - x1);
  }
  return shape;
}

void finish(Payoff& payoff) {
  std::stable_sort(payoff.marks.begin(), payoff.marks.end(),
                   [](const PayoffMark& a, const PayoffMark& b) { return a.at < b.at; });
  if (payoff.marks.empty() || payoff.axis == PayoffAxis::quality) {
    return;
  }
  const double first = payoff.marks.front().at;
  const double last = payoff.marks.back().at;
  if (payoff.axis == PayoffAxis::counted) {
    const double least = 0.05 * payoff.benchmark;
    payoff.low = payoff.benchmark - std::max(least, 1.25 * (payoff.benchmark - first));
    payoff.high = payoff.benchmark + std::max(least, 1.25 * (last - payoff.benchmark));
  } else {
    const double margin = std::max(0.2 * std::max(std::abs(first), std::abs(last)), 0.5 * (last - first));
    const bool keeps = payoff.axis == PayoffAxis::outcome;  // a usual gain is seen beside its floor and cap
    payoff.low = keeps ? std::min(payoff.low, first - margin) : first - margin;
    payoff.high = keeps ? std::max(payoff.high, last + margin) : last + margin;
  }
}

Payoff base_payoff(const Contract& contract, const Facts& facts) {
  const auto make = find_term<Fee>(contract) != nullptr || find_term<Bundle>(contract) != nullptr ? &turnover_payoff
                    : find_term<Lump>(contract) != nullptr                                        ? &delivered_payoff
                    : find_term<Capitation>(contract) != nullptr                                  ? &person_payoff
                                                                                                  : &outcome_payoff;
  Payoff payoff = make(contract, facts);
  finish(payoff);
  return payoff;
}

}  // namespace waterbed::internal
