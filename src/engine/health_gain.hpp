#pragma once

#include "state.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/engine/results.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Health gained over what a frozen model expected: docs/model/expectation.md.
namespace waterbed::engine {

/// What came of everybody who was here when the year began, against one expectation; a row a person.
struct HealthOutcomes {
  std::vector<std::int32_t> person;
  std::vector<double> expected;  ///< QALY
  std::vector<double> realised;  ///< QALYs of the year and what remains after it; 0 remains to the dead
};

/// At the end of a year, [expectation]; empty where no contract in force asks, and all of them if one does, so that the
/// others are shown beside the one that is paid by.
std::vector<HealthOutcomes> health_outcomes(const Model& model, const ArmState& state);

/// Sets the outcomes of a contract's own people, and the mean gain of those it is compared with.
void add_gain_facts(const Model& model, const ArmState& state, const ContractModel& contract,
                    const HealthOutcomes& outcomes, Facts& facts);

/// Tables of models in which gain is paid for.
std::vector<TableInfo> health_gain_infos(const Model& model);

/// Writes a performance year into them, in their order.
void write_health_gain(const Model& model, const ArmState& state, std::size_t year,
                       const std::vector<HealthOutcomes>& outcomes, std::span<std::vector<std::int64_t>> tables);

}  // namespace waterbed::engine
