#pragma once

#include "waterbed/population/stratum.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// In which respect a person is known when a year begins.
enum class StartKind : std::uint8_t {
  age,
  sex,
  deprivation,
  municipality,
  recorded,             ///< recorded stage of a condition
  recorded_conditions,  ///< how many conditions are on record
  remaining             ///< QALYs that remain, of an expectation of health
};

/// What a simulation records of a person when a year begins, in one respect: what payment by expectation can look at.
/// Named as the column of person_years(). Where a person is registered is left out: it would take away the difference
/// between practices that is paid for.
struct StartFeature {
  std::string name;
  StartKind kind = StartKind::age;
  std::size_t condition = 0;        ///< of `recorded`
  std::vector<std::string> labels;  ///< words that its values stand for; empty: a number
};

/// From this many on, conditions are not counted further: "3+".
inline constexpr std::size_t k_most_recorded = 3;

/// All features, `remaining` the last.
[[nodiscard]] std::vector<StartFeature> start_features(const std::vector<std::string>& municipalities,
                                                       std::span<const ConditionNames> conditions);

/// The number or position of a label for a person; not of `remaining`.
[[nodiscard]] std::size_t start_value(const StartFeature& feature, const PersonView& person, std::size_t conditions);

}  // namespace waterbed
