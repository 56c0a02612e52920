// Terms that make counted spending and the benchmark.

#include "benchmark.hpp"
#include "text.hpp"
#include "validate.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace waterbed::internal {
namespace {

void check_weights(ContractChecker& c, const std::string& field, const std::vector<Rate>& weights, int years) {
  if (weights.empty()) {
    return;
  }
  std::int64_t sum = 0;
  for (const Rate weight : weights) {
    c.share(field, weight);
    // Outside its range a weight is told above; the sum is of weights that are in it.
    sum += std::clamp<std::int64_t>(weight.nano, 0, 2 * Rate::k_one);
  }
  c.require(weights.size() == static_cast<std::size_t>(std::max(0, years)), field, "must have one weight a year",
            std::to_string(weights.size()));
  c.require(sum == Rate::k_one, field, "must add up to 1", rate_text(Rate{sum}));
}

/// Checks the steps in order, knowing what came before.
class StepChecker {
 public:
  explicit StepChecker(ContractChecker& c) : c_(c), episodes_(per_episode(c.contract())) {}

  void next(const ReferenceStep& step, std::size_t position) {
    field_ = "reference.steps[" + std::to_string(position) + "]";
    const bool starts = std::holds_alternative<Given>(step) || std::holds_alternative<History>(step);
    c_.require(
        starts == (position == 0), field_,
        position == 0 ? "the first step must be given or history" : "given and history can only be the first step",
        starts ? "given or history" : std::string(step_name(step)));
    c_.require(!discounted_, field_, "must come before the discount, which acts when settled",
               std::string(step_name(step)));
    std::visit([&](const auto& kind) { check(kind); }, step);
  }

 private:
  void check(const Given&) {}

  void check(const History& history) {
    history_ = true;
    c_.within(field_ + ".years", history.years, 1, 20);
    check_weights(c_, field_ + ".weights", history.weights, history.years);
    check_weights(c_, field_ + ".weights_renewed", history.weights_renewed, history.years);
    c_.require(history.weights_renewed.empty() || c_.contract().agreement.rebase, field_ + ".weights_renewed",
               "needs agreement.rebase: otherwise the base years of the first agreement stay", "false");
  }

  void check(const Trend& trend) {
    c_.positive(field_ + ".factor", trend.factor);
    const bool indexed = !trend.index.empty();
    c_.require(!indexed || trend.factor.nano == Rate::k_one, field_ + ".factor",
               "must be left out of a trend that follows an index", rate_text(trend.factor));
    c_.require(indexed || trend.own_market_index.empty(), field_ + ".own_market_index",
               "needs index: what the rest of the market follows", trend.own_market_index);
    c_.require(!indexed || trend.index != trend.own_market_index, field_ + ".own_market_index",
               "must differ from index", trend.own_market_index);
    if (indexed) {
      c_.require(history_, field_ + ".index", "needs history: it carries base years on", "given");
    } else {
      c_.require(!trend.per_year || history_, field_ + ".per_year",
                 "needs history: a given benchmark is already of the performance year", "given");
    }
    c_.require(!mixed_ || (!indexed && !trend.per_year), field_,
               "a trend of base years must come before steps that mix in other amounts", "trend");
  }

  void check(const Update& update) {
    c_.not_empty(field_ + ".update", update.parts.size(), "at least one growth factor");
    std::vector<std::string> names;
    for (const UpdatePart& part : update.parts) {
      names.push_back(part.name);
      c_.positive(field_ + ".update." + part.name, part.weight);
    }
    c_.unique(field_ + ".update", names);
  }

  void check(const Blend& blend) {
    c_.require(!blend.with.empty(), field_ + ".with", "must name what is mixed in", "\"\"");
    c_.share(field_ + ".weight", blend.weight);
    mixed_ = true;
  }

  void check(const Risk& risk) {
    c_.share(field_ + ".cap_up", risk.cap_up);
    c_.share(field_ + ".cap_down", risk.cap_down);
    std::vector<std::string> names;
    for (const RiskClass& line : risk.classes) {
      names.push_back(line.name);
      c_.require(line.weight.nano >= 0, field_ + ".classes." + line.name, "must be 0 or more", rate_text(line.weight));
    }
    c_.unique(field_ + ".classes", names);
  }

  void check(const Regional& regional) {
    per_person_only("regional");
    c_.share(field_ + ".weight_below", regional.weight_below);
    c_.share(field_ + ".weight_above", regional.weight_above);
    signed_share(".cap_low", regional.cap_low);
    signed_share(".cap_high", regional.cap_high);
    c_.require(!regional.cap_low || !regional.cap_high || *regional.cap_low <= *regional.cap_high, field_ + ".cap_low",
               "must be at most cap_high", rate_text(regional.cap_low.value_or(Rate{})));
    mixed_ = true;
  }
  void check(const PriorSavings& prior) {
    per_person_only("prior_savings");
    c_.share(field_ + ".share", prior.share);
    c_.share(field_ + ".cap", prior.cap);
    c_.require(!prior.net_of_negative_regional || beside_regional_, field_ + ".net_of_negative_regional",
               "is for max_of with a regional adjustment", "true");
    mixed_ = true;
  }
  void check(const PopulationAdjustment& population) {
    per_person_only("population");
    c_.share(field_ + ".cap", population.cap);
    c_.share(field_ + ".from_share", population.from_share);
    mixed_ = true;
  }
  void check(const Add&) { mixed_ = true; }
  void check(const MaxOf& largest) {
    const std::string outer = field_;
    beside_regional_ = std::any_of(largest.additions.begin(), largest.additions.end(),
                                   [](const Addition& one) { return std::holds_alternative<Regional>(one); });
    c_.not_empty(outer + ".max_of", largest.additions.size(), "at least one addition");
    for (std::size_t i = 0; i < largest.additions.size(); ++i) {
      field_ = outer + ".max_of[" + std::to_string(i) + "]";
      std::visit([&](const auto& kind) { check(kind); }, largest.additions[i]);
    }
    beside_regional_ = false;
    mixed_ = true;
  }
  void check(const Discount& discount) {
    c_.share(field_ + ".rate", discount.rate);
    c_.ladder(field_ + ".ladder", discount.ladder);
    c_.require(discount.ladder.empty() || discount.rate.nano == 0, field_ + ".rate",
               "must be left out of a discount by ladder", rate_text(discount.rate));
    discounted_ = true;
  }

  void per_person_only(const std::string& step) {
    c_.require(!episodes_, field_, "is per person-year; episodes settled in retrospect can blend with others", step);
  }
  void signed_share(const std::string& name, std::optional<Rate> rate) {
    c_.require(!rate || (rate->nano >= -Rate::k_one && rate->nano <= Rate::k_one), field_ + name, "must be in [-1, 1]",
               rate_text(rate.value_or(Rate{})));
  }

  ContractChecker& c_;
  bool episodes_;
  bool history_ = false;
  bool mixed_ = false;
  bool discounted_ = false;
  bool beside_regional_ = false;  ///< the additions at hand are those of a max_of that has one
  std::string field_;
};

}  // namespace

void check(ContractChecker& c, const Truncate& truncate) {
  const int rules = (truncate.amount ? 1 : 0) + (truncate.percentile ? 1 : 0) + (truncate.sd_above_mean ? 1 : 0);
  const std::string field = truncate.unit == TruncateUnit::person ? "truncate.person" : "truncate.episode";
  c.require(rules == 1, field, "must have one of an amount, a percentile and sd_above_mean",
            rules == 0 ? "none" : std::to_string(rules));
  if (truncate.amount) {
    c.positive(field, *truncate.amount);
  }
  if (truncate.percentile) {
    c.share(field + ".percentile", *truncate.percentile);
    c.positive(field + ".percentile", *truncate.percentile);
  }
  if (truncate.sd_above_mean) {
    const std::int64_t nano = truncate.sd_above_mean->nano;
    c.require(nano >= 0 && nano <= 100 * Rate::k_one, field + ".sd_above_mean", "must be in [0, 100]",
              rate_text(*truncate.sd_above_mean));
  }
  c.share(field + ".low_percentile", truncate.low_percentile);
  c.require(!truncate.low_percentile || !truncate.percentile || *truncate.low_percentile <= *truncate.percentile,
            field + ".low_percentile", "must be at most the percentile above which spending is cut",
            rate_text(truncate.low_percentile.value_or(Rate{})));
}

void check(ContractChecker& c, const Reinsure& reinsure) {
  c.positive("reinsure.attach", reinsure.attach);
  if (reinsure.limit) {
    c.positive("reinsure.limit", *reinsure.limit);
  }
  c.share("reinsure.share", reinsure.share);
  c.not_negative("reinsure.premium", reinsure.premium);
}

void check(ContractChecker& c, const Reference& reference) {
  c.not_empty("reference.steps", reference.steps.size(), "at least one step");
  StepChecker steps(c);
  for (std::size_t i = 0; i < reference.steps.size(); ++i) {
    steps.next(reference.steps[i], i);
  }
}

void check(ContractChecker& c, const Withhold& withhold) {
  c.not_empty("withhold", withhold.parts.size(), "at least one part");
  std::int64_t of_reference = 0;
  std::int64_t of_base = 0;
  for (std::size_t i = 0; i < withhold.parts.size(); ++i) {
    const WithholdPart& part = withhold.parts[i];
    c.share("withhold[" + std::to_string(i) + "].share", part.share);
    (part.of == WithholdBase::reference ? of_reference : of_base) +=
        std::clamp<std::int64_t>(part.share.nano, 0, Rate::k_one);
  }
  c.require(of_reference <= Rate::k_one, "withhold", "must hold back no more than the whole reference",
            rate_text(Rate{of_reference}));
  c.require(of_base <= Rate::k_one, "withhold", "must hold back no more than the whole base payments",
            rate_text(Rate{of_base}));
}

}  // namespace waterbed::internal
