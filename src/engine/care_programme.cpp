#include "care_programme.hpp"

#include "deliver.hpp"
#include "person.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/coupling.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Names of draws: apart from those of effects of care at the start, which have the same purpose.
constexpr std::uint32_t k_programmes = 1U << 31U;
std::uint32_t once(const CareProgrammeModel& care) {
  return k_programmes | static_cast<std::uint32_t>(care.programme) << 1U;
}
std::uint32_t every_cycle(const CareProgrammeModel& care) { return once(care) | 1U; }

std::int32_t deliverer_of(const Model& model, const CareProgrammeModel& care, std::size_t person) {
  const std::size_t none = care.deliverer.size() - 1;
  return care.deliverer[std::min<std::size_t>(model.people.practice_group[person], none)];
}

std::uint64_t asked_below(const Model& model, const ArmState& state, const CareProgrammeModel& care,
                          std::size_t person) {
  if (care.asked_paid_below.empty() || state.holds(Mechanism::incentive)) {
    return care.asked_below;
  }
  return care
      .asked_paid_below[std::min<std::size_t>(model.people.practice_group[person], care.asked_paid_below.size() - 1)];
}

bool is_eligible(const Model& model, const ArmState& state, const CareProgrammeModel& care, std::size_t person) {
  return deliverer_of(model, care, person) >= 0 && matches(care.who, person_now(model, state, person));
}

double halved(double cycles, double half_life) { return exact::exp(-exact::log(2.0) * cycles / half_life); }

/// Strength of the effect of somebody enrolled since a cycle.
double strength_at(const Model& model, const CareProgrammeModel& care, int since, int cycle) {
  const int begun = cycle - since - care.delay_cycles;
  if (begun < 0) {
    return 0.0;
  }
  double strength = 1.0;
  if (care.learning_cycles > 0.0) {
    strength -= halved(cycle - model.time.burn_in_cycles(), care.learning_cycles);
  }
  if (care.fade_cycles > 0.0) {
    strength *= halved(begun, care.fade_cycles);
  }
  return strength;
}

double strength_of(const Model& model, const CareProgrammeModel& care, const CareEnrolment& one, int cycle) {
  if (one.status == CareStatus::enrolled) {
    return strength_at(model, care, one.since, cycle);
  }
  const bool was = one.status == CareStatus::left || one.status == CareStatus::dropped_out;
  if (!was || care.lingering_cycles <= 0.0) {
    return 0.0;
  }
  return strength_at(model, care, one.since, one.until) * halved(cycle - one.until, care.lingering_cycles);
}

/// Of the programmes of a person that have effect: calls visit(programme, strength).
template <class Visit>
void for_each_effect(const ArmState& state, std::size_t person, const Visit& visit) {
  const std::vector<CareProgrammeModel>& programmes = state.arm->care;
  for (std::size_t k = 0; k < programmes.size() && !state.enrolment.empty(); ++k) {
    const double strength = state.enrolment[person * programmes.size() + k].strength;
    if (strength > 0.0) {
      visit(programmes[k], strength);
    }
  }
}

/// Yearly amounts of so many person-cycles, without overflow.
std::int64_t of_cycles(std::int64_t per_person_year, std::int64_t cycles, int per_year) {
  return per_person_year / per_year * cycles + per_person_year % per_year * cycles / per_year;
}

std::size_t cell_of(const Model& model, const CareProgrammeModel& care, std::size_t insurer, std::size_t provider) {
  return (at(care.programme) * at(std::max(1, model.insurers)) + insurer) * model.providers.size() + provider;
}

/// So much a person-year of those whom a provider has enrolled.
std::int64_t of_enrolled(const Model& model, const ArmState& state, const CareProgrammeModel& care,
                         std::int64_t per_person_year, std::size_t insurer, std::size_t provider) {
  return of_cycles(per_person_year, state.year.care_cycles[cell_of(model, care, insurer, provider)],
                   model.time.cycles_per_year);
}

std::int64_t variable_cost(const Model& model, const ArmState& state, const CareProgrammeModel& care,
                           std::size_t insurer, std::size_t provider) {
  return of_enrolled(model, state, care, care.per_person_year, insurer, provider);
}

}  // namespace

std::size_t care_cells(const Model& model) {
  return model.care_programmes.size() * at(std::max(1, model.insurers)) * model.providers.size();
}

void begin_care(const Model& model, ArmState& state) {
  state.enrolment.assign(at(model.people.size()) * state.arm->care.size(), CareEnrolment{});
}

bool enrol(const Context& context, ArmState& state, std::size_t person, BlockCounts& block) {
  const Model& model = context.model;
  const auto id = static_cast<std::uint32_t>(person);
  const auto now = static_cast<std::int16_t>(state.cycle);
  bool changed = false;
  for (std::size_t k = 0; k < state.arm->care.size(); ++k) {
    const CareProgrammeModel& care = state.arm->care[k];
    CareEnrolment& one = state.enrolment[person * state.arm->care.size() + k];
    const auto count = [&](CareItem item) {
      block.care_persons[at(care.programme) * k_care_items + static_cast<std::size_t>(item)] += 1;
    };
    if (one.status == CareStatus::enrolled) {
      if (!is_eligible(model, state, care, person)) {
        one.status = CareStatus::left;
        count(CareItem::not_eligible);
      } else if (bernoulli(context.words(id, state.cycle, Purpose::enrolment, every_cycle(care))[1],
                           care.drops_out_below)) {
        one.status = CareStatus::dropped_out;
        count(CareItem::dropped_out);
      }
      one.until = now;
    } else if (one.status == CareStatus::not_asked || one.status == CareStatus::left) {
      if (bernoulli(context.words(id, state.cycle, Purpose::enrolment, every_cycle(care))[0],
                    asked_below(model, state, care, person)) &&
          is_eligible(model, state, care, person)) {
        count(CareItem::asked);
        // Whether somebody takes part does not depend on when they are asked, nor on the arm.
        const bool takes_part =
            bernoulli(context.words(id, 0, Purpose::enrolment, once(care))[0], care.takes_part_below);
        one.status = takes_part ? CareStatus::enrolled : CareStatus::refused;
        if (takes_part) {
          one.since = now;
          count(CareItem::joined);
        }
      }
    }
    if (one.status == CareStatus::enrolled) {
      count(CareItem::person_cycles);
      block.care_cycles[cell_of(model, care, insurer_of(model, id), at(deliverer_of(model, care, person)))] += 1;
    }
    const double strength = strength_of(model, care, one, state.cycle);
    changed = changed || (strength != one.strength && care.changes_health());
    one.strength = strength;
  }
  return changed;
}

void end_enrolment(ArmState& state, std::size_t person, Presence how, BlockCounts& block) {
  for (std::size_t k = 0; k < state.arm->care.size() && !state.enrolment.empty(); ++k) {
    CareEnrolment& one = state.enrolment[person * state.arm->care.size() + k];
    if (one.status == CareStatus::enrolled) {
      const CareItem item = how == Presence::dead ? CareItem::died : CareItem::moved_away;
      block.care_persons[at(state.arm->care[k].programme) * k_care_items + static_cast<std::size_t>(item)] += 1;
    }
    one = CareEnrolment{};
  }
}

HazardFactors hazard_factors(const Model& model, const ArmState& state, std::size_t person) {
  HazardFactors factors;
  const std::uint8_t* const stage = state.stage.data() + person * at(model.health.conditions);
  for_each_effect(state, person, [&](const CareProgrammeModel& care, double strength) {
    for (const CareProgrammeModel::Hazard& one : care.hazards) {
      factors.add(one.transition, exact::exp(strength * one.log_ratio));
    }
    for (const CareProgrammeModel::Death& one : care.deaths) {
      if (one.condition < 0 || stage[one.condition] == one.stage) {
        factors.death *= exact::exp(strength * one.log_ratio);
      }
    }
  });
  return factors;
}

std::int32_t added_utility(const ArmState& state, std::size_t person) {
  double utility = 0.0;
  for_each_effect(state, person,
                  [&](const CareProgrammeModel& care, double strength) { utility += strength * care.utility_micro; });
  return static_cast<std::int32_t>(std::llround(utility));
}

double need_ratio(const ArmState& state, std::size_t person, int need) {
  double log_ratio = 0.0;
  for_each_effect(state, person, [&](const CareProgrammeModel& care, double strength) {
    log_ratio += care.log_need.empty() ? 0.0 : strength * care.log_need[at(need)];
  });
  return log_ratio == 0.0 ? 1.0 : exact::exp(log_ratio);
}

bool has_added_needs(const ArmState& state, std::size_t person) {
  bool any = false;
  for_each_effect(state, person, [&](const CareProgrammeModel& care, double) { any = any || care.adds_needs; });
  return any;
}

namespace {

/// How far the ratios of treatments are this person's: the same class in every arm.
double preference_of(const Context& context, const CareProgrammeModel& care, std::uint32_t person) {
  if (care.preference_below.empty()) {
    return 1.0;
  }
  const std::uint32_t word = context.words(person, 0, Purpose::preference, 0)[0];
  const auto found = std::find_if(care.preference_below.begin(), care.preference_below.end(),
                                  [&](std::uint64_t below) { return word < below; });
  return care.preference_weight[at(found - care.preference_below.begin())];
}

/// Logarithm of the odds ratio that a programme gives an option, at full strength.
double log_ratio(const NetworkModel& network, const std::vector<double>& of_kind, bool gp, const OptionModel& option) {
  if (option.to < 0) {
    return 0.0;
  }
  const RowModel& to = network.rows[at(option.to)];
  const bool meant = gp || (to.step == 0 && !to.urgent);
  return meant ? of_kind[at(network.settings[at(to.setting)].kind_id)] : 0.0;
}

}  // namespace

std::int32_t programme_choice(const Context& context, ArmState& state, const RowModel& row, const Token& token,
                              std::int32_t chosen) {
  const NetworkModel& network = context.model.network;
  const bool gp = network.settings[at(row.setting)].gp;
  if (!gp && row.urgent) {
    return chosen;
  }
  std::vector<double>& factor = state.programme_odds;
  factor.clear();
  for_each_effect(state, token.person, [&](const CareProgrammeModel& care, double strength) {
    const std::vector<double>& of_kind = gp ? care.log_referral : care.log_treatment;
    if (of_kind.empty()) {
      return;
    }
    const double weight = gp ? 1.0 : preference_of(context, care, token.person);
    factor.resize(at(row.options), 1.0);
    for (std::int32_t o = 0; o < row.options; ++o) {
      const double log_odds = weight * log_ratio(network, of_kind, gp, network.options[at(row.first_option + o)]);
      factor[at(o)] *= log_odds == 0.0 ? 1.0 : exact::exp(strength * log_odds);
    }
  });
  if (std::all_of(factor.begin(), factor.end(), [](double one) { return one == 1.0; })) {
    return chosen;
  }
  const double* const chance = state.probability.data() +
                               insurer_of(context.model, token.person) * network.options.size() + at(row.first_option);
  double sum = 0.0;
  for (std::size_t o = 0; o < factor.size(); ++o) {
    sum += factor[o] *= chance[o];
  }
  for (double& one : factor) {
    one /= sum;
  }
  const Words words = context.words(token.person, token.origin, Purpose::programme_choice, token.key);
  return row.first_option + static_cast<std::int32_t>(coupled_choice({chance, factor.size()}, factor,
                                                                     chosen - row.first_option, words[0], words[1]));
}

void accrue_care(const Model& model, ArmState& state) {
  const std::size_t insurers = at(std::max(1, model.insurers));
  const std::size_t providers = model.providers.size();
  for (const CareProgrammeModel& care : state.arm->care) {
    for (std::size_t p = 0; p < providers; ++p) {
      if (care.setting[p] < 0 || care.slots[p] < 0) {
        continue;
      }
      std::int64_t fixed = care.per_year;
      for (std::size_t i = 0; i < insurers; ++i) {
        std::int64_t& usage = state.year.usage[at(care.slots[i * providers + p])];
        usage += of_enrolled(model, state, care, care.price_per_person_year, i, p);
        const bool last = !care.paid_by_insurers || i + 1 == insurers;
        const std::int64_t part =
            last ? fixed : std::llround(static_cast<double>(care.per_year) * model.market_share[i]);
        usage += part;
        fixed -= part;
      }
    }
  }
}

CareCost care_cost(const Model& model, const ArmState& state, std::size_t provider) {
  CareCost cost;
  for (const CareProgrammeModel& care : state.arm->care) {
    if (care.setting[provider] >= 0) {
      cost.fixed += care.per_year;
      for (std::size_t i = 0; i < at(std::max(1, model.insurers)); ++i) {
        cost.per_person += variable_cost(model, state, care, i, provider);
      }
    }
  }
  return cost;
}

std::vector<TableInfo> care_infos(const Model& model) {
  if (model.care_programmes.empty()) {
    return {};
  }
  std::vector<std::string> years;
  for (int y = 0; y < model.time.years; ++y) {
    years.push_back(std::to_string(model.time.start_year + y));
  }
  return {{"programme_persons",
           "persons",
           "who was asked, joined and left a programme of care; enrolled: at the end of the year; person_cycles: "
           "cycles enrolled",
           {{"year", years},
            {"programme", model.care_programmes},
            {"item",
             {"asked", "joined", "not_eligible", "dropped_out", "died", "moved_away", "enrolled", "person_cycles"}}}},
          {"programme_costs",
           "micro_eur",
           "cost of a programme of care, whoever pays it",
           {{"year", years}, {"programme", model.care_programmes}, {"item", {"per_person", "fixed"}}}},
          {"programme_hours",
           "milli_hours",
           "staff hours of a programme of care, part of `hours`",
           {{"year", years}, {"programme", model.care_programmes}}}};
}

void write_care(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>* tables,
                std::int64_t* hours) {
  const std::size_t programmes = model.care_programmes.size();
  std::copy(state.year.care_persons.begin(), state.year.care_persons.end(),
            tables[0].begin() + static_cast<std::ptrdiff_t>(year * programmes * k_care_items));
  for (std::size_t k = 0; k < state.arm->care.size(); ++k) {
    const CareProgrammeModel& care = state.arm->care[k];
    const std::size_t row = year * programmes + at(care.programme);
    std::int64_t& enrolled = tables[0][row * k_care_items + static_cast<std::size_t>(CareItem::enrolled)];
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      const CareEnrolment& one = state.enrolment[person * state.arm->care.size() + k];
      enrolled += one.status == CareStatus::enrolled ? 1 : 0;
    }
    for (std::size_t p = 0; p < model.providers.size(); ++p) {
      if (care.setting[p] < 0) {
        continue;
      }
      tables[1][row * 2 + 1] += care.per_year;
      std::int64_t cycles = 0;
      for (std::size_t i = 0; i < at(std::max(1, model.insurers)); ++i) {
        tables[1][row * 2] += variable_cost(model, state, care, i, p);
        cycles += state.year.care_cycles[cell_of(model, care, i, p)];
      }
      const std::int64_t milli_hours = of_cycles(care.milli_hours, cycles, model.time.cycles_per_year);
      tables[2][row] += milli_hours;
      hours[care.setting[p]] += milli_hours;
    }
  }
}

}  // namespace waterbed::engine
