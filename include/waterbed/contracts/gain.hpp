#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace waterbed {

/// At which level a shortfall of one person is set against the gain of another.
enum class GainLevel : std::uint8_t {
  group,  ///< floor and cap on the sum: luck cancels
  person  ///< floor and cap on each person: pays for noise
};

/// Pays for outcome gained against what was expected of each person under a model frozen before the period.
///
/// share * value * min(cap, max(floor, Z * (sum of (realised - expected) - people * comparison gain))), with
/// Z = people / (people + credibility_k).
struct Gain {
  std::string outcome;             ///< e.g. "qaly"
  Money value{};                   ///< EUR per unit of outcome
  Rate share{};                    ///< 0..1
  std::optional<Rate> floor{};     ///< units of outcome, of the group or of each person; none: losses are owed
  std::optional<Rate> cap{};       ///< units of outcome
  std::optional<Money> most{};     ///< EUR of the whole payment
  std::int64_t credibility_k = 0;  ///< people; 0: Z = 1
  GainLevel at = GainLevel::group;
};

}  // namespace waterbed
