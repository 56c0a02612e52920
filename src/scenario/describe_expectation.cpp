#include "scenario/describe.hpp"
#include "waterbed/expectation/expectation.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace waterbed::detail {

struct NamedCoefficient {
  std::string name;
  double value = 0.0;
};

/// The model as it is written: either coefficients or cells.
struct ExpectationForm {
  Expectation of;
  Family family = Family::gaussian;
  std::vector<NamedCoefficient> coefficients;
  double least = 1.0;
  std::vector<Cell> cells;
};

void describe(Visitor& v, FeaturePart& s) {
  v.text({.name = "column", .meaning = "of the table of persons", .required = true}, s.column);
  choice_of(v, {.name = "form", .meaning = "how it enters"},
            {{"linear", "as it is"},
             {"log1p", "log(1 + x)"},
             {"bands", "an indicator a band but the first"},
             {"levels", "an indicator a level but the first"},
             {"spline", "natural cubic"}},
            s.form);
  v.numbers({.name = "at", .meaning = "where bands begin, or knots; ascending"}, s.at);
  v.texts({.name = "levels", .meaning = "in order, the reference first"}, s.levels);
}

void describe(Visitor& v, Feature& s) {
  list_of(v, {.name = "parts", .meaning = "one, or several that are multiplied", .required = true}, s.parts);
  v.flag({.name = "recorded_by_holder", .meaning = "whoever is paid by the expectation writes it down"},
         s.recorded_by_holder);
}

void describe(Visitor& v, NamedCoefficient& s) {
  v.text({.name = "name", .meaning = "column of the design", .required = true}, s.name);
  v.number({.name = "value", .meaning = "coefficient", .required = true}, s.value);
}

void describe(Visitor& v, Cell& s) {
  std::vector<double> of(s.of.begin(), s.of.end());
  v.numbers({.name = "of", .meaning = "band or level of the first features, from 0", .low = 0, .high = 1e6}, of);
  s.of.assign(of.size(), 0);
  std::transform(of.begin(), of.end(), s.of.begin(), [](double x) { return static_cast<std::int32_t>(x); });
  v.number({.name = "mean", .meaning = "outcome per year", .required = true}, s.mean);
  v.number({.name = "exposure", .meaning = "seen", .unit = "years", .low = 0}, s.exposure);
}

void describe(Visitor& v, RemainingRow& s) {
  choice_of(v, {.name = "sex", .meaning = "in this order"}, {{"women"}, {"men"}}, s.sex);
  integer_of(v, {.name = "age", .meaning = "every one from 0", .unit = "completed years", .low = 0, .high = k_max_age},
             s.age);
  v.numbers({.name = "remaining", .meaning = "by state", .unit = "QALY", .required = true}, s.remaining);
  v.numbers({.name = "remaining_at_end",
             .meaning = "by state, a year on, expected of those who live through it",
             .unit = "QALY",
             .required = true},
            s.remaining_at_end);
}

void describe(Visitor& v, RemainingLife& s) {
  v.text({.name = "state", .meaning = "column with the recorded state", .required = true}, s.state);
  v.number({.name = "discount", .meaning = "of health", .unit = "per year", .low = -1, .high = 10, .above_low = true},
           s.discount);
  integer_of(v, {.name = "window", .meaning = "that the outcome covers", .unit = "years", .low = 1, .high = 100},
             s.window);
  v.texts({.name = "states", .meaning = "in order", .required = true}, s.states);
  list_of(v, {.name = "rows", .meaning = "by sex and age; people stay at the last age", .required = true}, s.rows);
}

void describe(Visitor& v, ExpectationForm& s) {
  v.text({.name = "outcome", .meaning = "what is expected", .required = true}, s.of.outcome);
  v.text({.name = "unit", .meaning = "of the outcome, per year"}, s.of.unit);
  v.text({.name = "source", .meaning = "years and people on which it was fitted"}, s.of.source);
  integer_of(v, {.name = "rows", .meaning = "on which it was fitted", .low = 0, .high = 1e15}, s.of.rows);
  v.number({.name = "exposure", .meaning = "of these rows", .unit = "years", .low = 0}, s.of.exposure);
  v.number({.name = "mean", .meaning = "expected per year of these rows; left out: not known", .optional = true},
           s.of.mean);
  list_of(v, {.name = "features", .meaning = "in order"}, s.of.features);
  choice_of(v, {.name = "family", .meaning = "of coefficients"},
            {{"gaussian", "identity link"},
             {"poisson", "log link"},
             {"gamma", "log link, variance ~ mean squared"},
             {"binomial", "logit link"}},
            s.family);
  list_of(v, {.name = "coefficients", .meaning = "the intercept first; or cells"}, s.coefficients);
  v.number({.name = "least", .meaning = "that a cell must have seen", .unit = "years", .low = 0}, s.least);
  list_of(v, {.name = "cells", .meaning = "means, everybody first; or coefficients"}, s.cells);
  optional_object(v, {.name = "remaining", .meaning = "of health: QALYs that remain after the window of the outcome"},
                  s.of.remaining);
}

namespace {

ExpectationForm form_of(const Expectation& expectation) {
  ExpectationForm form;
  form.of = expectation;
  if (const auto* cells = std::get_if<CellModel>(&expectation.model)) {
    form.least = cells->least;
    form.cells = cells->cells;
    return form;
  }
  const auto& glm = std::get<GlmModel>(expectation.model);
  form.family = glm.family;
  for (std::size_t i = 0; i < glm.names.size(); ++i) {
    form.coefficients.push_back({glm.names[i], glm.coefficients[i]});
  }
  return form;
}

Expectation expectation_of(ExpectationForm form) {
  if (!form.cells.empty()) {
    CellModel cells{{}, form.least, std::move(form.cells)};
    for (const Feature& feature : form.of.features) {
      cells.by.push_back(feature.parts.empty() ? FeaturePart{} : feature.parts.front());
    }
    form.of.model = std::move(cells);
    return form.of;
  }
  GlmModel glm{form.family, {}, {}};
  for (NamedCoefficient& coefficient : form.coefficients) {
    glm.names.push_back(std::move(coefficient.name));
    glm.coefficients.push_back(coefficient.value);
  }
  form.of.model = std::move(glm);
  return form.of;
}

}  // namespace

void describe(Visitor& v, Expectation& s) {
  ExpectationForm form = form_of(s);
  describe(v, form);
  if (form.cells.empty() == form.coefficients.empty()) {
    v.complain("outcome", "must come with exactly one of coefficients, cells", form.cells.empty() ? "neither" : "both");
  }
  s = expectation_of(std::move(form));
}

void describe(Visitor& v, FrozenExpectation& s) {
  v.text({.name = "digest", .meaning = "SHA-256 of the model as the library writes it; left out: any"}, s.digest);
  Expectation model = s.model == nullptr ? Expectation{} : *s.model;
  describe(v, model);
  s.model = std::make_shared<const Expectation>(std::move(model));
}

}  // namespace waterbed::detail
