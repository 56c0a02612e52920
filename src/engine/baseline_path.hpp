#pragma once

#include "waterbed/engine/decompose.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::engine {

struct ArmState;
struct Token;

/// What the mechanisms did in the baseline arm of one replication, cycle by cycle from the end of the burn-in, for arms
/// in which some are held there.
struct BaselinePath {
  /// Answers to money, as retaken in a cycle; empty in cycles in between.
  struct Incentives {
    std::vector<double> shift, closed, sent_back, sent_elsewhere;
    std::vector<std::uint8_t> payer_closed;
    std::vector<double> selection;
    std::vector<double> stay;
    std::vector<double> signing;
    std::vector<double> attached;
    std::vector<double> coding;
  };
  /// What was seen of waits after a cycle, and what made the queues what they were in it.
  struct Waits {
    std::vector<double> wait;    ///< [setting] days
    std::vector<double> access;  ///< [need]
    std::vector<std::int64_t> slots;
    std::vector<std::int64_t> backlog;       ///< [setting] left waiting
    std::vector<std::uint8_t> payer_closed;  ///< [provider][insurer]
  };
  /// A stage that a visit put on record.
  struct Entry {
    std::uint32_t person = 0;
    std::uint32_t key = 0;  ///< with `origin`: of the visit, see Token
    std::int32_t origin = 0;
    std::uint8_t condition = 0;
    std::uint8_t stage = 0;
  };
  struct Event {
    std::uint32_t person = 0;
    HealthEvent event;
  };

  int first_cycle = 0;
  std::vector<Incentives> incentives;       ///< [cycle]
  std::vector<Waits> waits;                 ///< [cycle]
  std::vector<std::vector<Entry>> records;  ///< [cycle] by person, in the order in which they came
  std::vector<std::vector<Event>> health;   ///< [cycle] by person

  [[nodiscard]] std::size_t at(int cycle) const { return static_cast<std::size_t>(cycle - first_cycle); }
};

/// An empty path. @param cycles  of the performance years
BaselinePath empty_path(int first_cycle, int cycles);

// Noted while the baseline arm runs, followed where a mechanism is held.

void note_incentives(ArmState& state);
void follow_incentives(ArmState& state);

/// After the queues and waits of a cycle are known.
void note_waits(ArmState& state);
void follow_waits(ArmState& state);

/// Puts a stage on record, unless records are held.
void put_on_record(ArmState& state, const Token& visit, std::size_t condition, std::uint8_t stage);
/// Puts on record what this visit put there in the baseline arm, if records are held.
void follow_records_of(ArmState& state, const Token& visit);
/// Ends a cycle: notes are put in order of persons; where records are held, visits that did not come are made up for.
void end_cycle_of_records(ArmState& state);

/// What happens to a person in a cycle where health is held.
[[nodiscard]] HealthEvent held_event(const ArmState& state, std::uint32_t person);

}  // namespace waterbed::engine
