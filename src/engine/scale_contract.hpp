#pragma once

#include "waterbed/engine/model.hpp"

namespace waterbed::engine {

/// Multiplies the ceiling of a contract.
void scale_ceiling(ContractModel& contract, double factor);

/// Multiplies the prices of an arm's contract, and what is expected of it at these prices. A ceiling stays where it is.
void scale_prices(ArmModel& arm, std::size_t contract, double factor);

}  // namespace waterbed::engine
