#include "waterbed/expectation/expectation.hpp"

#include "problems.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace waterbed {
namespace {

std::vector<FeaturePart> parts_of(const std::vector<Feature>& features) {
  std::vector<FeaturePart> parts;
  for (const Feature& feature : features) {
    internal::require(feature.parts.size() == 1, "features", "of cells must be bands or levels: all are crossed",
                      feature_name(feature));
    parts.push_back(feature.parts.front());
  }
  return parts;
}

std::vector<double> to_vector(const Eigen::VectorXd& values) { return {values.begin(), values.end()}; }

/// Counts who was seen, and what is expected of them.
void note_seen(const Observations& seen, const std::vector<double>& rates, Expectation& frozen) {
  double expected = 0.0;
  for (std::size_t i = 0; i < seen.outcome.size(); ++i) {
    const double exposure = internal::value_or_one(seen.exposure, i);
    if (exposure > 0.0 && internal::value_or_one(seen.weight, i) > 0.0) {
      ++frozen.rows;
      frozen.exposure += exposure;
      expected += rates[i] * exposure;
    }
  }
  frozen.mean = expected / frozen.exposure;
}

/// Predictions of the rows in one fold by a model that did not see them.
void fill_fold(const ExpectationSpec& spec, const FeatureTable& table, const Design& design, const Observations& seen,
               const std::vector<bool>& is_in, std::vector<double>& rates) {
  std::vector<double> weight(is_in.size());
  for (std::size_t i = 0; i < weight.size(); ++i) {
    weight[i] = is_in[i] ? 0.0 : internal::value_or_one(seen.weight, i);
  }
  Observations others = seen;
  others.weight = weight;
  std::vector<double> predicted;
  if (spec.cells) {
    predicted = predict_rate(fit_cells(parts_of(spec.features), table, others, spec.least), table);
  } else {
    const GlmFit fit = fit_glm(design, others, spec.glm);
    predicted = to_vector(predict_rate(spec.glm.family, fit.coefficients, design.values));
  }
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (is_in[i]) {
      rates[i] = predicted[i];
    }
  }
}

}  // namespace

ExpectationFit fit_expectation(const ExpectationSpec& spec, const FeatureTable& table, const Observations& seen) {
  ExpectationFit fit;
  Expectation& frozen = fit.expectation;
  frozen.outcome = spec.outcome;
  frozen.unit = spec.unit;
  frozen.source = spec.source;
  frozen.features = resolve(spec.features, table);
  if (spec.cells) {
    frozen.model = fit_cells(parts_of(frozen.features), table, seen, spec.least);
  } else {
    Design design = design_of(frozen.features, table);
    fit.glm = fit_glm(design, seen, spec.glm);
    frozen.model = GlmModel{spec.glm.family, std::move(design.names), to_vector(fit.glm.coefficients)};
  }
  note_seen(seen, predict(frozen, table), frozen);
  return fit;
}

std::vector<double> predict(const Expectation& expectation, const FeatureTable& table) {
  if (const auto* cells = std::get_if<CellModel>(&expectation.model)) {
    return predict_rate(*cells, table);
  }
  const auto& glm = std::get<GlmModel>(expectation.model);
  const Design design = design_of(expectation.features, table);
  internal::require(design.names == glm.names, "coefficients", "must be of the columns that the features make",
                    internal::listed(glm.names));
  const Eigen::Map<const Eigen::VectorXd> coefficients(glm.coefficients.data(),
                                                       static_cast<Index>(glm.coefficients.size()));
  return to_vector(predict_rate(glm.family, coefficients, design.values));
}

int fold_of(std::uint64_t seed, std::uint32_t person, int folds) {
  internal::require(folds >= 2 && folds <= 100, "folds", "must be 2 to 100", std::to_string(folds));
  return static_cast<int>(uniform_index(draw(seed, {.person = person, .purpose = Purpose::cross_fit})[0], folds));
}

std::vector<double> cross_fit(const ExpectationSpec& spec, const FeatureTable& table, const Observations& seen,
                              int folds, std::uint64_t seed) {
  ExpectationSpec resolved = spec;
  resolved.features = resolve(spec.features, table);
  internal::require(seen.person.size() == seen.outcome.size(), "person",
                    "must have a value a row, " + std::to_string(seen.outcome.size()),
                    std::to_string(seen.person.size()));
  const Design design = spec.cells ? Design{} : design_of(resolved.features, table);
  std::vector<double> rates(seen.outcome.size());
  std::vector<int> fold(rates.size());
  std::transform(seen.person.begin(), seen.person.end(), fold.begin(),
                 [&](std::uint32_t person) { return fold_of(seed, person, folds); });
  for (int f = 0; f < folds; ++f) {
    std::vector<bool> is_in(rates.size());
    std::transform(fold.begin(), fold.end(), is_in.begin(), [&](int of) { return of == f; });
    if (std::find(is_in.begin(), is_in.end(), true) != is_in.end()) {
      fill_fold(resolved, table, design, seen, is_in, rates);
    }
  }
  return rates;
}

}  // namespace waterbed
