#include "waterbed/health/hazard.hpp"

#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace waterbed {
namespace {

using StageRow = HealthModel::Stage;
using TransitionRow = HealthModel::Transition;

double effect_ratio(const HealthModel& model, const PersonHealth& person, std::int32_t first, std::int32_t count) {
  double ratio = 1.0;
  for (std::int32_t i = first; person.care != nullptr && i < first + count; ++i) {
    const HealthModel::Effect& one = model.effects[static_cast<std::size_t>(i)];
    if (person.care[one.effect].holds(person.cycle)) {
      ratio *= one.ratio;
    }
  }
  return ratio;
}

double factor_of(const HealthModel& model, const PersonHealth& person, const TransitionRow& one) {
  return person.factors == nullptr
             ? 1.0
             : person.factors->ratio_of(static_cast<std::int32_t>(&one - model.transitions.data()));
}

/// Hazard per cycle of a transition of the person, but for effects of care on death.
double hazard_of(const HealthModel& model, const PersonHealth& person, const TransitionRow& one, std::size_t cell) {
  double hazard = model.hazards[static_cast<std::size_t>(one.hazards) + cell];
  for (std::int32_t i = one.first_ratio; i < one.first_ratio + one.ratios; ++i) {
    const HealthModel::Ratio& ratio = model.ratios[static_cast<std::size_t>(i)];
    if ((ratio.stages >> person.stage[ratio.condition] & 1U) != 0) {
      hazard *= ratio.ratio;
    }
  }
  return hazard * effect_ratio(model, person, one.first_effect, one.effects) * factor_of(model, person, one);
}

template <class Visit>
void for_each_transition(const HealthModel& model, const PersonHealth& person, Visit visit) {
  for (int c = 0; c < model.conditions; ++c) {
    const StageRow& row = model.stage(c, person.stage[c]);
    for (std::int32_t t = row.first_transition; t < row.first_transition + row.transitions; ++t) {
      visit(c, model.transitions[static_cast<std::size_t>(t)]);
    }
  }
}

/// Chance of a transition whose hazard has no other one beside it.
double chance_alone(double hazard) { return -exact::expm1(-hazard); }

/// Chance of an event in a cycle, and what a unit of hazard gets of it.
struct Chances {
  double any = 0.0;
  double per_hazard = 0.0;
  double survival = 0.0;  ///< of the causes that compete

  explicit Chances(const CompetingCauses& causes) {
    const double written = std::min(causes.probability, 1.0);
    const double by_hazard = causes.hazard > 0.0 ? -exact::expm1(-causes.hazard) * (1.0 - written) : 0.0;
    survival = (1.0 - written) - by_hazard;
    any = written + by_hazard + survival * std::min(causes.given_survival, 1.0);
    per_hazard = causes.hazard > 0.0 ? by_hazard / causes.hazard : 0.0;
  }
};

// The nearest number of words, kept within 32 bits.
std::uint32_t words_below(double p) {
  constexpr double k_words = 0x1p32;
  constexpr double k_most = 0xffffffffp0;
  return static_cast<std::uint32_t>(std::min(p * k_words + 0.5, k_most));
}

/// Every event that can come, death first, and the words below which it or one before it does.
template <class Visit>
void for_each_outcome(const HealthModel& model, const PersonHealth& person, const CompetingCauses& causes,
                      const Chances& chances, Visit visit) {
  double sum = causes.death_probability + causes.death_hazard * chances.per_hazard;
  if (sum > 0.0) {
    visit(words_below(sum), HealthEvent{HealthEvent::Kind::death, 0, 0});
  }
  const std::size_t cell = health_cell(person.sex, person.deprivation, person.age, person.vulnerability, model.classes);
  for_each_transition(model, person, [&](int c, const TransitionRow& one) {
    if (one.death) {
      return;
    }
    const double hazard = one.probability >= 0.0 ? 0.0 : hazard_of(model, person, one, cell);
    const double mass = one.given_survival       ? chance_alone(hazard) * chances.survival
                        : one.probability >= 0.0 ? one.probability
                                                 : hazard * chances.per_hazard;
    if (mass > 0.0) {
      sum += mass;
      visit(words_below(sum), HealthEvent{HealthEvent::Kind::stage, static_cast<std::uint8_t>(c), one.to});
    }
  });
}

}  // namespace

CompetingCauses competing_causes(const HealthModel& model, const PersonHealth& person) {
  const std::size_t cell = health_cell(person.sex, person.deprivation, person.age, person.vulnerability, model.classes);
  CompetingCauses causes;
  double death = model.death[health_cell(person.sex, person.age)];
  double direct = 0.0;
  double effect = 1.0;
  for (int c = 0; c < model.conditions; ++c) {
    const StageRow& row = model.stage(c, person.stage[c]);
    death *= row.mortality_ratio;
    effect *= row.death_scale * effect_ratio(model, person, row.first_death_effect, row.death_effects);
  }
  for_each_transition(model, person, [&](int, const TransitionRow& one) {
    if (one.given_survival) {
      causes.given_survival += chance_alone(hazard_of(model, person, one, cell));
    } else if (one.probability >= 0.0) {
      causes.probability += one.probability;
      causes.death_probability += one.death ? one.probability : 0.0;
    } else {
      (one.death ? direct : causes.hazard) += hazard_of(model, person, one, cell);
    }
  });
  causes.death_hazard = (death + direct) * effect * (person.factors == nullptr ? 1.0 : person.factors->death);
  causes.hazard += causes.death_hazard;
  return causes;
}

std::uint32_t event_threshold(const HealthModel& model, const PersonHealth& person) {
  return words_below(Chances(competing_causes(model, person)).any);
}

HealthEvent resolve_event(const HealthModel& model, const PersonHealth& person, std::uint32_t word) {
  const CompetingCauses causes = competing_causes(model, person);
  const Chances chances(causes);
  if (word >= words_below(chances.any)) {
    return {};
  }
  // Rounding may leave the last words to nobody: they go to the last change that can happen.
  HealthEvent event;
  bool found = false;
  for_each_outcome(model, person, causes, chances, [&](std::uint32_t below, const HealthEvent& next) {
    event = found ? event : next;
    found = found || word < below;
  });
  return event;
}

std::vector<HealthModel::Outcome> outcomes_of(const HealthModel& model, const PersonHealth& person) {
  const CompetingCauses causes = competing_causes(model, person);
  std::vector<HealthModel::Outcome> outcomes;
  for_each_outcome(model, person, causes, Chances(causes), [&](std::uint32_t below, const HealthEvent& event) {
    outcomes.push_back({below, event});
  });
  return outcomes;
}

std::int32_t next_care_change(const HealthModel& model, const PersonHealth& person) {
  std::int32_t next = std::numeric_limits<std::int32_t>::max();
  for (std::size_t i = 0; person.care != nullptr && i < model.care.size(); ++i) {
    const CareWindow& window = person.care[i];
    for (const std::int32_t edge : {std::int32_t{window.from}, std::int32_t{window.until}}) {
      if (window.from < window.until && edge > person.cycle) {
        next = std::min(next, edge);
      }
    }
  }
  return next;
}

}  // namespace waterbed
