#include "population/room.hpp"

#include "core/memory.hpp"
#include "waterbed/core/error.hpp"

#include <string>

namespace waterbed {

void require_room(double at_start, double over_the_run, std::int64_t available) {
  constexpr double k_columns = 24.0;   // bytes a person
  constexpr double k_ordering = 48.0;  // bytes, while those of the start are given their attributes
  const auto needed = static_cast<std::int64_t>(k_columns * over_the_run + k_ordering * at_start);
  if (needed > available) {
    throw InvalidArgument("population.cells",
                          "must make people who fit into memory: about " + readable_bytes(needed) + " for " +
                              std::to_string(static_cast<std::int64_t>(over_the_run)) + " over the run",
                          readable_bytes(available) + " free on this machine");
  }
}

}  // namespace waterbed
