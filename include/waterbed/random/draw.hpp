#pragma once

#include "waterbed/core/ids.hpp"

#include <cassert>
#include <cstdint>

namespace waterbed {

// Samplers: each turns random bits into a value by the inverse of the distribution function, so one draw gives one
// value and the value moves one way with the bits. Same bits in, same bits out, on every machine.

/// Uniform on [0, 1) in steps of 2^-32.
[[nodiscard]] constexpr double uniform01(std::uint32_t word) { return static_cast<double>(word) * 0x1p-32; }

/// Uniform on [0, 1) in steps of 2^-53.
[[nodiscard]] constexpr double uniform01(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }

/// Uniform strictly between 0 and 1, at the middles of 2^32 cells.
[[nodiscard]] constexpr double uniform_open(std::uint32_t word) { return (static_cast<double>(word) + 0.5) * 0x1p-32; }

/// Uniform strictly between 0 and 1, at the middles of 2^52 cells.
[[nodiscard]] constexpr double uniform_open(std::uint64_t bits) {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

/// A whole number from 0 to count - 1, each equally likely to within 2^-32.
/// @pre 1 <= count <= 2^32
[[nodiscard]] constexpr Index uniform_index(std::uint32_t word, Index count) {
  assert(count >= 1 && count <= Index{1} << 32);
  return static_cast<Index>(static_cast<std::uint64_t>(word) * static_cast<std::uint64_t>(count) >> 32);
}

/// One more than the largest word: the threshold that every word is below.
inline constexpr std::uint64_t k_always = std::uint64_t{1} << 32;

/// How many of the 2^32 words mean yes at probability p, to the nearest: 0 for p = 0 (never), 2^32 for p = 1 (always).
///
/// Never falls when p rises, so a person who says yes at p says yes at every larger p.
/// @pre 0 <= p <= 1
[[nodiscard]] constexpr std::uint64_t threshold(double p) {
  assert(p >= 0.0 && p <= 1.0);
  // Written so that a value out of range, even NaN, still gives a defined answer in a release build.
  return p >= 1.0 ? k_always : p > 0.0 ? static_cast<std::uint64_t>(p * 0x1p32 + 0.5) : 0;
}

/// Whether the event with this threshold happens.
[[nodiscard]] constexpr bool bernoulli(std::uint32_t word, std::uint64_t yes_below) { return word < yes_below; }

/// Whether an event of probability p happens. @pre 0 <= p <= 1
[[nodiscard]] constexpr bool bernoulli(std::uint32_t word, double p) { return word < threshold(p); }

/// Exponential waiting time. @param mean  positive, in any unit; the result is in the same unit and positive
[[nodiscard]] double exponential(std::uint64_t bits, double mean);

/// Standard normal value; its size is at most 8.3.
[[nodiscard]] double standard_normal(std::uint64_t bits);

/// Largest mean that poisson() takes.
inline constexpr double k_poisson_mean_limit = 1e9;

/// Number of events when `mean` are expected. Exact inverse to about 1e-13 in probability, for small and large means.
///
/// Time grows as the mean up to 30 and as its root above.
/// @throws InvalidArgument unless 0 <= mean <= 1e9
[[nodiscard]] Index poisson(std::uint64_t bits, double mean);

}  // namespace waterbed
