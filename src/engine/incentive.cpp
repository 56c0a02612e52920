#include "incentive.hpp"

#include "attached.hpp"
#include "bearer.hpp"
#include "chain.hpp"
#include "coding.hpp"
#include "income.hpp"
#include "selection.hpp"
#include "supply.hpp"
#include "waterbed/behaviour/adaptation.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/network/walk.hpp"
#include "year_end.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double share_of_year_gone(const Model& model, const ArmState& state) {
  return static_cast<double>(state.cycle % model.time.cycles_per_year) / model.time.cycles_per_year;
}

bool shifted_much(const ArmState& state) {
  for (std::size_t o = 0; o < state.shift.size(); ++o) {
    if (std::abs(state.shift[o] - state.shift_at_solve[o]) > k_resolve_shift) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<double> pooled(const Model& model, const std::vector<double>& by_insurer, std::size_t length) {
  const std::size_t insurers = at(std::max(1, model.insurers));
  std::vector<double> mixed(by_insurer.size());
  for (std::size_t i = 0; i < length; ++i) {
    double mean = 0.0;
    for (std::size_t p = 0; p < insurers; ++p) {
      mean += (model.insurers > 0 ? model.market_share[p] : 1.0) * by_insurer[p * length + i];
    }
    for (std::size_t p = 0; p < insurers; ++p) {
      mixed[p * length + i] =
          model.behaviour.pooling * mean + (1.0 - model.behaviour.pooling) * by_insurer[p * length + i];
    }
  }
  return mixed;
}

std::vector<ContractPosition> positions_now(const Model& model, const ArmState& state, int year, double gone,
                                            int lag_cycles) {
  std::vector<ContractPosition> positions(state.arm->contracts.size());
  const std::vector<YearFacts> facts = year_facts(model, state, state.cycle);
  for (std::size_t c = 0; c < positions.size(); ++c) {
    const ContractModel& contract = state.arm->contracts[c];
    if (!contract.in_force(year)) {
      continue;
    }
    positions[c].income_slope = income_slope(contract, year,
                                             income_forecast(model, contract, year, share_seen(model, gone, lag_cycles),
                                                             demand_seen(model, state, c, lag_cycles)));
    if (contract.settles) {
      positions[c].member_slopes = member_slopes(model, state, c, facts[c], gone);
      positions[c].group_share = group_shares(model, state.past.back(), contract, c);
    }
  }
  return positions;
}

std::vector<double> solved_chains(const Model& model, const std::vector<double>& probability) {
  const std::size_t options = model.network.options.size();
  std::vector<double> mean(options, 0.0);
  for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
    const double share = model.insurers > 0 ? model.market_share[p] : 1.0;
    for (std::size_t o = 0; o < options; ++o) {
      mean[o] += share * probability[p * options + o];
    }
  }
  std::vector<double> fundamental(model.frozen.fundamental.size());
  for (std::size_t c = 0; c < model.network.chains.size(); ++c) {
    const Eigen::MatrixXd n = fundamental_matrix(transitions(model.network, model.behaviour.psi, c, mean));
    std::copy(n.data(), n.data() + n.size(),
              fundamental.begin() + static_cast<std::ptrdiff_t>(model.frozen.fundamental_at[c]));
  }
  return fundamental;
}

std::vector<double> adaptation(const Model& model) {
  std::vector<double> parts;
  for (const ProviderModel& provider : model.providers) {
    const double half_life =
        provider.half_life_months < 0.0 ? model.behaviour.half_life_months : provider.half_life_months;
    parts.push_back(kappa({.period_months = 12.0 * model.behaviour.refresh_cycles / model.time.cycles_per_year,
                           .half_life_months = half_life}));
  }
  return parts;
}

OptionValues values_as_seen(const Model& model, const ArmModel& arm, const PayTable& pays,
                            const std::function<std::vector<ContractPosition>(int lag_cycles)>& positions,
                            const std::vector<double>& fundamental) {
  std::set<int> lags;
  for (const ProviderModel& provider : model.providers) {
    lags.insert(provider.lag_cycles);
  }
  const int first = lags.empty() ? 0 : *lags.begin();
  OptionValues values = option_values(model, arm, pays, positions(first), fundamental);
  lags.erase(first);
  const NetworkModel& network = model.network;
  for (const int lag : lags) {
    const OptionValues seen = option_values(model, arm, pays, positions(lag), fundamental);
    for (std::size_t r = 0; r < network.rows.size(); ++r) {
      const RowModel& row = network.rows[r];
      if (row.decider < 0 || model.providers[at(row.decider)].lag_cycles != lag) {
        continue;
      }
      for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
        values.visit[p * network.rows.size() + r] = seen.visit[p * network.rows.size() + r];
        for (std::int32_t a = row.first_attached; !seen.attached.empty() && a < row.first_attached + row.attached;
             ++a) {
          values.attached[p * network.attached.size() + at(a)] = seen.attached[p * network.attached.size() + at(a)];
        }
        for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
          const std::size_t i = p * network.options.size() + at(o);
          values.own[i] = seen.own[i];
          values.borne[i] = seen.borne[i];
        }
      }
    }
  }
  return values;
}

const InternalContractModel* internal_contract(const ArmModel& arm, std::size_t owner, std::size_t decider) {
  const auto found = std::find_if(
      arm.internal_contracts.begin(), arm.internal_contracts.end(),
      [&](const InternalContractModel& one) { return at(one.owner) == owner && at(one.decider) == decider; });
  return found == arm.internal_contracts.end() ? nullptr : &*found;
}

double share_felt(const ArmModel& arm, std::int32_t provider, std::int32_t decider) {
  if (const InternalContractModel* internal = internal_contract(arm, at(provider), at(decider))) {
    return internal->result_share;
  }
  return provider == decider ? 1.0 : 0.0;
}

double row_income(const Model& model, std::size_t row_id, const RowPay& pay) {
  const RowModel& row = model.network.rows[row_id];
  const double price = static_cast<double>(pay.price) / 1e6;
  if (!row.product) {
    return price * units_per_visit(model.network, row);
  }
  return row.list_price == 0 ? 0.0
                             : model.frozen.row_value[row_id] * price / (static_cast<double>(row.list_price) / 1e6);
}

std::vector<int> refresh_phases(const Model& model) {
  const int step = std::gcd(model.behaviour.refresh_cycles, model.time.cycles_per_year);
  std::vector<int> phases;
  for (int phase = 0; phase < model.time.cycles_per_year; phase += step) {
    phases.push_back(phase);
  }
  return phases;
}

std::vector<ContractPosition> expected_positions(const Model& model, const ArmModel& arm, double gone) {
  std::vector<ContractPosition> positions(arm.contracts.size());
  for (std::size_t c = 0; c < positions.size(); ++c) {
    if (model.time.years > 0 && arm.contracts[c].in_force(0)) {
      const ContractModel& contract = arm.contracts[c];
      positions[c].income_slope = income_slope(contract, 0, usual_forecast(model, contract, 0, gone));
    }
  }
  return positions;
}

OptionValues option_values(const Model& model, const ArmModel& arm, const PayTable& pays,
                           const std::vector<ContractPosition>& positions, const std::vector<double>& fundamental) {
  const NetworkModel& network = model.network;
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t rows = network.rows.size();
  const std::size_t options = network.options.size();

  // Margin of who decides per visit, by insurer, and what the practice pays for it out of a bundle.
  std::vector<double> own(insurers * rows, 0.0);
  std::vector<double> charge(insurers * rows, 0.0);
  for (std::size_t p = 0; p < insurers; ++p) {
    for (std::size_t r = 0; r < rows; ++r) {
      const RowModel& row = network.rows[r];
      if (row.setting < 0) {
        continue;
      }
      const RowPay& pay = pays.rows[p * rows + r];
      // A bill without a contract is paid whole; who pays nothing has price 0.
      const double slope = pay.contract >= 0 ? positions[at(pay.contract)].income_slope : 1.0;
      const ProviderCost& cost = model.costs[at(network.settings[at(row.setting)].provider)];
      const double income = row_income(model, r, pay);
      double margin = slope * income - cost.variable_per_list * model.frozen.row_value[r];
      const std::size_t owner = at(network.settings[at(row.setting)].provider);
      if (const InternalContractModel* internal = internal_contract(arm, owner, at(row.decider))) {
        margin = internal->fee_share * model.frozen.row_value[r] + internal->result_share * margin;
      }
      own[p * rows + r] = margin;
      charge[p * rows + r] = pay.charged_to >= 0 ? income : 0.0;
    }
  }
  own = pooled(model, own, rows);
  charge = pooled(model, charge, rows);
  const std::vector<Bearer> bearers = bearers_of(model, arm, positions);
  std::vector<std::vector<double>> counted;
  for (const Bearer& bearer : bearers) {
    const int counter = arm.contracts[bearer.contract].spend_accumulator;
    counted.push_back(counted_values(model, model.spend[at(counter)], pays, bearer.insurer));
  }

  OptionValues values{.own = std::vector<double>(insurers * options, 0.0),
                      .borne = std::vector<double>(insurers * options, 0.0),
                      .visit = own};
  if (model.behaviour.theta_attached != 0.0) {
    values.attached = attached_margins(model, arm, pays, positions, bearers);
  }
  const std::size_t copies = model.behaviour.pooling == 1.0 ? 1 : insurers;
  for (std::size_t chain_id = 0; chain_id < network.chains.size(); ++chain_id) {
    const ChainModel& chain = network.chains[chain_id];
    const Eigen::Map<const Eigen::MatrixXd> n(fundamental.data() + model.frozen.fundamental_at[chain_id], chain.rows,
                                              chain.rows);
    std::vector<std::int32_t> deciders;
    for (std::int32_t r = 0; r < chain.rows; ++r) {
      const RowModel& row = network.rows[at(chain.first_row + r)];
      if (row.decision != DecisionKind::urgent &&
          std::find(deciders.begin(), deciders.end(), row.decider) == deciders.end()) {
        deciders.push_back(row.decider);
      }
    }
    const std::int32_t group = network.group_of_route[chain_id % at(network.routes)];
    for (std::size_t p = 0; p < copies; ++p) {
      for (const std::int32_t decider : deciders) {
        Eigen::VectorXd margin = Eigen::VectorXd::Zero(chain.rows);
        Eigen::VectorXd burden = Eigen::VectorXd::Zero(chain.rows);
        for (std::int32_t r = 0; r < chain.rows; ++r) {
          const std::size_t row_id = at(chain.first_row + r);
          if (network.rows[row_id].decider == decider) {
            margin(r) = own[p * rows + row_id];
          }
          if (const std::int32_t charged = pays.rows[row_id].charged_to; charged >= 0) {
            if (const double share = share_felt(arm, charged, decider); share != 0.0) {
              margin(r) -= share * charge[p * rows + row_id];
            }
          }
        }
        bool bears = false;
        for (std::size_t i = 0; i < bearers.size(); ++i) {
          const Bearer& bearer = bearers[i];
          const double felt = share_felt(arm, bearer.provider, decider);
          if (felt == 0.0) {
            continue;
          }
          // A decision maker does not practise per insurer: see pooled().
          const double share = model.insurers > 0 ? model.market_share[bearer.insurer] : 1.0;
          const double weight =
              model.behaviour.pooling * share + (bearer.insurer == p ? 1.0 - model.behaviour.pooling : 0.0);
          const double belongs = group >= 0 ? positions[bearer.contract].group_share[at(group)] : 1.0;
          const double slope = weight * belongs * bearer.slope * felt;
          bears = bears || slope != 0.0;
          for (std::int32_t r = 0; slope != 0.0 && r < chain.rows; ++r) {
            burden(r) += slope * counted[i][at(chain.first_row + r)];
          }
        }
        const Eigen::VectorXd own_value = downstream_value(n, margin);
        const Eigen::VectorXd borne_value = bears ? downstream_value(n, burden) : Eigen::VectorXd::Zero(chain.rows);
        for (std::int32_t r = 0; r < chain.rows; ++r) {
          const RowModel& row = network.rows[at(chain.first_row + r)];
          if (row.decision == DecisionKind::urgent || row.decider != decider) {
            continue;
          }
          for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
            const std::int32_t to = network.options[at(o)].to;
            if (to >= 0) {
              values.own[p * options + at(o)] = own_value(to - chain.first_row);
              values.borne[p * options + at(o)] = borne_value(to - chain.first_row);
            }
          }
        }
      }
    }
  }
  for (std::size_t p = copies; p < insurers; ++p) {
    std::copy_n(values.own.begin(), options, values.own.begin() + static_cast<std::ptrdiff_t>(p * options));
    std::copy_n(values.borne.begin(), options, values.borne.begin() + static_cast<std::ptrdiff_t>(p * options));
  }
  return values;
}

namespace {

/// Mean stays answer to what one more day pays. Part of the gap that each decision maker closes: `part`.
void adapt_stays(const Model& model, ArmState& state, const OptionValues& values, const std::vector<double>& weights,
                 std::size_t phase, const std::vector<double>& part) {
  const double theta = model.behaviour.theta_stay;
  if (theta == 0.0) {
    return;
  }
  const std::size_t rows = model.network.rows.size();
  const double* const before = model.frozen.day_margin.data() + phase * values.visit.size();
  state.stay.resize(values.visit.size(), 0.0);
  for (std::size_t i = 0; i < values.visit.size(); ++i) {
    const RowModel& row = model.network.rows[i % rows];
    const double scale = model.frozen.row_value[i % rows];
    if (row.setting < 0 || row.urgent || row.stay_days <= 0.0 || scale <= 0.0 ||
        !model.network.settings[at(row.setting)].per_day) {
      continue;
    }
    const double passed = state.arm->deciders[at(row.decider)].pass_through;
    const double gain = passed * (weights[at(row.decider)] * values.visit[i]) - passed * before[i];
    const double limit = model.behaviour.exponent_limit;
    state.stay[i] = adapt({.current = state.stay[i], .target = std::clamp(theta * gain / scale, -limit, limit)},
                          part[at(row.decider)]);
  }
}

}  // namespace

std::vector<double> shift_targets(const Model& model, const ArmModel& arm, const OptionValues& values,
                                  std::size_t phase, const std::vector<double>& weights) {
  const std::size_t options = model.network.options.size();
  const double* const own_before = model.frozen.own_value.data() + phase * values.own.size();
  const double* const borne_before = model.frozen.borne_value.data() + phase * values.borne.size();
  std::vector<double> targets(values.own.size(), 0.0);
  for (std::size_t r = 0; r < model.network.rows.size(); ++r) {
    const RowModel& row = model.network.rows[r];
    if (row.decision == DecisionKind::urgent || row.setting < 0) {
      continue;
    }
    const double own_theta = model.behaviour.theta[static_cast<std::size_t>(row.decision)];
    const double borne_theta = model.behaviour.theta[static_cast<std::size_t>(DecisionKind::care_borne)];
    const double own_scale = model.frozen.own_scale[r];
    const double borne_scale = model.frozen.borne_scale[r];
    const double passed = arm.deciders[at(row.decider)].pass_through;
    const double weight = weights[at(row.decider)];
    for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
      for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
        const std::size_t i = p * options + at(o);
        if (own_scale > 0.0) {
          targets[i] += own_theta * (passed * (weight * values.own[i]) - passed * own_before[i]) / own_scale;
        }
        if (borne_scale > 0.0) {
          targets[i] += borne_theta * (passed * (weight * values.borne[i]) - passed * borne_before[i]) / borne_scale;
        }
      }
    }
  }
  return targets;
}

void refresh_incentives(const Context& context, ArmState& state) {
  const Model& model = context.model;
  const int year = model.time.year_of(state.cycle);
  if (!model.behaviour.incentives || year < 0 || model.network.needs.empty()) {
    return;
  }
  const double gone = share_of_year_gone(model, state);
  decide_supply(model, state, year, gone);

  if (state.fundamental.empty()) {
    state.fundamental = model.fundamental_in(*state.arm);
    state.shift_at_solve = state.shift;
  } else if (gone == 0.0 || shifted_much(state)) {
    state.fundamental = solved_chains(model, state.probability);
    state.shift_at_solve = state.shift;
  }
  const std::vector<ContractPosition> positions = positions_now(model, state, year, gone);
  take_selection(model, state, positions);
  const auto seen = [&](int lag) { return lag == 0 ? positions : positions_now(model, state, year, gone, lag); };
  const OptionValues values = values_as_seen(model, *state.arm, *state.pay, seen, state.fundamental);
  const std::vector<double> part = adaptation(model);
  const std::vector<double> weights = income_weights(model, state, year, gone);
  const std::vector<int> phases = refresh_phases(model);
  const auto phase = std::find(phases.begin(), phases.end(), state.cycle % model.time.cycles_per_year) - phases.begin();
  adapt_stays(model, state, values, weights, at(phase), part);
  adapt_attached(model, state, values, weights, at(phase), part);
  adapt_coding(model, state, positions, part);
  const std::vector<double> targets = shift_targets(model, *state.arm, values, at(phase), weights);
  const std::size_t options = model.network.options.size();
  for (const RowModel& row : model.network.rows) {
    for (std::int32_t o = row.first_option; row.decider >= 0 && o < row.first_option + row.options; ++o) {
      for (std::size_t i = at(o); i < targets.size(); i += options) {
        state.shift[i] = adapt({.current = state.shift[i], .target = targets[i]}, part[at(row.decider)]);
      }
    }
  }
}

}  // namespace waterbed::engine
