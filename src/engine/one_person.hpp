#pragma once

#include "person.hpp"
#include "state.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

/// What a cycle does with one person.
namespace waterbed::engine {

/// Entry, exit, birthday, health and needs of a person; needs are noted in block.needy.
Outcome one_person(const Context& context, ArmState& state, std::size_t person, const Words& words, BlockCounts& block);

/// The same, without needs, for somebody who was alike in an arm that has gone through the cycle and who changed: what
/// happened there happens here.
/// @param lead  that arm; its person is as the cycle left the person
void take_over(const Context& context, ArmState& state, std::size_t person, const ArmState& lead,
               const Outcome& outcome, BlockCounts& block);

/// Death or a change of stage. @returns whether the person lives
bool take_event(const Context& context, ArmState& state, std::size_t person, const HealthEvent& event,
                BlockCounts& block);

/// Lives the cycle of one person as the person is now, `times` over.
inline void live(ArmState& state, std::size_t person, int times) {
  state.year_qalys[person] += times * state.utility[person];
  if (!state.year_costs.empty()) {
    state.year_costs[person] += times * state.cost[person];
  }
}

/// Books a person's year into the strata from one on, when the year ends or the person goes. The first is everybody.
template <class Counts>
void close_person_year(const Model& model, const ArmState& state, std::size_t person, int until_cycle,
                       std::size_t first, Counts& counts) {
  const int year_start = state.cycle - state.cycle % model.time.cycles_per_year;
  const int from = std::max(year_start, static_cast<int>(model.people.enters_cycle[person]));
  const std::int64_t cycles = std::max(0, until_cycle - from);
  const PersonView view = person_now(model, state, person);
  for (std::size_t s = first; s < model.strata.size(); ++s) {
    if (matches(model.strata[s].who, view)) {
      counts.stratum_persons[s] += cycles;
      counts.stratum_qalys[s] += state.year_qalys[person];
      if (!state.spend.empty()) {
        counts.stratum_spending[s] += state.spend[person * model.spend.size()];
      }
      if (!state.year_costs.empty()) {
        counts.stratum_costs[s] += state.year_costs[person];
      }
    }
  }
}

}  // namespace waterbed::engine
