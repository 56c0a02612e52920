#pragma once

#include "waterbed/population/stratum.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

/// A second test; see ConfirmationSpec.
struct ConfirmationModel {
  int need = -1;                      ///< -1: none
  int kind = -1;                      ///< SettingModel::kind_id
  std::uint64_t confirmed_below = 0;  ///< threshold of a word: sensitivity
  std::uint64_t false_below = 0;      ///< threshold of a word: 1 - specificity
};

/// Case-finding of an arm; see CaseFindingSpec.
struct CaseFindingModel {
  int programme = -1;  ///< position in Model::case_findings
  int condition = -1;
  CompiledWho who;
  std::uint64_t invited_below = 0;  ///< threshold of a word, per cycle
  int need = -1;
  int kind = -1;                  ///< SettingModel::kind_id
  std::uint64_t alarm_below = 0;  ///< threshold of a word: sensitivity
  std::uint64_t false_below = 0;  ///< threshold of a word: 1 - specificity
  ConfirmationModel confirmation{};
  std::int32_t false_alarm_micro = 0;            ///< micro-QALY that a false alarm costs
  std::vector<std::uint8_t> for_known_patients;  ///< [need] brought by being on record with the condition
};

/// Coding effort of an arm; see CodingSpec.
struct CodingModel {
  int condition = -1;
  std::uint8_t from = 0;
  std::uint8_t to = 0;
  std::uint64_t coded_below = 0;  ///< threshold of a word
};

/// Programme of care of an arm; see CareProgrammeSpec. Effects are those at full strength.
struct CareProgrammeModel {
  int programme = -1;  ///< position in Model::care_programmes
  CompiledWho who;
  std::vector<std::int32_t> deliverer;          ///< [GP group, and none] provider; -1: its people cannot take part
  std::vector<std::int32_t> setting;            ///< [provider] where its hours are booked; -1: delivers none of it
  std::vector<std::int32_t> slots;              ///< [insurer][provider] ledger entries; -1: nobody pays the provider
  bool paid_by_insurers = false;                ///< each for its own people, and fixed cost by market share
  std::uint64_t asked_below = 0;                ///< threshold of a word, per cycle
  std::vector<std::uint64_t> asked_paid_below;  ///< [as deliverer] with what it pays to ask; empty: asked_below
  std::uint64_t takes_part_below = 0;
  std::uint64_t drops_out_below = 0;            ///< per cycle
  std::int64_t per_person_year = 0;             ///< micro-euro
  std::int64_t price_per_person_year = 0;       ///< micro-euro, of what is paid by others
  std::int64_t per_year = 0;                    ///< micro-euro, each provider
  std::int64_t milli_hours = 0;                 ///< per person-year
  std::vector<double> log_need;                 ///< [need] logarithm of the ratio of rates; empty: no need changes
  bool adds_needs = false;                      ///< some ratio is above 1
  std::vector<double> log_referral;             ///< [kind] logarithm of the odds ratio; empty: none
  std::vector<double> log_treatment;            ///< [kind] the same of decisions that no GP makes; empty: none
  std::vector<std::uint64_t> preference_below;  ///< [class] cumulative thresholds of a word; empty: one class
  std::vector<double> preference_weight;        ///< [class] of log_treatment
  /// Of a transition's hazard; `transition` is a position in HealthModel::transitions.
  struct Hazard {
    std::int32_t transition = -1;
    double log_ratio = 0.0;
  };
  /// Of every cause of death, in a true stage.
  struct Death {
    std::int32_t condition = -1;  ///< -1: whatever the stage
    std::uint8_t stage = 0;
    double log_ratio = 0.0;
  };
  std::vector<Hazard> hazards;
  std::vector<Death> deaths;
  double utility_micro = 0.0;  ///< micro-QALY per cycle
  int delay_cycles = 0;
  double learning_cycles = 0.0;  ///< half-lives; 0: none
  double fade_cycles = 0.0;
  double lingering_cycles = 0.0;

  [[nodiscard]] bool changes_health() const { return !hazards.empty() || !deaths.empty() || utility_micro != 0.0; }
};

/// Routes of an arm; see RoutesSpec. Empty: as everywhere.
struct RoutesModel {
  std::vector<double> practice;           ///< [option] chances without responses
  std::vector<double> fundamental;        ///< (I - P)^-1 of them, as ReferenceModel::fundamental
  std::vector<double> expected_first;     ///< as Model::expected_first
  std::vector<double> capacity_factor;    ///< [setting]
  std::vector<double> stated_capacity;    ///< [setting] units per cycle; negative: by the factor
  std::vector<double> physical_capacity;  ///< [setting] units per cycle

  [[nodiscard]] bool present() const { return !practice.empty(); }
};

}  // namespace waterbed
