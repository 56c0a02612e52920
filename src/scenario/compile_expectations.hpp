#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/population/stratum.hpp"
#include "waterbed/scenario/scenario.hpp"

namespace waterbed::compiling {

/// Finds what the frozen models of a scenario look at, before the contracts that go by them.
void compile_expectations(const Scenario& scenario, const WhoNames& names, Model& model);

}  // namespace waterbed::compiling
