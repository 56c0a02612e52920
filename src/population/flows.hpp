#pragma once

#include "waterbed/population/people.hpp"
#include "waterbed/population/synthesis.hpp"

namespace waterbed {

/// Appends births and arrivals to people who hold the inhabitants of cycle 0, and sets everybody's departure.
void add_flows(People& people, const PopulationSpec& spec, int cycles_per_year, int cycles);

}  // namespace waterbed
