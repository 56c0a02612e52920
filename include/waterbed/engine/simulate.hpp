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
  std::int64_t memory_limit = 0;        ///< bytes that the run may take beside the model; 0: all that is free
};

/// Simulates replications of the region under each arm. A pure function of model and options.
///
/// Arms fork from one burn-in under the reference contracts. Stop is looked at every cycle; replications that are not
/// finished are dropped, and the results hold those before them.
/// @param progress  called on this thread only, at least once a cycle
/// @throws InvalidArgument for an unknown arm, a number out of range or a run that does not fit into the memory;
/// Stopped if nothing was finished
Results simulate(const Model& model, const RunOptions& options = {}, const Progress& progress = {},
                 const StopToken& stop = {});

/// Bytes that a run needs at its peak, its people included, from the model's sizes.
std::int64_t memory_needed(const Model& model, const RunOptions& options);

/// For runs in blocks, which go by the memory where they run: whether what they come to can be joined on this machine.
/// @param replications  of all blocks
/// @throws InvalidArgument with how many can be
void check_results_memory(const Model& model, Index arms, std::int64_t replications);

}  // namespace waterbed
