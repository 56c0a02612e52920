#pragma once

#include "waterbed/contracts/formula.hpp"
#include "waterbed/core/money.hpp"

#include <optional>
#include <vector>

namespace waterbed {

/// A share of money: a constant, or a formula of `q` (quality score 0..1), `year` (performance year) and `assigned`.
struct Share {
  Rate constant{};
  std::optional<Formula> formula{};  ///< instead of the constant; its value must be in [0, 1]
  std::optional<Rate> if_failed{};   ///< share when the quality standard is failed, whatever the score

  static Share of(Rate constant) { return Share{constant, {}, {}}; }
};

/// A share of the part of the saving or loss between the previous edge and this one.
struct Layer {
  std::optional<Rate> edge{};  ///< upper edge, share of the benchmark; none: open
  Share share;
};

/// What the holder gets of a saving and bears of a loss. Past the last edge: nothing. An empty direction: nothing.
struct Layers {
  std::vector<Layer> up;    ///< savings
  std::vector<Layer> down;  ///< losses
};

}  // namespace waterbed
