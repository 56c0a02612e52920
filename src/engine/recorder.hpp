#pragma once

#include "state.hpp"
#include "waterbed/core/progress.hpp"
#include "waterbed/engine/record_options.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// One service delivered to one person: a visit, or a service attached to it.
struct Delivered {
  const Token& token;  ///< of the visit: person, day, need, row
  int setting = -1;
  int attached = -1;  ///< position in NetworkModel::attached; -1: the visit itself
  std::int64_t units = 0;
  std::int64_t list = 0;  ///< micro-euro at list prices; of a product, what the contact adds to it
  std::int64_t paid = 0;  ///< micro-euro at the arm's prices
  const RowPay& pay;
};

/// Watches one arm of one replication from the start of its burn-in. Called in order, from one thread; changes nothing.
class Recorder {
 public:
  Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  virtual ~Recorder() = default;

  /// Whether it takes what episodes of a cycle do in any order: they then go on as in a run that nobody watches.
  [[nodiscard]] virtual bool any_order() const { return false; }
  /// Before the first cycle of a year: those who enter in it have not entered yet.
  virtual void begin_year(const ArmState& /*state*/) {}
  /// Incentives have been retaken, and choices have not yet.
  virtual void retake(const ArmState& /*state*/) {}
  virtual void deliver(const ArmState& /*state*/, const Delivered& /*delivered*/) {}
  /// A need got its fate; needs still open are not told of.
  virtual void end_need(const ArmState& /*state*/, const Token& /*token*/, Fate /*fate*/) {}
  /// The needs that began in the cycle are in ArmState::begun.
  virtual void end_cycle(const ArmState& /*state*/) {}
  /// After the last cycle, when all has been settled and before the counters of the year are cleared.
  virtual void end_year(const ArmState& /*state*/) {}
};

/// Counts what became of a need.
inline void end_need(ArmState& state, const Token& token, Fate fate) {
  state.year.fates[static_cast<std::size_t>(token.need()) * k_fates + static_cast<std::size_t>(fate)] += 1;
  if (!state.arm->case_findings.empty()) {
    end_work_up(state, token);
  }
  if (state.recorder != nullptr) {
    state.recorder->end_need(state, token, fate);
  }
}

/// What to watch.
struct Watched {
  int arm = 0;  ///< position in Model::arms
  std::uint32_t replication = 0;
  std::uint64_t seed = 0;
  int threads = 1;
  int block_size = 8192;
  int until_cycle = 0;         ///< first cycle that need not be lived; the burn-in is under the reference contracts
  WorkCounts* work = nullptr;  ///< counts what is done; takes one thread
};

struct Recording {
  Watched watched;
  std::vector<std::uint8_t> years;  ///< [simulated year, burn-in included] is recorded
};

/// @throws InvalidArgument for an unknown arm, a year that is not simulated or a number out of range
Recording recording_of(const Model& model, const RecordOptions& options);

/// Simulates one replication of one arm, with the draws of simulate(), for somebody who watches.
/// @throws Stopped if stopped
void watch(const Model& model, const Watched& watched, Recorder& recorder, const Progress& progress = {},
           const StopToken& stop = {});

}  // namespace waterbed::engine
