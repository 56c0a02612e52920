#include "compile_care_programme.hpp"

#include "compile_network.hpp"
#include "compile_own_payments.hpp"
#include "compile_payments.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/draw.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Chance in a cycle that comes to `per_year` in a year.
double per_cycle(double per_year, int cycles_per_year) {
  return per_year >= 1.0 ? 1.0 : -exact::expm1(exact::log(1.0 - per_year) / cycles_per_year);
}

/// Who delivers it to people of each GP group, and of none.
std::vector<std::int32_t> deliverers(const Scenario& scenario, const Model& model, const CareProgrammeSpec& spec) {
  std::vector<std::int32_t> of_group;
  for (const std::string& group : model.people.practice_group_names) {
    const bool takes_part = spec.providers.empty() ||
                            std::find(spec.providers.begin(), spec.providers.end(), group) != spec.providers.end();
    const std::string& by = spec.delivered_by.empty() ? group : spec.delivered_by;
    of_group.push_back(takes_part ? position(scenario.providers, by) : -1);
  }
  of_group.push_back(spec.providers.empty() ? position(scenario.providers, spec.delivered_by) : -1);
  return of_group;
}

/// The setting of each provider that delivers it.
std::vector<std::int32_t> settings(const Model& model, const CareProgrammeSpec& spec,
                                   const std::vector<std::int32_t>& of_group) {
  std::vector<std::int32_t> found(model.providers.size(), -1);
  for (const std::int32_t provider : of_group) {
    for (std::size_t s = 0; provider >= 0 && s < model.network.settings.size(); ++s) {
      const SettingModel& setting = model.network.settings[s];
      if (setting.provider == provider && found[at(provider)] < 0 && (spec.kind.empty() || setting.kind == spec.kind)) {
        found[at(provider)] = static_cast<std::int32_t>(s);
      }
    }
  }
  return found;
}

void add_slots(const Model& model, const CareCostSpec& costs, CareProgrammeModel& care, ArmModel& arm) {
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t providers = model.providers.size();
  care.per_person_year = Money::from_euro(costs.per_person_year).micro;
  care.price_per_person_year =
      costs.price_per_person_year < 0.0 ? care.per_person_year : Money::from_euro(costs.price_per_person_year).micro;
  care.per_year = Money::from_euro(costs.per_year).micro;
  care.slots.assign(insurers * providers, -1);
  care.paid_by_insurers = costs.payer == "insurer";
  if (costs.payer == "provider" || (care.price_per_person_year == 0 && care.per_year == 0)) {
    return;
  }
  for (std::size_t i = 0; i < insurers; ++i) {
    const int payer = care.paid_by_insurers ? static_cast<int>(i) : payer_position(model, costs.payer);
    for (std::size_t p = 0; p < providers; ++p) {
      if (care.setting[p] >= 0) {
        const SectorId sector{model.network.settings[at(care.setting[p])].sector};
        care.slots[i * providers + p] =
            slot_of(arm, {model.payer_party(payer), model.provider_party(static_cast<int>(p)), ContractId{},
                          TermKind::programme, sector, 0});
      }
    }
  }
}

/// How fast each deliverer asks, by what it earns on somebody enrolled as a share of what that costs.
void add_effort(const Scenario& scenario, const ArmModel& arm, const CareProgrammeSpec& spec, int cycles_per_year,
                CareProgrammeModel& care) {
  const BehaviourSpec& behaviour = scenario.behaviour;
  if (behaviour.theta_enrolment == 0.0 || !behaviour.incentives || care.per_person_year == 0) {
    return;
  }
  const double paid = spec.costs.payer == "provider" ? 0.0 : static_cast<double>(care.price_per_person_year);
  const double earned = paid / static_cast<double>(care.per_person_year) - 1.0;
  for (const std::int32_t provider : care.deliverer) {
    const double passed = provider < 0 ? 0.0 : arm.deciders[at(provider)].pass_through;
    const double pace = exact::exp(
        std::clamp(behaviour.theta_enrolment * passed * earned, -behaviour.exponent_limit, behaviour.exponent_limit));
    const double asked = spec.asked_per_year >= 1.0
                             ? 1.0
                             : -exact::expm1(pace * exact::log(1.0 - spec.asked_per_year) / cycles_per_year);
    care.asked_paid_below.push_back(threshold(asked));
  }
}

void add_hazards(const Scenario& scenario, const HealthModel& health, const CareOutcomeSpec& effects,
                 CareProgrammeModel& care) {
  for (const CareHazardSpec& one : effects.hazard_ratios) {
    const double log_ratio = exact::log(one.ratio);
    const int condition = one.condition.empty() ? -1 : position(scenario.conditions, one.condition);
    if (condition < 0) {
      care.deaths.push_back({.condition = -1, .stage = 0, .log_ratio = log_ratio});
      continue;
    }
    const std::vector<Stage>& stages = scenario.conditions[at(condition)].stages;
    const auto from = static_cast<std::uint8_t>(position(stages, one.from));
    if (one.to == k_dead) {
      care.deaths.push_back({.condition = condition, .stage = from, .log_ratio = log_ratio});
      continue;
    }
    const HealthModel::Stage& stage = health.stage(condition, from);
    for (std::int32_t t = stage.first_transition; t < stage.first_transition + stage.transitions; ++t) {
      const HealthModel::Transition& way = health.transitions[at(t)];
      if (!way.death && way.to == position(stages, one.to)) {
        care.hazards.push_back({.transition = t, .log_ratio = log_ratio});
      }
    }
  }
}

}  // namespace

CareProgrammeModel care_programme(const Scenario& scenario, const Model& model, const CareProgrammeSpec& spec,
                                  CompiledWho who, int programme, ArmModel& arm) {
  const int per_year = model.time.cycles_per_year;
  CareProgrammeModel care;
  care.programme = programme;
  care.who = std::move(who);
  care.deliverer = deliverers(scenario, model, spec);
  care.setting = settings(model, spec, care.deliverer);
  add_slots(model, spec.costs, care, arm);
  care.asked_below = threshold(per_cycle(spec.asked_per_year, per_year));
  add_effort(scenario, arm, spec, per_year, care);
  care.takes_part_below = threshold(spec.uptake);
  care.drops_out_below = threshold(per_cycle(spec.drop_out_per_year, per_year));
  care.milli_hours = std::llround(spec.staff_hours * 1000.0);
  const CareOutcomeSpec& effects = spec.effects;
  if (!effects.needs.empty()) {
    care.log_need.assign(scenario.needs.size(), 0.0);
  }
  for (const auto& [need, ratio] : effects.needs) {
    care.log_need[at(position(scenario.needs, need))] = exact::log(ratio);
    care.adds_needs = care.adds_needs || ratio > 1.0;
  }
  if (!effects.referrals.empty()) {
    care.log_referral.assign(scenario.kinds.size(), 0.0);
  }
  for (const auto& [kind, ratio] : effects.referrals) {
    care.log_referral[at(position(scenario.kinds, kind))] = exact::log(ratio);
  }
  if (!effects.treatments.empty()) {
    care.log_treatment.assign(scenario.kinds.size(), 0.0);
  }
  for (const auto& [kind, ratio] : effects.treatments) {
    care.log_treatment[at(position(scenario.kinds, kind))] = exact::log(ratio);
  }
  double share = 0.0;
  for (const PreferenceSpec& preference : spec.preferences) {
    share += preference.share;
    care.preference_below.push_back(threshold(std::min(1.0, share)));
    care.preference_weight.push_back(preference.weight);
  }
  if (!care.preference_below.empty()) {
    care.preference_below.back() = k_always;
  }
  add_hazards(scenario, model.health, effects, care);
  care.utility_micro = effects.utility * 1e6 / per_year;
  care.delay_cycles = effects.delay_cycles;
  const double cycles_per_month = per_year / 12.0;
  care.learning_cycles = effects.learning_half_life_months * cycles_per_month;
  care.fade_cycles = effects.fade_half_life_months * cycles_per_month;
  care.lingering_cycles = effects.lingering_half_life_months * cycles_per_month;
  return care;
}

}  // namespace waterbed::compiling
