#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>

namespace waterbed {

/// Which quality standard a holder reached in a year.
enum class QualityStandard : std::uint8_t { met, alternative, failed };

/// What quality scales.
enum class QualityTarget : std::uint8_t {
  layers_up,    ///< shares of savings, by the factor of the standard reached
  layers_both,  ///< shares of savings and of losses
  settlement  ///< the settlement itself: W * (1 - swing_up * (1 - q)) if positive, W * (1 - swing_down * q) if negative
};

/// A constant, or the quality score itself.
struct QualityFactor {
  bool score = false;
  Rate constant{Rate::k_one};

  static constexpr QualityFactor of_score() { return QualityFactor{true, {}}; }
  static constexpr QualityFactor of(Rate constant) { return QualityFactor{false, constant}; }
  friend constexpr bool operator==(QualityFactor, QualityFactor) = default;
};

/// How quality moves the money. The standard is a fact only if the three factors differ.
struct Quality {
  QualityTarget target = QualityTarget::layers_up;
  QualityFactor met;
  QualityFactor alternative;
  QualityFactor failed;
  Rate swing_up{};    ///< target settlement, 0..1
  Rate swing_down{};  ///< target settlement, 0..1
};

}  // namespace waterbed
