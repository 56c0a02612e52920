#include "arm_flight.hpp"

#include "agreement.hpp"
#include "care_programme.hpp"
#include "insurer.hpp"
#include "own_price.hpp"
#include "recorder.hpp"
#include "registered.hpp"
#include "renegotiate.hpp"
#include "waterbed/engine/decompose.hpp"
#include "year_end.hpp"
#include "year_start.hpp"

#include <algorithm>
#include <utility>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What precedes people: rates, incentives, choices.
/// @param begun  another arm that has begun the cycle, or null
void begin_cycle(const Context& context, ArmState& state, const ArmState* begun) {
  const Model& model = context.model;
  const int cycle = state.cycle;
  if (cycle % model.time.cycles_per_year == 0) {
    state.pay = &state.arm->pay_in(cycle / model.time.cycles_per_year);
    note_pay(model, state);
    if (state.recorder != nullptr) {
      state.recorder->begin_year(state);
    }
    note_year_start(model, state);
  }
  refresh_rates(context, state, begun);
  if (!model.network.needs.empty()) {
    if (cycle % model.behaviour.refresh_cycles == 0) {
      if (state.holds(Mechanism::incentive)) {
        follow_incentives(state);
      } else {
        refresh_incentives(context, state);
        note_incentives(state);
      }
      if (state.recorder != nullptr) {
        state.recorder->retake(state);
      }
    }
    refresh_choices(model, state);
  }
}

/// What follows people: episodes, admissions, waits.
void end_cycle(const Context& context, ArmState& state) {
  const Model& model = context.model;
  // Those who come back to a later step of their episode, then the new ones; sums do not depend on the order.
  state.calendar.take(at(state.cycle), state.due);
  walk_all(context, state, state.due);
  walk_all(context, state, state.begun);
  admit_all(context, state);
  book_units(model, state);
  accrue_periods(model, state);
  note_withheld(model, state);
  update_waits(model, state);
  note_waits(state);
  follow_waits(state);
  end_cycle_of_records(state);
  if (state.recorder != nullptr) {
    state.recorder->end_cycle(state);
  }
}

}  // namespace

void one_cycle(const Context& context, std::span<ArmState* const> arms) {
  for (ArmState* state : arms) {
    begin_cycle(context, *state, state == arms.front() ? nullptr : arms.front());
  }
  person_cycle(context, arms);
  for (ArmState* state : arms) {
    end_cycle(context, *state);
  }
}

void end_year(const Model& model, ArmState& state) {
  if (state.recorder != nullptr) {
    state.recorder->end_year(state);
  }
  renew_classes(model, state);
  note_own_spending(model, state);
  state.year.clear();
  if (model.time.year_of(state.cycle) == 0) {
    make_room(state);
  }
  std::fill(state.spend.begin(), state.spend.end(), 0);
  std::fill(state.use.begin(), state.use.end(), 0);
  std::fill(state.year_qalys.begin(), state.year_qalys.end(), 0);
  std::fill(state.year_costs.begin(), state.year_costs.end(), 0);
}

ArmFlight begin_flight(const Context& context, ArmState state, const ArmModel& arm, Before before,
                       const std::vector<TableInfo>& infos) {
  const Model& model = context.model;
  const bool health_changes = state.arm->health.has_value() || arm.health.has_value();
  state.arm = &arm;
  if (health_changes) {
    refresh_people(model, state);
  }
  begin_routes(model, state);
  begin_care(model, state);
  state.person_looks = 0;
  state.past = std::move(before.past);
  state.people = std::move(before.people);
  state.year.usage.assign(arm.entries.size(), 0);
  state.year.withheld.assign(arm.contracts.size(), 0);
  return {.state = std::move(state), .arm = &arm, .renegotiated = nullptr, .tables = empty_tables(infos)};
}

void settle_flight(const Model& model, ArmFlight& flight) {
  ArmState& state = flight.state;
  const ArmModel& arm = *flight.arm;
  const auto counted = count_people(model, state, arm, state.people, state.cycle + 1);
  PastYear now = past_year(model, state, arm, counted);
  now.registered = count_registered(model, state, arm);
  const std::vector<HealthOutcomes> health = health_outcomes(model, state);
  const std::vector<Settled> settled = settle_year(model, state, counted, now, health);
  pay_insurers(model, state);
  close_year_of_people(model, state);
  write_year(model, state, counted, settled, health, flight.tables);
  if (renegotiates(arm)) {
    if (flight.renegotiated == nullptr) {
      flight.renegotiated = std::make_unique<ArmModel>(arm);
      state.arm = flight.renegotiated.get();
    }
    renegotiate(model, results_of_year(model, state, flight.tables), *flight.renegotiated);
  }
  state.past.push_back(std::move(now));
  note_savings(model, settled, state.past.back());
  close_people_of_year(model, state, arm, state.people);
  end_year(model, state);
}

void end_flight(const Model& model, ArmFlight& flight) {
  write_end(model, flight.tables);
  if (model.reward_at_start) {
    write_end_rewards(model, flight.state, flight.tables);
  }
}

}  // namespace waterbed::engine
