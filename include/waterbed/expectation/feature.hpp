#pragma once

#include "waterbed/core/ids.hpp"

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// What is known of each person at the start of a year, in one respect.
struct FeatureColumn {
  std::string name;
  std::vector<double> values;       ///< [row]; with labels: positions in them
  std::vector<std::string> labels;  ///< words that the values stand for; empty: numbers
};

/// Features of persons as columns of one length; a row is a person in a year.
using FeatureTable = std::vector<FeatureColumn>;

/// How a column enters a model.
enum class FeatureForm : std::uint8_t {
  linear,  ///< as it is
  log1p,   ///< log(1 + x), for spending; x >= 0
  bands,   ///< one indicator a band but the first
  levels,  ///< one indicator a level but the first
  spline   ///< natural cubic spline: straight beyond the outer knots
};

/// One column in one form.
struct FeaturePart {
  std::string column;
  FeatureForm form = FeatureForm::linear;
  std::vector<double> at{};           ///< bands: where each but the first begins; spline: the knots. Ascending
  std::vector<std::string> levels{};  ///< levels: numbers as text or labels; empty: those seen, see resolve()
};

/// A part, or several whose columns are multiplied with each other: an interaction, beside which its parts should
/// stand as features of their own.
struct Feature {
  std::vector<FeaturePart> parts;
  bool recorded_by_holder = false;  ///< whoever is paid by the expectation writes this down himself
};

/// The name under which a feature is known: "age", "age:sex".
[[nodiscard]] std::string feature_name(const Feature& feature);

/// A number of a design in as few digits as give it back: how the level of a numeric column is written.
[[nodiscard]] std::string level_text(double value);

/// Features with the levels of this table filled in where none are given, in the order of the labels or ascending.
/// @throws InvalidArgument naming all columns that are missing and all forms that cannot be
[[nodiscard]] std::vector<Feature> resolve(std::vector<Feature> features, const FeatureTable& table);

using DesignMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rows of a model: the first column is the intercept.
struct Design {
  std::vector<std::string> names;  ///< "intercept", "age[40,65)", "sex=men", "age[40,65):sex=men", "spline(age).2"
  DesignMatrix values;             ///< (rows, names)
};

/// What the columns of resolved features are called.
[[nodiscard]] std::vector<std::string> design_names(std::span<const Feature> features);

/// The rows of resolved features.
/// @throws InvalidArgument naming every column that is missing, holds a value that is not finite, or a level that the
///         feature does not have
[[nodiscard]] Design design_of(std::span<const Feature> features, const FeatureTable& table);

/// Position of each row in the bands or levels of one part, from 0.
/// @throws InvalidArgument if the part has neither, or as design_of()
[[nodiscard]] std::vector<std::int32_t> class_of_rows(const FeaturePart& part, const FeatureTable& table);

}  // namespace waterbed
