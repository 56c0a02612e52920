#pragma once

#include "state.hpp"

#include <vector>

namespace waterbed::engine {

/// By whom attribution is judged, at the end of a year: for every contract of an arm that settles all who are
/// registered with its holder (without practices: all insured of the payer; by geography: who live in its places) and
/// match its filter now, whether or not they belong to it. Shape (contracts,).
std::vector<Registered> count_registered(const Model& model, const ArmState& state, const ArmModel& arm);

}  // namespace waterbed::engine
