#pragma once

#include "exact.hpp"
#include "trace.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <string>

namespace waterbed::internal {

/// True if the contract settles episodes in retrospect: its benchmark is per episode, not per person-year.
bool per_episode(const Contract& contract);

/// Person-years, or episodes, of the performance year.
Exact benchmark_units(const Contract& contract, const Facts& facts);

/// "8,000 person-years" or "120 episodes".
std::string benchmark_units_text(const Contract& contract, const Facts& facts);

/// The reference per person-year or episode after all steps but the discount, in micro-euro.
Exact benchmark_per_unit(const Contract& contract, const Facts& facts, const Trace& trace);

/// The discount step, null if there is none.
const Discount* find_discount(const Reference& reference);

}  // namespace waterbed::internal
