#pragma once

#include <cstdint>
#include <string>

namespace waterbed {

/// A kind of care for one need that changes a hazard for a while; care withheld costs health.
struct CareEffect {
  std::string name;
  std::string need;  ///< a visit for this need ...
  std::string kind;  ///< ... at this kind of care (empty: any) starts the effect
  std::string condition;
  std::string from_stage;
  std::string to_stage;       ///< a stage; or "dead": every cause of death of a person in from_stage
  double hazard_ratio = 1.0;  ///< against no such care
  int delay_cycles = 0;       ///< from the cycle of the visit
  int lasts_cycles = 12;
  /// Share of the time in from_stage that the effect was in force where the hazards were observed: at this share the
  /// mean hazard is as written. 0: the written hazard is that without such care.
  double usual_share = 0.0;
};

/// When an effect is in force for a person: from <= cycle < until. Two equal numbers: never.
struct CareWindow {
  std::int16_t from = 0;
  std::int16_t until = 0;

  [[nodiscard]] constexpr bool holds(std::int32_t cycle) const { return from <= cycle && cycle < until; }
  friend constexpr bool operator==(CareWindow, CareWindow) = default;
};

/// Largest cycle that a window can hold.
inline constexpr std::int32_t k_last_window_cycle = 32767;

/// Notes care in a cycle. Care repeated before its effect has ended prolongs it without a break; care whose effect
/// would begin only after an earlier one has ended is not noted while that one is due or in force.
/// @param delay_cycles, lasts_cycles  of the effect; cycle + delay + lasts at most k_last_window_cycle, else cut off
constexpr void note_care(CareWindow& window, std::int32_t cycle, int delay_cycles, int lasts_cycles) {
  const std::int32_t begins = cycle + delay_cycles < k_last_window_cycle ? cycle + delay_cycles : k_last_window_cycle;
  const std::int32_t ends = begins < k_last_window_cycle - lasts_cycles ? begins + lasts_cycles : k_last_window_cycle;
  if (window.until <= cycle || window.from == window.until) {
    window = {static_cast<std::int16_t>(begins), static_cast<std::int16_t>(ends)};
  } else if (begins <= window.until && ends > window.until) {
    window.until = static_cast<std::int16_t>(ends);
  }
}

}  // namespace waterbed
