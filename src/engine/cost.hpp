#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>

/// What it costs an organisation to deliver a year's care.
namespace waterbed::engine {

/// Micro-euro.
struct YearCost {
  std::int64_t variable = 0;
  std::int64_t steps = 0;
  std::int64_t fixed = 0;
};

/// Cost of steps at the volume of the base year, micro-euro.
std::int64_t base_steps(const ProviderCost& cost);

/// Cost of the year at this list value. Variable cost follows at once. Steps are begun at once, and given up as fast as
/// `step_release_half_life_months` lets go of what is not needed any more: a year later 1 - 2^(-12 / half-life) of it.
/// @param list_value    delivered in the year, EUR
/// @param steps_before  paid for in the year before, micro-euro; base_steps() before the first year
YearCost year_cost(const ProviderCost& cost, double list_value, std::int64_t steps_before);

}  // namespace waterbed::engine
