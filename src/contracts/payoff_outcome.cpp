#include "payoff_base.hpp"
#include "waterbed/contracts/term_curves.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waterbed::internal {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

Payoff gain_payoff(const Contract& contract, const Facts& facts) {
  Payoff payoff;
  payoff.axis = PayoffAxis::outcome;
  const Gain& gain = *find_term<Gain>(contract);
  std::int64_t people = 0;
  for (const Outcome& outcome : facts.outcomes) {
    people += outcome.people;
  }
  if (people <= 0) {
    fail("outcomes", "is missing: the payoff needs the number of people");
  }
  const auto n = static_cast<double>(people);
  PaymentCurve shape = gain_curve(gain, people, facts.comparison_gain.to_double());
  if (gain.at == GainLevel::person) {
    for (PaymentCurve::Piece& piece : shape.pieces) {
      piece.lower *= n;
      piece.upper *= n;
      piece.anchor *= n;
    }
  }
  double far = n;
  const double held = gain.at == GainLevel::person ? n : 1.0;
  for (const PaymentCurve::Piece& piece : shape.pieces) {
    if (std::isfinite(piece.lower)) {
      const PayoffMarkKind kind = piece.slope == 0.0 ? PayoffMarkKind::cap : PayoffMarkKind::floor;
      payoff.marks.push_back({kind, piece.lower, held * piece.value});
      far = std::max(far, std::abs(piece.lower));
    }
  }
  payoff.low = -0.2 * n;
  payoff.high = 0.2 * n;
  payoff.curve = settled_curve(contract, facts, shape, far, [&](Facts& there, double x) {
    const Rate each = Rate::from_double(x / n);
    there.outcomes = {{people, Rate{}, each}};
    return each.to_double() * n;
  });
  return payoff;
}

/// Pieces between these scores, and beyond them. A piece holds its upper end if it is anchored there.
PaymentCurve between(const std::vector<Rung>& rungs) {
  PaymentCurve curve;
  double lower = -k_infinity;
  for (const Rung& rung : rungs) {
    const double upper = rung.from.to_double();
    if (upper > lower) {
      curve.pieces.push_back({lower, upper, rung.above ? upper : std::isinf(lower) ? upper - 1.0 : lower, 0.0, 0.0});
      lower = upper;
    }
  }
  curve.pieces.push_back({lower, k_infinity, lower, 0.0, 0.0});
  return curve;
}

Payoff score_payoff(const Contract& contract, const Facts& facts, const Quality& quality) {
  constexpr std::int64_t k_steps = 100;  // of a formula, straight in between
  Payoff payoff;
  payoff.axis = PayoffAxis::quality;
  std::vector<Rung> rungs = {{Rate{}, false, {}}};
  for (const Rung& rung : quality.ladder) {
    rungs.push_back(rung);
    payoff.marks.push_back({PayoffMarkKind::rung, rung.from.to_double(), rung.from.to_double()});
  }
  for (std::int64_t step = 1; quality.formula && step < k_steps; ++step) {
    rungs.push_back({Rate{step * Rate::k_one / k_steps}, false, {}});
  }
  rungs.push_back({Rate{Rate::k_one}, true, {}});
  payoff.curve = settled_curve(contract, facts, between(rungs), 1.0, [&](Facts& there, double x) {
    const Rate score = Rate::from_double(std::clamp(x, 0.0, 1.0));
    there.quality_score = score;
    there.measures.clear();
    for (const QualityMeasure& measure : quality.measures) {
      const auto given = std::find_if(facts.measures.begin(), facts.measures.end(),
                                      [&](const MeasureResult& one) { return one.name == measure.name; });
      const Rate ratio = given == facts.measures.end() ? Rate{Rate::k_one} : given->prevalence_ratio;
      const double achieved =
          measure.low.to_double() + score.to_double() * (measure.high.to_double() - measure.low.to_double());
      there.measures.push_back({measure.name, Rate::from_double(achieved), ratio});
    }
    return score.to_double();
  });
  payoff.low = 0.0;
  payoff.high = 1.0;
  return payoff;
}

}  // namespace

Payoff outcome_payoff(const Contract& contract, const Facts& facts) {
  if (find_term<Gain>(contract) != nullptr) {
    return gain_payoff(contract, facts);
  }
  const Quality* quality = find_term<Quality>(contract);
  if (quality == nullptr || quality->target != QualityTarget::amount) {
    fail("contract", "has no term whose payment could be drawn");
  }
  return score_payoff(contract, facts, *quality);
}

}  // namespace waterbed::internal
