#include "supply.hpp"

#include "waterbed/behaviour/incentive.hpp"
#include "waterbed/contracts/marginal.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Keeps what contracts were asked for by the end of this cycle, for those who see it late.
void remember_demand(const Model& model, ArmState& state) {
  if (std::all_of(model.providers.begin(), model.providers.end(),
                  [](const ProviderModel& provider) { return provider.lag_cycles == 0; })) {
    return;
  }
  // None before the year, then after each of its cycles.
  state.demand_by_cycle.resize(at(model.time.cycles_per_year) + 1);
  std::vector<double>& demand = state.demand_by_cycle[at(state.cycle % model.time.cycles_per_year) + 1];
  demand.resize(state.arm->contracts.size());
  for (std::size_t c = 0; c < demand.size(); ++c) {
    demand[c] = demand_to_date(state, c);
  }
}

}  // namespace

double ceiling_of(const ContractModel& contract, int year) {
  const Ceiling* ceiling = find_term<Ceiling>(contract.contract);
  if (ceiling->amount) {
    return ceiling->amount->to_euro();
  }
  return ceiling->of_expected_turnover->to_double() * contract.expected_turnover[at(year)];
}

double demand_to_date(const ArmState& state, std::size_t contract) {
  double income = 0.0;
  for (std::size_t slot = 0; slot < state.arm->entries.size(); ++slot) {
    const EntryKey& key = state.arm->entries[slot];
    if (key.contract.index() == contract && (key.term == TermKind::fee || key.term == TermKind::bundle)) {
      income += static_cast<double>(state.year.usage[slot]) / 1e6;
    }
  }
  return income + static_cast<double>(state.year.withheld[contract]) / 1e6;
}

double share_seen(const Model& model, double gone, int lag_cycles) {
  return lag_cycles == 0 ? gone : std::max(0.0, gone - static_cast<double>(lag_cycles) / model.time.cycles_per_year);
}

double demand_seen(const Model& model, const ArmState& state, std::size_t contract, int lag_cycles) {
  if (lag_cycles == 0) {
    return demand_to_date(state, contract);
  }
  const int known = state.cycle % model.time.cycles_per_year - lag_cycles;
  return known <= 0 ? 0.0 : state.demand_by_cycle[at(known)][contract];
}

Forecast income_forecast(const Model& model, const ContractModel& contract, int year, double gone, double to_date) {
  const double expected = contract.expected_turnover[at(year)];
  const double remainder = (1.0 - gone) * expected;
  if (find_term<Ceiling>(contract.contract) == nullptr) {
    return {.mean = to_date + remainder, .sd = 0.0};
  }
  const double noise = contract.turnover_noise_cv * remainder;
  return {.mean = to_date + remainder,
          .sd = forecast_sigma(ceiling_of(contract, year), 1.0 - gone, noise, model.behaviour.forecast_cv)};
}

Forecast usual_forecast(const Model& model, const ContractModel& contract, int year, double gone) {
  return usual_forecast(model, contract, year, gone, contract.expected_turnover[at(year)]);
}

Forecast usual_forecast(const Model& model, const ContractModel& contract, int year, double gone, double turnover) {
  const double so_far = gone * turnover;
  Forecast income = income_forecast(model, contract, year, gone, so_far);
  const double brought = contract.turnover_noise_cv * so_far;
  income.sd = std::sqrt(income.sd * income.sd + brought * brought);
  return income;
}

double income_slope(const ContractModel& contract, int year, const Forecast& income) {
  double slope = 1.0;
  if (const Fee* fee = find_term<Fee>(contract.contract); fee != nullptr && !fee->tiers.empty()) {
    slope *= 1.0 - tier_discount_at(*fee, Money::from_euro(income.mean)).to_double();
  }
  if (const Ceiling* ceiling = find_term<Ceiling>(contract.contract)) {
    slope *= ceiling_slope(*ceiling, ceiling_of(contract, year), income);
  }
  return slope;
}

void decide_supply(const Model& model, ArmState& state, int year, double gone) {
  const BehaviourModel& behaviour = model.behaviour;
  const SupplyShares shares{behaviour.goes_on, behaviour.defers, behaviour.sends_back, behaviour.sends_elsewhere};
  std::fill(state.payer_closed.begin(), state.payer_closed.end(), 0);
  // Parts of the year's elective work of each provider, against the reference contracts: what the contracts ask for in
  // an average year, and what they ask for as this year goes.
  std::vector<double> policy(model.providers.size(), 0.0);
  std::vector<double> planned(model.providers.size(), 0.0);
  const auto held_back = [&](const ContractModel& contract, const Forecast& income) {
    const SupplyDecision decision = supply_decision({.forecast = income.mean,
                                                     .forecast_sd = income.sd,
                                                     .ceiling = ceiling_of(contract, year),
                                                     .elective_remainder = contract.expected_elective[at(year)]},
                                                    shares, state.arm->deciders[at(contract.holder)].pass_through);
    const bool insured = model.insurers > 0 && contract.payer < model.insurers;
    const double weight = insured ? model.market_share[at(contract.payer)] : 1.0;
    return weight * (decision.closed_share + decision.sent_back + decision.sent_elsewhere);
  };
  for (std::size_t c = 0; c < state.arm->contracts.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    const Ceiling* ceiling = find_term<Ceiling>(contract.contract);
    if (ceiling == nullptr || !contract.in_force(year)) {
      continue;
    }
    const int lag = model.providers[at(contract.holder)].lag_cycles;
    const double seen = share_seen(model, gone, lag);
    const Forecast income = income_forecast(model, contract, year, seen, demand_seen(model, state, c, lag));
    policy[at(contract.holder)] += held_back(contract, usual_forecast(model, contract, year, seen));
    planned[at(contract.holder)] += held_back(contract, income);
    if (!ceiling->duty_to_deliver && contract.payer < model.insurers && income.mean >= ceiling_of(contract, year)) {
      state.payer_closed[at(contract.holder) * at(model.insurers) + at(contract.payer)] = 1;
    }
  }
  for (const ContractModel& contract : model.arms[at(model.reference)].contracts) {
    if (find_term<Ceiling>(contract.contract) != nullptr && contract.in_force(year)) {
      const double seen = share_seen(model, gone, model.providers[at(contract.holder)].lag_cycles);
      const double usual = held_back(contract, usual_forecast(model, contract, year, seen));
      policy[at(contract.holder)] -= usual;
      planned[at(contract.holder)] -= usual;
    }
  }
  // Slots open and close as the year goes, until its plan is kept. Patients are sent away no further than the contracts
  // ask for in an average year, so under the usual ones nobody is: that part of practice is in what was observed.
  const double moved = shares.defers + shares.sends_back + shares.sends_elsewhere;
  for (std::size_t p = 0; p < planned.size(); ++p) {
    const double now =
        std::clamp((planned[p] - state.held_back[p]) / (1.0 - gone), -k_most_held_back, k_most_held_back);
    const double part = moved > 0.0 ? std::clamp(now, 0.0, std::max(0.0, policy[p])) / moved : 0.0;
    state.sent_back[p] = part * shares.sends_back;
    state.sent_elsewhere[p] = part * shares.sends_elsewhere;
    state.closed[p] = now - state.sent_back[p] - state.sent_elsewhere[p];
  }
}

void note_withheld(const Model& model, ArmState& state) {
  const int year = model.time.year_of(state.cycle);
  if (year < 0) {
    return;
  }
  for (std::size_t c = 0; c < state.arm->contracts.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    if (find_term<Ceiling>(contract.contract) != nullptr && contract.in_force(year)) {
      const std::size_t holder = at(contract.holder);
      const double share = state.closed[holder] + state.sent_back[holder] + state.sent_elsewhere[holder];
      const double elective = contract.expected_elective[at(year)] / model.time.cycles_per_year;
      state.year.withheld[c] += std::llround(share * elective * 1e6);
    }
  }
  const bool year_ends = (state.cycle + 1) % model.time.cycles_per_year == 0;
  for (std::size_t p = 0; p < state.held_back.size(); ++p) {
    const double share = state.closed[p] + state.sent_back[p] + state.sent_elsewhere[p];
    state.held_back[p] = year_ends ? 0.0 : state.held_back[p] + share / model.time.cycles_per_year;
  }
  remember_demand(model, state);
}

}  // namespace waterbed::engine
