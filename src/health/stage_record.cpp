#include "waterbed/health/stage_record.hpp"

#include "waterbed/random/categorical.hpp"
#include "waterbed/random/stream.hpp"

#include <algorithm>
#include <array>
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

/// Fills the class of everybody, by age at entry, sex and deprivation.
void draw_vulnerability(const HealthModel& model, People& people, std::uint64_t seed) {
  const std::size_t persons = people.birth_cycle.size();
  people.vulnerability.assign(persons, 0);
  const auto classes = static_cast<std::size_t>(model.classes);
  if (classes == 1) {
    return;
  }
  std::array<double, k_most_classes> shares{};
  std::array<std::uint64_t, k_most_classes> thresholds{};
  for (std::size_t i = 0; i < persons; ++i) {
    const int age = age_at(people.enters_cycle[i], people.birth_cycle[i], model.cycles_per_year);
    for (std::size_t k = 0; k < classes; ++k) {
      shares[k] =
          model.class_share[health_cell(people.sex[i], people.deprivation[i], age, static_cast<int>(k), model.classes)];
    }
    cumulative_thresholds(std::span(shares).first(classes), std::span(thresholds).first(classes));
    const Words words = words_for(seed, i, Purpose::vulnerability, 0);
    people.vulnerability[i] = static_cast<std::uint8_t>(categorical(words[0], std::span(thresholds).first(classes)));
  }
}

std::span<const std::uint64_t> initial_shares(const HealthModel& model, std::size_t condition) {
  const auto first = static_cast<std::size_t>(model.stage_offset[condition]);
  const auto stages = static_cast<std::size_t>(model.stage_offset[condition + 1]) - first;
  return std::span<const std::uint64_t>(model.share_thresholds).subspan(first, stages);
}

/// Whether the stage of somebody who has a condition is on record at entry.
bool on_record(const HealthModel& model, std::uint64_t seed, std::size_t person, std::size_t condition) {
  const Words words = words_for(seed, person, Purpose::initial_recorded_stage, condition);
  return bernoulli(words[0], model.recorded_at_entry[condition]);
}

}  // namespace

void draw_initial_stages(const HealthModel& model, People& people, std::uint64_t seed) {
  const auto conditions = static_cast<std::size_t>(model.conditions);
  const std::size_t persons = people.birth_cycle.size();
  draw_vulnerability(model, people, seed);
  people.stage.assign(conditions, std::vector<std::uint8_t>(persons, 0));
  people.recorded = people.stage;
  for (std::size_t c = 0; c < conditions; ++c) {
    const std::size_t cells = k_health_cells * static_cast<std::size_t>(model.classes);
    const std::span<const double> prevalence = std::span<const double>(model.prevalence).subspan(c * cells, cells);
    const std::span<const std::uint64_t> shares = initial_shares(model, c);
    for (std::size_t i = 0; i < persons; ++i) {
      if (people.enters_cycle[i] == people.birth_cycle[i]) {
        continue;
      }
      const int age = age_at(people.enters_cycle[i], people.birth_cycle[i], model.cycles_per_year);
      const double p =
          prevalence[health_cell(people.sex[i], people.deprivation[i], age, people.vulnerability[i], model.classes)];
      const Words words = words_for(seed, i, Purpose::synthesis_condition, c);
      if (!bernoulli(words[0], p)) {
        continue;
      }
      const auto stage = static_cast<std::uint8_t>(categorical(words[1], shares));
      people.stage[c][i] = stage;
      if (on_record(model, seed, i, c)) {
        people.recorded[c][i] = stage;
      }
    }
  }
}

void take_given_stages(const HealthModel& model, const GivenPeople& given, People& people, std::uint64_t seed) {
  for (std::size_t c = 0; c < given.stage.size(); ++c) {
    const std::span<const std::uint64_t> shares = initial_shares(model, c);
    const bool has_recorded = c < given.recorded.size() && !given.recorded[c].empty();
    for (std::size_t i = 0; i < given.stage[c].size(); ++i) {
      std::uint8_t stage = given.stage[c][i];
      if (stage == GivenPeople::k_some_stage) {
        const Words words = words_for(seed, i, Purpose::synthesis_condition, c);
        stage = static_cast<std::uint8_t>(categorical(words[1], shares));
      }
      std::uint8_t recorded = stage;
      if (has_recorded && given.recorded[c][i] != GivenPeople::k_some_stage) {
        recorded = given.recorded[c][i];
      } else if (!has_recorded && !on_record(model, seed, i, c)) {
        recorded = 0;
      }
      people.stage[c][i] = stage;
      people.recorded[c][i] = recorded;
    }
  }
}

}  // namespace waterbed
