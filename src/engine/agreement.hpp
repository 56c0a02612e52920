#pragma once

#include "state.hpp"
#include "waterbed/contracts/facts.hpp"
#include "year_end.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// Spending and time outside the contracts in the state's year so far, [contract]; zeros where nobody asks. Each person
/// is cut where the contract's own people are; reinsurance is left out.
std::vector<Outside> count_outside(const Model& model, const ArmState& state, const ArmModel& arm,
                                   const std::vector<Counted>& own);

/// On whose spending and risk a benchmark is made; each takes away one more cause of a settlement (FactsByCause).
enum class Judged : std::uint8_t {
  attributed,  ///< those who belong to the contract
  registered,  ///< all who are registered with the holder
  true_risk,   ///< ... by their true stages
  uncut        ///< ... and nobody cut
};

/// What the benchmark of a contract looks back on: place in the agreement, base years, earlier savings, and how people
/// outside it fared. Asks for the years of `state.past` before the current one.
/// @param now  own counted spending and time of the year so far, outside included
void add_agreement_facts(const Model& model, const ArmState& state, std::size_t contract, const PastYear& now,
                         Facts& facts, Judged by = Judged::attributed);

/// Remembers what was saved per person-year, for the agreements to come.
void note_savings(const Model& model, const std::vector<Settled>& settled, PastYear& year);

}  // namespace waterbed::engine
