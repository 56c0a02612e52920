#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// What a provider's year came to, micro-euro.
struct YearResult {
  std::int64_t revenue = 0;
  std::int64_t result = 0;
};

/// By how much of revenue the margin that a provider expected is above the one that it made; 0 without revenue.
double margin_gap(const ProviderCost& cost, const YearResult& year);

/// Whether next year's amounts of some contract follow from this year's results.
bool renegotiates(const ArmModel& arm);

/// Moves ceilings, and prices of contracts without one, by the share of the margin gap that is agreed.
/// @param arm      a copy of the replication's own
/// @param results  of the year, shape (providers,)
void renegotiate(const Model& model, const std::vector<YearResult>& results, ArmModel& arm);

}  // namespace waterbed::engine
