#pragma once

#include "waterbed/engine/model.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// The baseline with the contract amounts of one provider, or of all providers of one sector, multiplied.
struct ScaledArm {
  std::string name;
  std::string provider{};  ///< whose contracts; or
  std::string sector{};    ///< of whose holders it is the main sector
  double factor = 1.0;     ///< > 0
};

/// The contract amount that a ScaledArm multiplies.
enum class Lever : std::uint8_t {
  ceiling,  ///< the ceilings, where one of the contracts in question has one
  tariff,   ///< else prices of fees and bundles; what is paid per person or as a lump sum stays
  none      ///< nothing is paid per unit
};
[[nodiscard]] Lever lever_of(const Model& model, const ScaledArm& arm);

/// A copy of the model with these arms after its own. Nothing that belongs to the scenario (expected flows, reference,
/// costs) changes.
/// @throws InvalidArgument for a name that is taken, an unknown provider or sector, both or neither of them, a factor
///         that is not above 0, or contracts in which nothing can be multiplied
[[nodiscard]] Model with_scaled_arms(const Model& model, const std::vector<ScaledArm>& arms);

}  // namespace waterbed
