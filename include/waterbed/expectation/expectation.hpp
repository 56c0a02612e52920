#pragma once

#include "waterbed/expectation/cells.hpp"
#include "waterbed/expectation/feature.hpp"
#include "waterbed/expectation/glm.hpp"
#include "waterbed/expectation/remaining.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace waterbed {

/// Coefficients of a fitted model.
struct GlmModel {
  Family family = Family::gaussian;
  std::vector<std::string> names;  ///< of the design that `features` make, the intercept first
  std::vector<double> coefficients;
};

/// What is expected of a person in a year, frozen: everything that predictions need, and nothing of those on whom it
/// was fitted. Between contracts it does not change; write_expectation() gives its text and expectation_digest() its
/// fingerprint.
struct Expectation {
  std::string outcome;  ///< "qaly", "list_spending"
  std::string unit;     ///< of the outcome, per year
  std::string source;   ///< on which years and people it was fitted
  std::int64_t rows = 0;
  double exposure = 0.0;                                   ///< years
  double mean = std::numeric_limits<double>::quiet_NaN();  ///< expected per year of these rows; NaN: not known
  std::vector<Feature> features;
  std::variant<GlmModel, CellModel> model;  ///< of cells, `by` are the parts of `features`
  std::optional<RemainingLife> remaining;   ///< of health: the outcome counts what remains after its window
};

/// What to fit.
struct ExpectationSpec {
  std::string outcome;
  std::string unit{};
  std::string source{};
  std::vector<Feature> features;
  bool cells = false;  ///< means by cell instead of a generalised linear model
  double least = 1.0;  ///< of cells, see CellModel
  GlmOptions glm{};
};

struct ExpectationFit {
  Expectation expectation;
  GlmFit glm;  ///< empty for cells
};

/// @throws InvalidArgument as resolve(), design_of(), fit_glm() and fit_cells()
[[nodiscard]] ExpectationFit fit_expectation(const ExpectationSpec& spec, const FeatureTable& table,
                                             const Observations& seen);

/// Expected outcome per year of exposure of each row.
/// @throws InvalidArgument naming every feature that is missing from the table
[[nodiscard]] std::vector<double> predict(const Expectation& expectation, const FeatureTable& table);

/// Which fold a person is in, 0 to folds - 1: a keyed draw, whatever the order of the rows and in all years the same.
[[nodiscard]] int fold_of(std::uint64_t seed, std::uint32_t person, int folds);

/// What is expected of each row by a model fitted without its fold, so that nobody is held against himself.
/// @param seen  with a person a row, by whom folds are made
/// @throws InvalidArgument as fit_expectation(), or unless 2 <= folds <= 100
[[nodiscard]] std::vector<double> cross_fit(const ExpectationSpec& spec, const FeatureTable& table,
                                            const Observations& seen, int folds, std::uint64_t seed);

}  // namespace waterbed
