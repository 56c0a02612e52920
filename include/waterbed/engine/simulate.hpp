#pragma once

#include "waterbed/core/progress.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/results.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waterbed {

/// What to run. The answer does not depend on `threads` or `block_size`.
struct RunOptions {
  std::vector<std::string> arms{};  ///< empty: all
  std::int64_t first_replication = 0;
  std::int64_t replications = 0;        ///< 0: the scenario's default
  std::optional<std::uint64_t> seed{};  ///< none: the scenario's
  int threads = 0;                      ///< 0: one per processor
  int block_size = 8192;                ///< persons per block
};

/// Simulates replications of the region under each arm. A pure function of model and options.
///
/// Arms fork from one burn-in under the reference contracts. Stop is looked at every cycle; replications that are not
/// finished are dropped, and the results hold those before them.
/// @param progress  called on this thread only, at least once a cycle
/// @throws InvalidArgument for an unknown arm or a number out of range; Stopped if nothing was finished
Results simulate(const Model& model, const RunOptions& options = {}, const Progress& progress = {},
                 const StopToken& stop = {});

/// Bytes that a run needs at its peak, from the model's sizes.
std::int64_t memory_needed(const Model& model, const RunOptions& options);

}  // namespace waterbed
