#pragma once

#include "waterbed/engine/simulate.hpp"

namespace waterbed::engine {

/// Bytes that the people of a model take, and what else of it grows with them.
[[nodiscard]] std::int64_t memory_of_people(const Model& model);

/// Bytes that a run of so many variants of arms takes at its peak, beside the model.
/// @param together  variants in flight at a time in a replication, at least 1
[[nodiscard]] std::int64_t memory_of_run(const Model& model, const RunOptions& options, Index variants, Index together);

/// How many variants can be in flight at a time within what the run may take: at least 1, all of them at best.
[[nodiscard]] Index variants_together(const Model& model, const RunOptions& options, Index variants);

/// @throws InvalidArgument if the run does not fit into what it may take, its variants one after the other
void check_memory(const Model& model, const RunOptions& options, Index variants);

}  // namespace waterbed::engine
