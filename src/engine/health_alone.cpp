#include "health_alone.hpp"

#include "health_lanes.hpp"
#include "one_person.hpp"
#include "person.hpp"
#include "waterbed/health/health_state.hpp"

#include <algorithm>
#include <array>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// A birthday that brings people into the next age group.
void count_birthday(const Model& model, const ArmState& state, std::size_t person, int age, BlockCounts& block) {
  if (age < k_max_age && model.people.enters_cycle[person] != state.cycle) {
    const std::size_t sex = static_cast<std::size_t>(model.people.sex[person]) * k_age_groups;
    block.people_by_age[sex + at(age_group(age - 1))] -= 1;
    block.people_by_age[sex + at(age_group(age))] += 1;
  }
}

/// Position of people in their stages among all combinations of stages.
std::uint32_t stages_of(const HealthModel& health, const std::uint8_t* stage) {
  std::uint32_t stages = stage[0];
  for (std::size_t c = 1; c < at(health.conditions); ++c) {
    stages = stages * static_cast<std::uint32_t>(health.stage_offset[c + 1] - health.stage_offset[c]) + stage[c];
  }
  return stages;
}

}  // namespace

bool is_health_alone(const Model& model, const ArmState& state) {
  return model.network.needs.empty() && model.health.conditions > 0 && knows_all_states(health_in(model, state)) &&
         state.enrolment.empty() && state.arm->case_findings.empty() && state.noted == nullptr &&
         !state.holds(Mechanism::health);
}

void health_cycle(const Context& context, ArmState& state, std::size_t first, std::size_t count, BlockCounts& block) {
  const Model& model = context.model;
  const HealthModel& health = health_in(model, state);
  context.note_passed(count);
  std::array<std::uint32_t, k_drawn_together> words;
  draw_first_words(context.seed, context.name(static_cast<std::uint32_t>(first), state.cycle, Purpose::person_cycle, 0),
                   std::span(words).first(count));
  std::array<std::uint32_t, k_drawn_together> stages;
  const auto combination = static_cast<std::uint32_t>(k_health_cells * at(health.classes));
  const std::size_t conditions = at(health.conditions);
  const std::uint8_t* const stage = state.stage.data() + first * conditions;
  if (conditions == 1) {
    std::transform(stage, stage + count, stages.begin(), [=](std::uint8_t one) { return combination * one; });
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      stages[i] = combination * stages_of(health, stage + i * conditions);
    }
  }

  const YearsOfCycles years = years_of_cycles(model.time.cycles_per_year);
  constexpr std::size_t k_room = k_drawn_together + k_marked_room;
  std::array<std::uint32_t, k_drawn_together> now;
  std::array<std::uint32_t, k_room> met;
  std::array<std::uint32_t, k_room> come_or_go;
  std::array<std::uint32_t, k_room> decades;
  const HealthCounts counts = health_lanes(
      health.states.data(), years, state.cycle, count,
      {.presence = state.presence.data() + first,
       .leaves = model.people.leaves_cycle.data() + first,
       .birth = model.people.birth_cycle.data() + first,
       .cell = state.cell.data() + first,
       .stages = stages.data(),
       .words = words.data(),
       .qalys = state.year_qalys.data() + first,
       .costs = state.year_costs.empty() ? nullptr : state.year_costs.data() + first},
      {.state = now.data(), .met = met.data(), .come_or_go = come_or_go.data(), .decades = decades.data()});
  for (const std::size_t i : std::span(decades).first(counts.decades)) {
    const int age = years.years(state.cycle - model.people.birth_cycle[first + i]);
    count_birthday(model, state, first + i, age, block);
  }
  for (const std::size_t i : std::span(come_or_go).first(counts.come_or_go)) {
    const auto person = static_cast<std::uint32_t>(first + i);
    one_person(context, state, person, context.words(person, state.cycle, Purpose::person_cycle, 0), block);
  }
  for (const std::size_t i : std::span(met).first(counts.met)) {
    take_event(context, state, first + i, event_in_state(health, now[i], words[i]), block);
  }
}

}  // namespace waterbed::engine
