#pragma once

#include "state.hpp"
#include "waterbed/health/health_model.hpp"

#include <cstddef>
#include <cstdint>

namespace waterbed::engine {

/// What brings numbers of cycles to whole years without a division: years(n) for n below 2^15.
struct YearsOfCycles {
  std::int32_t cycles_per_year = 1;
  std::int32_t shift = 17;
  std::uint32_t factor = 1U << 17U;  ///< 2^shift / cycles_per_year, rounded up

  [[nodiscard]] std::int32_t years(std::int32_t cycles) const {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(cycles) * factor >> static_cast<unsigned>(shift));
  }
};
YearsOfCycles years_of_cycles(int cycles_per_year);

/// Columns of persons one after the other who meet nothing but health.
struct HealthColumns {
  const Presence* presence = nullptr;
  const std::int32_t* leaves = nullptr;   ///< cycle
  const std::int32_t* birth = nullptr;    ///< cycle
  const std::uint16_t* cell = nullptr;    ///< of health at age 0
  const std::uint32_t* stages = nullptr;  ///< where states with these stages begin in `states`
  const std::uint32_t* words = nullptr;   ///< drawn for the cycle
  std::int32_t* qalys = nullptr;          ///< of the year, grows by that of the cycle
  std::int64_t* costs = nullptr;          ///< the same; null: none are kept
};

/// Positions of those to whom something happens; each has room for all persons and k_marked_room more.
struct HealthLists {
  std::uint32_t* state = nullptr;       ///< of every person: position in HealthModel::states, now
  std::uint32_t* met = nullptr;         ///< with an event
  std::uint32_t* come_or_go = nullptr;  ///< may come or go
  std::uint32_t* decades = nullptr;     ///< an age of whole tens begins, from 10 on and below k_max_age
};
struct HealthCounts {
  std::size_t met = 0;
  std::size_t come_or_go = 0;
  std::size_t decades = 0;
};

/// A cycle of people as they are: adds what they live, looks up their states, and lists to whom something happens,
/// several persons at a time in the vector unit that the processor has.
HealthCounts health_lanes(const HealthState* states, const YearsOfCycles& years, int cycle, std::size_t count,
                          const HealthColumns& columns, const HealthLists& lists);

}  // namespace waterbed::engine
