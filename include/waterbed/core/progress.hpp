#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

namespace waterbed {

/// How far a run is. Called from the thread that called simulate(), never from a worker.
struct ProgressReport {
  std::int64_t done = 0;   ///< cycles finished, over all replications and arms
  std::int64_t total = 0;  ///< cycles asked for
};

using Progress = std::function<void(const ProgressReport&)>;
using StopToken = std::stop_token;

}  // namespace waterbed
