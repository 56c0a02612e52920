#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::compiling {

/// Position among the arm's ledger entries, added if it is new.
std::int32_t slot_of(ArmModel& arm, const EntryKey& key);

/// Who pays for what in every simulated year: a table for each set of contracts in force.
/// @param problems  care that nobody pays, and bundles between which precedence does not decide
void pay_years(const Model& model, ArmModel& arm, std::vector<Problem>& problems);

}  // namespace waterbed::compiling
