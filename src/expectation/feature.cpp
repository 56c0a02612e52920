#include "waterbed/expectation/feature.hpp"

#include "problems.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace waterbed {
namespace {

using internal::require;

const FeatureColumn* find_column(const FeatureTable& table, const std::string& name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const FeatureColumn& column) { return column.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string text_of(const FeatureColumn& column, double value) {
  if (column.labels.empty()) {
    return level_text(value);
  }
  const auto position = static_cast<std::size_t>(value);
  require(value >= 0.0 && position < column.labels.size() && static_cast<double>(position) == value, column.name,
          "must be the position of a label", level_text(value));
  return column.labels[position];
}

std::vector<std::string> levels_seen(const FeatureColumn& column) {
  const std::set<double> seen(column.values.begin(), column.values.end());
  std::vector<std::string> levels;
  for (const double value : seen) {
    levels.push_back(text_of(column, value));
  }
  return levels;
}

std::string part_name(const FeaturePart& part) {
  switch (part.form) {
    case FeatureForm::log1p:
      return "log1p(" + part.column + ")";
    case FeatureForm::spline:
      return "spline(" + part.column + ")";
    case FeatureForm::linear:
    case FeatureForm::bands:
    case FeatureForm::levels:
      break;
  }
  return part.column;
}

void check_part(const FeaturePart& part, const FeatureTable& table, std::vector<std::string>& missing) {
  const FeatureColumn* column = find_column(table, part.column);
  if (column == nullptr) {
    missing.push_back(part.column);
    return;
  }
  const bool ascending =
      std::adjacent_find(part.at.begin(), part.at.end(), [](double a, double b) { return !(a < b); }) == part.at.end();
  const std::size_t fewest = part.form == FeatureForm::spline ? 3 : part.form == FeatureForm::bands ? 1 : 0;
  require(ascending && part.at.size() >= fewest, part_name(part),
          part.form == FeatureForm::spline ? "must have three knots or more, ascending" : "must have cuts, ascending",
          std::to_string(part.at.size()) + (ascending ? "" : " not ascending"));
  require(column->labels.empty() || part.form == FeatureForm::levels, part.column,
          "holds words, so it must enter as levels", part_name(part));
}

/// One part as columns, each beside its name.
struct Columns {
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;  ///< [name][row]
};

Columns indicators(const FeaturePart& part, const FeatureTable& table) {
  const bool bands = part.form == FeatureForm::bands;
  const std::vector<std::int32_t> of = class_of_rows(part, table);
  Columns made;
  const std::size_t classes = bands ? part.at.size() + 1 : part.levels.size();
  for (std::size_t c = 1; c < classes; ++c) {
    made.names.push_back(bands ? part.column + "[" + level_text(part.at[c - 1]) + "," +
                                     (c < part.at.size() ? level_text(part.at[c]) : "") + ")"
                               : part.column + "=" + part.levels[c]);
    std::vector<double> values(of.size());
    std::transform(of.begin(), of.end(), values.begin(),
                   [&](std::int32_t is) { return is == static_cast<std::int32_t>(c) ? 1.0 : 0.0; });
    made.values.push_back(std::move(values));
  }
  return made;
}

double cube_above(double x, double knot) {
  const double d = std::max(0.0, x - knot);
  return d * d * d;
}

/// Truncated powers that are straight outside the knots, in units of the knots' span.
/// Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed. (2009), (5.4).
Columns spline(const FeaturePart& part, const FeatureColumn& column) {
  const std::vector<double>& knots = part.at;
  const std::size_t last = knots.size() - 1;
  const double span = knots[last] - knots[0];
  const auto bent = [&](double x, std::size_t k) {
    return (cube_above(x, knots[k]) - cube_above(x, knots[last])) / (knots[last] - knots[k]) / (span * span);
  };
  Columns made;
  for (std::size_t k = 0; k < last; ++k) {
    made.names.push_back(part_name(part) + "." + std::to_string(k + 1));
    std::vector<double> values(column.values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = column.values[i];
      values[i] = k == 0 ? (x - knots[0]) / span : bent(x, k - 1) - bent(x, last - 1);
    }
    made.values.push_back(std::move(values));
  }
  return made;
}

Columns columns_of(const FeaturePart& part, const FeatureTable& table) {
  const FeatureColumn& column = *find_column(table, part.column);
  internal::require_finite(column.values, part.column, part.form != FeatureForm::log1p);
  switch (part.form) {
    case FeatureForm::bands:
    case FeatureForm::levels:
      return indicators(part, table);
    case FeatureForm::spline:
      return spline(part, column);
    case FeatureForm::linear:
    case FeatureForm::log1p:
      break;
  }
  Columns made{{part_name(part)}, {column.values}};
  if (part.form == FeatureForm::log1p) {
    for (double& value : made.values.front()) {
      value = exact::log(1.0 + value);
    }
  }
  return made;
}

/// Every column of one with every column of the other.
Columns product(const Columns& a, const Columns& b) {
  Columns made;
  for (std::size_t i = 0; i < a.names.size(); ++i) {
    for (std::size_t k = 0; k < b.names.size(); ++k) {
      made.names.push_back(a.names[i] + ":" + b.names[k]);
      std::vector<double> values(a.values[i].size());
      std::transform(a.values[i].begin(), a.values[i].end(), b.values[k].begin(), values.begin(),
                     [](double x, double y) { return x * y; });
      made.values.push_back(std::move(values));
    }
  }
  return made;
}

void require_columns(std::span<const Feature> features, const FeatureTable& table) {
  std::vector<std::string> missing;
  for (const Feature& feature : features) {
    require(!feature.parts.empty(), "feature", "must name a column", "none");
    for (const FeaturePart& part : feature.parts) {
      check_part(part, table, missing);
    }
  }
  std::vector<std::string> known;
  for (const FeatureColumn& column : table) {
    known.push_back(column.name);
    internal::require_length(column.values, table.front().values.size(), column.name);
  }
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  require(missing.empty(), "features", "must be columns of the table (" + internal::listed(known) + ")",
          internal::listed(missing));
}

}  // namespace

std::string feature_name(const Feature& feature) {
  std::string name;
  for (const FeaturePart& part : feature.parts) {
    name += (name.empty() ? "" : ":") + part_name(part);
  }
  return name;
}

std::string level_text(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

std::vector<Feature> resolve(std::vector<Feature> features, const FeatureTable& table) {
  require_columns(features, table);
  for (Feature& feature : features) {
    for (FeaturePart& part : feature.parts) {
      const FeatureColumn& column = *find_column(table, part.column);
      if (part.form == FeatureForm::levels && part.levels.empty()) {
        internal::require_finite(column.values, part.column);
        part.levels = levels_seen(column);
      }
    }
  }
  return features;
}

std::vector<std::int32_t> class_of_rows(const FeaturePart& part, const FeatureTable& table) {
  const Feature alone{{part}};
  require_columns(std::span(&alone, 1), table);
  require(part.form == FeatureForm::bands || part.form == FeatureForm::levels, part_name(part),
          "must enter as bands or levels", "another form");
  const FeatureColumn& column = *find_column(table, part.column);
  internal::require_finite(column.values, part.column);
  std::vector<std::int32_t> of(column.values.size());
  if (part.form == FeatureForm::bands) {
    std::transform(column.values.begin(), column.values.end(), of.begin(), [&](double x) {
      return static_cast<std::int32_t>(std::upper_bound(part.at.begin(), part.at.end(), x) - part.at.begin());
    });
    return of;
  }
  std::map<double, std::int32_t> position_of;
  for (std::size_t i = 0; i < of.size(); ++i) {
    const auto [known, is_new] = position_of.try_emplace(column.values[i], -1);
    if (is_new) {
      const std::string level = text_of(column, known->first);
      const auto found = std::find(part.levels.begin(), part.levels.end(), level);
      require(found != part.levels.end(), part.column, "must be one of " + internal::listed(part.levels), level);
      known->second = static_cast<std::int32_t>(found - part.levels.begin());
    }
    of[i] = known->second;
  }
  return of;
}

Design design_of(std::span<const Feature> features, const FeatureTable& table) {
  require_columns(features, table);
  const Index rows = table.empty() ? 0 : static_cast<Index>(table.front().values.size());
  std::vector<Columns> made;
  Index columns = 1;
  for (const Feature& feature : features) {
    Columns of = columns_of(feature.parts.front(), table);
    for (std::size_t p = 1; p < feature.parts.size(); ++p) {
      of = product(of, columns_of(feature.parts[p], table));
    }
    columns += static_cast<Index>(of.names.size());
    made.push_back(std::move(of));
  }
  Design design{{"intercept"}, DesignMatrix(rows, columns)};
  design.values.col(0).setOnes();
  Index at = 1;
  for (const Columns& of : made) {
    for (std::size_t c = 0; c < of.names.size(); ++c, ++at) {
      design.names.push_back(of.names[c]);
      design.values.col(at) = Eigen::Map<const Eigen::VectorXd>(of.values[c].data(), rows);
    }
  }
  return design;
}

}  // namespace waterbed
