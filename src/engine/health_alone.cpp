#include "health_alone.hpp"

#include "waterbed/health/health_state.hpp"

#include <algorithm>
#include <array>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Persons of a part, as positions in it, to whom something happens.
struct Some {
  std::array<std::uint16_t, k_drawn_together> who;  // filled as far as `count`
  std::size_t count = 0;

  /// @param so  1 or 0
  void add_if(std::uint32_t so, std::size_t i) {
    who[count] = static_cast<std::uint16_t>(i);
    count += so;
  }
  [[nodiscard]] std::span<const std::uint16_t> all() const { return std::span(who).first(count); }
};

/// A birthday that brings people into the next age group.
void count_birthday(const Model& model, const ArmState& state, std::size_t person, int age, BlockCounts& block) {
  if (age < k_max_age && model.people.enters_cycle[person] != state.cycle) {
    const std::size_t sex = static_cast<std::size_t>(model.people.sex[person]) * k_age_groups;
    block.people_by_age[sex + at(age_group(age - 1))] -= 1;
    block.people_by_age[sex + at(age_group(age))] += 1;
  }
}

/// Position of people in their stages among all combinations of stages.
std::size_t stages_of(const HealthModel& health, const std::uint8_t* stage) {
  std::size_t stages = stage[0];
  for (std::size_t c = 1; c < at(health.conditions); ++c) {
    stages = stages * at(health.stage_offset[c + 1] - health.stage_offset[c]) + stage[c];
  }
  return stages;
}

/// @tparam cycles_per_year  known to the compiler, which then needs no division to find an age
template <int cycles_per_year>
void cycle_of(const Context& context, ArmState& state, std::size_t first, std::span<const Words> words,
              BlockCounts& block) {
  const Model& model = context.model;
  const HealthModel& health = health_in(model, state);
  const HealthState* const states = health.states.data();
  const std::size_t combination = k_health_cells * at(health.classes);
  const int cycle = state.cycle;
  // Columns of these people; the compiler need not ask again where they are.
  const Presence* const presence = state.presence.data() + first;
  const std::int32_t* const leaves = model.people.leaves_cycle.data() + first;
  const std::int32_t* const birth = model.people.birth_cycle.data() + first;
  const std::uint16_t* const cell = state.cell.data() + first;
  const std::uint8_t* const stage = state.stage.data() + first * at(health.conditions);
  std::int32_t* const qalys = state.year_qalys.data() + first;
  std::int64_t* const costs = state.year_costs.empty() ? nullptr : state.year_costs.data() + first;
  Some come_or_go;
  Some met;
  std::array<std::uint32_t, k_drawn_together> state_now;
  for (std::size_t i = 0; i < words.size(); ++i) {
    // Numbers in the place of conditions: who is here, and who meets something, changes from person to person.
    const std::uint32_t here = presence[i] == Presence::here ? 1U : 0U;
    const std::uint32_t stays = here & (leaves[i] > cycle ? 1U : 0U);
    come_or_go.add_if((here ^ stays) | (presence[i] == Presence::not_yet ? 1U : 0U), i);
    const int lived = std::max(0, cycle - birth[i]);
    const int age = std::min(lived / cycles_per_year, k_max_age);
    if (lived % cycles_per_year == 0 && age % 10 == 0 && age > 0 && stays != 0) {
      count_birthday(model, state, first + i, age, block);
    }
    const std::size_t now = stages_of(health, stage + i * at(health.conditions)) * combination + cell[i] + at(age);
    const std::int32_t mask = -static_cast<std::int32_t>(stays);
    qalys[i] += states[now].utility_micro & mask;
    if (costs != nullptr) {
      costs[i] += states[now].cost_micro & std::int64_t{mask};
    }
    state_now[i] = static_cast<std::uint32_t>(now);
    met.add_if(stays & (words[i][0] < states[now].event_below ? 1U : 0U), i);
  }
  for (const std::size_t i : come_or_go.all()) {
    one_person(context, state, first + i, words[i], block);
  }
  for (const std::size_t i : met.all()) {
    take_event(context, state, first + i, event_in_state(health, state_now[i], words[i][0]), block);
  }
}

}  // namespace

bool is_health_alone(const Model& model, const ArmState& state) {
  return model.network.needs.empty() && model.health.conditions > 0 && knows_all_states(health_in(model, state)) &&
         state.enrolment.empty() && state.arm->case_findings.empty() && state.noted == nullptr &&
         !state.holds(Mechanism::health);
}

void health_cycle(const Context& context, ArmState& state, std::size_t first, std::span<const Words> words,
                  BlockCounts& block) {
  switch (context.model.time.cycles_per_year) {
    case 1:
      cycle_of<1>(context, state, first, words, block);
      break;
    case 4:
      cycle_of<4>(context, state, first, words, block);
      break;
    case 12:
      cycle_of<12>(context, state, first, words, block);
      break;
    default:
      static_assert(TimeGrid::k_weeks == 52);
      cycle_of<TimeGrid::k_weeks>(context, state, first, words, block);
      break;
  }
}

}  // namespace waterbed::engine
