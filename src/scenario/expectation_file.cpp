// A frozen model of expectation as a file: one description for reading and writing, then the rules between keys.

#include "waterbed/scenario/expectation_file.hpp"

#include "core/digest.hpp"
#include "scenario/document.hpp"
#include "scenario/visitor.hpp"
#include "scenario/writer.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace waterbed {
namespace detail {

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

void describe(Visitor& v, ExpectationForm& s) {
  v.text({.name = "outcome", .meaning = "what is expected", .required = true}, s.of.outcome);
  v.text({.name = "unit", .meaning = "of the outcome, per year"}, s.of.unit);
  v.text({.name = "source", .meaning = "years and people on which it was fitted"}, s.of.source);
  integer_of(v, {.name = "rows", .meaning = "on which it was fitted", .low = 0, .high = 1e15}, s.of.rows);
  v.number({.name = "exposure", .meaning = "of these rows", .unit = "years", .low = 0}, s.of.exposure);
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
      cells.by.push_back(feature.parts.front());
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

/// Tells of faults between keys at their places.
class Rules {
 public:
  explicit Rules(Document& document) : document_(document) {}

  void check(const ExpectationForm& form) {
    for (std::size_t i = 0; i < form.of.features.size(); ++i) {
      check_feature(form.of.features[i], joined_path("features", i), !form.cells.empty());
    }
    if (form.cells.empty() == form.coefficients.empty()) {
      tell("outcome", "must come with exactly one of coefficients, cells", form.cells.empty() ? "neither" : "both");
      return;
    }
    if (document_.files.problems.empty()) {
      form.cells.empty() ? check_coefficients(form) : check_cells(form);
    }
  }

 private:
  void tell(const std::string& path, const std::string& rule, const std::string& got) {
    if (!document_.reader.touched(path)) {
      document_.files.fault(document_.reader.mark_of(path, got), path, rule, got);
    }
  }

  void check_feature(const Feature& feature, const std::string& path, bool cells) {
    if (feature.parts.empty() || (cells && feature.parts.size() > 1)) {
      tell(path + ".parts", cells ? "must be one: cells cross all features" : "must name a column",
           std::to_string(feature.parts.size()));
    }
    for (std::size_t i = 0; i < feature.parts.size(); ++i) {
      check_part(feature.parts[i], joined_path(path + ".parts", i), cells);
    }
  }

  void check_part(const FeaturePart& part, const std::string& path, bool cells) {
    const bool classes = part.form == FeatureForm::bands || part.form == FeatureForm::levels;
    if (cells && !classes) {
      tell(path + ".form", "must be bands or levels for cells", part.column);
    }
    if (std::adjacent_find(part.at.begin(), part.at.end(), std::greater_equal<>()) != part.at.end()) {
      tell(path + ".at", "must ascend", std::to_string(part.at.size()) + " numbers");
    }
    const std::size_t fewest = part.form == FeatureForm::spline ? 3 : part.form == FeatureForm::bands ? 1 : 0;
    if (part.at.size() < fewest) {
      tell(path + ".at", "must hold " + std::to_string(fewest) + " or more numbers", std::to_string(part.at.size()));
    }
    if (part.form == FeatureForm::levels && part.levels.empty()) {
      tell(path + ".levels", "must hold the levels", "none");
    }
  }

  void check_coefficients(const ExpectationForm& form) {
    const std::vector<std::string> names = design_names(form.of.features);
    for (std::size_t i = 0; i < std::max(names.size(), form.coefficients.size()); ++i) {
      const std::string wanted = i < names.size() ? names[i] : "no more";
      const std::string got = i < form.coefficients.size() ? form.coefficients[i].name : "no more";
      if (wanted != got) {
        tell(joined_path("coefficients", i), "must be that of " + wanted, got);
        return;
      }
    }
  }

  void check_cells(const ExpectationForm& form) {
    bool everybody = false;
    for (std::size_t i = 0; i < form.cells.size(); ++i) {
      const Cell& cell = form.cells[i];
      everybody = everybody || cell.of.empty();
      bool known = cell.of.size() <= form.of.features.size();
      for (std::size_t k = 0; known && k < cell.of.size(); ++k) {
        const FeaturePart& part = form.of.features[k].parts.front();
        const std::size_t classes = part.form == FeatureForm::bands ? part.at.size() + 1 : part.levels.size();
        known = static_cast<std::size_t>(cell.of[k]) < classes;
      }
      if (!known) {
        tell(joined_path("cells", i) + ".of", "must be bands or levels of the features", "another");
      }
    }
    if (!everybody) {
      tell("cells", "must hold that of everybody, with an empty `of`", std::to_string(form.cells.size()) + " cells");
    }
  }

  Document& document_;
};

Expectation read_expectation(Document& document) {
  ExpectationForm form;
  document.read(document.root, [&] { describe(document.reader, form); });
  if (document.readable(document.root)) {
    Rules(document).check(form);
  }
  document.throw_if_any();
  return expectation_of(std::move(form));
}

}  // namespace
}  // namespace detail

std::string write_expectation(const Expectation& expectation) {
  detail::ExpectationForm form = detail::form_of(expectation);
  detail::Writer writer;
  describe(writer, form);
  return detail::block_text(writer.root());
}

Expectation parse_expectation(std::string_view text) {
  detail::Document document(std::string(text), "<expectation>", "");
  return detail::read_expectation(document);
}

Expectation load_expectation(const std::filesystem::path& path) {
  detail::Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return detail::read_expectation(document);
}

std::string expectation_digest(const Expectation& expectation) {
  const std::string text = write_expectation(expectation);
  Digest digest;
  digest.add_bytes(std::as_bytes(std::span(text)));
  return digest.hexadecimal();
}

}  // namespace waterbed
