#include "overlay.hpp"
#include "quality_value.hpp"
#include "settle_base.hpp"
#include "settle_overlay.hpp"
#include "text.hpp"

#include <algorithm>
#include <string>

namespace waterbed::internal {
namespace {

constexpr int k_year_end = 12;

/// The quality amount if everything were reached, and what was.
struct QualityPay {
  Exact full;
  Exact earned;
};

QualityPay quality_pay(const Quality& quality, const Contract& contract, const Facts& facts, const Exact& benchmark) {
  const QualityAmount& amount = *quality.amount;
  const Exact factor = quality_factor(contract, facts);
  if (amount.per_point) {
    const Points points = quality_points(quality, facts);
    const Exact each = fraction(*amount.per_point) * fraction(*facts.list_ratio);
    return {each * points.all, each * points.reached * factor};
  }
  const Exact full = amount.of_reference ? Exact(fraction(*amount.of_reference) * std::max(benchmark, Exact(0)))
                                         : Exact(fraction(*amount.per_person) * periods_per_year(amount.period) *
                                                 Exact(facts.person_time->cycles, facts.person_time->per_year));
  return {full, full * factor};
}

/// Gain of a group in units of outcome, after credibility, floor and cap. In whole parts of one denominator, since
/// fractions of a hundred thousand persons take a second.
Exact outcome_gain(const Gain& gain, const Facts& facts) {
  BigInteger people = 0;
  for (const Outcome& outcome : facts.outcomes) {
    people += outcome.people;
  }
  if (people == 0) {
    return 0;
  }
  const BigInteger whole = people + gain.credibility_k;
  const BigInteger floor = whole * gain.floor.value_or(Rate{}).nano;
  const BigInteger cap = whole * gain.cap.value_or(Rate{}).nano;
  // Of a gain in nano-units what counts, in parts of 1e9 (people + k).
  const auto held = [&](BigInteger gained) {
    gained *= people;
    if (gain.floor && gained < floor) {
      gained = floor;
    }
    return gain.cap && gained > cap ? cap : gained;
  };
  BigInteger sum = 0;
  for (const Outcome& outcome : facts.outcomes) {
    const BigInteger each = BigInteger(outcome.realised.nano) - outcome.expected.nano - facts.comparison_gain.nano;
    sum += (gain.at == GainLevel::person ? held(each) : each) * outcome.people;
  }
  return Exact(gain.at == GainLevel::person ? sum : held(sum), whole * Rate::k_one);
}

}  // namespace

Exact quality_of_base(const Contract& contract, const Facts& facts) {
  const Quality* quality = find_term<Quality>(contract);
  if (quality == nullptr || quality->target != QualityTarget::base) {
    return 0;
  }
  return fraction(quality->low) + (fraction(quality->high) - fraction(quality->low)) * quality_value(contract, facts);
}

Exact unearned_share(const Contract& contract, const Facts& facts) {
  const Withhold* withhold = find_term<Withhold>(contract);
  Exact unearned = 0;
  for (std::size_t i = 0; withhold != nullptr && i < withhold->parts.size(); ++i) {
    if (withhold->parts[i].of == WithholdBase::base) {
      unearned += fraction(withhold->parts[i].share) * (1 - earned_share(withhold->parts[i], contract, facts));
    }
  }
  return unearned;
}

Exact quality_amount(const Contract& contract, const Facts& facts, const Exact& benchmark) {
  const Quality* quality = find_term<Quality>(contract);
  return quality != nullptr && quality->target == QualityTarget::amount
             ? quality_pay(*quality, contract, facts, benchmark).earned
             : Exact(0);
}

void settle_withhold(const Contract& contract, const Facts& facts, const Exact& base, Account& account,
                     const Trace& trace) {
  const Withhold* withhold = find_term<Withhold>(contract);
  for (std::size_t i = 0; withhold != nullptr && i < withhold->parts.size(); ++i) {
    const WithholdPart& part = withhold->parts[i];
    if (part.of != WithholdBase::base) {
      continue;
    }
    // Of credits nothing can be held back.
    const Exact held = fraction(part.share) * std::max(base, Exact(0));
    const Exact earned = earned_share(part, contract, facts);
    const Exact kept = held * (1 - earned);
    const Money held_cents = account.pay(TermKind::withhold, Exact(-held), k_year_end);
    account.pay(TermKind::withhold, -held_cents - to_cents(kept), pay_month(contract));
    trace.line(
        "withhold", [&] { return percent_text(fraction(part.share)) + " of base payments " + money_text(base); },
        [&] {
          return percent_text(earned) + " earned by " + (part.earned_by == EarnedBy::quality ? "quality" : "staying");
        },
        -kept);
  }
}

void settle_quality(const Contract& contract, const Facts& facts, const Exact& base, const Exact& benchmark,
                    Account& account, const Trace& trace) {
  const Quality* quality = find_term<Quality>(contract);
  if (quality == nullptr) {
    return;
  }
  if (quality->target == QualityTarget::base) {
    const Exact share = quality_of_base(contract, facts);
    const Exact change = base * share;
    account.pay(TermKind::quality, change, change >= 0 ? pay_month(contract) : owe_month(contract));
    trace.line(
        "quality", [&] { return "base payments " + money_text(base); },
        [&] { return percent_text(share) + " of them at a value of " + percent_text(quality_value(contract, facts)); },
        change);
  }
  if (quality->target != QualityTarget::amount) {
    return;
  }
  const QualityPay pay = quality_pay(*quality, contract, facts, benchmark);
  const Money earned = to_cents(pay.earned);
  if (quality->amount->prepaid) {
    const Money full = account.pay(TermKind::quality, pay.full, k_year_end);
    account.pay(TermKind::quality, earned - full, pay_month(contract));
  } else {
    account.pay(TermKind::quality, earned, pay_month(contract));
  }
  trace.line(
      "quality", [&] { return "in full " + money_text(pay.full); },
      [&] {
        return (pay.full == 0 ? std::string("nothing to earn") : percent_text(pay.earned / pay.full) + " earned") +
               (quality->amount->prepaid ? ", prepaid: what was missed is repaid" : "");
      },
      pay.earned);
}

void settle_gain(const Contract& contract, const Facts& facts, Account& account, const Trace& trace) {
  const Gain* gain = find_term<Gain>(contract);
  if (gain == nullptr) {
    return;
  }
  const Exact units = outcome_gain(*gain, facts);
  Exact paid = fraction(gain->share) * fraction(gain->value) * units;
  if (gain->most) {
    paid = std::min(paid, fraction(*gain->most));
  }
  account.pay(TermKind::gain, paid, paid >= 0 ? pay_month(contract) : owe_month(contract));
  trace.line(
      "gain", [&] { return factor_text(units) + " " + gain->outcome + " after credibility, floor and cap"; },
      [&] {
        return percent_text(fraction(gain->share)) + " of " + money_text(fraction(gain->value)) + " each" +
               (gain->most ? ", at most " + money_text(fraction(*gain->most)) : "");
      },
      paid);
}

Money settle_adjust(const Contract& contract, const Facts& facts, const Exact& paid, Account& account,
                    const Trace& trace) {
  const Adjust* adjust = find_term<Adjust>(contract);
  if (adjust == nullptr) {
    return Money{};
  }
  for (const std::string& name : adjust->less) {
    const auto deduction = std::find_if(facts.deductions.begin(), facts.deductions.end(),
                                        [&](const NamedMoney& one) { return one.name == name; });
    const Exact amount = -fraction(deduction->amount);
    account.pay(TermKind::adjustment, amount, k_year_end);
    trace.line(
        "adjust", [&] { return name; }, [] { return std::string("taken off the base payments"); }, amount);
  }
  if (adjust->advance_recovery.nano == 0) {
    return Money{};
  }
  const Exact share = fraction(adjust->advance_recovery) * std::max(paid, Exact(0));
  const Exact recovered = std::min(share, fraction(*facts.advance));
  const Money booked = account.pay(TermKind::adjustment, Exact(-recovered), pay_month(contract));
  trace.line(
      "adjust", [&] { return "advance " + money_text(fraction(*facts.advance)); },
      [&] {
        return "at most " + percent_text(fraction(adjust->advance_recovery)) + " of what is paid goes against it";
      },
      -recovered);
  return -booked;
}

}  // namespace waterbed::internal
