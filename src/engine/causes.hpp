#pragma once

#include "state.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/settlement_parts.hpp"

#include <cstddef>

namespace waterbed::engine {

/// The facts of a contract's year with one cause after another taken away; at the end of a year.
/// @param attributed  facts on which the contract settles
/// @param now         the year, `registered` included
FactsByCause facts_by_cause(const Model& model, const ArmState& state, std::size_t contract, const PastYear& now,
                            const Facts& attributed);

}  // namespace waterbed::engine
