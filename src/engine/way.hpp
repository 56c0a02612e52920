#pragma once

#include "waterbed/engine/model.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace waterbed::engine {

/// An episode on its way: where it is, whose product is open since how many days, and how dear it is so far.
struct Way {
  std::int32_t row = 0;        ///< in its chain
  std::int32_t provider = -1;  ///< -1: no product is open
  std::int32_t age_days = 0;
  std::int64_t charged = 0;  ///< micro-euro at list prices
  friend auto operator<=>(const Way&, const Way&) = default;
};

/// A contact at a row that holds contents of a product; opens one where none of its provider is open.
/// @returns micro-euro that it adds to the product
inline std::int64_t add_content(Way& way, const NetworkModel& network, const RowModel& row) {
  const std::int32_t provider = network.settings[static_cast<std::size_t>(row.setting)].provider;
  if (way.provider != provider || way.age_days >= row.window_days) {
    way = Way{.row = way.row, .provider = provider};
  }
  const std::int64_t addition = std::max<std::int64_t>(0, row.list_price - way.charged);
  way.charged += addition;
  return addition;
}

}  // namespace waterbed::engine
