#pragma once

#include "state.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

/// Which way an episode goes on: as in observed practice, moved as far as the chances of now ask for.
namespace waterbed::engine {

struct Choice {
  std::int32_t option = -1;
  bool induced_discharge = false;  ///< observed practice would have gone on
  std::int32_t observed = -1;      ///< option of observed practice
};

/// Words of coupled_choice() below which the option that was drawn is surely kept: all but the last word, where its
/// chance has not fallen. What is beyond them is left to coupled_choice().
[[nodiscard]] inline std::uint32_t surely_kept_below(double base, double target) {
  constexpr std::uint64_t k_last_word = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(target >= base ? k_last_word : std::min(k_last_word, threshold(target / base)));
}

/// Position among the row's options of that of observed practice, where StepRow::below does not tell.
[[nodiscard]] std::int32_t observed_beyond(const Model& model, const StepTables& tables, const StepRow& row,
                                           std::uint32_t word);

/// Position of the option of somebody whose `option` of observed practice may not be kept.
[[nodiscard]] std::int32_t moved_option(const Model& model, ArmState& state, const Token& token, std::int32_t option,
                                        const Words& words);

/// @param words  of Purpose::walk_step
[[nodiscard]] inline Choice chosen_option(const Model& model, ArmState& state, const StepRow& row, const Token& token,
                                          const Words& words) {
  // Without a branch on what is drawn.
  std::int32_t option = 0;
  for (const std::uint32_t below : row.below) {
    option += words[0] >= below ? 1 : 0;
  }
  if (option == static_cast<std::int32_t>(StepRow::k_looked_at)) {
    option = observed_beyond(model, *state.steps, row, words[0]);
  }
  const std::int32_t observed = row.first_option + option;
  const std::size_t kept = token.insurer * model.network.options.size() + static_cast<std::size_t>(observed);
  if (words[1] < state.surely_kept_below[kept] && state.selection.empty()) {
    return {observed, false, observed};
  }
  const std::int32_t chosen = row.first_option + moved_option(model, state, token, option, words);
  const auto is_discharge = [&](std::int32_t one) {
    return state.steps->options[static_cast<std::size_t>(one)].to < 0;
  };
  return {chosen, is_discharge(chosen) && !is_discharge(observed), observed};
}

}  // namespace waterbed::engine
