#pragma once

#include "state.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

/// Which way an episode goes on: as in observed practice, moved as far as the chances of now ask for.
namespace waterbed::engine {

struct Choice {
  std::int32_t option = -1;
  bool induced_discharge = false;  ///< observed practice would have gone on
  std::int32_t observed = -1;      ///< option of observed practice
};

/// @param words  of Purpose::walk_step
[[nodiscard]] Choice chosen_option(const Model& model, const ArmState& state, const StepRow& row, const Token& token,
                                   const Words& words);

/// Words of coupled_choice() below which the option that was drawn is surely kept: all but the last word, where its
/// chance has not fallen. What is beyond them is left to coupled_choice().
[[nodiscard]] inline std::uint32_t surely_kept_below(double base, double target) {
  constexpr std::uint64_t k_last_word = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(target >= base ? k_last_word : std::min(k_last_word, threshold(target / base)));
}

}  // namespace waterbed::engine
