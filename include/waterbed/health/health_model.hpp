#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/money.hpp"
#include "waterbed/core/problem.hpp"
#include "waterbed/health/care_effect.hpp"
#include "waterbed/health/condition.hpp"
#include "waterbed/health/health_event.hpp"
#include "waterbed/population/composition.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

inline constexpr int k_quintiles = 5;
inline constexpr int k_ages = k_max_age + 1;

/// What health is built from.
struct HealthInputs {
  std::span<const Condition> conditions;
  std::span<const CareEffect> care_effects;
  std::span<const std::string> needs;         ///< names, in the order of their ids
  const AgeSexTable* mortality = nullptr;     ///< deaths per person-year; null or empty: only through conditions
  const AgeSexTable* utility_norm = nullptr;  ///< null or empty: 1
  Composition composition;                    ///< of the region at the start
  std::span<const double> vulnerability{};    ///< shares of the newborn by class; empty: one class
  int cycles_per_year = 12;
};

/// What a person's age, sex, place and stages come to in a cycle.
struct HealthState {
  std::uint32_t event_below = 0;   ///< words that bring an event, see event_threshold()
  std::int32_t utility_micro = 0;  ///< micro-QALY lived
  std::int64_t cost_micro = 0;     ///< micro-euro of the stages (textbook models)
};

/// Health as the machine runs it: flat tables, no names. Immutable after build_health(); share it between threads.
struct HealthModel {
  /// A hazard multiplied while another condition is in one of some stages.
  struct Ratio {
    std::uint64_t stages = 0;  ///< bit per stage
    double ratio = 1.0;
    std::uint8_t condition = 0;
  };
  /// A hazard multiplied while an effect of care is in force.
  struct Effect {
    std::int32_t effect = 0;  ///< position among the care effects
    double ratio = 1.0;
  };
  struct Transition {
    double probability = -1.0;  ///< per cycle, as written; negative: by hazard
    std::int32_t hazards = 0;   ///< first of its table in `hazards`
    std::int32_t first_ratio = 0;
    std::int32_t ratios = 0;
    std::int32_t first_effect = 0;
    std::int32_t effects = 0;
    std::uint8_t to = 0;
    bool death = false;
    bool given_survival = false;  ///< by its hazard alone, of those whom no competing cause takes
  };
  /// A need that a stage brings.
  struct Need {
    std::int32_t need = 0;             ///< NeedId
    double per_cycle = 0.0;            ///< mean number while in the stage
    std::uint64_t on_entry_below = 0;  ///< threshold of a word: entering the stage brings the need
    bool on_record = false;            ///< only of those who are on record with the condition
  };
  struct Stage {
    double mortality_ratio = 1.0;
    double death_scale = 1.0;  ///< turns mortality under usual care into that without
    std::int32_t first_transition = 0;
    std::int32_t transitions = 0;
    std::int32_t first_death_effect = 0;  ///< in `effects`: on every cause of death
    std::int32_t death_effects = 0;
    std::int32_t first_need = 0;
    std::int32_t needs = 0;
    std::int32_t disutility_micro = 0;  ///< micro-QALY per cycle
    std::int32_t utility_micro = -1;    ///< absolute, in place of the norm; negative: the norm
    Money cost_per_cycle;
  };
  /// An event, and the words below which it comes if none before it does.
  struct Outcome {
    std::uint32_t below = 0;
    HealthEvent event;
  };
  /// When and how care has effect.
  struct Care {
    int delay_cycles = 0;
    int lasts_cycles = 0;
  };

  int cycles_per_year = 12;
  int conditions = 0;
  int classes = 1;                         ///< of vulnerability
  std::vector<std::int32_t> stage_offset;  ///< [condition], and the end: its first row in `stages`
  std::vector<Stage> stages;
  std::vector<Transition> transitions;  ///< by stage, in the order written
  std::vector<double> hazards;          ///< per cycle, tables of [sex][quintile][class][age]
  std::vector<Ratio> ratios;
  std::vector<Effect> effects;
  std::vector<Care> care;  ///< [effect], in the order given
  std::vector<Need> needs;
  std::vector<Need> recorded_needs;              ///< see needs_by_record()
  std::vector<std::int32_t> first_recorded;      ///< [condition][true stage][recorded stage], and the end; empty: none
  std::vector<std::int32_t> first_record;        ///< [condition] first pair of stages in `first_recorded`
  std::vector<double> death;                     ///< per cycle without conditions, [sex][age]
  std::vector<double> prevalence;                ///< at entry, tables of [sex][quintile][class][age] by condition
  std::vector<double> class_share;               ///< of persons by class, [sex][quintile][class][age]
  std::vector<std::uint64_t> share_thresholds;   ///< rows of `stages`: which stage at entry, given the condition
  std::vector<std::uint64_t> recorded_at_entry;  ///< [condition], threshold of a word
  std::vector<std::uint64_t> recorded_per_contact;  ///< [condition], threshold of a word
  std::vector<std::int32_t> norm_micro;             ///< micro-QALY per cycle without conditions, [sex][age]
  std::vector<HealthState> states;          ///< every state that a person can be in, see tabulate(); empty: too many
  std::vector<Outcome> outcomes;            ///< of those states, one after the other
  std::vector<std::int32_t> first_outcome;  ///< [state], and the end

  [[nodiscard]] const Stage& stage(int condition, std::uint8_t at) const {
    return stages[static_cast<std::size_t>(stage_offset[static_cast<std::size_t>(condition)]) + at];
  }
  /// Needs that a stage brings.
  [[nodiscard]] std::span<const Need> needs_of(int condition, std::uint8_t at) const {
    const Stage& row = stage(condition, at);
    return std::span<const Need>(needs).subspan(static_cast<std::size_t>(row.first_need),
                                                static_cast<std::size_t>(row.needs));
  }
  /// Care that follows the record: needs beyond those of the true stage that a recorded one brings. Rates alone.
  [[nodiscard]] std::span<const Need> needs_by_record(int condition, std::uint8_t truly, std::uint8_t recorded) const {
    if (truly == recorded || first_recorded.empty()) {
      return {};
    }
    const auto c = static_cast<std::size_t>(condition);
    const auto of_condition = static_cast<std::size_t>(stage_offset[c + 1] - stage_offset[c]);
    const std::size_t pair = static_cast<std::size_t>(first_record[c]) + truly * of_condition + recorded;
    const auto first = static_cast<std::size_t>(first_recorded[pair]);
    return std::span<const Need>(recorded_needs)
        .subspan(first, static_cast<std::size_t>(first_recorded[pair + 1]) - first);
  }
};

/// Position in a table of [sex][quintile][class][age].
/// @param deprivation    1 to 5
/// @param vulnerability  0 to classes - 1
[[nodiscard]] constexpr std::size_t health_cell(Sex sex, int deprivation, int age, int vulnerability = 0,
                                                int classes = 1) {
  const std::size_t quintile = static_cast<std::size_t>(sex) * k_quintiles + static_cast<std::size_t>(deprivation - 1);
  return (quintile * static_cast<std::size_t>(classes) + static_cast<std::size_t>(vulnerability)) * k_ages +
         static_cast<std::size_t>(age);
}
/// Position in a table of [sex][age].
[[nodiscard]] constexpr std::size_t health_cell(Sex sex, int age) {
  return static_cast<std::size_t>(sex) * k_ages + static_cast<std::size_t>(age);
}
/// Length of such a table with one class.
inline constexpr std::size_t k_health_cells = std::size_t{k_sexes} * k_quintiles * k_ages;

/// Factors that rise log-linearly over classes of vulnerability by `gradient` in all, 1 in the first.
[[nodiscard]] std::vector<double> class_factors(double gradient, int classes);

/// Builds the tables; derives base mortality and the onsets that keep a prevalence (docs/model/health.md).
///
/// Names are resolved. Each fault is added to `problems` by field path ("conditions.copd.transitions[0].to",
/// "care_effects.check.condition"); if there is one the model is empty.
[[nodiscard]] HealthModel build_health(const HealthInputs& inputs, std::vector<FieldProblem>& problems);

}  // namespace waterbed
