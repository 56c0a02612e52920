#include "supply.hpp"

#include "waterbed/behaviour/incentive.hpp"
#include "waterbed/contracts/marginal.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

Forecast income_forecast(const Model& model, const ContractModel& contract, int year, double gone, double to_date) {
  const double expected = contract.expected_turnover[at(year)];
  const double remainder = (1.0 - gone) * expected;
  const double noise = contract.turnover_noise_cv * remainder;
  return {.mean = to_date + remainder,
          .sd = forecast_sigma(ceiling_of(contract, year), 1.0 - gone, noise, model.behaviour.forecast_cv)};
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

double income_slope(const Model& model, const ContractModel& contract, int year, double gone, double to_date) {
  const Ceiling* ceiling = find_term<Ceiling>(contract.contract);
  double slope = 1.0;
  if (const Fee* fee = find_term<Fee>(contract.contract); fee != nullptr && !fee->tiers.empty()) {
    const double forecast = to_date + (1.0 - gone) * contract.expected_turnover[at(year)];
    slope *= 1.0 - tier_discount_at(*fee, Money::from_euro(forecast)).to_double();
  }
  if (ceiling != nullptr) {
    slope *= ceiling_slope(*ceiling, ceiling_of(contract, year), income_forecast(model, contract, year, gone, to_date));
  }
  return slope;
}

void decide_supply(const Model& model, ArmState& state, int year, double gone) {
  const BehaviourModel& behaviour = model.behaviour;
  const SupplyShares shares{behaviour.goes_on, behaviour.defers, behaviour.sends_back, behaviour.sends_elsewhere};
  std::fill(state.closed.begin(), state.closed.end(), 0.0);
  std::fill(state.sent_back.begin(), state.sent_back.end(), 0.0);
  std::fill(state.sent_elsewhere.begin(), state.sent_elsewhere.end(), 0.0);
  std::fill(state.payer_closed.begin(), state.payer_closed.end(), 0);
  const ArmModel& reference = model.arms[at(model.reference)];
  const auto held_back = [&](const ContractModel& contract, double forecast, double sd, double elective) {
    return supply_decision({.forecast = forecast,
                            .forecast_sd = sd,
                            .ceiling = ceiling_of(contract, year),
                            .elective_remainder = elective},
                           shares, model.providers[at(contract.holder)].pass_through);
  };
  const auto weight = [&](const ContractModel& contract) {
    return model.insurers > 0 && contract.payer < model.insurers ? model.market_share[at(contract.payer)] : 1.0;
  };
  const auto add = [&](const ContractModel& contract, const SupplyDecision& decision, double sign) {
    state.closed[at(contract.holder)] += sign * weight(contract) * decision.closed_share;
    state.sent_back[at(contract.holder)] += sign * weight(contract) * decision.sent_back;
    state.sent_elsewhere[at(contract.holder)] += sign * weight(contract) * decision.sent_elsewhere;
  };
  for (std::size_t c = 0; c < state.arm->contracts.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    const Ceiling* ceiling = find_term<Ceiling>(contract.contract);
    if (ceiling == nullptr) {
      continue;
    }
    const Forecast income = income_forecast(model, contract, year, gone, demand_to_date(state, c));
    add(contract, held_back(contract, income.mean, income.sd, contract.expected_elective[at(year)] * (1.0 - gone)),
        +1.0);
    if (!ceiling->duty_to_deliver && contract.payer < model.insurers && income.mean >= ceiling_of(contract, year)) {
      state.payer_closed[at(contract.holder) * at(model.insurers) + at(contract.payer)] = 1;
    }
  }
  for (const ContractModel& contract : reference.contracts) {
    if (find_term<Ceiling>(contract.contract) != nullptr) {
      const Forecast start = income_forecast(model, contract, year, 0.0, 0.0);
      add(contract, held_back(contract, start.mean, start.sd, contract.expected_elective[at(year)] * (1.0 - gone)),
          -1.0);
    }
  }
  for (std::size_t p = 0; p < state.closed.size(); ++p) {
    state.sent_back[p] = std::max(0.0, state.sent_back[p]);
    state.sent_elsewhere[p] = std::max(0.0, state.sent_elsewhere[p]);
  }
}

void note_withheld(const Model& model, ArmState& state) {
  const int year = model.time.year_of(state.cycle);
  if (year < 0) {
    return;
  }
  for (std::size_t c = 0; c < state.arm->contracts.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    if (find_term<Ceiling>(contract.contract) != nullptr) {
      const std::size_t holder = at(contract.holder);
      const double share = state.closed[holder] + state.sent_back[holder] + state.sent_elsewhere[holder];
      const double elective = contract.expected_elective[at(year)] / model.time.cycles_per_year;
      state.year.withheld[c] += std::llround(share * elective * 1e6);
    }
  }
}

}  // namespace waterbed::engine
