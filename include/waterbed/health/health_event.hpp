#pragma once

#include <cstdint>

namespace waterbed {

/// What happens to a person in a cycle: at most one thing.
struct HealthEvent {
  enum class Kind : std::uint8_t { none, death, stage };
  Kind kind = Kind::none;
  std::uint8_t condition = 0;  ///< of a change of stage
  std::uint8_t stage = 0;      ///< the new one

  friend constexpr bool operator==(HealthEvent, HealthEvent) = default;
};

}  // namespace waterbed
