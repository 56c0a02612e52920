#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed::engine {

/// A step from a state of an episode to the next.
struct WayStep {
  std::int32_t option = -1;  ///< position in NetworkModel::options
  std::int32_t to = -1;      ///< state
  double share = 1.0;        ///< of the option: discharges come back in part
  std::int32_t days = 0;     ///< until then: delay, stay and reference wait
};

/// An episode at a row, with the product that is open there.
struct WayState {
  std::int32_t row = -1;  ///< position in NetworkModel::rows
  std::int32_t first_step = 0;
  std::int32_t steps = 0;
  std::int64_t list_price = 0;  ///< micro-euro that a unit adds at list price, inside the open product
};

/// A chain of the network unfolded over open products, so that flows of money are linear in visits.
struct WayChain {
  std::vector<WayState> states;  ///< [0] is the entry
  std::vector<WayStep> steps;
};

WayChain unfold(const Model& model, std::size_t chain);

/// Days that an elective patient waits for a row by reference; 0 where nobody waits.
double reference_wait(const NetworkModel& network, const RowModel& row);

/// GP visits of those who wait, per visit to a row, and the row where they are counted; -1: none.
struct WaitingVisits {
  std::int32_t row = -1;
  double per_visit = 0.0;
};
WaitingVisits waiting_visits(const Model& model, std::size_t chain, const RowModel& row);

}  // namespace waterbed::engine
