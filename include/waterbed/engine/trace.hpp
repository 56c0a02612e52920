#pragma once

#include "waterbed/engine/visits.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace waterbed {

enum class Event : std::uint8_t { entered, stage, recorded, need, need_ended, died, moved_away };
inline constexpr std::array<std::string_view, 7> k_event_names{"entered",    "stage", "recorded",  "need",
                                                               "need_ended", "died",  "moved_away"};

/// Something that happened to a person, other than a visit.
struct Happening {
  Event event = Event::entered;
  int year = 0;      ///< calendar year
  int cycle = 0;     ///< of the year, from 0
  int day = 0;       ///< of the year, from 0
  int subject = -1;  ///< condition or need
  int value = -1;    ///< stage, or fate in the order of the `needs` table
};

/// Everything that happened to one person.
struct Trace {
  std::vector<Happening> happenings;
  Visits visits;
};

/// One person of one replication and arm, with the draws of simulate(). Stages are looked at when a cycle ends.
/// @throws InvalidArgument for a person, arm or year that there is not, or a number out of range; Stopped
Trace trace(const Model& model, Index person, const RecordOptions& options = {}, const Progress& progress = {},
            const StopToken& stop = {});

}  // namespace waterbed
