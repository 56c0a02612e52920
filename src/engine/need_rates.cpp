// Rates of needs in a cycle, and whom they bring none.

#include "common_chance.hpp"
#include "needs.hpp"
#include "own_price.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Growth and shocks of the year that begins.
void begin_year(const Context& context, ArmState& state) {
  const Model& model = context.model;
  const int year = model.time.year_of(state.cycle);
  const int calendar_year = state.cycle / model.time.cycles_per_year;
  for (std::size_t n = 0; n < model.network.needs.size(); ++n) {
    const double shock = year_shock(model, context.seed, context.replication, calendar_year, n);
    state.year_shock[n] = shock * exact::exp(exact::log(1.0 + model.need_growth[n]) * year);
  }
}

/// Rates of the cycle, by cells and practices.
void take_rates(const Context& context, ArmState& state) {
  const Model& model = context.model;
  const std::size_t needs = model.network.needs.size();
  state.shock = state.year_shock;
  if (!model.season.empty()) {
    const std::size_t per_year = at(model.time.cycles_per_year);
    for (std::size_t n = 0; n < needs; ++n) {
      state.shock[n] *= model.season[n * per_year + at(state.cycle) % per_year];
    }
  }
  const std::size_t practices = context.draws.practice_effect.size();
  for (std::size_t cell = 0; cell < at(model.rates.cells()); ++cell) {
    double total = 0.0;
    for (std::size_t n = 0; n < needs; ++n) {
      const double room = room_for(model, static_cast<int>(n));
      state.rate[cell * needs + n] =
          model.rates.per_year[cell * needs + n] * state.shock[n] * room / model.time.cycles_per_year;
      total += state.rate[cell * needs + n];
    }
    state.cell_rate[cell] = total;
    if (total > 0.0) {
      cumulative_thresholds({state.rate.data() + cell * needs, needs}, {state.need_below.data() + cell * needs, needs});
    }
    for (std::size_t bits = 0, need = 0; bits < k_guide; ++bits) {
      while (state.need_below[cell * needs + need] <= bits << k_guide_shift) {
        ++need;
      }
      state.need_guide[cell * k_guide + bits] = static_cast<std::uint8_t>(need);
    }
    for (std::size_t p = 0; p < practices; ++p) {
      state.no_need_of[cell * practices + p] = none_at_or_below(exact::exp(-total * context.draws.practice_effect[p]));
    }
  }
}

void copy_rates(const ArmState& from, ArmState& state) {
  state.shock = from.shock;
  state.year_shock = from.year_shock;
  state.rate = from.rate;
  state.cell_rate = from.cell_rate;
  state.need_below = from.need_below;
  state.need_guide = from.need_guide;
  state.no_need_of = from.no_need_of;
}

/// Whether rates mean the same for a person of two arms.
bool has_same_rates(const Model& model, const ArmState& one, const ArmState& other, std::size_t person) {
  const auto first = static_cast<std::ptrdiff_t>(person) * model.health.conditions;
  return one.presence[person] == other.presence[person] && one.cell[person] == other.cell[person] &&
         std::equal(one.stage.begin() + first, one.stage.begin() + first + model.health.conditions,
                    other.stage.begin() + first);
}

}  // namespace

void refresh_rates(const Context& context, ArmState& state, const ArmState* done) {
  const Model& model = context.model;
  const std::size_t needs = model.network.needs.size();
  const bool year_begins = state.cycle % model.time.cycles_per_year == 0;
  if (needs == 0 || (!year_begins && model.season.empty())) {
    return;
  }
  if (year_begins) {
    begin_year(context, state);
    refresh_own_prices(model, state);
  }
  if (done != nullptr) {
    copy_rates(*done, state);
  } else {
    take_rates(context, state);
  }
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] != Presence::here) {
      continue;
    }
    if (done != nullptr && has_same_rates(model, *done, state, person)) {
      state.no_stage_need[person] = done->no_stage_need[person];
      state.no_base_need[person] = done->no_base_need[person];
    } else {
      state.no_stage_need[person] = no_stage_need(model, state, person);
      note_no_base_need(model, state, person);
    }
  }
}

}  // namespace waterbed::engine
