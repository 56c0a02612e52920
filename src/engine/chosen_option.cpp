#include "chosen_option.hpp"

#include "selection.hpp"
#include "waterbed/random/coupling.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Position among the row's options of that of observed practice.
std::int32_t observed_option(const Model& model, const StepTables& tables, const StepRow& row, std::uint32_t word) {
  const StepOption* const options = tables.options.data() + row.first_option;
  if (row.options <= StepTables::k_looked_at && word != std::numeric_limits<std::uint32_t>::max()) {
    // Without a branch on what is drawn.
    std::int32_t option = 0;
    for (std::int32_t o = 0; o < static_cast<std::int32_t>(StepTables::k_looked_at); ++o) {
      option += static_cast<std::int32_t>(o < row.options) & static_cast<std::int32_t>(word >= options[o].below);
    }
    return option;
  }
  const OptionModel* const exact = model.network.options.data() + row.first_option;
  std::int32_t option = 0;
  while (word >= exact[option].below) {
    ++option;
  }
  return option;
}

/// Whether the decision is one in which a decision maker looks at what it expects to lose on the person.
bool selects(const Model& model, const ArmState& state, const RowModel& row) {
  if (state.selection.empty() || row.urgent || row.setting < 0) {
    return false;
  }
  const auto first = model.network.options.begin() + row.first_option;
  return std::any_of(first, first + row.options,
                     [&](const OptionModel& option) { return is_treatment(model.network, row, option); });
}

std::vector<double> after_selection(const Model& model, const ArmState& state, const RowModel& row,
                                    std::uint32_t person, std::size_t insurer, std::span<const double> target) {
  const std::size_t decider = insurer * model.providers.size() + at(row.decider);
  const double factor = state.selection[decider * k_selection_classes + selection_class(model, state, person)];
  std::vector<double> factors(target.size(), 1.0);
  for (std::size_t o = 0; o < factors.size(); ++o) {
    if (is_treatment(model.network, row, model.network.options[at(row.first_option) + o])) {
      factors[o] = factor;
    }
  }
  std::vector<double> chances(target.begin(), target.end());
  if (factor != 1.0) {
    tilt(chances, factors);
  }
  return chances;
}

/// The option of somebody whose option of observed practice may not be kept.
std::int32_t moved_option(const Model& model, const ArmState& state, const Token& token, std::int32_t option,
                          const Words& words) {
  const NetworkModel& network = model.network;
  const RowModel& row = network.rows[at(token.row)];
  const auto of_row = [&](const double* of_options) {
    return std::span<const double>(of_options + row.first_option, at(row.options));
  };
  std::span<const double> target = of_row(state.probability.data() + token.insurer * network.options.size());
  std::vector<double> selected;
  if (selects(model, state, row)) {
    selected = after_selection(model, state, row, token.person, token.insurer, target);
    target = selected;
  } else if (state.row_moved[token.insurer * network.rows.size() + at(token.row)] == 0) {
    return option;
  }
  return static_cast<std::int32_t>(
      coupled_choice(of_row(model.frozen.practice.data()), target, option, words[1], words[2]));
}

}  // namespace

Choice chosen_option(const Model& model, const ArmState& state, const StepRow& row, const Token& token,
                     const Words& words) {
  const StepTables& tables = *state.steps;
  const std::int32_t option = observed_option(model, tables, row, words[0]);
  const std::int32_t observed = row.first_option + option;
  const std::size_t kept = token.insurer * model.network.options.size() + at(observed);
  if (state.selection.empty() && words[1] < state.surely_kept_below[kept]) {
    return {observed, false, observed};
  }
  const std::int32_t chosen = row.first_option + moved_option(model, state, token, option, words);
  const bool discharge = tables.options[at(chosen)].to < 0 && tables.options[at(observed)].to >= 0;
  return {chosen, discharge, observed};
}

}  // namespace waterbed::engine
