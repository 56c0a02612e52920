#pragma once

#include "attribution.hpp"
#include "state.hpp"
#include "year_end.hpp"

#include <memory>
#include <span>
#include <vector>

/// Arms of a replication in flight: from the end of the burn-in, cycle by cycle.
namespace waterbed::engine {

/// What the contracts of an arm look back on when its performance years begin.
struct Before {
  std::vector<PastYear> past;
  PeopleOfContracts people;
};

/// An arm that is in its performance years. It can be moved.
struct ArmFlight {
  ArmState state;
  const ArmModel* arm = nullptr;           ///< as the scenario has it
  std::unique_ptr<ArmModel> renegotiated;  ///< as it has become, if it has
  TableValues tables;                      ///< [table][cell]
};

/// One cycle of arms that stand in the same one: the same as of each alone. Their `cycle` stays.
void one_cycle(const Context& context, std::span<ArmState* const> arms);

/// Ends a year: whoever watches looks at it, classes are made of it, its counters go back to zero.
void end_year(const Model& model, ArmState& state);

/// @param state  at the end of the burn-in
[[nodiscard]] ArmFlight begin_flight(const Context& context, ArmState state, const ArmModel& arm, Before before,
                                     const std::vector<TableInfo>& infos);
/// Settles the year that ends with this cycle, writes it and ends it.
void settle_flight(const Model& model, ArmFlight& flight);
/// Writes what is known when all years are over.
void end_flight(const Model& model, ArmFlight& flight);

}  // namespace waterbed::engine
