#include "settle_overlay.hpp"

#include "counted_spend.hpp"
#include "overlay.hpp"
#include "settle_base.hpp"
#include "text.hpp"

#include <algorithm>
#include <string>

namespace waterbed::internal {
namespace {

std::string cut_text(const Truncate* truncate, const CutSpend& cut) {
  if (truncate == nullptr) {
    return "not truncated";
  }
  const std::string unit = truncate->unit == TruncateUnit::person ? "each person" : "each episode";
  if (!cut.levels.high) {
    return "nobody to cut";
  }
  return unit + " cut at " + money_text(fraction(*cut.levels.high)) +
         (cut.levels.low ? ", raised to " + money_text(fraction(*cut.levels.low)) : std::string());
}

/// S after the cut and reinsurance.
Exact counted_after_terms(const Contract& contract, const Facts& facts, const Trace& trace) {
  const Truncate* truncate = find_term<Truncate>(contract);
  const CutSpend cut = cut_spend(facts.counted, truncate);
  trace.line(
      "truncate", [] { return std::string("counted spending"); }, [&] { return cut_text(truncate, cut); }, cut.sum);
  const Reinsure* reinsure = find_term<Reinsure>(contract);
  if (reinsure == nullptr) {
    return cut.sum;
  }
  const Exact borne = reinsured_spend(facts.counted, cut, *reinsure);
  const Exact premium = fraction(reinsure->premium) * Exact(facts.person_time->cycles, facts.person_time->per_year);
  Exact counted = cut.sum - borne + premium;
  trace.line(
      "reinsure",
      [&] { return money_text(borne) + " borne above " + money_text(fraction(reinsure->attach)) + " a person"; },
      [&] { return "less this, plus a premium of " + money_text(premium); }, counted);
  return counted;
}

/// Sum over layers of share x part of `base` inside the layer; all in micro-euro.
Exact layered(const Direction& direction, const Exact& base, const Exact& benchmark) {
  Exact sum = 0;
  Exact from = 0;
  for (const ResolvedLayer& layer : direction.layers) {
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

std::string layers_text(const Direction& direction) {
  std::string shares;
  for (const ResolvedLayer& layer : direction.layers) {
    shares += (shares.empty() ? "" : ", ") + percent_text(layer.share) +
              (layer.edge ? " to " + percent_text(*layer.edge) : std::string(" of the rest"));
  }
  return shares.empty() ? "nothing is shared in this direction" : "after quality: " + shares;
}

std::string adjust_text(const Contract& contract, const Facts& facts, bool up) {
  const Adjust* adjust = find_term<Adjust>(contract);
  const bool sequestered = adjust != nullptr && (up || adjust->sequester_losses);
  std::string text = percent_text(sequestered ? fraction(adjust->sequestration) : Exact(0)) + " sequestration";
  if (adjust != nullptr && !up && adjust->mitigates_losses) {
    text += ", " + percent_text(fraction(*facts.mitigated_share)) + " of the loss mitigated";
  }
  if (adjust != nullptr && adjust->price_index.nano != Rate::k_one) {
    text += ", price index " + factor_text(fraction(adjust->price_index));
  }
  return text;
}

/// |W| of a saving or loss of this size: gate, layers, quality, limit.
Exact shared(const Overlay& overlay, const Direction& direction, bool up, const Exact& size, Settlement& result,
             const Trace& trace) {
  const Exact& B = overlay.benchmark;
  const Exact gate = direction.gate * B;
  result.gate_passed = size >= gate;
  const Exact base = overlay.mode == GateMode::first_dollar ? size : Exact(size - gate);
  trace.line(
      "gate", [&] { return (up ? "saving " : "loss ") + money_text(size) + ", " + percent_text(size / B); },
      [&] {
        return "at least " + percent_text(direction.gate) +
               " of benchmark: " + (result.gate_passed ? "passed" : "not passed");
      },
      result.gate_passed ? base : Exact(0));

  Exact W = layered(direction, base, B);
  trace.line(
      "layers", [&] { return money_text(base); }, [&] { return layers_text(direction); }, W);
  if (!result.gate_passed) {
    W *= direction.below;
    trace.line(
        "gate", [] { return std::string("under the gate"); },
        [&] { return percent_text(direction.below) + " of the share"; }, W);
  }
  W *= direction.scale;
  if (direction.scale != 1) {
    trace.line(
        "quality", [] { return std::string("settlement"); }, [&] { return "times " + percent_text(direction.scale); },
        W);
  }
  if (direction.limit) {
    W = std::min(W, *direction.limit);
    trace.line(
        "limit", [] { return std::string("least of the limits"); },
        [&] { return "at most " + money_text(*direction.limit); }, W);
  }
  return W;
}

}  // namespace

OverlayResult settle_overlay(const Contract& contract, const Facts& facts, const Exact* counted, Settlement& result,
                             Account& account, const Trace& trace) {
  const bool layers = find_term<Layers>(contract) != nullptr;
  const Exact spend = !layers ? Exact(0) : counted != nullptr ? *counted : counted_after_terms(contract, facts, trace);
  const Overlay overlay = resolve_overlay(contract, facts, trace);
  result.benchmark = to_cents(overlay.benchmark);
  if (!layers) {
    return {overlay.benchmark, 0};
  }
  const Exact G = overlay.benchmark - spend;
  result.counted = to_cents(spend);
  result.gain = to_cents(G);
  if (!overlay.shares) {
    trace.line(
        "settlement", [&] { return overlay.why_not; }, [] { return std::string("nothing is shared"); }, 0);
    return {overlay.benchmark, 0};
  }

  const bool up = G >= 0;
  const Direction& direction = up ? overlay.up : overlay.down;
  Exact W = shared(overlay, direction, up, abs(G), result, trace);
  if (!up) {
    W = -W;
  }
  result.before_adjustment = to_cents(W);
  W *= direction.keep;
  const int month = W >= 0 ? pay_month(contract) : owe_month(contract);
  result.settlement = account.pay(TermKind::settlement, W, month);
  trace.line(
      "adjust", [&] { return money_text(fraction(result.before_adjustment)); },
      [&] { return adjust_text(contract, facts, up); }, W);
  return {overlay.benchmark, W};
}

}  // namespace waterbed::internal
