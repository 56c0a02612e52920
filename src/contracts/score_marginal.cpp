#include "waterbed/contracts/score_marginal.hpp"

#include "account.hpp"
#include "check_facts.hpp"
#include "forecast_slope.hpp"
#include "overlay.hpp"
#include "quality_value.hpp"
#include "settle_base.hpp"
#include "settle_overlay.hpp"
#include "waterbed/contracts/settlement_curve.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using internal::Exact;

Facts with_score(const Facts& facts, double score) {
  Facts result = facts;
  result.measures.clear();
  result.quality_score = Rate::from_double(score);
  return result;
}

/// Where the value of a ladder steps.
void add_rungs(const std::vector<Rung>& ladder, std::vector<double>& jumps) {
  for (const Rung& rung : ladder) {
    jumps.push_back(rung.from.to_double());
  }
}

std::vector<double> rungs(const Contract& contract) {
  std::vector<double> jumps;
  if (const Quality* quality = find_term<Quality>(contract)) {
    add_rungs(quality->ladder, jumps);
  }
  if (const Reference* reference = find_term<Reference>(contract)) {
    for (const ReferenceStep& step : reference->steps) {
      if (const auto* discount = std::get_if<Discount>(&step)) {
        add_rungs(discount->ladder, jumps);
      }
    }
  }
  return jumps;
}

/// True if quality moves what base payments bring in.
bool on_base(const Contract& contract) {
  const Quality* quality = find_term<Quality>(contract);
  const Withhold* withhold = find_term<Withhold>(contract);
  return (quality && quality->target == QualityTarget::base) ||
         (withhold && std::any_of(withhold->parts.begin(), withhold->parts.end(), [](const WithholdPart& part) {
            return part.of == WithholdBase::base && part.earned_by == EarnedBy::quality;
          }));
}

void require_facts(const Contract& contract, const Facts& facts) {
  std::vector<FactProblem> problems;
  internal::FactChecker checker(problems);
  internal::check_overlay_facts(contract, facts, false, problems);
  internal::check_quality_facts(contract, facts, checker);
  if (on_base(contract)) {
    internal::check_base_facts(contract, facts, checker);
  }
  if (!problems.empty()) {
    throw FactsError(std::move(problems));
  }
}

/// What base payments bring in, EUR.
Exact base_income(const Contract& contract, const Facts& facts) {
  if (!on_base(contract)) {
    return 0;
  }
  Settlement scratch;
  internal::Account account(scratch);
  return internal::settle_base(contract, facts, account, internal::Trace(nullptr));
}

double base_factor(const Contract& contract, const Facts& facts) {
  return 1.0 + Exact(internal::quality_of_base(contract, facts) - internal::unearned_share(contract, facts))
                   .convert_to<double>();
}

}  // namespace

double quality_slope(const Contract& contract, const Facts& facts, const Forecast& counted, const Forecast& score) {
  // Scores are kept to 1e-9; a known one starts from there.
  const Forecast rounded{Rate::from_double(score.mean).to_double(), score.sd};
  require_facts(contract, with_score(facts, std::clamp(rounded.mean, 0.0, 1.0)));
  const Exact base = base_income(contract, with_score(facts, std::clamp(rounded.mean, 0.0, 1.0)));
  const auto paid = [&](double q) {
    const Facts now = with_score(facts, q);
    Exact benchmark = 0;
    double settled = 0.0;
    if (find_term<Reference>(contract)) {
      benchmark = internal::resolve_overlay(contract, now).benchmark;
      settled = expected_value(settlement_curve(contract, now), counted);
    }
    return settled + internal::to_euro(internal::quality_amount(contract, now, benchmark)) +
           internal::to_euro(base) * (base_factor(contract, now) - 1.0);
  };
  return internal::forecast_slope(paid, rounded, rungs(contract), 0.0, 1.0);
}

double expected_base_factor(const Contract& contract, const Facts& facts, const std::optional<Forecast>& score) {
  if (!score || !on_base(contract)) {
    return base_factor(contract, facts);
  }
  return internal::forecast_mean([&](double q) { return base_factor(contract, with_score(facts, q)); }, *score,
                                 rungs(contract), 0.0, 1.0);
}

double measure_slope(const QualityMeasure& measure, const Forecast& achieved) {
  const double low = measure.low.to_double();
  const double high = measure.high.to_double();
  return measure.points.to_double() / (high - low) *
         (probability_below(achieved, high) - probability_below(achieved, low));
}

double risk_slope(const Contract& contract, const Facts& facts, const Forecast& counted, const Forecast& ratio) {
  const auto with_ratio = [&](double at) {
    Facts result = facts;
    result.risk_ratio = Rate::from_double(at);
    return result;
  };
  if (!find_term<Reference>(contract)) {
    return 0.0;
  }
  const Forecast rounded{Rate::from_double(ratio.mean).to_double(), ratio.sd};
  require_facts(contract, with_ratio(rounded.mean));
  // The caps bend the benchmark: panels that end there need no search for the bend.
  std::vector<double> bends;
  for (const ReferenceStep& step : find_term<Reference>(contract)->steps) {
    if (const auto* risk = std::get_if<Risk>(&step)) {
      if (risk->cap_up) {
        bends.push_back(1.0 + risk->cap_up->to_double());
      }
      if (risk->cap_down) {
        bends.push_back(1.0 - risk->cap_down->to_double());
      }
    }
  }
  return internal::forecast_slope(
      [&](double at) { return expected_value(settlement_curve(contract, with_ratio(at)), counted); }, rounded, bends,
      0.0, std::numeric_limits<double>::infinity());
}

}  // namespace waterbed
