#include "attached.hpp"

#include "waterbed/behaviour/adaptation.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

double euro(std::int64_t micro) { return static_cast<double>(micro) / 1e6; }

/// What a bearer's contract counts of one of it.
double counted_price(const SpendAccumulator& counter, const AttachedModel& attached, std::size_t a, const RowPay& pay) {
  if (counter.counts_attached[a] == 0) {
    return 0.0;
  }
  return euro(counter.price == PriceBasis::list       ? attached.list_price
              : counter.price == PriceBasis::standard ? counter.standard_attached[a]
                                                      : pay.price);
}

}  // namespace

std::vector<double> attached_margins(const Model& model, const ArmModel& arm, const PayTable& pays,
                                     const std::vector<ContractPosition>& positions,
                                     const std::vector<Bearer>& bearers) {
  const NetworkModel& network = model.network;
  const std::size_t count = network.attached.size();
  const std::size_t insurers = at(std::max(1, model.insurers));
  std::vector<double> own(insurers * count, 0.0);
  std::vector<double> borne(insurers * count, 0.0);
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    const std::int32_t group = network.group_of_route[at(network.chain_of_row[r] % network.routes)];
    for (std::size_t a = at(row.first_attached); row.decider >= 0 && a < at(row.first_attached + row.attached); ++a) {
      const AttachedModel& attached = network.attached[a];
      const std::int32_t owner = network.settings[at(attached.setting)].provider;
      const double list = euro(attached.list_price);
      for (std::size_t p = 0; p < insurers; ++p) {
        const RowPay& pay = pays.attached[p * count + a];
        const double slope = pay.contract >= 0 ? positions[at(pay.contract)].income_slope : 1.0;
        const double margin = slope * euro(pay.price) - model.costs[at(owner)].variable_per_list * list;
        if (const InternalContractModel* internal = internal_contract(arm, at(owner), at(row.decider))) {
          own[p * count + a] = internal->fee_share * list + internal->result_share * margin;
        } else {
          own[p * count + a] = owner == row.decider ? margin : 0.0;
        }
      }
      for (const Bearer& bearer : bearers) {
        const double felt = share_felt(arm, bearer.provider, row.decider);
        const double belongs = felt == 0.0 ? 0.0 : group >= 0 ? positions[bearer.contract].group_share[at(group)] : 1.0;
        const SpendAccumulator& counter = model.spend[at(arm.contracts[bearer.contract].spend_accumulator)];
        borne[bearer.insurer * count + a] +=
            felt * belongs * bearer.slope *
            counted_price(counter, attached, a, pays.attached[bearer.insurer * count + a]);
      }
    }
  }
  std::transform(own.begin(), own.end(), borne.begin(), own.begin(), std::plus<>());
  return pooled(model, own, count);
}

void adapt_attached(const Model& model, ArmState& state, const OptionValues& values, const std::vector<double>& weights,
                    std::size_t phase, const std::vector<double>& part) {
  const double theta = model.behaviour.theta_attached;
  if (theta == 0.0) {
    return;
  }
  const NetworkModel& network = model.network;
  const std::size_t count = network.attached.size();
  const double* const before = model.frozen.attached_margin.data() + phase * values.attached.size();
  const double limit = model.behaviour.exponent_limit;
  state.attached.resize(values.attached.size(), 0.0);
  for (const RowModel& row : network.rows) {
    for (std::size_t a = at(row.first_attached); a < at(row.first_attached + row.attached); ++a) {
      const double scale = euro(network.attached[a].list_price);
      if (row.urgent || row.decider < 0 || scale <= 0.0) {
        continue;
      }
      const double passed = state.arm->deciders[at(row.decider)].pass_through;
      for (std::size_t i = a; i < values.attached.size(); i += count) {
        const double gain = passed * (weights[at(row.decider)] * values.attached[i]) - passed * before[i];
        state.attached[i] =
            adapt({.current = state.attached[i], .target = std::clamp(theta * gain / scale, -limit, limit)},
                  part[at(row.decider)]);
      }
    }
  }
}

int attached_count(const AttachedModel& attached, double shift, std::uint32_t word, std::uint32_t more) {
  const bool by_practice = word >= attached.from && word < attached.threshold;
  const double factor = shift == 0.0 ? 1.0 : exact::exp(shift);
  if (factor < 1.0) {  // kept by where in its part of the words the word is
    const double kept = static_cast<double>(attached.threshold - attached.from) * factor;
    return by_practice && static_cast<double>(word - attached.from) < kept ? 1 : 0;
  }
  return (by_practice ? 1 : 0) + (bernoulli(more, std::min(1.0, (factor - 1.0) * attached.per_visit)) ? 1 : 0);
}

}  // namespace waterbed::engine
