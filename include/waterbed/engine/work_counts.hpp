#pragma once

#include "waterbed/engine/simulate.hpp"
#include "waterbed/random/purpose.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace waterbed {

/// What the engine did in a run, counted where it does it.
struct WorkCounts {
  static constexpr std::size_t k_most_purposes = 64;
  std::array<std::int64_t, k_most_purposes> draws{};  ///< [Purpose] blocks of four words made, used or not
  std::int64_t persons = 0;                           ///< passed in a cycle, whether they are here, gone or yet to come
  std::int64_t looked_at = 0;                         ///< of these, whom something may happen to
  std::int64_t needs = 0;                             ///< that arose
  std::int64_t choices = 0;                           ///< of a way on, or out
  std::int64_t visits = 0;                            ///< posted
  std::int64_t services_looked_at = 0;                ///< that a visit may bring
  std::int64_t services = 0;                          ///< posted
  std::int64_t units = 0;                             ///< of visits and services, days where care is by the day
  std::int64_t admissions = 0;                        ///< where capacity is limited
  std::int64_t look_ups = 0;                          ///< of a number that depends on the person or the place
  std::int64_t compares = 0;   ///< of a number with a chance, a date or a limit; of a choice one at least
  std::int64_t additions = 0;  ///< to totals and to columns of persons

  [[nodiscard]] std::int64_t of(Purpose purpose) const { return draws[static_cast<std::size_t>(purpose)]; }
  void add(Purpose purpose, std::int64_t blocks) { draws[static_cast<std::size_t>(purpose)] += blocks; }
  [[nodiscard]] std::int64_t all_draws() const;
};

/// Counts the work of one replication of one arm, burn-in included; not what is done once a quarter or a year for all
/// (incentives, chances of options, settlement, tables).
///
/// Draws and passes over persons, services and requests are counted while the engine makes them, a batch at a time.
/// Look-ups, compares and additions are those that the source does for each: what a pass takes stands in
/// src/engine/work_counts.cpp, what a visit and a service take is counted for each, since it depends on who counts
/// them.
/// @param options  one arm at most (empty: the baseline); replications and threads are not looked at
/// @throws InvalidArgument as simulate() does, and for more than one arm
[[nodiscard]] WorkCounts work_counts(const Model& model, const RunOptions& options);

}  // namespace waterbed
