#include "waterbed/engine/people_mix.hpp"

#include "person.hpp"
#include "pilot.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

namespace waterbed {
namespace {

using engine::ArmState;
using engine::brought_by_event;
using engine::Context;
using engine::k_pilot_replication;
using engine::person_cycle;
using engine::pilot_state;
using engine::Presence;
using engine::ReplicationDraws;
using engine::Token;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

void check(const std::vector<int>& age_low, int runs) {
  if (age_low.empty() || age_low.front() != 0 ||
      std::adjacent_find(age_low.begin(), age_low.end(), std::greater_equal<>()) != age_low.end()) {
    throw InvalidArgument("age_low", "must rise from 0", age_low.empty() ? "none" : std::to_string(age_low.front()));
  }
  if (runs < 1) {
    throw InvalidArgument("runs", "must be at least 1", std::to_string(runs));
  }
}

class Counter {
 public:
  Counter(const Model& model, PeopleMix& mix) : model_(model), mix_(mix), per_year_(model.time.cycles_per_year) {
    for (int age = 0; age <= k_max_age; ++age) {
      band_of_age_.push_back(std::upper_bound(mix.age_low.begin(), mix.age_low.end(), age) - mix.age_low.begin() - 1);
    }
  }

  /// Adds one cycle of everybody who is here; `growth` of each need.
  void add(const ArmState& state, const std::vector<double>& growth, double weight) {
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      const bool gone = state.presence[person] != Presence::here;
      if (gone && (state.presence[person] == Presence::not_yet || state.gone_at[person] != state.cycle)) {
        continue;
      }
      const std::size_t cell = cell_of(state, person);
      if (gone) {
        mix_.exits[cell] += weight;
        continue;
      }
      add_person(state, person, cell, growth, weight / per_year_);
    }
    for (const Token& token : state.begun) {
      if (brought_by_event(token)) {
        mix_.brought[cell_of(state, token.person) * growth.size() + at(token.need())] += weight;
      }
    }
  }

 private:
  std::size_t band_at(int cycle, std::size_t person) const {
    return at(band_of_age_[at(engine::age_in(model_, cycle, person))]);
  }

  std::size_t cell_of(const ArmState& state, std::size_t person) const {
    const int year_began = state.cycle - state.cycle % per_year_;
    const int from = std::max(year_began, static_cast<int>(model_.people.enters_cycle[person]));
    return mix_.cell(band_at(from, person), static_cast<std::size_t>(model_.people.sex[person]),
                     model_.people.deprivation[person] - std::size_t{1}, model_.route_of[person]);
  }

  void add_person(const ArmState& state, std::size_t person, std::size_t cell, const std::vector<double>& growth,
                  double years) {
    const std::size_t needs = growth.size();
    const auto conditions = at(model_.health.conditions);
    mix_.person_years[cell] += years;
    const double* const rates = model_.rates.per_year.data() + state.cell[person] * needs;
    const std::size_t band = cell / (mix_.cells() / mix_.age_low.size());
    std::vector<double>& base = band_at(state.cycle, person) == band ? mix_.base : mix_.base_older;
    for (std::size_t n = 0; n < needs; ++n) {
      base[cell * needs + n] += rates[n] * growth[n] * years;
    }
    for (std::size_t c = 0; c < conditions; ++c) {
      const std::uint8_t stage = state.stage[person * conditions + c];
      for (const HealthModel::Need& need : model_.health.needs_of(static_cast<int>(c), stage)) {
        mix_.brought[cell * needs + at(need.need)] += need.per_cycle * per_year_ * growth[at(need.need)] * years;
      }
    }
  }

  const Model& model_;
  PeopleMix& mix_;
  int per_year_;
  std::vector<Index> band_of_age_;
};

}  // namespace

PeopleMix people_mix(const Model& model, const std::vector<int>& age_low, int runs) {
  check(age_low, runs);
  PeopleMix mix;
  mix.age_low = age_low;
  mix.routes = model.network.routes;
  const std::size_t cells = age_low.size() * k_sexes * 5 * at(mix.routes);
  const std::size_t needs = model.network.needs.size();
  mix.person_years.assign(cells, 0.0);
  mix.exits.assign(cells, 0.0);
  mix.base.assign(cells * needs, 0.0);
  mix.base_older.assign(cells * needs, 0.0);
  mix.brought.assign(cells * needs, 0.0);
  Counter counter(model, mix);
  const ReplicationDraws draws{std::vector<double>(std::max<std::size_t>(1, model.people.practice_names.size()), 1.0)};
  for (int run = 0; run < runs; ++run) {
    const Context context{model, 0, k_pilot_replication - static_cast<std::uint32_t>(run), 0, 1 << 14, draws};
    ArmState state = pilot_state(context);
    std::vector<double> growth(needs, 1.0);
    for (; state.cycle < model.time.cycles(); ++state.cycle) {
      person_cycle(context, state);
      const int year = model.time.year_of(state.cycle);
      if (year < 0) {
        continue;
      }
      for (std::size_t n = 0; n < needs; ++n) {
        growth[n] = std::pow(1.0 + model.need_growth[n], year);
      }
      counter.add(state, growth, 1.0 / runs);
    }
  }
  return mix;
}

}  // namespace waterbed
