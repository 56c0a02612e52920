#pragma once

// Chance that many people share, and that is known without simulating: alike in all arms.

#include "waterbed/engine/model.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

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

/// What a practice does to the rates of its people's own needs, in all years of a replication: mean 1.
inline std::vector<double> practice_effects(const Model& model, std::uint64_t seed, std::uint32_t replication) {
  std::vector<double> effects(std::max<std::size_t>(1, model.people.practice_names.size()), 1.0);
  for (std::size_t p = 0; p < effects.size(); ++p) {
    const Words words = draw(seed, {replication, static_cast<std::uint32_t>(p), 0, Purpose::practice_effect, 0});
    effects[p] = std::max(0.0, 1.0 + model.variation.practice_cv * standard_normal(first_pair(words)));
  }
  return effects;
}

}  // namespace waterbed::engine
