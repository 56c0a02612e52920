#pragma once

#include "waterbed/engine/network_model.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::compiling {

/// Limited settings in the order in which they admit within a cycle: by their `admission_order`; of those with the
/// same, a setting comes before those to which it sends patients on, who are then admitted in the same cycle if there
/// is room; else as they stand. Settings that send to each other stay as they stand.
std::vector<std::int32_t> admission_order(const NetworkModel& network);

}  // namespace waterbed::compiling
