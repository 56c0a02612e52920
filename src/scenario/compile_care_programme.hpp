#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <string>

namespace waterbed::compiling {

/// A programme of care as an arm runs it, with the ledger entries of who pays for it.
/// @param who        its filter, compiled
/// @param programme  position in Model::care_programmes
CareProgrammeModel care_programme(const Scenario& scenario, const Model& model, const CareProgrammeSpec& spec,
                                  CompiledWho who, int programme, ArmModel& arm);

}  // namespace waterbed::compiling
