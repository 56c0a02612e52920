#pragma once

#include "waterbed/contracts/scope.hpp"
#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Counters of what each person used or cost in a year: one per distinct choice, shared by contracts and arms.
namespace waterbed::compiling {

ServiceNames names_of(const Model& model, const SettingModel& setting, const std::string& need);

/// Rows and attached services, 1 those that count; shapes (rows,) and (attached,).
using Marks = std::pair<std::vector<std::uint8_t>, std::vector<std::uint8_t>>;
/// Says of care in a setting for a need whether it counts.
using Counts = std::function<bool(const SettingModel& setting, const std::string& need)>;
Marks marked(const Model& model, const Counts& counts);

/// Makes the counter of all spending, for spending by stratum. It is the first: before contracts and insurance.
void count_all(Model& model);

/// Position in Model::spend of a counter like this one.
int spend_accumulator(Model& model, SpendAccumulator wanted);

/// The counter of yearly spending that a contract settles on. What a coalition's own capitation pays for does not
/// count: its people's care by its members.
int counted_accumulator(Model& model, const Scope& scope, const ContractModel& contract);

/// Position in Model::use of a counter of use of these services; none: of all.
int use_counter(Model& model, const std::vector<std::string>& by, bool charges);

}  // namespace waterbed::compiling
