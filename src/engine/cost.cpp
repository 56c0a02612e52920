#include "cost.hpp"

#include "waterbed/behaviour/adaptation.hpp"

#include <cmath>

namespace waterbed::engine {
namespace {

std::int64_t steps_at(const ProviderCost& cost, double list_value) {
  if (cost.base_list_value <= 0.0 || cost.step_size <= 0.0) {
    return 0;
  }
  // Base-year volume fills its steps to the middle, so that small changes cost no step and larger ones do.
  const double begun = std::floor(list_value / cost.base_list_value / cost.step_size + 0.5);
  return std::llround(cost.step_total * cost.step_size * begun * 1e6);
}

}  // namespace

std::int64_t base_steps(const ProviderCost& cost) { return steps_at(cost, cost.base_list_value); }

YearCost year_cost(const ProviderCost& cost, double list_value, std::int64_t steps_before) {
  YearCost year{.variable = std::llround(cost.variable_per_list * list_value * 1e6),
                .steps = steps_at(cost, list_value),
                .fixed = std::llround(cost.fixed * 1e6)};
  if (year.steps < steps_before) {
    const double released = kappa({.period_months = 12.0, .half_life_months = cost.step_release_half_life_months});
    year.steps += std::llround((1.0 - released) * static_cast<double>(steps_before - year.steps));
  }
  return year;
}

}  // namespace waterbed::engine
