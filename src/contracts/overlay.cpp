#include "overlay.hpp"

#include "formula_value.hpp"

#include <algorithm>

namespace waterbed::internal {
namespace {

/// Amount per person-year of one year, with the years from then to the performance year.
struct Part {
  Exact amount;
  int years_ahead = 0;
};

std::vector<Part> history_parts(const History& history, const Facts& facts, const Truncate* truncate) {
  const auto count = static_cast<std::size_t>(history.years);
  const std::size_t first = facts.base_years.size() - count;
  std::vector<Part> parts;
  Exact weight_used = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const BaseYear& year = facts.base_years[first + i];
    if (year.person_time.cycles == 0) {
      continue;
    }
    const Exact weight = history.weights.empty() ? Exact(1, history.years) : fraction(history.weights[i]);
    const Exact years(year.person_time.cycles, year.person_time.per_year);
    const int ahead = facts.performance_year + static_cast<int>(count - 1 - i);
    parts.push_back({weight * counted_spend(year.counted, truncate) / years, ahead});
    weight_used += weight;
  }
  if (weight_used == 0) {
    return {};
  }
  for (Part& part : parts) {
    part.amount /= weight_used;
  }
  return parts;
}

Exact exact_value(const Formula& formula, const Facts& facts) {
  return evaluate<Exact>(
      formula,
      [&](std::size_t i) {
        const std::string& input = formula.inputs[i];
        return input == "q"      ? fraction(*facts.quality_score)
               : input == "year" ? Exact(facts.performance_year)
                                 : Exact(*facts.assigned);
      },
      [](ExactShare constant) { return fraction(constant); });
}

Exact resolve_share(const Share& share, const Facts& facts) {
  if (share.if_failed && facts.quality_standard == QualityStandard::failed) {
    return fraction(*share.if_failed);
  }
  return share.formula ? exact_value(*share.formula, facts) : fraction(share.constant);
}

Exact quality_factor(const Quality& quality, const Facts& facts) {
  const QualityFactor factor = facts.quality_standard == QualityStandard::failed        ? quality.failed
                               : facts.quality_standard == QualityStandard::alternative ? quality.alternative
                                                                                        : quality.met;
  return factor.score ? fraction(*facts.quality_score) : fraction(factor.constant);
}

std::vector<ResolvedLayer> resolve_layers(const std::vector<Layer>& layers, const Facts& facts, const Exact& factor) {
  std::vector<ResolvedLayer> resolved;
  for (const Layer& layer : layers) {
    resolved.push_back({layer.edge ? std::optional<Exact>(fraction(*layer.edge)) : std::nullopt,
                        resolve_share(layer.share, facts) * factor});
  }
  return resolved;
}

Exact resolve_gate(const Gate::Level& level, const Facts& facts) {
  if (const Rate* rate = std::get_if<Rate>(&level)) {
    return fraction(*rate);
  }
  return fraction(rate_at(std::get<SizeTable>(level), *facts.assigned));
}

void resolve_limit(const std::vector<LimitPart>& parts, const Facts& facts, const Exact& benchmark_total,
                   Direction& direction) {
  for (const LimitPart& part : parts) {
    const bool revenue = part.base == LimitBase::revenue;
    // A holder with negative revenue (corrections) is limited to nothing, not to less.
    const Exact base = revenue ? std::max(Exact(0), fraction(*facts.own_revenue)) : benchmark_total;
    const Exact amount = base * fraction(share_in(part, facts.performance_year));
    if (!direction.limit || amount < *direction.limit) {
      direction.limit = amount;
      direction.limit_of_revenue = revenue && base > 0 ? fraction(share_in(part, facts.performance_year)) : Exact(0);
    }
  }
}

}  // namespace

Exact counted_spend(const CountedSpend& counted, const Truncate* truncate) {
  if (counted.total && (!truncate || counted.truncated_at == truncate->amount)) {
    return fraction(*counted.total);
  }
  Exact sum = 0;
  for (const SpendGroup& group : counted.groups) {
    const Money each = truncate ? std::min(group.each, *truncate->amount) : group.each;
    sum += fraction(each) * group.people;
  }
  BigInteger persons = 0;
  for (const Money person : counted.persons) {
    persons += (truncate ? std::min(person, *truncate->amount) : person).micro;
  }
  return sum + Exact(persons);
}

Exact benchmark(const Contract& contract, const Facts& facts) {
  std::vector<Part> parts;
  for (const ReferenceStep& step : find_term<Reference>(contract)->steps) {
    if (std::holds_alternative<Given>(step)) {
      parts = {{fraction(*facts.benchmark_per_person_year), 0}};
    } else if (const auto* history = std::get_if<History>(&step)) {
      parts = history_parts(*history, facts, find_term<Truncate>(contract));
    } else {
      const Trend& trend = std::get<Trend>(step);
      for (Part& part : parts) {
        for (int year = 0; year < (trend.per_year ? part.years_ahead : 1); ++year) {
          part.amount *= fraction(trend.factor);
        }
      }
    }
  }
  Exact per_person_year = 0;
  for (const Part& part : parts) {
    per_person_year += part.amount;
  }
  return per_person_year * Exact(facts.person_time->cycles, facts.person_time->per_year);
}

Overlay resolve_overlay(const Contract& contract, const Facts& facts) {
  Overlay overlay;
  overlay.benchmark = benchmark(contract, facts);
  if (const Scope* scope = find_term<Scope>(contract); scope && scope->min_people > 0) {
    if (*facts.assigned < scope->min_people) {
      overlay.why_not = "fewer than " + std::to_string(scope->min_people) + " people assigned";
      return overlay;
    }
  }
  if (facts.person_time->cycles == 0 || overlay.benchmark <= 0) {
    overlay.why_not = facts.person_time->cycles == 0 ? "no people" : "no benchmark above zero";
    return overlay;
  }
  overlay.shares = true;

  Exact factor_up = 1;
  Exact factor_down = 1;
  if (const Quality* quality = find_term<Quality>(contract)) {
    if (quality->target == QualityTarget::settlement) {
      const Exact score = fraction(*facts.quality_score);
      overlay.up.scale = 1 - fraction(quality->swing_up) * (1 - score);
      overlay.down.scale = 1 - fraction(quality->swing_down) * score;
    } else {
      factor_up = quality_factor(*quality, facts);
      factor_down = quality->target == QualityTarget::layers_both ? factor_up : Exact(1);
    }
  }
  const Layers& layers = *find_term<Layers>(contract);
  overlay.up.layers = resolve_layers(layers.up, facts, factor_up);
  overlay.down.layers = resolve_layers(layers.down, facts, factor_down);
  if (const Gate* gate = find_term<Gate>(contract)) {
    overlay.mode = gate->mode;
    overlay.up.gate = resolve_gate(gate->up, facts);
    overlay.down.gate = resolve_gate(gate->down, facts);
    if (gate->below_if == BelowIf::low_revenue && *facts.low_revenue) {
      overlay.up.below = fraction(gate->below_share);
    }
  }
  if (const Limit* limit = find_term<Limit>(contract)) {
    resolve_limit(limit->up, facts, overlay.benchmark, overlay.up);
    resolve_limit(limit->down, facts, overlay.benchmark, overlay.down);
  }
  if (const Adjust* adjust = find_term<Adjust>(contract)) {
    overlay.up.keep = 1 - fraction(adjust->sequestration);
    overlay.down.keep = adjust->sequester_losses ? overlay.up.keep : Exact(1);
  }
  return overlay;
}

}  // namespace waterbed::internal
