#pragma once

#include "waterbed/engine/model.hpp"

#include <Eigen/Core>

#include <span>
#include <vector>

namespace waterbed::engine {

/// Chances to go from row to row of a chain, with the part of discharges that comes back unserved.
/// @param probability  of every option of the network, in order
Eigen::MatrixXd transitions(const NetworkModel& network, double psi, std::size_t chain,
                            std::span<const double> probability);

/// Observed practice as one list over the options.
std::vector<double> observed_practice(const NetworkModel& network);

/// List value that one visit adds at each row of a chain, EUR, and what products of the same visit hold (attached
/// services apart). Follows the open product through the walk, so its window and dearest content count.
std::vector<double> row_values(const NetworkModel& network, std::size_t chain);

/// Units of one visit at a row: days of stay where the kind is per day.
double units_per_visit(const NetworkModel& network, const RowModel& row);

}  // namespace waterbed::engine
