#pragma once

#include "incentive.hpp"
#include "waterbed/engine/decision_path.hpp"

#include <vector>

namespace waterbed::engine {

inline constexpr std::array<const char*, k_decision_types> k_decision_names{
    "own_volume", "treat_or_refer", "care_borne", "elective_specialist", "urgent"};

/// Options put together to the decisions that people would name.
struct Decisions {
  std::vector<DecisionInfo> infos;
  std::vector<std::int32_t> of_option;  ///< -1: no decision about money
  std::vector<double> weight;           ///< [option] patients a year who are sent that way, as observed
  std::vector<double> visits;           ///< [option] patients a year about whom it is decided
  std::vector<double> asked;            ///< [decision] the same, also where that way is no option

  /// Mean over options and insurers, by patients sent that way. @param values  shape [insurer][option]
  [[nodiscard]] std::vector<double> mean(const Model& model, const std::vector<double>& values) const;
  /// Share of patients sent that way under these chances. @param probability  shape [insurer][option]
  [[nodiscard]] std::vector<double> chance(const Model& model, const std::vector<double>& probability) const;
};
Decisions decisions_of(const Model& model, const ArmModel& arm);

/// Clauses by which options are worth something under either arm.
std::vector<MarginalPart> marginal_parts(const Model& model, const ArmModel& arm, const ArmModel& reference);

/// option_values() clause by clause, own and borne together; they add up to it. Shape [part][insurer][option].
std::vector<std::vector<double>> values_by_part(const Model& model, const ArmModel& arm, const PayTable& pays,
                                                const std::vector<ContractPosition>& positions,
                                                const std::vector<double>& fundamental,
                                                const std::vector<MarginalPart>& parts);

}  // namespace waterbed::engine
