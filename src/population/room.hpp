#pragma once

#include <cstdint>

namespace waterbed {

/// Refuses people whose columns, and what orders them while they are made, do not fit.
/// @param at_start      persons of cycle 0
/// @param over_the_run  persons with births and arrivals
/// @param available     bytes
/// @throws InvalidArgument naming population.cells
void require_room(double at_start, double over_the_run, std::int64_t available);

}  // namespace waterbed
