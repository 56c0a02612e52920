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

template <class Visit>
void for_each_cell(int classes, Visit visit) {
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
      for (int k = 0; k < classes; ++k) {
        for (int age = 0; age < k_ages; ++age) {
          visit(sex, quintile, age, health_cell(sex, quintile, age, k, classes));
        }
      }
    }
  }
}

/// The population at the start, as conditions that are independent within a cell.
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

int classes_of(const HealthInputs& inputs) {
  return inputs.vulnerability.empty() ? 1 : static_cast<int>(inputs.vulnerability.size());
}

/// Prevalence by class with odds in the proportions of `odds` and the mean `p` over the shares.
void spread_over_classes(double p, std::span<const double> odds, std::span<const double> shares, std::span<double> to) {
  if (to.size() == 1 || p <= 0.0 || p >= 1.0) {
    std::fill(to.begin(), to.end(), p);
    return;
  }
  // The mean is concave in the base odds: Newton's steps from below stay below and close in.
  double base = p / (1.0 - p) / *std::max_element(odds.begin(), odds.end());
  constexpr int k_steps = 60;
  for (int step = 0; step < k_steps; ++step) {
    double mean = 0.0;
    double slope = 0.0;
    for (std::size_t k = 0; k < to.size(); ++k) {
      const double below = 1.0 + base * odds[k];
      to[k] = base * odds[k] / below;
      mean += shares[k] * to[k];
      slope += shares[k] * odds[k] / (below * below);
    }
    if (p - mean <= 1e-15) {
      return;
    }
    base += (p - mean) / slope;
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
      table.resize(derived.cells());
      const QuintileFactors factors = quintile_factors(one.deprivation_gradient, inputs.composition.quintile_share);
      for_each_cell(derived.classes, [&](Sex sex, int quintile, int age, std::size_t cell) {
        table[cell] = one.per_year.at(age, sex) * factors[static_cast<std::size_t>(quintile - 1)];
      });
    }
  }
}

/// What happens to the people of each age in turn: who is ill in which class, what they die of, and who is left.
class ByAge {
 public:
  ByAge(const HealthInputs& inputs, DerivedHealth& derived)
      : inputs_(inputs), derived_(derived), mean_field_(inputs, derived), classes_(derived.classes) {
    for (const Condition& condition : inputs.conditions) {
      factors_.push_back(quintile_factors(condition.deprivation_gradient, inputs.composition.quintile_share));
      odds_.push_back(class_factors(condition.vulnerability_gradient, classes_));
      derived.prevalence.emplace_back(derived.cells(), 0.0);
    }
    derived.death.assign(std::size_t{k_sexes} * k_ages, 0.0);
    derived.class_share.assign(derived.cells(), 1.0);
  }

  void run(Sex sex) {
    std::vector<AgeCurve> curves;
    for (const Condition& condition : inputs_.conditions) {
      curves.push_back(
          condition.prevalence.bands.empty()
              ? AgeCurve{}
              : smooth_by_age(condition.prevalence, sex, inputs_.composition.persons[static_cast<std::size_t>(sex)]));
    }
    std::array<std::vector<double>, k_quintiles> shares;
    shares.fill(inputs_.vulnerability.empty()
                    ? std::vector<double>{1.0}
                    : std::vector<double>(inputs_.vulnerability.begin(), inputs_.vulnerability.end()));
    for (int age = 0; age < k_ages; ++age) {
      for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
        set_prevalence(curves, sex, quintile, age, shares[static_cast<std::size_t>(quintile - 1)]);
      }
      close_life_table(sex, age);
      for (int quintile = 1; classes_ > 1 && quintile <= k_quintiles; ++quintile) {
        survive(sex, quintile, age, shares[static_cast<std::size_t>(quintile - 1)]);
      }
    }
  }

 private:
  [[nodiscard]] std::size_t cell(Sex sex, int quintile, int age, int vulnerability) const {
    return health_cell(sex, quintile, age, vulnerability, classes_);
  }

  void set_prevalence(const std::vector<AgeCurve>& curves, Sex sex, int quintile, int age,
                      const std::vector<double>& shares) {
    std::vector<double> by_class(static_cast<std::size_t>(classes_));
    for (std::size_t c = 0; c < curves.size(); ++c) {
      const double p =
          std::min(1.0, curves[c][static_cast<std::size_t>(age)] * factors_[c][static_cast<std::size_t>(quintile - 1)]);
      spread_over_classes(p, odds_[c], shares, by_class);
      for (int k = 0; k < classes_; ++k) {
        derived_.prevalence[c][cell(sex, quintile, age, k)] = by_class[static_cast<std::size_t>(k)];
      }
    }
    for (int k = 0; k < classes_; ++k) {
      derived_.class_share[cell(sex, quintile, age, k)] = shares[static_cast<std::size_t>(k)];
    }
  }

  /// Deaths of a cell: base mortality times `factor`, and `own` of the conditions.
  struct Deaths {
    double factor = 1.0;
    double own = 0.0;
  };
  [[nodiscard]] Deaths deaths(std::size_t at) const {
    Deaths sum;
    for (std::size_t c = 0; c < inputs_.conditions.size(); ++c) {
      const double p = derived_.prevalence[c][at];
      sum.factor *= (1.0 - p) * mean_field_.mortality_ratio(c, false) + p * mean_field_.mortality_ratio(c, true);
      sum.own += (1.0 - p) * mean_field_.rate_to(c, false, k_dead, at, false) +
                 p * mean_field_.rate_to(c, true, k_dead, at, false);
    }
    return sum;
  }

  /// Base mortality: over the population at the start all causes together give the life table.
  void close_life_table(Sex sex, int age) {
    if (inputs_.mortality == nullptr || inputs_.mortality->bands.empty()) {
      return;
    }
    double factor = 0.0;
    double own = 0.0;
    for (int quintile = 1; quintile <= k_quintiles; ++quintile) {
      for (int k = 0; k < classes_; ++k) {
        const std::size_t at = cell(sex, quintile, age, k);
        const double share =
            inputs_.composition.quintile_share[static_cast<std::size_t>(quintile - 1)] * derived_.class_share[at];
        const Deaths of_cell = deaths(at);
        factor += share * of_cell.factor;
        own += share * of_cell.own;
      }
    }
    const double left = std::max(0.0, inputs_.mortality->at(age, sex) - own);
    derived_.death[health_cell(sex, age)] = factor > 0.0 ? left / factor : left;
  }

  /// Shares of the classes a year later: the vulnerable die sooner.
  void survive(Sex sex, int quintile, int age, std::vector<double>& shares) {
    double sum = 0.0;
    for (int k = 0; k < classes_; ++k) {
      const Deaths of_cell = deaths(cell(sex, quintile, age, k));
      double& share = shares[static_cast<std::size_t>(k)];
      share *= exact::exp(-(derived_.death[health_cell(sex, age)] * of_cell.factor + of_cell.own));
      sum += share;
    }
    for (double& share : shares) {
      share /= sum;
    }
  }

  const HealthInputs& inputs_;
  DerivedHealth& derived_;
  MeanField mean_field_;
  int classes_;
  std::vector<QuintileFactors> factors_;   ///< [condition]
  std::vector<std::vector<double>> odds_;  ///< [condition][class]
};

/// Onset by which the prevalence of a cohort that ages follows the prevalence by age:
///   p' = i (1 - p) - r p - p (1 - p) (m1 - m0)
/// with r the recovery, m1 and m0 the mortality with and without the condition.
void derive_onset(const HealthInputs& inputs, const MeanField& mean_field, std::size_t condition,
                  std::size_t transition, DerivedHealth& derived) {
  const Condition& one = inputs.conditions[condition];
  const std::vector<double>& prevalence = derived.prevalence[condition];
  const std::string& without = one.stages[0].name;
  std::vector<double> table(derived.cells(), 0.0);
  for_each_cell(derived.classes, [&](Sex sex, int, int age, std::size_t cell) {
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
  });
  derived.per_year[condition][transition] = std::move(table);
}

}  // namespace

std::vector<double> class_factors(double gradient, int classes) {
  std::vector<double> factors;
  for (int k = 0; k < classes; ++k) {
    factors.push_back(k == 0 ? 1.0 : exact::exp(exact::log(gradient) * k / (classes - 1)));
  }
  return factors;
}

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
  derived.classes = classes_of(inputs);
  copy_written_rates(inputs, derived);
  ByAge by_age(inputs, derived);
  by_age.run(Sex::women);
  by_age.run(Sex::men);
  const MeanField mean_field(inputs, derived);
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
