#pragma once

#include "waterbed/core/money.hpp"

#include <optional>
#include <vector>

namespace waterbed {

/// A share, constant or moving with the quality score q: clip(intercept + slope * q, low, high).
struct Share {
  Rate intercept{};
  Rate slope{};
  Rate low{};
  Rate high{Rate::k_one};
  std::optional<Rate> if_failed{};  ///< share when the quality standard is failed, whatever the score

  static constexpr Share constant(Rate share) { return Share{share, {}, {}, Rate{Rate::k_one}, {}}; }
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

/// The share at a quality score of `score`, 0..1. Not exact: for forecasts.
double share_at(const Share& share, double score);

}  // namespace waterbed
