#pragma once

#include "scenario/node.hpp"
#include "waterbed/scenario/scenario.hpp"

namespace waterbed::detail {

/// Reads the people that `population.people` names; docs/own_people.md has the columns.
///
/// Every fault is told with its line and column; of one kind in one column the first twenty, and how many more.
/// @param from  where the file is named
GivenPeople read_people(Files& files, const Mark& from, const Scenario& scenario);

}  // namespace waterbed::detail
