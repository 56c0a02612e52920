#include "health/derive.hpp"

#include "health/age_curve.hpp"
#include "health/check.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cstddef>

namespace waterbed {
namespace {

// Above this the onset that keeps a prevalence is a division by nearly nobody.
constexpr double k_highest_prevalence = 0.98;
constexpr double k_highest_probability = 0.999;

/// The population at the start, as independent conditions.
class MeanField {
 public:
  MeanField(const HealthInputs& inputs, const DerivedHealth& derived) : inputs_(inputs), derived_(derived) {}

  /// Share of a cell's persons in a stage.
  [[nodiscard]] double share(std::size_t condition, std::size_t stage, std::size_t cell) const {
    const double p = derived_.prevalence[condition][cell];
    return stage == 0 ? 1.0 - p : p * inputs_.conditions[condition].stages[stage].initial_share;
  }

  /// Mean over persons of what other conditions do to a transition.
  [[nodiscard]] double mean_ratio(const Transition& transition, std::size_t cell) const {
    double product = 1.0;
    for (std::size_t other = 0; other < inputs_.conditions.size(); ++other) {
      const Condition& condition = inputs_.conditions[other];
      double mean = 0.0;
      for (std::size_t stage = 0; stage < condition.stages.size(); ++stage) {
        double ratio = 1.0;
        for (const ConditionRatio& one : transition.ratios) {
          if (one.condition == condition.name && names(one, condition, stage)) {
            ratio *= one.ratio;
          }
        }
        mean += share(other, stage, cell) * ratio;
      }
      product *= mean;
    }
    return product;
  }

  /// Mean annual hazard of a transition over the persons of a cell who are in the stage that it leaves.
  [[nodiscard]] double hazard(std::size_t condition, std::size_t transition, std::size_t cell) const {
    const Transition& one = inputs_.conditions[condition].transitions[transition];
    if (one.probability_per_cycle >= 0.0) {
      const double p = std::min(one.probability_per_cycle, k_highest_probability);
      return -exact::log(1.0 - p) * inputs_.cycles_per_year;
    }
    const std::vector<double>& table = derived_.per_year[condition][transition];
    return table.empty() ? 0.0 : table[cell] * mean_ratio(one, cell);
  }

  /// Mean mortality ratio of a condition over those without it (`ill` false) or with it.
  [[nodiscard]] double mortality_ratio(std::size_t condition, bool ill) const {
    const std::vector<Stage>& stages = inputs_.conditions[condition].stages;
    double mean = ill ? 0.0 : stages[0].mortality_ratio;
    for (std::size_t stage = 1; ill && stage < stages.size(); ++stage) {
      mean += stages[stage].initial_share * stages[stage].mortality_ratio;
    }
    return mean;
  }

  /// Mean annual hazard of the condition's own ways to a target (a stage or "dead") over those without or with it.
  /// @param as_drawn  what one draw a cycle makes of it, in events per year
  [[nodiscard]] double rate_to(std::size_t condition, bool ill, std::string_view target, std::size_t cell,
                               bool as_drawn) const {
    const Condition& one = inputs_.conditions[condition];
    double rate = 0.0;
    for (std::size_t t = 0; t < one.transitions.size(); ++t) {
      const auto from = static_cast<std::size_t>(find_stage(one, one.transitions[t].from));
      if (one.transitions[t].to != target || (from > 0) != ill) {
        continue;
      }
      const double h = hazard(condition, t, cell);
      const double per_year = as_drawn ? -exact::expm1(-h / inputs_.cycles_per_year) * inputs_.cycles_per_year : h;
      rate += per_year * (ill ? one.stages[from].initial_share : 1.0);
    }
    return rate;
  }

 private:
  static bool names(const ConditionRatio& ratio, const Condition& condition, std::size_t stage) {
    return ratio.stages.empty() ? stage > 0
                                : std::find(ratio.stages.begin(), ratio.stages.end(), condition.stages[stage].name) !=
                                      ratio.stages.end();
  }

  const HealthInputs& inputs_;
  const DerivedHealth& derived_;
};

void derive_prevalence(const HealthInputs& inputs, DerivedHealth& derived) {
  for (const Condition& condition : inputs.conditions) {
    std::vector<double> table(k_health_cells, 0.0);
    const QuintileFactors factors = quintile_factors(condition.deprivation_gradient, inputs.composition.quintile_share);
    for (const Sex sex : {Sex::women, Sex::men}) {
      if (condition.prevalence.bands.empty()) {
        continue;
      }
      const AgeCurve curve =
          smooth_by_age(condition.prevalence, sex, inputs.composition.persons[static_cast<std::size_t>(sex)]);
      for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
        for (int age = 0; age < k_ages; ++age) {
          table[health_cell(sex, quintile, age)] =
              std::min(1.0, curve[static_cast<std::size_t>(age)] * factors[static_cast<std::size_t>(quintile - 1)]);
        }
      }
    }
    derived.prevalence.push_back(std::move(table));
  }
}

void copy_written_rates(const HealthInputs& inputs, DerivedHealth& derived) {
  for (const Condition& condition : inputs.conditions) {
    auto& tables = derived.per_year.emplace_back();
    for (const Transition& one : condition.transitions) {
      std::vector<double>& table = tables.emplace_back();
      if (one.per_year.bands.empty()) {
        continue;
      }
      table.resize(k_health_cells);
      const QuintileFactors factors = quintile_factors(one.deprivation_gradient, inputs.composition.quintile_share);
      for (const Sex sex : {Sex::women, Sex::men}) {
        for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
          for (int age = 0; age < k_ages; ++age) {
            table[health_cell(sex, quintile, age)] =
                one.per_year.at(age, sex) * factors[static_cast<std::size_t>(quintile - 1)];
          }
        }
      }
    }
  }
}

/// Base mortality: over the population at the start all causes together give the life table.
void close_life_table(const HealthInputs& inputs, const MeanField& mean_field, DerivedHealth& derived) {
  derived.death.assign(std::size_t{k_sexes} * k_ages, 0.0);
  if (inputs.mortality == nullptr || inputs.mortality->bands.empty()) {
    return;
  }
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int age = 0; age < k_ages; ++age) {
      double factor = 0.0;
      double own = 0.0;
      for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
        const std::size_t cell = health_cell(sex, quintile, age);
        double product = 1.0;
        double direct = 0.0;
        for (std::size_t c = 0; c < inputs.conditions.size(); ++c) {
          const double p = derived.prevalence[c][cell];
          product *= (1.0 - p) * mean_field.mortality_ratio(c, false) + p * mean_field.mortality_ratio(c, true);
          direct += (1.0 - p) * mean_field.rate_to(c, false, k_dead, cell, false) +
                    p * mean_field.rate_to(c, true, k_dead, cell, false);
        }
        const double share = inputs.composition.quintile_share[static_cast<std::size_t>(quintile - 1)];
        factor += share * product;
        own += share * direct;
      }
      const double left = std::max(0.0, inputs.mortality->at(age, sex) - own);
      derived.death[health_cell(sex, age)] = factor > 0.0 ? left / factor : left;
    }
  }
}

/// Onset by which the prevalence of a cohort that ages follows the prevalence by age:
///   p' = i (1 - p) - r p - p (1 - p) (m1 - m0)
/// with r the recovery, m1 and m0 the mortality with and without the condition.
void derive_onset(const HealthInputs& inputs, const MeanField& mean_field, std::size_t condition,
                  std::size_t transition, DerivedHealth& derived) {
  const Condition& one = inputs.conditions[condition];
  const std::vector<double>& prevalence = derived.prevalence[condition];
  const std::string& without = one.stages[0].name;
  std::vector<double> table(k_health_cells, 0.0);
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
      for (int age = 0; age < k_ages; ++age) {
        const std::size_t cell = health_cell(sex, quintile, age);
        const double p = std::min(prevalence[cell], k_highest_prevalence);
        // Nobody is born with it, so the curve goes on as its mirror image below age 0.
        const double before = age > 0 ? prevalence[cell - 1] : -prevalence[cell];
        const double after = age + 1 < k_ages ? prevalence[cell + 1] : prevalence[cell];
        const double slope = (after - before) / (age + 1 < k_ages ? 2.0 : 1.0);
        double others = derived.death[health_cell(sex, age)];
        for (std::size_t c = 0; c < inputs.conditions.size(); ++c) {
          const double q = derived.prevalence[c][cell];
          others *= c == condition
                        ? 1.0
                        : (1.0 - q) * mean_field.mortality_ratio(c, false) + q * mean_field.mortality_ratio(c, true);
        }
        const double excess =
            others * (mean_field.mortality_ratio(condition, true) - mean_field.mortality_ratio(condition, false)) +
            mean_field.rate_to(condition, true, k_dead, cell, false) -
            mean_field.rate_to(condition, false, k_dead, cell, false);
        const double recovery = mean_field.rate_to(condition, true, without, cell, true);
        double written = 0.0;
        for (std::size_t s = 1; s < one.stages.size(); ++s) {
          written += mean_field.rate_to(condition, false, one.stages[s].name, cell, true);
        }
        const double onset = (slope + recovery * p) / (1.0 - p) + p * excess - written;
        const double per_cycle = std::clamp(onset / inputs.cycles_per_year, 0.0, k_highest_probability);
        const double mean_ratio = mean_field.mean_ratio(one.transitions[transition], cell);
        // The hazard whose draw once a cycle gives this many.
        table[cell] = mean_ratio > 0.0 ? -exact::log(1.0 - per_cycle) * inputs.cycles_per_year / mean_ratio : 0.0;
      }
    }
  }
  derived.per_year[condition][transition] = std::move(table);
}

}  // namespace

QuintileFactors quintile_factors(double gradient, const std::array<double, 5>& shares) {
  QuintileFactors factors{};
  double mean = 0.0;
  for (std::size_t q = 0; q < factors.size(); ++q) {
    factors[q] = exact::exp(exact::log(gradient) * static_cast<double>(q) / 4.0);
    mean += shares[q] * factors[q];
  }
  for (double& factor : factors) {
    factor /= mean;
  }
  return factors;
}

DerivedHealth derive_health(const HealthInputs& inputs) {
  DerivedHealth derived;
  derive_prevalence(inputs, derived);
  copy_written_rates(inputs, derived);
  const MeanField mean_field(inputs, derived);
  close_life_table(inputs, mean_field, derived);
  // Onsets last: none depends on another one, since they enter neither mortality nor recovery.
  for (std::size_t c = 0; c < inputs.conditions.size(); ++c) {
    for (std::size_t t = 0; t < inputs.conditions[c].transitions.size(); ++t) {
      if (inputs.conditions[c].transitions[t].keeps_prevalence) {
        derive_onset(inputs, mean_field, c, t, derived);
      }
    }
  }
  return derived;
}

}  // namespace waterbed
