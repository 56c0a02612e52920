#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// Most players that shapley() takes.
inline constexpr std::size_t k_most_players = 8;

/// Divides what all players together add among them: each gets the mean, over all orders in which they may join, of
/// what its joining adds (Shapley 1953).
///
/// Whole units: shares are rounded to the nearest, and what is then missing goes to the largest in size, the first of
/// equals. So they add up to worth.back() - worth.front() exactly.
/// @param worth  of every set of players, by bits: worth[0] of nobody, worth[0b101] of the first and the third
/// @return one share a player
/// @throws InvalidArgument unless there are 2 to the power of 1 to 8 values
/// @throws std::overflow_error if a share does not fit in 64 bits
[[nodiscard]] std::vector<std::int64_t> shapley(std::span<const std::int64_t> worth);

}  // namespace waterbed
