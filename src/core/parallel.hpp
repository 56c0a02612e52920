#pragma once

#include "waterbed/core/ids.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#ifndef WATERBED_PARALLEL_JTHREAD
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace waterbed {

/// Threads that a request for `threads` stands for; 0 means one per processor.
inline int thread_count(int threads) {
  return threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

namespace detail {

/// Blocks on standard threads, taken one by one; the variant that a thread sanitizer understands.
template <class Body>
void for_blocks_on_threads(Index count, int threads, const Body& body) {
  std::atomic<Index> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto work = [&] {
    for (Index block = next.fetch_add(1); block < count; block = next.fetch_add(1)) {
      try {
        body(block);
      } catch (...) {
        next.store(count);
        const std::scoped_lock lock(guard);
        if (!failure) {
          failure = std::current_exception();
        }
        return;
      }
    }
  };
  {
    std::vector<std::jthread> helpers;
    const Index helper_count = std::min<Index>(threads, count) - 1;
    helpers.reserve(static_cast<std::size_t>(std::max<Index>(helper_count, 0)));
    for (Index i = 0; i < helper_count; ++i) {
      helpers.emplace_back(work);
    }
    work();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

#ifndef WATERBED_PARALLEL_JTHREAD
/// Blocks as TBB tasks in an arena of their own.
template <class Body>
void for_blocks_on_tbb(Index count, int threads, const Body& body) {
  namespace tbb = oneapi::tbb;
  // An arena alone is cut down to the number of processors; the control lifts that, so 8 threads means 8 anywhere.
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
  tbb::task_arena arena(threads);
  arena.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<Index>(0, count, 1),
        [&](const tbb::blocked_range<Index>& range) {
          for (Index block = range.begin(); block != range.end(); ++block) {
            body(block);
          }
        },
        tbb::simple_partitioner());
  });
}
#endif

}  // namespace detail

/// Calls body(0) ... body(count - 1), each once, on at most `threads` threads (0: one per processor), in no set order.
///
/// Blocks must not depend on each other: let each write its own slot, and fold the slots in order afterwards. The
/// calling thread works too. The first exception of a body is rethrown here when all running blocks are done; blocks
/// that have not begun are then left out.
template <class Body>
void parallel_for_blocks(Index count, int threads, const Body& body) {
  const int workers = thread_count(threads);
  if (workers == 1 || count <= 1) {
    for (Index block = 0; block < count; ++block) {
      body(block);
    }
    return;
  }
#ifdef WATERBED_PARALLEL_JTHREAD
  detail::for_blocks_on_threads(count, workers, body);
#else
  detail::for_blocks_on_tbb(count, workers, body);
#endif
}

}  // namespace waterbed
