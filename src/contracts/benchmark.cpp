#include "benchmark.hpp"

#include "counted_spend.hpp"
#include "text.hpp"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

namespace waterbed::internal {
namespace {

/// Part of the amount per person-year or episode: of one base year, or of what later steps mixed in.
struct Part {
  Exact amount;
  int base_year = -1;   ///< position in Facts::base_years; -1: none
  int years_ahead = 0;  ///< from then to the performance year
};

Exact unit_count(const Contract& contract, const BaseYear& year) {
  return per_episode(contract) ? Exact(year.episodes) : Exact(year.person_time.cycles, year.person_time.per_year);
}

/// The facts that a step looks up by name are there: check_facts has seen to it.
template <class Named>
const Named& named(const std::vector<Named>& list, const std::string& name) {
  return *std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.name == name; });
}

/// Applies the steps one by one.
class Builder {
 public:
  Builder(const Contract& contract, const Facts& facts, const Trace& trace)
      : contract_(contract), facts_(facts), trace_(trace) {}

  Exact sum() const {
    Exact sum = 0;
    for (const Part& part : parts_) {
      sum += part.amount;
    }
    return sum;
  }

  void apply(const Given&) {
    const Money amount = per_episode(contract_) ? *facts_.benchmark_per_episode : *facts_.benchmark_per_person_year;
    parts_ = {{fraction(amount), -1, 0}};
    tell("given", [] { return std::string("an amount from outside"); });
  }

  void apply(const History& history) {
    const auto count = static_cast<std::size_t>(history.years);
    const std::size_t first = facts_.base_years.size() - count;
    const bool renewed = facts_.agreement_number > 1 && !history.weights_renewed.empty();
    const std::vector<Rate>& weights = renewed ? history.weights_renewed : history.weights;
    Exact weight_used = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const BaseYear& year = facts_.base_years[first + i];
      const Exact units = unit_count(contract_, year);
      if (units == 0) {
        continue;
      }
      const Exact weight = weights.empty() ? Exact(1, history.years) : fraction(weights[i]);
      const Exact each = cut_spend(year.counted, find_term<Truncate>(contract_)).sum / units;
      const int ahead = facts_.performance_year + static_cast<int>(count - 1 - i);
      parts_.push_back({weight * each * fraction(year.risk_ratio), static_cast<int>(first + i), ahead});
      weight_used += weight;
      trace_.line(
          "reference", [&] { return "base year " + std::to_string(i + 1) + ", " + money_text(each); },
          [&] {
            return "times risk ratio " + factor_text(fraction(year.risk_ratio)) + ", weight " + percent_text(weight);
          },
          each * fraction(year.risk_ratio));
    }
    if (weight_used == 0) {
      parts_.clear();
    }
    for (Part& part : parts_) {
      part.amount /= weight_used;
    }
    tell("history", [] { return std::string("weighted mean of the base years"); });
  }

  void apply(const Trend& trend) {
    for (Part& part : parts_) {
      if (!trend.index.empty()) {
        part.amount *= part.base_year < 0 ? Exact(1) : index_factor(trend, part.base_year);
        continue;
      }
      const int times = !trend.per_year ? 1 : part.years_ahead;
      for (int year = 0; year < times; ++year) {
        part.amount *= fraction(trend.factor);
      }
    }
    tell("trend", [&] {
      if (trend.index.empty()) {
        return "times " + factor_text(fraction(trend.factor)) + (trend.per_year ? " a year" : "");
      }
      return trend.own_market_index.empty()
                 ? "index " + trend.index
                 : "index " + trend.index + ", own market share " + percent_text(fraction(*facts_.market_share)) +
                       " of " + trend.own_market_index;
    });
  }

  void apply(const Update& update) {
    Exact factor = 0;
    Exact weights = 0;
    for (const UpdatePart& part : update.parts) {
      factor += fraction(part.weight) * fraction(named(facts_.updates, part.name).value);
      weights += fraction(part.weight);
    }
    factor /= weights;
    scale(factor);
    tell("update", [&] { return "times " + factor_text(factor); });
  }

  void apply(const Blend& blend) {
    const Exact other = fraction(named(facts_.comparators, blend.with).amount);
    scale(1 - fraction(blend.weight));
    parts_.push_back({fraction(blend.weight) * other, -1, 0});
    tell("blend",
         [&] { return percent_text(fraction(blend.weight)) + " of " + blend.with + " at " + money_text(other); });
  }

  void apply(const Risk& risk) {
    Exact ratio = fraction(*facts_.risk_ratio);
    if (risk.cap_up) {
      ratio = std::min(ratio, Exact(1 + fraction(*risk.cap_up)));
    }
    if (risk.cap_down) {
      ratio = std::max(ratio, Exact(1 - fraction(*risk.cap_down)));
    }
    scale(ratio);
    tell("risk", [&] {
      return "risk ratio " + factor_text(fraction(*facts_.risk_ratio)) + ", after caps " + factor_text(ratio);
    });
  }

  void apply(const Regional& regional) { add("regional", addition(regional)); }
  void apply(const PriorSavings& prior) { add("prior_savings", addition(prior)); }
  void apply(const PopulationAdjustment& population) { add("population", addition(population)); }
  void apply(const Add& step) { add("add", addition(step)); }

  void apply(const MaxOf& largest) {
    std::optional<Exact> most;
    for (const Addition& one : largest.additions) {
      Exact amount = std::visit([&](const auto& kind) { return addition(kind); }, one);
      if (const auto* prior = std::get_if<PriorSavings>(&one); prior && prior->net_of_negative_regional) {
        amount += negative_regional(largest);
      }
      most = most ? std::max(*most, amount) : amount;
    }
    add("max_of", *most);
  }

  void apply(const Discount&) {}  // acts when settled

 private:
  template <class Rule>
  void tell(const char* step, Rule&& rule) {
    trace_.line(
        "reference", [&] { return std::string(step); }, rule, sum());
  }
  void scale(const Exact& factor) {
    for (Part& part : parts_) {
      part.amount *= factor;
    }
  }
  void add(const char* step, const Exact& amount) {
    parts_.push_back({amount, -1, 0});
    tell(step, [&] { return "plus " + money_text(amount); });
  }

  Exact index_factor(const Trend& trend, int base_year) const {
    const auto at = static_cast<std::size_t>(base_year);
    Exact factor = fraction(named(facts_.indices, trend.index).factors[at]);
    if (trend.own_market_index.empty()) {
      return factor;
    }
    const Exact share = fraction(*facts_.market_share);
    return share * fraction(named(facts_.indices, trend.own_market_index).factors[at]) + (1 - share) * factor;
  }

  /// Towards the region, within the caps, before a floor.
  Exact pull(const Regional& regional) const {
    const Exact own = sum();
    const Exact region = fraction(*facts_.regional_per_person_year);
    Exact amount = fraction(own <= region ? regional.weight_below : regional.weight_above) * (region - own);
    if (regional.cap_low) {
      amount = std::max(amount, Exact(fraction(*regional.cap_low) * fraction(*facts_.national_per_person_year)));
    }
    if (regional.cap_high) {
      amount = std::min(amount, Exact(fraction(*regional.cap_high) * fraction(*facts_.national_per_person_year)));
    }
    return amount;
  }
  Exact addition(const Regional& regional) const {
    const Exact amount = pull(regional);
    return regional.floor ? std::max(amount, Exact(0)) : amount;
  }
  /// What the regional adjustments among these take off; 0 if they add something.
  Exact negative_regional(const MaxOf& largest) const {
    Exact sum = 0;
    for (const Addition& one : largest.additions) {
      if (const auto* regional = std::get_if<Regional>(&one)) {
        sum += std::min(pull(*regional), Exact(0));
      }
    }
    return sum;
  }
  Exact addition(const PriorSavings& prior) const {
    const Exact amount =
        std::max(Exact(0), Exact(fraction(prior.share) * fraction(*facts_.prior_savings_per_person_year)));
    return prior.cap ? std::min(amount, Exact(fraction(*prior.cap) * fraction(*facts_.national_per_person_year)))
                     : amount;
  }
  Exact addition(const PopulationAdjustment& population) const {
    return *facts_.poor_share >= population.from_share
               ? fraction(population.cap) * fraction(*facts_.national_per_person_year) * fraction(*facts_.poor_share)
               : Exact(0);
  }
  Exact addition(const Add& step) const { return fraction(step.amount); }

  const Contract& contract_;
  const Facts& facts_;
  const Trace& trace_;
  std::vector<Part> parts_;
};

}  // namespace

bool per_episode(const Contract& contract) {
  const Bundle* bundle = find_term<Bundle>(contract);
  return bundle != nullptr && bundle->pricing == BundlePricing::retrospective;
}

Exact benchmark_units(const Contract& contract, const Facts& facts) {
  return per_episode(contract) ? Exact(*facts.episodes) : Exact(facts.person_time->cycles, facts.person_time->per_year);
}

std::string benchmark_units_text(const Contract& contract, const Facts& facts) {
  return per_episode(contract) ? years_text({*facts.episodes, 1}) + " episodes"
                               : years_text(*facts.person_time) + " person-years";
}

Exact benchmark_per_unit(const Contract& contract, const Facts& facts, const Trace& trace) {
  Builder builder(contract, facts, trace);
  for (const ReferenceStep& step : find_term<Reference>(contract)->steps) {
    std::visit([&](const auto& kind) { builder.apply(kind); }, step);
  }
  return builder.sum();
}

const Discount* find_discount(const Reference& reference) {
  for (const ReferenceStep& step : reference.steps) {
    if (const auto* discount = std::get_if<Discount>(&step)) {
      return discount;
    }
  }
  return nullptr;
}

}  // namespace waterbed::internal
