#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/core/ids.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace waterbed {

/// `leaves_cycle` of a person who does not move away.
inline constexpr std::int32_t k_never_leaves = std::numeric_limits<std::int32_t>::max();
/// Most classes of vulnerability.
inline constexpr int k_most_classes = 16;
/// Values of People for models without GP groups or insurers.
inline constexpr std::uint16_t k_no_practice = 0xffff;
inline constexpr std::uint8_t k_no_practice_group = 0xff;
inline constexpr std::uint8_t k_no_payer = 0xff;

/// Completed years at a cycle, 0 to k_max_age.
[[nodiscard]] constexpr int age_at(std::int32_t cycle, std::int32_t birth_cycle, int cycles_per_year) {
  const std::int32_t years = (cycle - birth_cycle) / cycles_per_year;
  return years < k_max_age ? years : k_max_age;
}

/// Everybody who ever lives in the region during the run, as columns; position is the person id.
///
/// Immutable after synthesis. Cycle 0 is the first simulated cycle. Stage columns are the state at entry.
struct People {
  std::vector<std::int32_t> birth_cycle;   ///< negative before the start; age = (cycle - birth) / cycles per year
  std::vector<std::int32_t> enters_cycle;  ///< first cycle in the region
  std::vector<std::int32_t> leaves_cycle;  ///< first cycle no longer in the region; k_never_leaves
  std::vector<Sex> sex;
  std::vector<std::uint8_t> deprivation;     ///< quintile 1 (least) to 5 (most)
  std::vector<std::uint8_t> municipality;    ///< MunicipalityId
  std::vector<std::uint16_t> practice;       ///< PracticeId; k_no_practice without GP groups
  std::vector<std::uint8_t> practice_group;  ///< position in practice_group_names; k_no_practice_group
  std::vector<std::uint8_t> payer;           ///< position in payer_names; k_no_payer without insurers
  std::vector<std::uint8_t> vulnerability;   ///< class, 0 the most robust; all 0 where a scenario has none
  /// True and recorded stage of each condition at entry, [condition][person]; 0 is "none".
  std::vector<std::vector<std::uint8_t>> stage;
  std::vector<std::vector<std::uint8_t>> recorded;

  std::vector<std::string> municipality_names;
  std::vector<std::string> practice_names;
  std::vector<std::uint8_t> practice_owner;  ///< [practice] -> practice group
  std::vector<std::string> practice_group_names;
  std::vector<std::string> payer_names;  ///< the insurers, in the order given to the synthesis

  [[nodiscard]] Index size() const { return static_cast<Index>(birth_cycle.size()); }
};

}  // namespace waterbed
