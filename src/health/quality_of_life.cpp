#include "waterbed/health/quality_of_life.hpp"

namespace waterbed {

std::int64_t utility_per_cycle(const HealthModel& model, const PersonHealth& person) {
  std::int64_t absolute = -1;
  std::int64_t disutility = 0;
  for (int c = 0; c < model.conditions; ++c) {
    const HealthModel::Stage& row = model.stage(c, person.stage[c]);
    disutility += row.disutility_micro;
    if (row.utility_micro >= 0 && (absolute < 0 || row.utility_micro < absolute)) {
      absolute = row.utility_micro;
    }
  }
  const std::int64_t whole = absolute >= 0 ? absolute : model.norm_micro[health_cell(person.sex, person.age)];
  return whole - disutility;
}

Money stage_cost_per_cycle(const HealthModel& model, const PersonHealth& person) {
  Money sum;
  for (int c = 0; c < model.conditions; ++c) {
    sum += model.stage(c, person.stage[c]).cost_per_cycle;
  }
  return sum;
}

}  // namespace waterbed
