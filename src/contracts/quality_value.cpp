#include "quality_value.hpp"

#include "formula_value.hpp"

#include <algorithm>
#include <stdexcept>

namespace waterbed {
namespace internal {
namespace {

/// Points reached on one measure as a share of its points.
Exact reached(const QualityMeasure& measure, const MeasureResult& result) {
  const Exact share =
      (fraction(result.achieved) - fraction(measure.low)) / (fraction(measure.high) - fraction(measure.low));
  return std::min(std::max(share, Exact(0)), Exact(1));
}

/// Division by zero is the only thing that exact arithmetic refuses.
template <class Input>
std::optional<Exact> exact_formula(const Formula& formula, Input&& input) {
  try {
    return evaluate<Exact>(formula, input, [](ExactShare constant) { return fraction(constant); });
  } catch (const std::overflow_error&) {
    return std::nullopt;
  }
}

}  // namespace

const MeasureResult* find_measure(const Facts& facts, const std::string& name) {
  const auto found = std::find_if(facts.measures.begin(), facts.measures.end(),
                                  [&](const MeasureResult& result) { return result.name == name; });
  return found == facts.measures.end() ? nullptr : &*found;
}

Points quality_points(const Quality& quality, const Facts& facts) {
  Points points;
  for (const QualityMeasure& measure : quality.measures) {
    const MeasureResult* result = find_measure(facts, measure.name);
    Exact weight = fraction(measure.points);
    // Without results by measure the score stands for all of them, at average prevalence.
    const Exact share = result != nullptr ? reached(measure, *result) : fraction(*facts.quality_score);
    if (measure.prevalence_weighted && result != nullptr) {
      weight *= fraction(result->prevalence_ratio);
    }
    points.reached += weight * share;
    points.all += weight;
  }
  return points;
}

Exact quality_score(const Contract& contract, const Facts& facts) {
  const Quality* quality = find_term<Quality>(contract);
  if (quality == nullptr || quality->measures.empty() || facts.measures.empty()) {
    return fraction(*facts.quality_score);
  }
  Exact sum = 0;
  Exact all = 0;
  for (const QualityMeasure& measure : quality->measures) {
    sum += fraction(measure.points) * reached(measure, *find_measure(facts, measure.name));
    all += fraction(measure.points);
  }
  return sum / all;
}

Exact rung_value(const std::vector<Rung>& ladder, const Exact& score) {
  Exact value = 0;
  for (const Rung& rung : ladder) {
    const Exact from = fraction(rung.from);
    if (score > from || (score == from && !rung.above)) {
      value = fraction(rung.value);
    }
  }
  return value;
}

int year_of_agreement(const Contract& contract, const Facts& facts) {
  const Agreement& agreement = contract.agreement;
  const bool runs_on = agreement.years > 0 && !agreement.rebase;
  return runs_on ? (facts.performance_year - 1) % agreement.years + 1 : facts.performance_year;
}

std::optional<Exact> formula_value(const Formula& formula, const Contract& contract, const Facts& facts) {
  return exact_formula(formula, [&](std::size_t i) {
    const std::string& input = formula.inputs[i];
    return input == "q"          ? quality_score(contract, facts)
           : input == "year"     ? Exact(year_of_agreement(contract, facts))
           : input == "assigned" ? Exact(*facts.assigned)
                                 : fraction(find_measure(facts, input)->achieved);
  });
}

std::optional<Exact> formula_value(const Formula& formula, const Exact& score) {
  return exact_formula(formula, [&](std::size_t) { return score; });
}

Exact quality_value(const Contract& contract, const Facts& facts) {
  const Quality* quality = find_term<Quality>(contract);
  if (quality != nullptr && quality->formula) {
    return *formula_value(*quality->formula, contract, facts);
  }
  const Exact score = quality_score(contract, facts);
  return quality != nullptr && !quality->ladder.empty() ? rung_value(quality->ladder, score) : score;
}

QualityFactor selected_factor(const Quality& quality, const Facts& facts) {
  return facts.quality_standard == QualityStandard::failed        ? quality.failed
         : facts.quality_standard == QualityStandard::alternative ? quality.alternative
                                                                  : quality.met;
}

Exact quality_factor(const Contract& contract, const Facts& facts) {
  const QualityFactor factor = selected_factor(*find_term<Quality>(contract), facts);
  return factor.score ? quality_value(contract, facts) : fraction(factor.constant);
}

Exact share_value(const Share& share, const Contract& contract, const Facts& facts) {
  if (share.if_failed && facts.quality_standard == QualityStandard::failed) {
    return fraction(*share.if_failed);
  }
  return share.formula ? *formula_value(*share.formula, contract, facts) : fraction(share.constant);
}

}  // namespace internal

Rate rung_at(const std::vector<Rung>& ladder, Rate score) {
  Rate value;
  for (const Rung& rung : ladder) {
    if (score > rung.from || (score == rung.from && !rung.above)) {
      value = rung.value;
    }
  }
  return value;
}

}  // namespace waterbed
