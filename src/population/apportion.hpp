#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// Whole numbers that sum to `total` and follow `shares`: each is its quota rounded down or up (largest remainder;
/// the first of equal remainders goes first).
///
/// Shares need not sum to 1. A zero share gets nothing.
/// @throws InvalidArgument if a share is negative or not finite, or all are zero while total is not
[[nodiscard]] std::vector<std::int64_t> apportion(std::int64_t total, std::span<const double> shares);

}  // namespace waterbed
