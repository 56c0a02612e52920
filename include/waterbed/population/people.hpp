#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/ids.hpp"

namespace waterbed {

/// Everybody who ever lives in the region during the run, as columns; position is the person id.
///
/// Immutable after synthesis. Cycle 0 is the first simulated cycle. Stage columns are the state at entry.
struct People {
  std::vector<std::int32_t> birth_cycle;   ///< cycle of birth, negative before the start; age = (cycle - birth) / cycles per year
  std::vector<std::int32_t> enters_cycle;  ///< first cycle in the region
  std::vector<std::int32_t> leaves_cycle;  ///< first cycle no longer in the region (moves away); INT32_MAX never
  std::vector<Sex> sex;
  std::vector<std::uint8_t> deprivation;   ///< quintile 1 (least) to 5 (most)
  std::vector<std::uint8_t> municipality;  ///< MunicipalityId
  std::vector<std::uint16_t> practice;     ///< PracticeId
  std::vector<std::uint8_t> practice_group;  ///< position in the list of GP groups
  std::vector<std::uint8_t> payer;         ///< PayerId of the insurer
  /// True and recorded stage of each condition at entry, [condition][person]; 0 is "none".
  std::vector<std::vector<std::uint8_t>> stage;
  std::vector<std::vector<std::uint8_t>> recorded;

  std::vector<std::string> municipality_names;
  std::vector<std::string> practice_names;
  std::vector<std::uint8_t> practice_owner;  ///< [practice] -> practice group
  std::vector<std::string> practice_group_names;
  std::vector<std::string> payer_names;

  [[nodiscard]] Index size() const { return static_cast<Index>(birth_cycle.size()); }
};

}  // namespace waterbed
