#pragma once

#include "waterbed/core/age_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// Hazard ratio on a transition while a person has another condition in one of the stages named.
struct ConditionRatio {
  std::string condition;
  std::vector<std::string> stages;  ///< empty: any but the first
  double ratio = 1.0;
};

/// Target of a transition that ends the life; no stage may have this name.
inline constexpr std::string_view k_dead = "dead";

/// One way from a stage to another, or to "dead". Exactly one of the three rates is given.
struct Transition {
  std::string from;
  std::string to;
  AgeSexTable per_year;           ///< annual hazard, the mean over the region's quintiles
  bool keeps_prevalence = false;  ///< hazard derived so that `prevalence` stays as it is by age; from the first stage
  double probability_per_cycle = -1;  ///< used as written (textbook models); negative: not given
  bool given_survival = false;        ///< textbook models: 1 - exp(-per_year x cycle) of those who survive the cycle
  double deprivation_gradient = 1.0;  ///< hazard of the most over the least deprived quintile, log-linear between
  std::vector<ConditionRatio> ratios;
};

/// A need that a stage brings at a rate, or that entering the stage triggers at once.
struct StageNeed {
  std::string need;
  double per_year = 0.0;
  double on_entry = 0.0;        ///< probability that entering the stage brings the need the same cycle
  bool on_record = false;       ///< only of those who are on record with the condition: care for known patients
  double follows_record = 0.0;  ///< share of it that comes to those who are on record in this stage and not truly in it
};

struct Stage {
  std::string name;
  double initial_share = 0.0;  ///< among those who have the condition at the start; sums to 1 over stages but the first
  double mortality_ratio = 1.0;  ///< death hazard against people without the condition, same age and sex
  double disutility = 0.0;       ///< taken from quality of life
  double utility = -1.0;         ///< textbook models: absolute utility; negative: not given
  double cost_per_cycle = 0.0;   ///< EUR, textbook models of health alone
  std::vector<StageNeed> needs{};
};

/// A chronic disease or a time-limited state, with stages. stages[0] is "without it".
struct Condition {
  std::string name;
  std::string title;
  std::vector<Stage> stages;
  AgeSexTable prevalence;               ///< share with any stage but the first at the start; empty: nobody
  double deprivation_gradient = 1.0;    ///< of prevalence, most over least deprived, log-linear between
  double vulnerability_gradient = 1.0;  ///< of the odds of prevalence, most over least vulnerable class, log-linear
  std::vector<Transition> transitions;
  double recorded_share = 1.0;        ///< of those who have it at the start, known to the GP
  double recorded_per_contact = 1.0;  ///< chance that a GP contact finds and records the true stage
};

}  // namespace waterbed
