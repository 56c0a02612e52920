#include "core/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace waterbed {
namespace {

TEST(Parallel, RunsEveryBlockOnceForAnyNumberOfThreads) {
  for (const int threads : {0, 1, 2, 3, 8}) {
    std::vector<int> calls(1000, 0);
    parallel_for_blocks(1000, threads, [&](Index block) { ++calls[static_cast<std::size_t>(block)]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1)) << threads << " threads";
  }
}

TEST(Parallel, StandardThreadsRunEveryBlockOnce) {
  for (const int threads : {1, 2, 8}) {
    std::vector<int> calls(1000, 0);
    detail::for_blocks_on_threads(1000, threads, [&](Index block) { ++calls[static_cast<std::size_t>(block)]; });
    EXPECT_EQ(calls, std::vector<int>(1000, 1)) << threads << " threads";
  }
}

TEST(Parallel, RunsNothingForNoBlocks) {
  const auto fail = [](Index) { FAIL(); };
  parallel_for_blocks(0, 4, fail);
  detail::for_blocks_on_threads(0, 4, fail);
}

TEST(Parallel, UsesAsManyThreadsAsAskedEvenOnFewerProcessors) {
  // Each block waits until four have begun, so this ends in time only if four run at once.
  std::atomic<int> begun{0};
  std::atomic<bool> together{true};
  parallel_for_blocks(4, 4, [&](Index) {
    ++begun;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (begun.load() < 4 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    if (begun.load() < 4) {
      together = false;
    }
  });
  EXPECT_TRUE(together.load());
}

TEST(Parallel, UsesNoMoreThreadsThanAsked) {
  std::mutex guard;
  std::set<std::thread::id> seen;
  parallel_for_blocks(200, 2, [&](Index) {
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    const std::scoped_lock lock(guard);
    seen.insert(std::this_thread::get_id());
  });
  EXPECT_LE(seen.size(), 2U);
}

TEST(Parallel, RethrowsTheExceptionOfABlock) {
  const auto body = [](Index block) {
    if (block == 17) {
      throw std::runtime_error("block 17");
    }
  };
  for (const int threads : {1, 2, 8}) {
    try {
      parallel_for_blocks(100, threads, body);
      FAIL() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "block 17");
    }
  }
  EXPECT_THROW(detail::for_blocks_on_threads(100, 3, body), std::runtime_error);
}

}  // namespace
}  // namespace waterbed
