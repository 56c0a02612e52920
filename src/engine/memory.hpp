#pragma once

#include "waterbed/engine/simulate.hpp"

namespace waterbed::engine {

/// Bytes that the people of a model take, and what else of it grows with them.
[[nodiscard]] std::int64_t memory_of_people(const Model& model);

/// Bytes that a run of so many variants of arms takes at its peak, beside the model.
[[nodiscard]] std::int64_t memory_of_run(const Model& model, const RunOptions& options, Index variants);

/// @throws InvalidArgument if such a run does not fit into what it may take
void check_memory(const Model& model, const RunOptions& options, Index variants);

}  // namespace waterbed::engine
