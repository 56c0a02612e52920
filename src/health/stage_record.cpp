#include "waterbed/health/stage_record.hpp"

#include "waterbed/random/categorical.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace waterbed {
namespace {

Words words_for(std::uint64_t seed, std::size_t person, Purpose purpose, std::size_t condition) {
  return draw(seed, {.replication = 0,
                     .person = static_cast<std::uint32_t>(person),
                     .cycle = 0,
                     .purpose = purpose,
                     .k = static_cast<std::uint32_t>(condition)});
}

}  // namespace

void draw_initial_stages(const HealthModel& model, People& people, std::uint64_t seed) {
  const auto conditions = static_cast<std::size_t>(model.conditions);
  const std::size_t persons = people.birth_cycle.size();
  people.stage.assign(conditions, std::vector<std::uint8_t>(persons, 0));
  people.recorded = people.stage;
  for (std::size_t c = 0; c < conditions; ++c) {
    const std::span<const double> prevalence =
        std::span<const double>(model.prevalence).subspan(c * k_health_cells, k_health_cells);
    const auto first = static_cast<std::size_t>(model.stage_offset[c]);
    const auto stages = static_cast<std::size_t>(model.stage_offset[c + 1]) - first;
    const std::span<const std::uint64_t> shares =
        std::span<const std::uint64_t>(model.share_thresholds).subspan(first, stages);
    for (std::size_t i = 0; i < persons; ++i) {
      if (people.enters_cycle[i] == people.birth_cycle[i]) {
        continue;
      }
      const int age = age_at(people.enters_cycle[i], people.birth_cycle[i], model.cycles_per_year);
      const double p = prevalence[health_cell(people.sex[i], people.deprivation[i], age)];
      const Words words = words_for(seed, i, Purpose::synthesis_condition, c);
      if (!bernoulli(words[0], p)) {
        continue;
      }
      const auto stage = static_cast<std::uint8_t>(categorical(words[1], shares));
      people.stage[c][i] = stage;
      if (bernoulli(words_for(seed, i, Purpose::initial_recorded_stage, c)[0], model.recorded_at_entry[c])) {
        people.recorded[c][i] = stage;
      }
    }
  }
}

}  // namespace waterbed
