#include "chosen_option.hpp"

#include "selection.hpp"
#include "waterbed/random/coupling.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Whether the decision is one in which a decision maker looks at what it expects to lose on the person.
bool selects(const Model& model, const ArmState& state, const RowModel& row) {
  if (state.selection.empty() || row.urgent || row.setting < 0) {
    return false;
  }
  const auto first = model.network.options.begin() + row.first_option;
  return std::any_of(first, first + row.options,
                     [&](const OptionModel& option) { return is_treatment(model.network, row, option); });
}

/// @returns chances in the state's work space
std::span<const double> after_selection(const Model& model, ArmState& state, const RowModel& row, std::uint32_t person,
                                        std::size_t insurer, std::span<const double> target) {
  const std::size_t decider = insurer * model.providers.size() + at(row.decider);
  const double factor = state.selection[decider * k_selection_classes + selection_class(model, state, person)];
  state.selection_factors.assign(target.size(), 1.0);
  for (std::size_t o = 0; o < target.size(); ++o) {
    if (is_treatment(model.network, row, model.network.options[at(row.first_option) + o])) {
      state.selection_factors[o] = factor;
    }
  }
  state.selected.assign(target.begin(), target.end());
  if (factor != 1.0) {
    tilt(state.selected, state.selection_factors);
  }
  return state.selected;
}

}  // namespace

std::int32_t observed_beyond(const Model& model, const StepTables& tables, const StepRow& row, std::uint32_t word) {
  if (word < std::numeric_limits<std::uint32_t>::max()) {
    const std::uint32_t* const below = tables.below.data() + row.first_option;
    auto option = static_cast<std::int32_t>(StepRow::k_looked_at);
    while (word >= below[option]) {
      ++option;
    }
    return option;
  }
  const OptionModel* const options = model.network.options.data() + row.first_option;
  std::int32_t option = 0;
  while (word >= options[option].below) {
    ++option;
  }
  return option;
}

std::int32_t moved_option(const Model& model, ArmState& state, const Token& token, std::int32_t option,
                          const Words& words) {
  const NetworkModel& network = model.network;
  const RowModel& row = network.rows[at(token.row)];
  const auto of_row = [&](const double* of_options) {
    return std::span<const double>(of_options + row.first_option, at(row.options));
  };
  std::span<const double> target = of_row(state.probability.data() + token.insurer * network.options.size());
  if (selects(model, state, row)) {
    target = after_selection(model, state, row, token.person, token.insurer, target);
  } else if (state.row_moved[token.insurer * network.rows.size() + at(token.row)] == 0) {
    return option;
  }
  return static_cast<std::int32_t>(
      coupled_choice(of_row(model.frozen.practice.data()), target, option, words[1], words[2]));
}

}  // namespace waterbed::engine
