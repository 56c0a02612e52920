#pragma once

#include "waterbed/core/money.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstdint>

namespace waterbed {

/// Quality of life lived in one cycle, in micro-QALY: the norm at age and sex less the disutilities of the stages.
///
/// A stage with an absolute utility (textbook models) takes the place of the norm; the lowest counts if there are
/// several. Can be below zero: a state worse than death.
[[nodiscard]] std::int64_t utility_per_cycle(const HealthModel& model, const PersonHealth& person);

/// Cost of the stages in one cycle, beside any care that is simulated (textbook models).
[[nodiscard]] Money stage_cost_per_cycle(const HealthModel& model, const PersonHealth& person);

}  // namespace waterbed
