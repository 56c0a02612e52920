#pragma once

#include <cstdint>

namespace waterbed {

/// A fraction kept exact: what a table gives between its rows has no last decimal.
struct ExactShare {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;  ///< positive

  [[nodiscard]] double to_double() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
};

}  // namespace waterbed
