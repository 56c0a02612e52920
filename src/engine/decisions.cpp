#include "decisions.hpp"

#include "expected_rows.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::string written_name(const ContractModel& contract) {
  return contract.contract.name.substr(0, contract.contract.name.find('/'));
}

/// By which clause one more unit is paid.
MarginalPart clause_of(const ArmModel& arm, const RowPay& pay) {
  if (pay.contract < 0) {
    return {.contract = {}, .term = std::string(term_name(TermKind::fee))};
  }
  return {.contract = written_name(arm.contracts[at(pay.contract)]),
          .term = std::string(term_name(arm.entries[at(pay.slot)].term))};
}

bool same(const MarginalPart& a, const MarginalPart& b) { return a.contract == b.contract && a.term == b.term; }

constexpr const char* k_cost = "variable_cost";
constexpr const char* k_ceiling = "ceiling";
constexpr const char* k_settlement = "settlement";

void add_parts(const Model& model, const ArmModel& arm, std::vector<MarginalPart>& parts) {
  const auto add = [&](const MarginalPart& part) {
    if (std::none_of(parts.begin(), parts.end(), [&](const MarginalPart& known) { return same(known, part); })) {
      parts.push_back(part);
    }
  };
  for (const PayTable& pays : arm.pay) {
    for (std::size_t i = 0; i < pays.rows.size(); ++i) {
      if (model.network.rows[i % model.network.rows.size()].setting >= 0 && pays.rows[i].price != 0) {
        add(clause_of(arm, pays.rows[i]));
      }
    }
  }
  for (const ContractModel& contract : arm.contracts) {
    const Fee* fee = find_term<Fee>(contract.contract);
    if (find_term<Ceiling>(contract.contract) != nullptr || (fee != nullptr && !fee->tiers.empty())) {
      add({.contract = written_name(contract), .term = k_ceiling});
    }
    if (contract.settles) {
      add({.contract = written_name(contract), .term = k_settlement});
    }
  }
}

}  // namespace

Decisions decisions_of(const Model& model, const ArmModel& arm) {
  const NetworkModel& network = model.network;
  Decisions found;
  found.of_option.assign(network.options.size(), -1);
  found.weight.assign(network.options.size(), 0.0);
  found.visits.assign(network.options.size(), 0.0);
  std::vector<double> visits(network.rows.size(), 0.0);
  for_expected_rows(model, model.frozen.fundamental, [&](std::size_t, std::size_t, std::size_t row, double a_year) {
    visits[row] += a_year / model.time.years;
  });
  std::map<std::tuple<std::int32_t, DecisionKind, std::int32_t>, double> asked;
  std::map<std::tuple<std::int32_t, DecisionKind, std::int32_t, std::int32_t>, std::int32_t> known;
  std::vector<std::tuple<std::int32_t, DecisionKind, std::int32_t>> asked_by;
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    if (row.setting < 0 || row.urgent || row.decision == DecisionKind::urgent || row.decider < 0 || visits[r] <= 0.0) {
      continue;
    }
    asked[{row.decider, row.decision, row.setting}] += visits[r];
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      const OptionModel& option = network.options[at(o)];
      if (option.to < 0 || option.p0 <= 0.0) {
        continue;
      }
      const std::int32_t to = network.rows[at(option.to)].setting;
      const auto [it, fresh] = known.emplace(std::tuple{row.decider, row.decision, row.setting, to},
                                             static_cast<std::int32_t>(found.infos.size()));
      if (fresh) {
        const ProviderModel& decider = model.providers[at(row.decider)];
        found.infos.push_back({.decider = decider.name,
                               .type = k_decision_names[static_cast<std::size_t>(row.decision)],
                               .from = network.settings[at(row.setting)].name,
                               .to = network.settings[at(to)].name,
                               .pass_through = arm.deciders[at(row.decider)].pass_through});
        asked_by.emplace_back(row.decider, row.decision, row.setting);
      }
      found.of_option[at(o)] = it->second;
      found.weight[at(o)] = visits[r] * option.p0;
      found.visits[at(o)] = visits[r];
      found.infos[at(it->second)].per_year += visits[r] * option.p0;
    }
  }
  for (std::size_t d = 0; d < found.infos.size(); ++d) {
    found.asked.push_back(asked[asked_by[d]]);
    found.infos[d].observed = found.infos[d].per_year / found.asked[d];
  }
  return found;
}

std::vector<double> Decisions::mean(const Model& model, const std::vector<double>& values) const {
  std::vector<double> sums(infos.size(), 0.0);
  for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
    const double share = model.insurers > 0 ? model.market_share[p] : 1.0;
    for (std::size_t o = 0; o < of_option.size(); ++o) {
      if (of_option[o] >= 0) {
        sums[at(of_option[o])] += share * weight[o] * values[p * of_option.size() + o];
      }
    }
  }
  for (std::size_t d = 0; d < sums.size(); ++d) {
    sums[d] /= infos[d].per_year;
  }
  return sums;
}

std::vector<double> Decisions::chance(const Model& model, const std::vector<double>& probability) const {
  std::vector<double> sums(infos.size(), 0.0);
  for (std::size_t p = 0; p < at(std::max(1, model.insurers)); ++p) {
    const double share = model.insurers > 0 ? model.market_share[p] : 1.0;
    for (std::size_t o = 0; o < of_option.size(); ++o) {
      if (of_option[o] >= 0) {
        sums[at(of_option[o])] += share * visits[o] * probability[p * of_option.size() + o];
      }
    }
  }
  for (std::size_t d = 0; d < sums.size(); ++d) {
    sums[d] /= asked[d];
  }
  return sums;
}

std::vector<MarginalPart> marginal_parts(const Model& model, const ArmModel& arm, const ArmModel& reference) {
  std::vector<MarginalPart> parts;
  add_parts(model, arm, parts);
  add_parts(model, reference, parts);
  parts.push_back({.contract = {}, .term = k_cost});
  return parts;
}

std::vector<std::vector<double>> values_by_part(const Model& model, const ArmModel& arm, const PayTable& pays,
                                                const std::vector<ContractPosition>& positions,
                                                const std::vector<double>& fundamental,
                                                const std::vector<MarginalPart>& parts) {
  // What options are worth is linear in prices and slopes: each clause is what is left when the others pay nothing.
  std::vector<ContractPosition> whole = positions;   // without ceilings, tiers and settlements
  std::vector<ContractPosition> sloped = positions;  // without settlements
  for (std::size_t c = 0; c < positions.size(); ++c) {
    whole[c].income_slope = 1.0;
    whole[c].member_slopes.clear();
    sloped[c].member_slopes.clear();
  }
  const auto own = [&](const PayTable& paid, const std::vector<ContractPosition>& where) {
    return option_values(model, arm, paid, where, fundamental).own;
  };
  const auto only = [&](const auto& keep) {
    PayTable kept = pays;
    for (RowPay& pay : kept.rows) {
      if (!keep(pay)) {
        pay.price = 0;
      }
    }
    return kept;
  };
  const auto less = [](std::vector<double> values, const std::vector<double>& other) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] -= other[i];
    }
    return values;
  };
  const std::vector<double> cost = own(only([](const RowPay&) { return false; }), whole);
  std::vector<std::vector<double>> values;
  for (const MarginalPart& part : parts) {
    const auto of_contract = [&](const RowPay& pay) {
      return pay.contract >= 0 && written_name(arm.contracts[at(pay.contract)]) == part.contract;
    };
    if (part.term == k_cost) {
      values.push_back(cost);
    } else if (part.term == k_ceiling) {
      const PayTable kept = only(of_contract);
      values.push_back(less(own(kept, sloped), own(kept, whole)));
    } else if (part.term == k_settlement) {
      std::vector<ContractPosition> alone = whole;
      for (std::size_t c = 0; c < alone.size(); ++c) {
        if (written_name(arm.contracts[c]) == part.contract) {
          alone[c].member_slopes = positions[c].member_slopes;
        }
      }
      values.push_back(option_values(model, arm, pays, alone, fundamental).borne);
    } else {
      values.push_back(
          less(own(only([&](const RowPay& pay) { return same(clause_of(arm, pay), part); }), whole), cost));
    }
  }
  return values;
}

}  // namespace waterbed::engine
