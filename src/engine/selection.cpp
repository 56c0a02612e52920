#include "selection.hpp"

#include "bearer.hpp"
#include "deliver.hpp"
#include "waterbed/core/math.hpp"

#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Whether treating somebody makes it more likely that the contract has this person.
bool follows_use(const ContractModel& contract) {
  const AttributionRule rule = contract.attribution.rule;
  return rule == AttributionRule::plurality_visits || rule == AttributionRule::plurality_charges ||
         rule == AttributionRule::choice;
}

bool people_sign_up(const ContractModel& contract) {
  const AttributionRule rule = contract.attribution.rule;
  return rule == AttributionRule::enrolment || rule == AttributionRule::choice;
}

/// What a contract expects of its people's classes by the base years, see excess_by_class().
std::vector<double> excess_of(const Model& model, const ArmState& state, std::size_t contract) {
  return excess_by_class(classes_of_base_years(model, state, contract), model.time.cycles_per_year);
}

/// Whom holders ask to sign up. A loss that the parties of a contract share counts for each at its pass-through.
void take_signing(const Model& model, ArmState& state, const std::vector<Bearer>& bearers) {
  const ArmModel& arm = *state.arm;
  const std::size_t providers = model.providers.size();
  std::vector<double> log_odds(at(std::max(1, model.insurers)) * providers * k_selection_classes, 0.0);
  bool any = false;
  for (const Bearer& bearer : bearers) {
    if (!people_sign_up(arm.contracts[bearer.contract]) || bearer.provider < 0) {
      continue;
    }
    const std::vector<double> excess = excess_of(model, state, bearer.contract);
    const double weight = model.behaviour.selection_per_1000 / 1000.0 * arm.deciders[at(bearer.provider)].pass_through;
    for (std::size_t k = 0; k < k_selection_classes; ++k) {
      const std::size_t holder = bearer.insurer * providers + at(arm.contracts[bearer.contract].holder);
      log_odds[holder * k_selection_classes + k] += weight * -bearer.slope * excess[k];
      any = any || weight * bearer.slope * excess[k] != 0.0;
    }
  }
  state.signing.clear();
  if (any) {
    for (const double odds : log_odds) {
      state.signing.push_back(exact::exp(std::clamp(odds, -model.behaviour.exponent_limit, 0.0)));
    }
  }
}

}  // namespace

std::vector<std::vector<ClassCost>> classes_of_base_years(const Model& model, const ArmState& state,
                                                          std::size_t contract) {
  const std::size_t base_years = std::min(at(model.time.base_years), state.past.size());
  std::vector<std::vector<ClassCost>> years;
  for (std::size_t year = 0; year < base_years; ++year) {
    years.push_back(state.past[year].by_class[contract]);
  }
  return years;
}

std::vector<double> excess_by_class(const std::vector<std::vector<ClassCost>>& years, int cycles_per_year) {
  std::vector<ClassCost> sums(k_selection_classes);
  ClassCost all;
  for (const std::vector<ClassCost>& year : years) {
    for (std::size_t k = 0; k < year.size(); ++k) {
      sums[k].cycles += year[k].cycles;
      sums[k].spent += year[k].spent;
      sums[k].risk += year[k].risk;
      all.cycles += year[k].cycles;
      all.spent += year[k].spent;
      all.risk += year[k].risk;
    }
  }
  std::vector<double> excess(k_selection_classes, 0.0);
  for (std::size_t k = 0; k < sums.size(); ++k) {
    if (sums[k].cycles > 0.0 && all.risk > 0.0) {
      excess[k] = (sums[k].spent - all.spent * sums[k].risk / all.risk) / sums[k].cycles * cycles_per_year;
    }
  }
  return excess;
}

void take_selection(const Model& model, ArmState& state, const std::vector<ContractPosition>& positions) {
  const double per_euro = model.behaviour.selection_per_1000 / 1000.0;
  if (per_euro == 0.0) {
    return;
  }
  const ArmModel& arm = *state.arm;
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t providers = model.providers.size();
  std::vector<double> log_odds(insurers * providers * k_selection_classes, 0.0);
  bool any = false;
  const std::vector<Bearer> bearers = bearers_of(model, arm, positions);
  take_signing(model, state, bearers);
  for (const Bearer& bearer : bearers) {
    if (!follows_use(arm.contracts[bearer.contract])) {
      continue;
    }
    const std::vector<double> excess = excess_of(model, state, bearer.contract);
    for (std::size_t decider = 0; decider < providers; ++decider) {
      const double felt =
          share_felt(arm, bearer.provider, static_cast<std::int32_t>(decider)) * arm.deciders[decider].pass_through;
      for (std::size_t p = 0; felt != 0.0 && p < insurers; ++p) {
        // A decision maker does not practise per insurer.
        const double share = model.insurers > 0 ? model.market_share[bearer.insurer] : 1.0;
        const double weight =
            model.behaviour.pooling * share + (bearer.insurer == p ? 1.0 - model.behaviour.pooling : 0.0);
        for (std::size_t k = 0; k < k_selection_classes; ++k) {
          const double loss = -bearer.slope * excess[k];
          log_odds[(p * providers + decider) * k_selection_classes + k] += per_euro * felt * weight * loss;
          any = any || loss != 0.0;
        }
      }
    }
  }
  state.selection.clear();
  if (any) {
    const double limit = model.behaviour.exponent_limit;
    for (const double odds : log_odds) {
      state.selection.push_back(exact::exp(std::clamp(odds, -limit, limit)));
    }
  }
}

double share_asked(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person) {
  if (state.signing.empty()) {
    return 1.0;
  }
  const std::size_t holder =
      insurer_of(model, static_cast<std::uint32_t>(person)) * model.providers.size() + at(contract.holder);
  return state.signing[holder * k_selection_classes + selection_class(model, state, person)];
}

void tilt(std::span<double> chances, std::span<const double> factors) {
  double sum = 0.0;
  for (std::size_t o = 0; o < chances.size(); ++o) {
    sum += chances[o] *= factors[o];
  }
  for (double& chance : chances) {
    chance /= sum;
  }
}

}  // namespace waterbed::engine
