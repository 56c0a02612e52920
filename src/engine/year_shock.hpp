#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <cstdint>

namespace waterbed::engine {

/// What a calendar year, counted from the start of the run, does to the rates of a need: mean 1, alike in its group and
/// in every arm.
inline double year_shock(const Model& model, std::uint64_t seed, std::uint32_t replication, int calendar_year,
                         std::size_t need) {
  const auto group = static_cast<std::uint32_t>(model.network.needs[need].group);
  const Words words =
      draw(seed, {replication, group, static_cast<std::uint32_t>(calendar_year), Purpose::year_shock, 0});
  // Never below zero, and far from it at any CV that makes sense.
  return std::max(0.0, 1.0 + model.variation.year_need_group_cv * standard_normal(first_pair(words)));
}

}  // namespace waterbed::engine
