#include "waterbed/health/treatment.hpp"

#include "waterbed/health/health_state.hpp"

#include <cmath>

namespace waterbed {
namespace {

void multiply_hazard(HealthModel& model, const HealthModel::Stage& from, std::uint8_t to, double ratio) {
  const std::size_t cells = k_health_cells * static_cast<std::size_t>(model.classes);
  for (std::int32_t t = from.first_transition; t < from.first_transition + from.transitions; ++t) {
    const HealthModel::Transition& one = model.transitions[static_cast<std::size_t>(t)];
    if (!one.death && one.to == to) {
      const auto first = static_cast<std::size_t>(one.hazards);
      for (std::size_t cell = first; cell < first + cells; ++cell) {
        model.hazards[cell] *= ratio;
      }
    }
  }
}

}  // namespace

HealthModel treated(HealthModel model, const Treatment& treatment) {
  const auto offset = static_cast<std::size_t>(model.stage_offset[static_cast<std::size_t>(treatment.condition)]);
  for (const std::uint8_t stage : treatment.stages) {
    model.stages[offset + stage].cost_per_cycle += treatment.cost_per_cycle;
  }
  for (const Treatment::Utility& one : treatment.utilities) {
    model.stages[offset + one.stage].utility_micro =
        static_cast<std::int32_t>(std::llround(one.utility * 1e6 / model.cycles_per_year));
  }
  for (const Treatment::HazardRatio& one : treatment.hazard_ratios) {
    HealthModel::Stage& from = model.stages[offset + one.from];
    if (one.death) {
      from.death_scale *= one.ratio;
    } else {
      multiply_hazard(model, from, one.to, one.ratio);
    }
  }
  tabulate(model);
  return model;
}

}  // namespace waterbed
