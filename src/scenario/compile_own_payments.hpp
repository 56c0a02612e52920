#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <string>
#include <vector>

/// Ledger entries through which people pay themselves and insurers are paid.
namespace waterbed::compiling {

/// Position among the payers; -1 if there is none of this name.
int payer_position(const Model& model, const std::string& name);

/// The deductibles of an arm: one a person and year with the insurer, however many contracts repeat it.
/// @param problems  gets arms whose contracts differ in it
void add_deductibles(Model& model, ArmModel& arm, std::vector<Problem>& problems);

/// Entries of premiums, equalisation, bills that are paid back and supplements; none without insurance.
void add_insurers(const Model& model, ArmModel& arm);

/// How an entry is labelled in results: contract,term,from,to,sector.
std::string entry_label(const Model& model, const ArmModel& arm, const EntryKey& key);

}  // namespace waterbed::compiling
