#include "waterbed/engine/derive.hpp"

#include "chain.hpp"
#include "expected_rows.hpp"
#include "incentive.hpp"
#include "income.hpp"
#include "pilot.hpp"
#include "supply.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/network/walk.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double market_share(const Model& model, std::size_t insurer) {
  return model.insurers > 0 ? model.market_share[insurer] : 1.0;
}

std::vector<std::string> row_names(const Model& model, const ChainModel& chain, std::size_t need) {
  static constexpr const char* k_steps[] = {"", ".follow_up", ".back"};
  std::vector<std::string> names;
  for (std::int32_t r = chain.first_row; r < chain.first_row + chain.rows; ++r) {
    const RowModel& row = model.network.rows[at(r)];
    names.push_back(
        model.need_names[need] + ": " +
        (row.setting < 0 ? std::string("entry") : model.network.settings[at(row.setting)].name + k_steps[row.step]));
  }
  return names;
}

void freeze_chains(Model& model) {
  ReferenceModel& frozen = model.frozen;
  frozen = {};
  const NetworkModel& network = model.network;
  frozen.practice = engine::observed_practice(network);
  frozen.row_attached_value.assign(network.rows.size(), 0.0);
  for (std::size_t c = 0; c < network.chains.size(); ++c) {
    const ChainModel& chain = network.chains[c];
    const std::size_t need = c / at(network.routes);
    const Eigen::MatrixXd n = fundamental_matrix(engine::transitions(network, model.behaviour.psi, c, frozen.practice),
                                                 row_names(model, chain, need));
    frozen.fundamental_at.push_back(frozen.fundamental.size());
    frozen.fundamental.insert(frozen.fundamental.end(), n.data(), n.data() + n.size());
    const std::vector<double> values = engine::row_values(network, c);
    frozen.row_value.insert(frozen.row_value.end(), values.begin(), values.end());
  }
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
      const AttachedModel& attached = network.attached[at(a)];
      frozen.row_attached_value[r] += attached.per_visit * static_cast<double>(attached.list_price) / 1e6;
    }
  }
}

void expect_turnover(Model& model) {
  const NetworkModel& network = model.network;
  const std::size_t years = at(model.time.years);
  const std::size_t rows = network.rows.size();
  for (ArmModel& arm : model.arms) {
    std::vector<std::vector<double>> by_group(arm.contracts.size());
    std::vector<double> chance(arm.contracts.size(), 0.0);
    arm.expected_bills.assign(model.providers.size(), 0.0);
    for (ContractModel& contract : arm.contracts) {
      contract.expected_turnover.assign(years, 0.0);
      contract.expected_elective.assign(years, 0.0);
    }
    const std::size_t groups = at(std::max(1, model.variation.need_groups));
    for (std::vector<double>& shares : by_group) {
      shares.assign(groups, 0.0);
    }
    engine::for_expected_rows(
        model, model.frozen.fundamental, [&](std::size_t year, std::size_t need, std::size_t r, double visits) {
          const auto add = [&](const RowPay& pay, std::int32_t setting, double count, double income, bool elective) {
            if (pay.is_bill && year == 0) {
              arm.expected_bills[at(network.settings[at(setting)].provider)] += count * income;
            }
            if (pay.contract < 0 || income == 0.0 || pay.charged_to >= 0) {
              return;
            }
            ContractModel& contract = arm.contracts[at(pay.contract)];
            contract.expected_turnover[year] += count * income;
            contract.expected_elective[year] += elective ? count * income : 0.0;
            if (static_cast<int>(year) == std::max(0, contract.from_year)) {
              by_group[at(pay.contract)][at(network.needs[need].group)] += count * income;
              chance[at(pay.contract)] += count * income * income;
            }
          };
          const RowModel& row = network.rows[r];
          const PayTable& pays = arm.pay_in(model.time.burn_in_years() + static_cast<int>(year));
          for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
            const double count = visits * market_share(model, p);
            if (row.setting >= 0) {
              const RowPay& pay = pays.rows[p * rows + r];
              add(pay, row.setting, count, engine::row_income(model, r, pay), !row.urgent);
            }
            for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
              const RowPay& pay = pays.attached[p * network.attached.size() + at(a)];
              const AttachedModel& attached = network.attached[at(a)];
              add(pay, attached.setting, count * attached.per_visit, static_cast<double>(pay.price) / 1e6, !row.urgent);
            }
          }
        });
    for (std::size_t c = 0; c < arm.contracts.size(); ++c) {
      ContractModel& contract = arm.contracts[c];
      const std::size_t first = at(std::max(0, contract.from_year));
      const double total = first < years ? contract.expected_turnover[first] : 0.0;
      double variance = chance[c];
      for (const double part : by_group[c]) {
        variance += std::pow(part * model.variation.year_need_group_cv, 2);
      }
      contract.turnover_noise_cv = total > 0.0 ? std::sqrt(variance) / total : 0.0;
    }
  }
}

/// Units of capacity that a visit takes.
double units_taken(const NetworkModel& network, const RowModel& row) {
  return network.settings[at(row.setting)].bed_days ? std::max(1.0, row.stay_days) : 1.0;
}

void expect_use(Model& model) {
  const NetworkModel& network = model.network;
  const std::size_t settings = network.settings.size();
  const std::size_t years = at(model.time.years);
  model.expected_first.assign(std::max<std::size_t>(1, years) * settings, 0.0);
  std::vector<double> use(settings, 0.0);
  for (ProviderCost& cost : model.costs) {
    cost.base_list_value = 0.0;
  }
  const std::size_t providers = model.providers.size();
  model.frozen.decided_list.assign(years * providers * providers, 0.0);
  engine::for_expected_rows(model, model.frozen.fundamental,
                            [&](std::size_t year, std::size_t, std::size_t r, double visits) {
                              const RowModel& row = network.rows[r];
                              if (row.setting < 0) {
                                return;
                              }
                              const SettingModel& setting = network.settings[at(row.setting)];
                              const std::size_t owner = at(setting.provider);
                              model.frozen.decided_list[(year * providers + owner) * providers + at(row.decider)] +=
                                  visits * model.frozen.row_value[r];
                              if (row.waits) {
                                model.expected_first[year * settings + at(row.setting)] += visits;
                              }
                              if (year == 0) {
                                use[at(row.setting)] += visits * units_taken(network, row);
                                model.costs[at(setting.provider)].base_list_value += visits * model.frozen.row_value[r];
                                for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
                                  const AttachedModel& attached = network.attached[at(a)];
                                  model.costs[at(network.settings[at(attached.setting)].provider)].base_list_value +=
                                      visits * attached.per_visit * static_cast<double>(attached.list_price) / 1e6;
                                }
                              }
                            });
  model.physical_capacity.assign(settings, 0.0);
  for (std::size_t s = 0; s < settings; ++s) {
    const SettingModel& setting = network.settings[s];
    model.physical_capacity[s] = setting.stated_capacity > 0.0
                                     ? setting.stated_capacity
                                     : use[s] / model.time.cycles_per_year / setting.utilisation;
  }
}

/// What is expected under the routes of an arm. Reference waits, costs and budgets stay those of observed practice.
void expect_routes(const Model& model, RoutesModel& routes) {
  const NetworkModel& network = model.network;
  const std::size_t settings = network.settings.size();
  routes.fundamental.clear();
  routes.physical_capacity.clear();
  for (std::size_t c = 0; c < network.chains.size(); ++c) {
    const std::size_t need = c / at(network.routes);
    const Eigen::MatrixXd n = fundamental_matrix(engine::transitions(network, model.behaviour.psi, c, routes.practice),
                                                 row_names(model, network.chains[c], need));
    routes.fundamental.insert(routes.fundamental.end(), n.data(), n.data() + n.size());
  }
  routes.expected_first.assign(model.expected_first.size(), 0.0);
  std::vector<double> use(settings, 0.0);
  engine::for_expected_rows(model, routes.fundamental,
                            [&](std::size_t year, std::size_t, std::size_t r, double visits) {
                              const RowModel& row = network.rows[r];
                              if (row.setting < 0) {
                                return;
                              }
                              routes.expected_first[year * settings + at(row.setting)] += row.waits ? visits : 0.0;
                              if (year == 0) {
                                use[at(row.setting)] += visits * units_taken(network, row);
                              }
                            });
  for (std::size_t s = 0; s < settings; ++s) {
    // A place that nobody goes to by practice is made for those who are to come.
    const double made = use[s] / model.time.cycles_per_year / network.settings[s].utilisation;
    const double before = model.physical_capacity[s] > 0.0 ? model.physical_capacity[s] : made;
    routes.physical_capacity.push_back(routes.stated_capacity[s] >= 0.0 ? routes.stated_capacity[s]
                                                                        : before * routes.capacity_factor[s]);
  }
}

/// Costs that leave the stated margin on what the reference contracts are expected to pay.
void set_costs(Model& model) {
  if (model.time.years == 0) {
    return;
  }
  const ArmModel& reference = model.arms[at(model.reference)];
  const std::vector<double> revenue = engine::organisation_income(model, reference, 0, [&](std::size_t c) {
    const ContractModel& contract = reference.contracts[c];
    return Forecast{.mean = contract.expected_turnover[0],
                    .sd = contract.turnover_noise_cv * contract.expected_turnover[0]};
  });
  for (std::size_t p = 0; p < model.costs.size(); ++p) {
    ProviderCost& cost = model.costs[p];
    const double total = revenue[p] * (1.0 - cost.margin);
    // Who has no volume by practice, since only an arm's routes lead there, has cost that follows it.
    cost.variable_per_list =
        cost.base_list_value > 0.0 ? cost.variable_share * total / cost.base_list_value : 1.0 - cost.margin;
    cost.step_total = cost.step_share * total;
    cost.fixed = total - cost.step_total - cost.variable_per_list * cost.base_list_value;
  }
}

/// S of each decision: mean list value of the decision maker's own acts, and of others' acts, that it moves.
void set_scales(Model& model) {
  const NetworkModel& network = model.network;
  ReferenceModel& frozen = model.frozen;
  frozen.own_scale.assign(network.rows.size(), 0.0);
  frozen.borne_scale.assign(network.rows.size(), 0.0);
  for (std::size_t c = 0; c < network.chains.size(); ++c) {
    const ChainModel& chain = network.chains[c];
    const Eigen::Map<const Eigen::MatrixXd> n(frozen.fundamental.data() + frozen.fundamental_at[c], chain.rows,
                                              chain.rows);
    for (std::int32_t r = 0; r < chain.rows; ++r) {
      const std::size_t row_id = at(chain.first_row + r);
      const RowModel& row = network.rows[row_id];
      if (row.decision == DecisionKind::urgent || row.setting < 0) {
        continue;
      }
      double own = 0.0;
      double own_weight = 0.0;
      double other = 0.0;
      double other_weight = 0.0;
      for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
        const OptionModel& option = network.options[at(o)];
        if (option.to < 0 || option.p0 <= 0.0) {
          continue;
        }
        double value_own = 0.0;
        double value_other = 0.0;
        for (std::int32_t j = 0; j < chain.rows; ++j) {
          const RowModel& visited = network.rows[at(chain.first_row + j)];
          const double value = n(option.to - chain.first_row, j) * frozen.row_value[at(chain.first_row + j)];
          (visited.decider == row.decider ? value_own : value_other) += value;
        }
        const bool elsewhere = network.rows[at(option.to)].decider != row.decider;
        if (elsewhere) {
          other += option.p0 * value_other;
          other_weight += option.p0;
        } else {
          own += option.p0 * value_own;
          own_weight += option.p0;
        }
      }
      // A GP's own act is worth its fee; a specialist's decision, what follows from it in the same house.
      const bool gp = row.decision == DecisionKind::own_volume || row.decision == DecisionKind::treat_or_refer;
      frozen.own_scale[row_id] = gp                 ? static_cast<double>(row.list_price) / 1e6
                                 : own_weight > 0.0 ? own / own_weight
                                                    : 0.0;
      frozen.borne_scale[row_id] = other_weight > 0.0 ? other / other_weight
                                   : own_weight > 0.0 ? own / own_weight
                                                      : 0.0;
    }
  }
}

}  // namespace

void derive(Model& model) {
  freeze_chains(model);
  const engine::Pilot pilot = engine::needs_pilot(model) ? engine::run_pilot(model) : engine::Pilot{};
  model.expected_needs = pilot.needs;
  model.expected_persons = pilot.persons;
  expect_use(model);
  for (ArmModel& arm : model.arms) {
    if (arm.routes.present()) {
      expect_routes(model, arm.routes);
    }
  }
  expect_turnover(model);
  for (std::size_t a = 0; a < model.arms.size(); ++a) {
    for (std::size_t c = 0; c < model.arms[a].contracts.size(); ++c) {
      std::vector<double>& expected = model.arms[a].contracts[c].expected_capitation;
      expected.clear();
      for (std::size_t year = 0; year < at(model.time.years); ++year) {
        expected.push_back(pilot.capitation[year][a].empty() ? 0.0 : pilot.capitation[year][a][c]);
      }
    }
  }
  set_costs(model);
  set_scales(model);
  const ArmModel& reference = model.arms[at(model.reference)];
  model.frozen.target_income.clear();
  model.frozen.day_margin.clear();
  model.frozen.attached_margin.clear();
  model.frozen.own_value.clear();
  model.frozen.borne_value.clear();
  for (const int phase : engine::refresh_phases(model)) {
    const double gone = static_cast<double>(phase) / model.time.cycles_per_year;
    const engine::OptionValues values = engine::values_as_seen(
        model, reference, reference.pay_in(model.time.burn_in_years()),
        [&](int lag) { return engine::expected_positions(model, reference, engine::share_seen(model, gone, lag)); },
        model.frozen.fundamental);
    model.frozen.own_value.insert(model.frozen.own_value.end(), values.own.begin(), values.own.end());
    model.frozen.borne_value.insert(model.frozen.borne_value.end(), values.borne.begin(), values.borne.end());
    if (model.behaviour.theta_stay != 0.0) {
      model.frozen.day_margin.insert(model.frozen.day_margin.end(), values.visit.begin(), values.visit.end());
    }
    model.frozen.attached_margin.insert(model.frozen.attached_margin.end(), values.attached.begin(),
                                        values.attached.end());
    for (int year = 0; model.behaviour.income_effort != 0.0 && year < model.time.years; ++year) {
      const std::vector<double> target = engine::target_income(model, year, gone);
      model.frozen.target_income.insert(model.frozen.target_income.end(), target.begin(), target.end());
    }
  }
}

}  // namespace waterbed
