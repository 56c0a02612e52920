#include "income.hpp"

#include "incentive.hpp"
#include "supply.hpp"
#include "waterbed/behaviour/incentive.hpp"
#include "waterbed/contracts/marginal.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double market_share(const Model& model, int insurer) {
  return insurer < model.insurers ? model.market_share[at(insurer)] : 1.0;
}

/// The lump sum of a year, a follower's by its share of the market.
double expected_lump(const Model& model, const ArmModel& arm, const ContractModel& contract) {
  if (!contract.follows.lump) {
    const Lump* lump = find_term<Lump>(contract.contract);
    return lump != nullptr ? lump_payment(*lump).to_euro() : 0.0;
  }
  const ContractModel& leading = arm.contracts[at(contract.follows.leading)];
  const double share = market_share(model, leading.payer);
  return share > 0.0 ? expected_lump(model, arm, leading) * contract.follows.paid.to_double() *
                           market_share(model, contract.payer) / share
                     : 0.0;
}

/// List value of what each provider decides at each owner in a year, EUR; shape (owners, providers).
using DecidedList = std::vector<double>;

DecidedList expected_list(const Model& model, int year) {
  const std::size_t cells = model.providers.size() * model.providers.size();
  const auto first = model.frozen.decided_list.begin() + static_cast<std::ptrdiff_t>(at(year) * cells);
  return {first, first + static_cast<std::ptrdiff_t>(cells)};
}

DecidedList list_as_it_goes(const Model& model, const ArmState& state, int year, double gone) {
  DecidedList list = expected_list(model, year);
  for (double& value : list) {
    value *= 1.0 - gone;
  }
  const std::size_t rows = model.network.rows.size();
  for (std::size_t i = 0; i < state.year.list_value.size(); ++i) {
    const RowModel& row = model.network.rows[i % rows];
    if (row.setting >= 0) {
      const std::size_t owner = at(model.network.settings[at(row.setting)].provider);
      list[owner * model.providers.size() + at(row.decider)] += static_cast<double>(state.year.list_value[i]) / 1e6;
    }
  }
  return list;
}

/// What one of those who decide at each provider earns, times how many there were when practice was observed.
std::vector<double> decider_income(const Model& model, const ArmModel& arm, const std::vector<double>& organisation,
                                   const DecidedList& list, bool as_observed) {
  const std::size_t providers = model.providers.size();
  std::vector<double> income(providers, 0.0);
  std::vector<double> salary(providers, 0.0);
  for (std::size_t owner = 0; owner < providers; ++owner) {
    double variable = 0.0;
    for (std::size_t decider = 0; decider < providers; ++decider) {
      variable += model.costs[owner].variable_per_list * list[owner * providers + decider];
    }
    for (std::size_t decider = 0; decider < providers; ++decider) {
      const double decided = list[owner * providers + decider];
      if (const InternalContractModel* internal = internal_contract(arm, owner, decider)) {
        income[decider] += internal->fee_share * decided + internal->result_share * (organisation[owner] - variable);
        salary[decider] += internal->salary;
      } else if (decided > 0.0 || owner == decider) {
        income[decider] += organisation[owner];
      }
    }
  }
  for (std::size_t p = 0; p < providers; ++p) {
    income[p] = income[p] / (as_observed ? 1.0 : arm.deciders[p].number) + salary[p];
  }
  return income;
}

}  // namespace

std::vector<double> organisation_income(const Model& model, const ArmModel& arm, int year,
                                        const std::function<Forecast(std::size_t contract)>& turnover) {
  std::vector<double> income(model.providers.size(), 0.0);
  for (std::size_t c = 0; c < arm.contracts.size(); ++c) {
    const ContractModel& contract = arm.contracts[c];
    if (contract.holder < 0 || !contract.in_force(year)) {
      continue;
    }
    const Forecast forecast = turnover(c);
    double paid = forecast.mean;
    if (const Ceiling* ceiling = find_term<Ceiling>(contract.contract)) {
      paid -= (1.0 - ceiling->share_above.to_double()) *
              expected_excess(forecast.mean, ceiling_of(contract, year), forecast.sd);
    }
    income[at(contract.holder)] += paid + expected_lump(model, arm, contract);
    for (const int member : contract.members) {
      const bool alone = contract.members.size() == 1;
      const double share = alone ? 1.0 : settlement_share(contract.contract, model.providers[at(member)].name);
      income[at(member)] += share * contract.expected_capitation[at(year)];
    }
  }
  for (std::size_t p = 0; p < income.size(); ++p) {
    income[p] += arm.expected_bills[p];
  }
  return income;
}

std::vector<double> target_income(const Model& model, int year, double gone) {
  const ArmModel& arm = model.arms[at(model.reference)];
  const std::vector<double> organisation = organisation_income(
      model, arm, year, [&](std::size_t c) { return usual_forecast(model, arm.contracts[c], year, gone); });
  return decider_income(model, arm, organisation, expected_list(model, year), true);
}

std::vector<double> income_weights(const Model& model, const ArmState& state, int year, double gone) {
  std::vector<double> weights(model.providers.size(), 1.0);
  const double gamma = model.behaviour.income_effort;
  if (gamma == 0.0) {
    return weights;
  }
  const std::vector<double> organisation = organisation_income(model, *state.arm, year, [&](std::size_t c) {
    return income_forecast(model, state.arm->contracts[c], year, gone, demand_to_date(state, c));
  });
  const std::vector<double> income =
      decider_income(model, *state.arm, organisation, list_as_it_goes(model, state, year, gone), false);
  const std::vector<int> phases = refresh_phases(model);
  const auto phase =
      at(std::find(phases.begin(), phases.end(), state.cycle % model.time.cycles_per_year) - phases.begin());
  const double* const target =
      model.frozen.target_income.data() + (phase * at(model.time.years) + at(year)) * weights.size();
  for (std::size_t p = 0; p < weights.size(); ++p) {
    weights[p] = income_weight({.target = target[p], .expected = income[p]}, gamma);
  }
  return weights;
}

}  // namespace waterbed::engine
