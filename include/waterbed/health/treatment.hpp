#pragma once

#include "waterbed/core/money.hpp"
#include "waterbed/health/health_model.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

/// What everybody gets in some stages of a condition while an arm is in force (textbook models: no uptake, no delay).
struct Treatment {
  struct Utility {
    std::uint8_t stage = 0;
    double utility = 1.0;  ///< quality of life as such, in the place of the stage's
  };
  struct HazardRatio {
    std::uint8_t from = 0;
    std::uint8_t to = 0;
    bool death = false;  ///< of every cause of death, in the place of `to`
    double ratio = 1.0;
  };
  int condition = 0;
  std::vector<std::uint8_t> stages;  ///< in which it costs `cost_per_cycle`
  Money cost_per_cycle;
  std::vector<Utility> utilities;
  std::vector<HazardRatio> hazard_ratios;
};

/// Health under a treatment. Tables keep their shape, so that a person's stages mean the same in both.
/// @pre stages are of the condition; a hazard ratio is of a transition that goes by a hazard
[[nodiscard]] HealthModel treated(HealthModel model, const Treatment& treatment);

}  // namespace waterbed
