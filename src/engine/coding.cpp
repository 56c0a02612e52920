#include "coding.hpp"

#include "bearer.hpp"
#include "deliver.hpp"
#include "selection.hpp"
#include "waterbed/behaviour/adaptation.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

bool is_of_reference(const Model& model, const ContractModel& contract) {
  const std::vector<ContractModel>& usual = model.arms[at(model.reference)].contracts;
  return std::any_of(usual.begin(), usual.end(),
                     [&](const ContractModel& other) { return other.contract.name == contract.contract.name; });
}

/// Mean over payers, or of one payer where a decision maker practises per insurer.
double weight_of(const Model& model, const Bearer& bearer, std::size_t insurer) {
  const double share = model.insurers > 0 ? model.market_share[bearer.insurer] : 1.0;
  return model.behaviour.pooling * share + (bearer.insurer == insurer ? 1.0 - model.behaviour.pooling : 0.0);
}

/// Where the logarithms of the odds go; shape [insurer][decider].
std::vector<double> coding_targets(const Model& model, const ArmState& state,
                                   const std::vector<ContractPosition>& positions) {
  const ArmModel& arm = *state.arm;
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t providers = model.providers.size();
  std::vector<double> targets(insurers * providers, 0.0);
  for (const Bearer& bearer : bearers_of(model, arm, positions)) {
    const ContractModel& contract = arm.contracts[bearer.contract];
    if (!contract.has_risk() || is_of_reference(model, contract)) {
      continue;
    }
    const RecordValue value =
        record_value(classes_of_base_years(model, state, bearer.contract), model.time.cycles_per_year);
    if (value.spent <= 0.0) {
      continue;
    }
    // A euro that the benchmark expects more is worth what a euro less counted is.
    const double gain = -bearer.slope * value.gained / value.spent;
    for (std::size_t decider = 0; decider < providers; ++decider) {
      const double felt =
          share_felt(arm, bearer.provider, static_cast<std::int32_t>(decider)) * arm.deciders[decider].pass_through;
      for (std::size_t p = 0; felt != 0.0 && p < insurers; ++p) {
        targets[p * providers + decider] += model.behaviour.theta_coding * felt * weight_of(model, bearer, p) * gain;
      }
    }
  }
  return targets;
}

}  // namespace

RecordValue record_value(const std::vector<std::vector<ClassCost>>& years, int cycles_per_year) {
  std::vector<ClassCost> sums(k_selection_classes);
  ClassCost all;
  for (const std::vector<ClassCost>& year : years) {
    for (std::size_t k = 0; k < year.size(); ++k) {
      for (ClassCost* const sum : {&sums[k], &all}) {
        sum->cycles += year[k].cycles;
        sum->spent += year[k].spent;
        sum->risk += year[k].risk;
      }
    }
  }
  if (all.cycles <= 0.0 || all.risk <= 0.0) {
    return {};
  }
  const double per_risk = all.spent / all.risk * cycles_per_year;
  double gained = 0.0;
  double people = 0.0;
  for (std::size_t k = 0; k + 1 < sums.size(); ++k) {
    const bool same_age = k % (k_seen_conditions + 1) != k_seen_conditions;
    if (same_age && sums[k].cycles > 0.0 && sums[k + 1].cycles > 0.0) {
      gained += sums[k].cycles * per_risk * (sums[k + 1].risk / sums[k + 1].cycles - sums[k].risk / sums[k].cycles);
      people += sums[k].cycles;
    }
  }
  return {.gained = people > 0.0 ? gained / people : 0.0, .spent = all.spent / all.cycles * cycles_per_year};
}

void adapt_coding(const Model& model, ArmState& state, const std::vector<ContractPosition>& positions,
                  const std::vector<double>& part) {
  if (model.behaviour.theta_coding == 0.0) {
    return;
  }
  const std::vector<double> targets = coding_targets(model, state, positions);
  const double limit = model.behaviour.exponent_limit;
  state.coding.resize(targets.size(), 0.0);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    state.coding[i] = adapt({.current = state.coding[i], .target = std::clamp(targets[i], -limit, limit)},
                            part[i % model.providers.size()]);
  }
}

std::uint64_t recorded_below(const Model& model, const ArmState& state, const Token& visit, std::size_t condition) {
  const std::uint64_t practice = model.health.recorded_per_contact[condition];
  if (state.coding.empty()) {
    return practice;
  }
  const RowModel& row = model.network.rows[at(visit.row)];
  const std::int32_t decider = row.decider >= 0 ? row.decider : model.network.settings[at(row.setting)].provider;
  const double log_odds = state.coding[insurer_of(model, visit.person) * model.providers.size() + at(decider)];
  if (log_odds == 0.0) {
    return practice;
  }
  const double chance = static_cast<double>(practice) * 0x1p-32;
  const double factor = exact::exp(log_odds);
  return threshold(chance * factor / (1.0 - chance + chance * factor));
}

}  // namespace waterbed::engine
