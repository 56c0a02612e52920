#include "waterbed/contracts/settlement.hpp"

#include "base_payment.hpp"
#include "overlay.hpp"
#include "text.hpp"
#include "waterbed/contracts/lump.hpp"

#include <algorithm>

namespace waterbed {
namespace {

using internal::Exact;
using internal::fraction;
using internal::money_text;
using internal::percent_text;
using internal::to_cents;

/// Fills a settlement; texts are only made when somebody wants to read them.
class Writer {
 public:
  Writer(Settlement& settlement, Detail detail) : settlement_(settlement), lines_(detail == Detail::lines) {}

  template <class Input, class Rule>
  void line(const char* step, Input&& input, Rule&& rule, const Exact& output) {
    if (lines_) {
      settlement_.lines.push_back({step, input(), rule(), to_cents(output)});
    }
  }
  void pay(TermKind term, const Exact& amount) {
    settlement_.by_term[static_cast<std::size_t>(term)] = to_cents(amount);
  }

 private:
  Settlement& settlement_;
  bool lines_;
};

Exact fee_turnover(const Fee& fee, const Facts& facts, Writer& writer) {
  if (facts.fee_income) {
    return fraction(*facts.fee_income);
  }
  Exact turnover = 0;
  for (const ServiceUnits& service : facts.units) {
    const Money price = *find_price(fee.prices, {service.service, {}, {}})->price;
    const Exact amount = fraction(price) * service.units;
    turnover += amount;
    writer.line(
        "fee", [&] { return std::to_string(service.units) + " x " + service.service; },
        [&] { return "at " + money_text(fraction(price)); }, amount);
  }
  return turnover;
}

Exact settle_fee(const Fee& fee, const Facts& facts, Writer& writer) {
  const Exact turnover = fee_turnover(fee, facts, writer);
  Exact paid = internal::exact_tier_payment(fee, turnover);
  writer.pay(TermKind::fee, paid);
  writer.line(
      "fee", [&] { return "turnover " + money_text(turnover); },
      [&] { return fee.tiers.empty() ? std::string("no volume tiers") : std::string("volume tiers"); }, paid);
  if (fee.patient_share) {
    const Exact owed = fraction(*facts.patient_paid);
    writer.pay(TermKind::patient_share, -owed);
    writer.line(
        "patient_share", [&] { return "owed by patients " + money_text(owed); },
        [] { return std::string("not paid by the payer"); }, -owed);
  }
  return paid;
}

void settle_capitation(const Capitation& capitation, const Facts& facts, Writer& writer) {
  Exact total = 0;
  if (facts.capitation_income) {
    total = fraction(*facts.capitation_income);
  }
  for (const ClassTime& line : facts.membership) {
    if (facts.capitation_income) {
      break;
    }
    const auto position = static_cast<std::size_t>(capitation_class(capitation, line.name));
    const Exact amount = internal::exact_capitation(capitation, position, line.time);
    total += amount;
    writer.line(
        "capitation", [&] { return internal::years_text(line.time) + " person-years of " + line.name; },
        [&] {
          return std::to_string(periods_per_year(capitation.period)) + " a year at " +
                 money_text(fraction(capitation.classes[position].rate));
        },
        amount);
  }
  writer.pay(TermKind::capitation, total);
}

Exact settle_bundle(const Bundle& bundle, const Facts& facts, Writer& writer) {
  Exact paid = facts.bundle_income ? fraction(*facts.bundle_income) : fraction(bundle.price) * *facts.bundles;
  writer.pay(TermKind::bundle, paid);
  writer.line(
      "bundle",
      [&] {
        return facts.bundle_income ? std::string("income by contents") : std::to_string(*facts.bundles) + " bundles";
      },
      [&] { return facts.bundle_income ? std::string("as accrued") : "at " + money_text(fraction(bundle.price)); },
      paid);
  return paid;
}

void settle_ceiling(const Ceiling& ceiling, const Facts& facts, const Exact& income, Writer& writer) {
  const Exact amount = internal::exact_ceiling_amount(ceiling, facts.expected_turnover);
  const Exact correction = internal::exact_ceiling_paid(ceiling, amount, income) - income;
  writer.pay(TermKind::ceiling, correction);
  writer.line(
      "ceiling", [&] { return "fees and bundles " + money_text(income); },
      [&] {
        return "ceiling " + money_text(amount) + ", " + percent_text(fraction(ceiling.share_above)) + " paid above" +
               (ceiling.floor ? ", floor " + money_text(fraction(*ceiling.floor)) : std::string());
      },
      correction);
}

void settle_base(const Contract& contract, const Facts& facts, Writer& writer) {
  Exact income = 0;
  if (const Fee* fee = find_term<Fee>(contract)) {
    income += settle_fee(*fee, facts, writer);
  }
  if (const Capitation* capitation = find_term<Capitation>(contract)) {
    settle_capitation(*capitation, facts, writer);
  }
  if (const Bundle* bundle = find_term<Bundle>(contract)) {
    income += settle_bundle(*bundle, facts, writer);
  }
  if (const Lump* lump = find_term<Lump>(contract)) {
    const Exact paid = fraction(lump->amount) * periods_per_year(lump->period);
    writer.pay(TermKind::lump, paid);
    writer.line(
        "lump", [&] { return money_text(fraction(lump->amount)); },
        [&] { return std::to_string(periods_per_year(lump->period)) + " a year"; }, paid);
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract)) {
    settle_ceiling(*ceiling, facts, income, writer);
  }
}

/// Sum over layers of share x part of `base` inside the layer; all in micro-euro.
Exact layered(const internal::Direction& direction, const Exact& base, const Exact& benchmark) {
  Exact sum = 0;
  Exact from = 0;
  for (const internal::ResolvedLayer& layer : direction.layers) {
    if (base <= from) {
      break;
    }
    const Exact edge = layer.edge ? Exact(*layer.edge * benchmark) : base;
    const Exact to = std::min(edge, base);
    sum += layer.share * (to - from);
    from = to;
  }
  return sum;
}

void settle_overlay(const Contract& contract, const Facts& facts, Settlement& result, Writer& writer) {
  const internal::Overlay overlay = internal::resolve_overlay(contract, facts);
  const Truncate* truncate = find_term<Truncate>(contract);
  const Exact spend = internal::counted_spend(facts.counted, truncate);
  const Exact& B = overlay.benchmark;
  const Exact G = B - spend;
  result.benchmark = to_cents(B);
  result.counted = to_cents(spend);
  result.gain = to_cents(G);
  writer.line(
      "truncate", [] { return std::string("counted spending"); },
      [&] {
        return truncate ? "each person cut at " + money_text(fraction(*truncate->amount))
                        : std::string("not truncated");
      },
      spend);
  writer.line(
      "reference", [&] { return internal::years_text(*facts.person_time) + " person-years"; },
      [&] {
        return B == 0
                   ? std::string("no benchmark")
                   : money_text(B / Exact(facts.person_time->cycles, facts.person_time->per_year)) + " per person-year";
      },
      B);
  if (!overlay.shares) {
    writer.line(
        "settlement", [&] { return overlay.why_not; }, [] { return std::string("nothing is shared"); }, 0);
    return;
  }

  const bool up = G >= 0;
  const internal::Direction& direction = up ? overlay.up : overlay.down;
  const Exact size = abs(G);
  const Exact gate = direction.gate * B;
  result.gate_passed = size >= gate;
  const Exact base = overlay.mode == GateMode::first_dollar ? size : Exact(size - gate);
  writer.line(
      "gate", [&] { return (up ? "saving " : "loss ") + money_text(size) + ", " + percent_text(size / B); },
      [&] {
        return "at least " + percent_text(direction.gate) +
               " of benchmark: " + (result.gate_passed ? "passed" : "not passed");
      },
      result.gate_passed ? base : Exact(0));

  Exact W = layered(direction, base, B);
  writer.line(
      "layers", [&] { return money_text(base); },
      [&] {
        std::string shares;
        for (const internal::ResolvedLayer& layer : direction.layers) {
          shares += (shares.empty() ? "" : ", ") + percent_text(layer.share) +
                    (layer.edge ? " to " + percent_text(*layer.edge) : std::string(" of the rest"));
        }
        return shares.empty() ? std::string("nothing is shared in this direction") : "after quality: " + shares;
      },
      W);
  if (!result.gate_passed) {
    W *= direction.below;
    writer.line(
        "gate", [] { return std::string("under the gate"); },
        [&] { return percent_text(direction.below) + " of the share"; }, W);
  }
  W *= direction.scale;
  if (direction.scale != 1) {
    writer.line(
        "quality", [] { return std::string("settlement"); }, [&] { return "times " + percent_text(direction.scale); },
        W);
  }
  if (direction.limit) {
    W = std::min(W, *direction.limit);
    writer.line(
        "limit", [] { return std::string("least of the limits"); },
        [&] { return "at most " + money_text(*direction.limit); }, W);
  }
  if (!up) {
    W = -W;
  }
  result.before_adjustment = to_cents(W);
  W *= direction.keep;
  writer.pay(TermKind::settlement, W);
  result.settlement = to_cents(W);
  writer.line(
      "adjust", [&] { return money_text(fraction(result.before_adjustment)); },
      [&] { return percent_text(1 - direction.keep) + " sequestration"; }, W);
}

}  // namespace

Money Settlement::total() const {
  Money sum;
  for (const Money amount : by_term) {
    sum += amount;
  }
  return sum;
}

Settlement settle(const Contract& contract, const Facts& facts, Detail detail) {
  if (auto problems = check_facts(contract, facts); !problems.empty()) {
    throw FactsError(std::move(problems));
  }
  Settlement result;
  Writer writer(result, detail);
  settle_base(contract, facts, writer);
  const bool overlay = find_term<Layers>(contract) && find_term<Reference>(contract);
  if (overlay) {
    settle_overlay(contract, facts, result, writer);
  }
  if (const Split* split = find_term<Split>(contract)) {
    result.split = divide(*split, overlay ? result.settlement : result.total());
    for (const PartyAmount& part : result.split) {
      writer.line(
          "split", [&] { return part.party; }, [] { return std::string("by weight"); }, fraction(part.amount));
    }
  }
  return result;
}

}  // namespace waterbed
