#include "waterbed/expectation/feature.hpp"

#include "problems.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
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

using Columns = std::vector<std::vector<double>>;  ///< [column][row]

std::vector<std::string> names_of(const FeaturePart& part) {
  std::vector<std::string> names;
  switch (part.form) {
    case FeatureForm::linear:
    case FeatureForm::log1p:
      return {part_name(part)};
    case FeatureForm::bands:
      for (std::size_t i = 0; i < part.at.size(); ++i) {
        const std::string end = i + 1 < part.at.size() ? level_text(part.at[i + 1]) : "";
        names.push_back(part.column + "[" + level_text(part.at[i]) + "," + end + ")");
      }
      break;
    case FeatureForm::levels:
      for (std::size_t i = 1; i < part.levels.size(); ++i) {
        names.push_back(part.column + "=" + part.levels[i]);
      }
      break;
    case FeatureForm::spline:
      for (std::size_t i = 1; i < part.at.size(); ++i) {
        names.push_back(part_name(part) + "." + std::to_string(i));
      }
      break;
  }
  return names;
}

Columns indicators(const FeaturePart& part, const FeatureTable& table) {
  const std::vector<std::int32_t> of = class_of_rows(part, table);
  Columns made(names_of(part).size(), std::vector<double>(of.size(), 0.0));
  for (std::size_t i = 0; i < of.size(); ++i) {
    if (of[i] > 0) {
      made[static_cast<std::size_t>(of[i] - 1)][i] = 1.0;
    }
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
  Columns made(last, std::vector<double>(column.values.size()));
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    const double x = column.values[i];
    made[0][i] = (x - knots[0]) / span;
    for (std::size_t k = 1; k < last; ++k) {
      made[k][i] = bent(x, k - 1) - bent(x, last - 1);
    }
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
  Columns made{column.values};
  if (part.form == FeatureForm::log1p) {
    for (double& value : made.front()) {
      value = exact::log(1.0 + value);
    }
  }
  return made;
}

/// Every column of one with every column of the other.
Columns product(const Columns& a, const Columns& b) {
  Columns made;
  for (const std::vector<double>& of_a : a) {
    for (const std::vector<double>& of_b : b) {
      std::vector<double>& values = made.emplace_back(of_a.size());
      std::transform(of_a.begin(), of_a.end(), of_b.begin(), values.begin(), std::multiplies<>());
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

std::vector<std::string> design_names(std::span<const Feature> features) {
  std::vector<std::string> names{"intercept"};
  for (const Feature& feature : features) {
    std::vector<std::string> of{""};
    for (const FeaturePart& part : feature.parts) {
      std::vector<std::string> longer;
      for (const std::string& name : of) {
        for (const std::string& own : names_of(part)) {
          longer.push_back(name.empty() ? own : name + ":" + own);
        }
      }
      of = std::move(longer);
    }
    names.insert(names.end(), of.begin(), of.end());
  }
  return names;
}

Design design_of(std::span<const Feature> features, const FeatureTable& table) {
  require_columns(features, table);
  const Index rows = table.empty() ? 0 : static_cast<Index>(table.front().values.size());
  Design design{design_names(features), {}};
  design.values.resize(rows, static_cast<Index>(design.names.size()));
  design.values.col(0).setOnes();
  Index at = 1;
  for (const Feature& feature : features) {
    Columns made = columns_of(feature.parts.front(), table);
    for (std::size_t p = 1; p < feature.parts.size(); ++p) {
      made = product(made, columns_of(feature.parts[p], table));
    }
    // Row by row, as the matrix lies in memory.
    for (Index row = 0; row < rows; ++row) {
      for (std::size_t c = 0; c < made.size(); ++c) {
        design.values(row, at + static_cast<Index>(c)) = made[c][static_cast<std::size_t>(row)];
      }
    }
    at += static_cast<Index>(made.size());
  }
  return design;
}

}  // namespace waterbed
