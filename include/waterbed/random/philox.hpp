#pragma once

#include <array>
#include <cstdint>

namespace waterbed {

/// Four random words: what one named draw gives.
using Words = std::array<std::uint32_t, 4>;

/// What is being drawn. A type of its own, so that it cannot be swapped with the key.
struct PhiloxCounter {
  std::array<std::uint32_t, 4> word{};
};

/// Which family of draws: the seed of a run.
struct PhiloxKey {
  std::array<std::uint32_t, 2> word{};
};

/// Philox 4x32-10: scrambles a counter into four words that are uniform and independent for distinct counters.
///
/// A pure function without state, so any draw can be made at any time, in any order and on any thread.
/// Source: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11.
[[nodiscard]] constexpr Words philox(PhiloxCounter counter, PhiloxKey key) {
  constexpr std::uint64_t k_multiplier_0 = 0xD2511F53U;
  constexpr std::uint64_t k_multiplier_1 = 0xCD9E8D57U;
  constexpr std::uint32_t k_weyl_0 = 0x9E3779B9U;
  constexpr std::uint32_t k_weyl_1 = 0xBB67AE85U;
  constexpr int k_rounds = 10;

  Words x = counter.word;
  std::uint32_t key_0 = key.word[0];
  std::uint32_t key_1 = key.word[1];
  for (int round = 0; round < k_rounds; ++round) {
    const std::uint64_t product_0 = k_multiplier_0 * x[0];
    const std::uint64_t product_1 = k_multiplier_1 * x[2];
    x = {static_cast<std::uint32_t>(product_1 >> 32) ^ x[1] ^ key_0, static_cast<std::uint32_t>(product_1),
         static_cast<std::uint32_t>(product_0 >> 32) ^ x[3] ^ key_1, static_cast<std::uint32_t>(product_0)};
    key_0 += k_weyl_0;
    key_1 += k_weyl_1;
  }
  return x;
}

// Known-answer vectors of Random123 (kat_vectors, philox4x32 10).
static_assert(philox({}, {}) == Words{0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U});
static_assert(philox({{0xffffffffU, 0xffffffffU, 0xffffffffU, 0xffffffffU}}, {{0xffffffffU, 0xffffffffU}}) ==
              Words{0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU});
static_assert(philox({{0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U}}, {{0xa4093822U, 0x299f31d0U}}) ==
              Words{0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U});

}  // namespace waterbed
