#include "chosen_option.hpp"
#include "state.hpp"
#include "waterbed/behaviour/choice.hpp"
#include "waterbed/behaviour/waits.hpp"

#include <algorithm>
#include <span>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Keeps waits for those who see them late.
void remember_waits(const Model& model, ArmState& state) {
  int longest = 0;
  for (const ProviderModel& provider : model.providers) {
    longest = std::max(longest, provider.lag_cycles);
  }
  if (longest == 0) {
    return;
  }
  if (state.waits_before.size() <= at(longest)) {
    state.waits_before.push_back(state.wait);
    return;
  }
  std::rotate(state.waits_before.begin(), state.waits_before.begin() + 1, state.waits_before.end());
  state.waits_before.back() = state.wait;
}

/// Waits as who decides at a row sees them, days; patients see them as they are.
const std::vector<double>& waits_seen(const Model& model, const ArmState& state, const RowModel& row) {
  const std::size_t lag = row.setting >= 0 && row.decider >= 0 ? at(model.providers[at(row.decider)].lag_cycles) : 0;
  if (lag == 0) {
    return state.wait;
  }
  const std::size_t newest = state.waits_before.size() - 1;
  return state.waits_before[newest - std::min(lag, newest)];
}

/// QALYs that a month of waiting costs, as who decides at a row weighs them, log-odds.
double altruism_at(const Model& model, std::size_t row) {
  constexpr double k_months_per_year = 12.0;
  if (model.behaviour.altruism == 0.0 || model.network.rows[row].setting < 0) {
    return 0.0;
  }
  const std::int32_t need = model.network.chain_of_row[row] / model.network.routes;
  return model.behaviour.altruism * model.network.needs[at(need)].wait_disutility / k_months_per_year;
}

/// Takes from the chances of a row what the choice of most people there follows from.
void note_kept(const Model& model, ArmState& state, std::size_t insurer, const RowModel& row) {
  if (state.surely_kept_below.empty()) {
    return;  // nobody walks
  }
  const std::size_t first = insurer * model.network.options.size() + at(row.first_option);
  const double* const base = model.frozen.practice.data() + row.first_option;
  for (std::size_t o = 0; o < at(row.options); ++o) {
    state.surely_kept_below[first + o] = surely_kept_below(base[o], state.probability[first + o]);
  }
}

}  // namespace

void begin_routes(const Model& model, ArmState& state) {
  const NetworkModel& network = model.network;
  if (!state.arm->routes.present()) {
    return;
  }
  const std::vector<double>& practice = state.arm->routes.practice;
  for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
    std::copy(practice.begin(), practice.end(),
              state.probability.begin() + static_cast<std::ptrdiff_t>(p * practice.size()));
    for (std::size_t r = 0; r < network.rows.size(); ++r) {
      const auto first = static_cast<std::ptrdiff_t>(network.rows[r].first_option);
      const bool differs = !std::equal(practice.begin() + first, practice.begin() + first + network.rows[r].options,
                                       model.frozen.practice.begin() + first);
      state.row_moved[p * network.rows.size() + r] = differs ? 1 : 0;
      note_kept(model, state, p, network.rows[r]);
    }
  }
}

void refresh_choices(const Model& model, ArmState& state) {
  const NetworkModel& network = model.network;
  const BehaviourModel& behaviour = model.behaviour;
  const std::vector<double>& practice = model.practice_in(*state.arm);
  std::size_t most = 0;
  for (const RowModel& row : network.rows) {
    most = std::max(most, at(row.options));
  }
  for (const OptionModel& option : network.options) {
    most = std::max(most, at(option.nest) + 1);
  }
  state.choosing.make_room(most);
  auto& [utility, wait, benefit, nest_utility, nest_share, nest, places] = state.choosing;
  const std::size_t options = network.options.size();
  remember_waits(model, state);
  const ChoiceRule rule{.nest_scale = behaviour.nest_scale, .exponent_limit = behaviour.exponent_limit};
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    if (row.urgent) {
      continue;
    }
    const auto count = at(row.options);
    const std::span<const double> base(practice.data() + row.first_option, count);
    std::fill(nest_utility.begin(), nest_utility.end(), 0.0);
    std::fill(nest_share.begin(), nest_share.end(), 0.0);
    std::fill(wait.begin(), wait.end(), 0.0);
    std::fill(benefit.begin(), benefit.end(), 0.0);
    const std::vector<double>& waits_now = waits_seen(model, state, row);
    const double altruism = altruism_at(model, r);
    std::fill(places.begin(), places.end(), 0);
    bool waits = false;
    std::size_t nests = 0;
    for (std::size_t o = 0; o < count; ++o) {
      const OptionModel& option = network.options[at(row.first_option) + o];
      nest[o] = option.nest;
      nests = std::max(nests, at(option.nest) + 1);
      if (option.to >= 0 && network.rows[at(option.to)].waits) {
        const auto setting = at(network.rows[at(option.to)].setting);
        const PerceivedWait perceived{waits_now[setting] / k_days_per_month,
                                      network.settings[setting].reference_wait_days / k_days_per_month};
        const bool same_house =
            row.setting >= 0 && network.settings[at(row.setting)].provider == network.settings[setting].provider;
        wait[o] = wait_utility(behaviour.omega_where, perceived);
        benefit[o] = wait_utility(altruism, perceived);
        const double omega = same_house        ? behaviour.omega_admit
                             : row.setting < 0 ? behaviour.omega_enter
                                               : behaviour.omega_refer;
        nest_utility[at(option.nest)] += base[o] * wait_utility(omega, perceived);
        waits = true;
      }
      nest_share[at(option.nest)] += base[o];
    }
    for (std::size_t k = 0; k < nests; ++k) {
      nest_utility[k] = nest_share[k] > 0.0 ? nest_utility[k] / nest_share[k] : 0.0;
    }
    // Where only one place offers the care there is no "where": its wait acts on "whether" alone.
    for (std::size_t o = 0; o < count; ++o) {
      places[at(nest[o])] += base[o] > 0.0 ? 1 : 0;
    }
    bool moved = waits;
    for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
      const double* const shifts = state.shift.data() + p * options + at(row.first_option);
      if (p > 0 && std::equal(shifts, shifts + count, shifts - options)) {
        // As for the people of the insurer before.
        if (moved) {
          double* const chances = state.probability.data() + p * options + at(row.first_option);
          std::copy_n(chances - options, count, chances);
          state.row_moved[p * network.rows.size() + r] = state.row_moved[(p - 1) * network.rows.size() + r];
          note_kept(model, state, p, row);
        }
        continue;
      }
      moved = waits;
      for (std::size_t o = 0; o < count; ++o) {
        utility[o] = shifts[o] + (places[at(nest[o])] > 1 ? wait[o] : 0.0) + benefit[o];
        moved = moved || shifts[o] != 0.0;
      }
      if (!moved) {
        continue;
      }
      const std::span<double> chances(state.probability.data() + p * options + at(row.first_option), count);
      choose({.base = base,
              .nest = {nest.data(), count},
              .utility = {utility.data(), count},
              .nest_utility = {nest_utility.data(), nests}},
             rule, chances);
      const bool differs =
          !std::equal(chances.begin(), chances.end(), model.frozen.practice.begin() + row.first_option);
      state.row_moved[p * network.rows.size() + r] = differs ? 1 : 0;
      note_kept(model, state, p, row);
    }
  }
}

}  // namespace waterbed::engine
