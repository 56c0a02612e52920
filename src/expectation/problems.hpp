#pragma once

#include "waterbed/core/error.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

/// What the functions of this module ask of their arguments.
namespace waterbed::internal {

inline void require(bool holds, const std::string& name, const std::string& rule, const std::string& got) {
  if (!holds) {
    throw InvalidArgument(name, rule, got);
  }
}

/// "a, b, c", and how many more if there are very many.
inline std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t k_most = 20;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < k_most; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return names.size() > k_most ? text + " and " + std::to_string(names.size() - k_most) + " more" : text;
}

inline void require_length(std::span<const double> values, std::size_t rows, const std::string& name) {
  require(values.size() == rows, name, "must have a value a row, " + std::to_string(rows),
          std::to_string(values.size()));
}

inline void require_finite(std::span<const double> values, const std::string& name, bool negative = true) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    require(std::isfinite(values[i]) && (negative || values[i] >= 0.0), name + "[" + std::to_string(i) + "]",
            negative ? "must be finite" : "must be 0 or more and finite", std::to_string(values[i]));
  }
}

/// The value of a row, or 1 if there are none.
inline double value_or_one(std::span<const double> values, std::size_t row) {
  return values.empty() ? 1.0 : values[row];
}

}  // namespace waterbed::internal
