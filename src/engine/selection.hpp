#pragma once

#include "incentive.hpp"
#include "person.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

/// Whom a decision maker would rather not have: people on whom it expects to lose.
namespace waterbed::engine {

/// Age group and number of conditions on record, up to this many: what a decision maker can see of a person.
inline constexpr std::size_t k_seen_conditions = 2;
inline constexpr std::size_t k_selection_classes = std::size_t{k_age_groups} * (k_seen_conditions + 1);

[[nodiscard]] inline std::size_t selection_class(const Model& model, const ArmState& state, std::size_t person) {
  const auto conditions = static_cast<std::size_t>(model.health.conditions);
  const std::uint8_t* const recorded = state.recorded.data() + person * conditions;
  const auto seen = static_cast<std::size_t>(
      std::count_if(recorded, recorded + conditions, [](std::uint8_t stage) { return stage > 0; }));
  return static_cast<std::size_t>(age_group(age_now(model, state, person))) * (k_seen_conditions + 1) +
         std::min(seen, k_seen_conditions);
}

/// Of the people of a contract; [year][class].
std::vector<std::vector<ClassCost>> classes_of_base_years(const Model& model, const ArmState& state,
                                                          std::size_t contract);

/// What a person of each class spends in a year beyond what the contract expects of it: beyond the mean of all, times
/// the class's relative risk where the contract looks at risk; EUR, shape (classes,). A class without people: 0.
/// @param years  of the contract's people, [year][class]
std::vector<double> excess_by_class(const std::vector<std::vector<ClassCost>>& years, int cycles_per_year);

/// Takes stock of what each decision maker expects to lose on people of each class, at what it bears of a euro, by the
/// base years: of contracts that have those whom their parties treat, and of those for which people sign up.
void take_selection(const Model& model, ArmState& state, const std::vector<ContractPosition>& positions);

/// Share of the people of its class whom the holder of a contract asks to sign up: all on whom it does not lose.
[[nodiscard]] double share_asked(const Model& model, const ArmState& state, const ContractModel& contract,
                                 std::size_t person);

/// Chances after the odds of an option have been multiplied by `factors`; shape (options,). The sum of 1 is kept.
void tilt(std::span<double> chances, std::span<const double> factors);

/// Whether an option is to treat: an elective first contact that the same party decides about elsewhere.
[[nodiscard]] inline bool is_treatment(const NetworkModel& network, const RowModel& row, const OptionModel& option) {
  if (option.to < 0) {
    return false;
  }
  const RowModel& to = network.rows[static_cast<std::size_t>(option.to)];
  return to.decider == row.decider && to.setting != row.setting && to.step == 0 && !to.urgent;
}

}  // namespace waterbed::engine
