#pragma once

#include "waterbed/random/philox.hpp"
#include "waterbed/random/purpose.hpp"

#include <cassert>
#include <cstdint>

namespace waterbed {

/// The name of a draw: who, when and what for. Equal names give equal words, distinct names independent ones.
///
/// The payment arm is never part of a name: a person meets the same chance in every arm, and arms differ only where
/// they change odds. `k` tells draws of one person, cycle and purpose apart (need, occurrence, step), and must follow
/// from what is drawn, never from a running counter.
struct DrawName {
  std::uint32_t replication = 0;
  std::uint32_t person = 0;
  std::uint32_t cycle = 0;  ///< below 2^24
  Purpose purpose{};
  std::uint32_t k = 0;
};

inline constexpr std::uint32_t k_cycle_limit = 1U << 24;

/// The name as the generator takes it.
[[nodiscard]] constexpr PhiloxCounter counter_of(const DrawName& name) {
  return {{name.k, name.person, name.replication, static_cast<std::uint32_t>(name.purpose) << 24 | name.cycle}};
}
[[nodiscard]] constexpr PhiloxKey key_of(std::uint64_t seed) {
  return {{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)}};
}

/// The four words of a named draw. Distinct words of one draw are independent. Thread safe.
[[nodiscard]] constexpr Words draw(std::uint64_t seed, const DrawName& draw_name) {
  assert(draw_name.cycle < k_cycle_limit);
  assert(draw_name.purpose != Purpose{});
  return philox(counter_of(draw_name), key_of(seed));
}

/// Words 0 and 1 of a draw as 64 bits, for samplers that need a fine tail.
[[nodiscard]] constexpr std::uint64_t first_pair(const Words& words) {
  return std::uint64_t{words[1]} << 32 | words[0];
}

/// Words 2 and 3 of a draw as 64 bits.
[[nodiscard]] constexpr std::uint64_t second_pair(const Words& words) {
  return std::uint64_t{words[3]} << 32 | words[2];
}

}  // namespace waterbed
