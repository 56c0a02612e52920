#include "waterbed/population/composition.hpp"

#include <cstddef>

namespace waterbed {

Composition composition_of(const People& people, int cycles_per_year) {
  Composition composition;
  std::array<double, 5> quintiles{};
  double total = 0.0;
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    if (people.enters_cycle[i] > 0) {
      continue;
    }
    const int age = age_at(0, people.birth_cycle[i], cycles_per_year);
    composition.persons[static_cast<std::size_t>(people.sex[i])][static_cast<std::size_t>(age)] += 1.0;
    quintiles[people.deprivation[i] - 1U] += 1.0;
    total += 1.0;
  }
  if (total > 0.0) {
    for (std::size_t q = 0; q < quintiles.size(); ++q) {
      composition.quintile_share[q] = quintiles[q] / total;
    }
  }
  return composition;
}

}  // namespace waterbed
