#include "overlay.hpp"

#include "benchmark.hpp"
#include "quality_value.hpp"
#include "text.hpp"

#include <algorithm>
#include <utility>

namespace waterbed::internal {
namespace {

std::vector<ResolvedLayer> resolve_layers(const std::vector<Layer>& layers, const Contract& contract,
                                          const Facts& facts, const Exact& factor) {
  std::vector<ResolvedLayer> resolved;
  for (const Layer& layer : layers) {
    resolved.push_back({layer.edge ? std::optional<Exact>(fraction(*layer.edge)) : std::nullopt,
                        share_value(layer.share, contract, facts) * factor});
  }
  return resolved;
}

Exact resolve_gate(const Gate::Level& level, const Facts& facts) {
  if (const Rate* rate = std::get_if<Rate>(&level)) {
    return fraction(*rate);
  }
  return fraction(rate_at(std::get<SizeTable>(level), *facts.assigned));
}

void resolve_limit(const std::vector<LimitPart>& parts, const Contract& contract, const Facts& facts,
                   const Exact& benchmark_total, Direction& direction) {
  for (const LimitPart& part : parts) {
    Exact amount = fraction(part.amount);
    Exact of_revenue = 0;
    if (part.base != LimitBase::amount) {
      const bool revenue = part.base == LimitBase::revenue;
      // A holder with negative revenue (corrections) is limited to nothing, not to less.
      const Exact base = revenue ? std::max(Exact(0), fraction(*facts.own_revenue)) : benchmark_total;
      const Exact share = fraction(share_in(part, year_of_agreement(contract, facts)));
      amount = base * share;
      of_revenue = revenue && base > 0 ? share : Exact(0);
    }
    if (!direction.limit || amount < *direction.limit) {
      direction.limit = amount;
      direction.limit_of_revenue = of_revenue;
      direction.limit_is_fixed = part.base == LimitBase::amount;
    }
  }
}

/// B after the payer's share off the top.
Exact discounted(const Exact& before, const Contract& contract, const Facts& facts, const Trace& trace) {
  const Discount* discount = find_discount(*find_term<Reference>(contract));
  if (discount == nullptr) {
    return before;
  }
  Exact rate = discount->ladder.empty() ? fraction(discount->rate)
                                        : rung_value(discount->ladder, quality_score(contract, facts));
  if (const Quality* quality = find_term<Quality>(contract); quality && quality->target == QualityTarget::discount) {
    rate *= quality_factor(contract, facts);
  }
  Exact after = before * (1 - rate);
  trace.line(
      "reference", [&] { return "discount on " + money_text(before); }, [&] { return percent_text(rate) + " off"; },
      after);
  return after;
}

/// B after what is held back and not earned; each part is a share of the same B.
Exact withheld(const Exact& before, const Contract& contract, const Facts& facts, const Trace& trace) {
  const Withhold* withhold = find_term<Withhold>(contract);
  Exact after = before;
  for (std::size_t i = 0; withhold != nullptr && i < withhold->parts.size(); ++i) {
    const WithholdPart& part = withhold->parts[i];
    if (part.of != WithholdBase::reference) {
      continue;
    }
    const Exact earned = earned_share(part, contract, facts);
    after -= before * fraction(part.share) * (1 - earned);
    trace.line(
        "withhold", [&] { return percent_text(fraction(part.share)) + " of " + money_text(before); },
        [&] {
          return percent_text(earned) + " earned by " + (part.earned_by == EarnedBy::quality ? "quality" : "staying");
        },
        after);
  }
  return after;
}

/// Quality on the shares of each direction.
std::pair<Exact, Exact> layer_factors(const Contract& contract, const Facts& facts) {
  const Quality* quality = find_term<Quality>(contract);
  if (quality == nullptr) {
    return {1, 1};
  }
  const bool up = quality->target == QualityTarget::layers_up || quality->target == QualityTarget::layers_both;
  const bool down = quality->target == QualityTarget::layers_down || quality->target == QualityTarget::layers_both;
  const Exact factor = up || down ? quality_factor(contract, facts) : Exact(1);
  return {up ? factor : Exact(1), down ? factor : Exact(1)};
}

/// What is paid of each euro of W after loss mitigation, sequestration and the price index.
void resolve_adjust(const Adjust& adjust, const Facts& facts, Overlay& overlay) {
  overlay.up.keep = (1 - fraction(adjust.sequestration)) * fraction(adjust.price_index);
  overlay.down.keep = (adjust.sequester_losses ? 1 - fraction(adjust.sequestration) : Exact(1)) *
                      (adjust.mitigates_losses ? 1 - fraction(*facts.mitigated_share) : Exact(1)) *
                      fraction(adjust.price_index);
}

std::string why_nothing_is_shared(const Contract& contract, const Facts& facts, const Overlay& overlay) {
  if (find_term<Layers>(contract) == nullptr) {
    return "no layers";
  }
  if (const Scope* scope = find_term<Scope>(contract);
      scope && scope->min_people > 0 && *facts.assigned < scope->min_people) {
    return "fewer than " + std::to_string(scope->min_people) + " people assigned";
  }
  if (benchmark_units(contract, facts) == 0) {
    return per_episode(contract) ? "no episodes" : "no people";
  }
  return overlay.benchmark <= 0 ? "no benchmark above zero" : "";
}

}  // namespace

Exact earned_share(const WithholdPart& part, const Contract& contract, const Facts& facts) {
  if (part.earned_by == EarnedBy::staying) {
    return *facts.stays ? 1 : 0;
  }
  const Quality* quality = find_term<Quality>(contract);
  return quality != nullptr && quality->target == QualityTarget::withhold ? quality_factor(contract, facts)
                                                                          : quality_value(contract, facts);
}

Overlay resolve_overlay(const Contract& contract, const Facts& facts, const Trace& trace) {
  Overlay overlay;
  const Exact each = benchmark_per_unit(contract, facts, trace);
  const Exact before = each * benchmark_units(contract, facts);
  trace.line(
      "reference", [&] { return benchmark_units_text(contract, facts); },
      [&] { return money_text(each) + (per_episode(contract) ? " per episode" : " per person-year"); }, before);
  overlay.benchmark = withheld(discounted(before, contract, facts, trace), contract, facts, trace);
  overlay.why_not = why_nothing_is_shared(contract, facts, overlay);
  overlay.shares = overlay.why_not.empty();
  if (!overlay.shares) {
    return overlay;
  }

  const auto [factor_up, factor_down] = layer_factors(contract, facts);
  const Layers& layers = *find_term<Layers>(contract);
  overlay.up.layers = resolve_layers(layers.up, contract, facts, factor_up);
  overlay.down.layers = resolve_layers(layers.down, contract, facts, factor_down);
  if (const Quality* quality = find_term<Quality>(contract); quality && quality->target == QualityTarget::settlement) {
    const Exact value = quality_value(contract, facts);
    overlay.up.scale = 1 - fraction(quality->swing_up) * (1 - value);
    overlay.down.scale = 1 - fraction(quality->swing_down) * value;
  }
  if (const Gate* gate = find_term<Gate>(contract)) {
    overlay.mode = gate->mode;
    overlay.up.gate = resolve_gate(gate->up, facts);
    overlay.down.gate = resolve_gate(gate->down, facts);
    if (gate->below_if == BelowIf::low_revenue && *facts.low_revenue) {
      overlay.up.below = fraction(gate->below_share);
    }
  }
  if (const Limit* limit = find_term<Limit>(contract)) {
    resolve_limit(limit->up, contract, facts, overlay.benchmark, overlay.up);
    resolve_limit(limit->down, contract, facts, overlay.benchmark, overlay.down);
  }
  if (const Adjust* adjust = find_term<Adjust>(contract)) {
    resolve_adjust(*adjust, facts, overlay);
  }
  return overlay;
}

}  // namespace waterbed::internal
