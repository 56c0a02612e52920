#include "pilot.hpp"

#include "waterbed/core/math.hpp"
#include "year_start.hpp"

#include <algorithm>
#include <limits>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double growth(const Model& model, std::size_t need, int year) {
  return exact::exp(exact::log(1.0 + model.need_growth[need]) * year);
}

void add_rates(const Model& model, const ArmState& state, std::size_t year, Pilot& pilot) {
  const std::size_t needs = model.network.needs.size();
  const std::size_t routes = at(model.network.routes);
  double* const to = pilot.needs.data() + year * needs * routes;
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] != Presence::here) {
      continue;
    }
    pilot.persons[year] += 1.0;
    const std::size_t route = model.route_of[person];
    const double* const rates = model.rates.per_year.data() + state.cell[person] * needs;
    for (std::size_t n = 0; n < needs; ++n) {
      to[n * routes + route] += rates[n];
    }
    for (int c = 0; c < model.health.conditions; ++c) {
      const std::uint8_t stage = state.stage[person * at(model.health.conditions) + at(c)];
      for (const HealthModel::Need& need : model.health.needs_of(c, stage)) {
        to[at(need.need) * routes + route] += need.per_cycle * model.time.cycles_per_year;
      }
    }
  }
}

/// EUR a year that capitation and enrolment of an arm's contracts would pay for the people who are here now.
std::vector<double> capitation_now(const Model& model, const ArmModel& arm, ArmState state) {
  state.arm = &arm;
  state.year.usage.assign(arm.entries.size(), 0);
  std::vector<double> result(state.arm->contracts.size(), 0.0);
  const int cycle = state.cycle;
  note_year_start(model, state);
  for (int c = cycle - cycle % model.time.cycles_per_year; c % model.time.cycles_per_year != 0 || c <= cycle; ++c) {
    state.cycle = c;  // every period of the year falls due once
    accrue_periods(model, state);
  }
  for (std::size_t slot = 0; slot < state.arm->entries.size(); ++slot) {
    const EntryKey& key = state.arm->entries[slot];
    if (key.contract.valid()) {
      result[key.contract.index()] += static_cast<double>(state.year.usage[slot]) / 1e6;
    }
  }
  return result;
}

}  // namespace

ArmState pilot_state(const Context& context) {
  const Model& model = context.model;
  ArmState state = initial_state(context, model.arms[at(model.reference)]);
  // Care as in observed practice: each effect is in force, for good, in the usual share of persons.
  const std::size_t effects = model.health.care.size();
  for (std::size_t i = 0; i < state.care.size(); ++i) {
    const auto effect = static_cast<std::uint32_t>(i % effects);
    const Words words = context.words(static_cast<std::uint32_t>(i / effects), 0, Purpose::enrolment, effect);
    if (bernoulli(words[0], model.usual_care[effect])) {
      state.care[i] = {0, std::numeric_limits<std::int16_t>::max()};
    }
  }
  return state;
}

bool brought_by_event(const Token& token) {
  return (token.key >> 18 & 63U) >= k_base_occurrences + k_condition_occurrences;
}

bool needs_pilot(const Model& model) {
  return !model.network.needs.empty() ||
         std::any_of(model.arms.begin(), model.arms.end(), [](const ArmModel& arm) { return !arm.contracts.empty(); });
}

Pilot run_pilot(const Model& model) {
  const std::size_t needs = model.network.needs.size();
  const std::size_t routes = at(model.network.routes);
  Pilot pilot;
  pilot.needs.assign(at(model.time.years) * needs * routes, 0.0);
  pilot.persons.assign(at(model.time.years), 0.0);
  pilot.capitation.resize(at(model.time.years));
  const ReplicationDraws draws{std::vector<double>(std::max<std::size_t>(1, model.people.practice_names.size()), 1.0)};
  const Context context{model, 0, k_pilot_replication, 1, 1 << 16, draws};
  ArmState state = pilot_state(context);

  std::vector<double> triggered(needs * routes, 0.0);
  for (; state.cycle < model.time.cycles(); ++state.cycle) {
    person_cycle(context, state);
    for (const Token& token : state.begun) {
      if (brought_by_event(token)) {
        triggered[at(token.need()) * routes + model.route_of[token.person]] += 1.0;
      }
    }
    const int year = model.time.year_of(state.cycle);
    if (year >= 0 && state.cycle % model.time.cycles_per_year == model.time.cycles_per_year / 2) {
      add_rates(model, state, at(year), pilot);
      // No contacts are simulated here that would record what people have: registers are taken as complete.
      state.recorded = year == 0 || model.behaviour.income_effort != 0.0 ? state.stage : state.recorded;
      pilot.capitation[at(year)].resize(model.arms.size());
      for (std::size_t a = 0; a < model.arms.size(); ++a) {
        if ((year == 0 && static_cast<int>(a) == model.reference) || model.behaviour.income_effort != 0.0) {
          pilot.capitation[at(year)][a] = capitation_now(model, model.arms[a], state);
        }
      }
    }
  }
  const double years = static_cast<double>(model.time.cycles()) / model.time.cycles_per_year;
  for (int year = 0; year < model.time.years; ++year) {
    for (std::size_t n = 0; n < needs; ++n) {
      for (std::size_t r = 0; r < routes; ++r) {
        double& rate = pilot.needs[(at(year) * needs + n) * routes + r];
        rate = (rate + triggered[n * routes + r] / years) * growth(model, n, year);
      }
    }
  }
  return pilot;
}

}  // namespace waterbed::engine
