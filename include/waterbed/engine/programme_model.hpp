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

}  // namespace waterbed
