#include "bearer.hpp"

#include "waterbed/contracts/marginal.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

std::vector<Bearer> bearers_of(const Model& model, const ArmModel& arm,
                               const std::vector<ContractPosition>& positions) {
  std::vector<Bearer> bearers;
  for (std::size_t c = 0; c < arm.contracts.size(); ++c) {
    const ContractModel& contract = arm.contracts[c];
    for (std::size_t m = 0; contract.payer < model.insurers && m < positions[c].member_slopes.size(); ++m) {
      if (const double slope = positions[c].member_slopes[m]; slope != 0.0) {
        // Payers that follow multiply what the holder gets of this one.
        bearers.push_back({c, at(contract.payer), contract.members[m], slope * contract.followed});
      }
    }
  }
  return bearers;
}

std::vector<double> member_slopes(const Model& model, const ArmState& state, std::size_t contract_id,
                                  const YearFacts& facts, double gone) {
  const ContractModel& contract = state.arm->contracts[contract_id];
  const PastYear& last = state.past.back();
  if (last.cycles[contract_id] == 0) {
    return std::vector<double>(contract.members.size(), 0.0);
  }
  const double person_years = facts.facts.person_time->years() / std::max(gone, 1e-9);
  // Last year's people are the forecast where this year's are not known: at its start, when nobody has lived any of it
  // yet, and while those are still to come who are found by what they use.
  const bool still_to_come =
      contract.use_counter >= 0 && contract.attribution.timing == AttributionTiming::retrospective;
  const double expected_years = gone > 0.0 && !still_to_come
                                    ? person_years
                                    : static_cast<double>(last.cycles[contract_id]) / model.time.cycles_per_year;
  const double last_per_year = static_cast<double>(last.counted[contract_id]) / 1e6 /
                               (static_cast<double>(last.cycles[contract_id]) / model.time.cycles_per_year);
  const double remainder = last_per_year * expected_years * (1.0 - gone);
  const double noise = std::sqrt(last.person_variance[contract_id] * expected_years * (1.0 - gone));
  const double error = model.behaviour.forecast_cv * remainder;
  Facts expected = facts.facts;
  expected.person_time =
      PersonTime{std::llround(expected_years * model.time.cycles_per_year), model.time.cycles_per_year};
  expected.assigned = std::llround(expected_years);
  const SettlementCurve curve = settlement_curve(contract.contract, expected);
  // What is settled on holds the premium of the reinsurance, for the whole year.
  const Reinsure* reinsure = find_term<Reinsure>(contract.contract);
  const double premium = reinsure != nullptr ? reinsure->premium.to_euro() * expected_years : 0.0;
  const Forecast counted{
      .mean = facts.counted_euro + remainder + premium,
      .sd = std::max(std::sqrt(noise * noise + error * error), 0.005 * last_per_year * expected_years)};
  const double whole = expected_slope(curve, counted);
  std::vector<double> slopes;
  for (const int member : contract.members) {
    const std::string& name = model.providers[at(member)].name;
    const Split* split = find_term<Split>(contract.contract);
    slopes.push_back(split != nullptr && !split->waterfall.empty()
                         ? expected_slope(party_curve(curve, contract.contract, name), counted)
                         : settlement_share(contract.contract, name) * whole);
  }
  return slopes;
}

std::vector<double> group_shares(const Model& model, const PastYear& last, const ContractModel& contract,
                                 std::size_t contract_id) {
  const std::size_t groups = model.people.practice_group_names.size();
  std::vector<double> shares(groups, 0.0);
  if (contract.use_counter >= 0) {
    // Who decides sees those who come: most of them may belong where few of the region do.
    for (std::size_t g = 0; g < groups; ++g) {
      if (const std::int64_t use = last.group_use[contract_id][g]; use > 0) {
        shares[g] = static_cast<double>(last.group_own_use[contract_id][g]) / static_cast<double>(use);
      }
    }
    return shares;
  }
  for (std::size_t g = 0; contract.payer < model.insurers && g < groups; ++g) {
    const std::int64_t registered = last.class_cycles[at(contract.payer) * groups + g];
    if (registered > 0) {
      shares[g] = static_cast<double>(last.group_cycles[contract_id][g]) / static_cast<double>(registered);
    }
  }
  return shares;
}

std::vector<double> counted_values(const Model& model, const SpendAccumulator& counter, const PayTable& pays,
                                   std::size_t insurer) {
  const NetworkModel& network = model.network;
  std::vector<double> values(network.rows.size(), 0.0);
  for (std::size_t r = 0; r < values.size(); ++r) {
    const RowModel& row = network.rows[r];
    if (row.setting >= 0 && counter.counts_row[r] != 0) {
      const RowPay& pay = pays.rows[insurer * values.size() + r];
      const RowPay standard{.price = counter.price == PriceBasis::standard ? counter.standard_row[r] : 0};
      values[r] = counter.price == PriceBasis::list
                      ? model.frozen.row_value[r]
                      : row_income(model, r, counter.price == PriceBasis::paid ? pay : standard);
    }
    for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
      if (counter.counts_attached[at(a)] != 0) {
        const AttachedModel& attached = network.attached[at(a)];
        const std::int64_t price = counter.price == PriceBasis::list ? attached.list_price
                                   : counter.price == PriceBasis::standard
                                       ? counter.standard_attached[at(a)]
                                       : pays.attached[insurer * network.attached.size() + at(a)].price;
        values[r] += attached.per_visit * static_cast<double>(price) / 1e6;
      }
    }
  }
  return values;
}

}  // namespace waterbed::engine
