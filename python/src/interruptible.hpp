#pragma once

#include "waterbed/core/progress.hpp"

#include <pybind11/functional.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>

namespace waterbed::python {

/// How often the calling thread looks at progress and signals.
inline constexpr std::chrono::milliseconds k_look{50};

/// Works on a thread of its own, without the interpreter's lock. The calling thread wakes up to report and to see
/// Ctrl-C, however long a cycle takes; an error raised there, KeyboardInterrupt among them, stops the run and is raised
/// again when the workers are done.
/// @param work  makes a result from Progress and StopToken
/// @param look  called on the calling thread each time it wakes up, and at the end
template <class Work, class Look>
auto interruptible(const Work& work, const std::optional<pybind11::function>& progress, const Look& look) {
  namespace py = pybind11;
  using Result = decltype(work(Progress{}, StopToken{}));
  std::stop_source stop;
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> total{0};
  const Progress note = [&](const ProgressReport& at) {
    done = at.done;
    total = at.total;
  };
  std::future<std::shared_ptr<Result>> running =
      std::async(std::launch::async, [&] { return std::make_shared<Result>(work(note, stop.get_token())); });
  const auto finished = [&](std::chrono::milliseconds wait) {
    const py::gil_scoped_release unlocked;
    return running.wait_for(wait) == std::future_status::ready;
  };
  try {
    for (bool last = false; !last;) {
      last = finished(k_look);
      if (PyErr_CheckSignals() != 0) {
        throw py::error_already_set();
      }
      look();
      if (progress && total > 0) {
        (*progress)(done.load(), total.load());
      }
    }
  } catch (...) {
    stop.request_stop();
    const py::gil_scoped_release unlocked;
    running.wait();
    throw;
  }
  return running.get();
}

template <class Work>
auto interruptible(const Work& work, const std::optional<pybind11::function>& progress) {
  return interruptible(work, progress, [] {});
}

}  // namespace waterbed::python
