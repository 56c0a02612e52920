#include "waterbed/engine/simulate.hpp"

#include "support/region.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <thread>

namespace waterbed {
namespace {

using ::testing::HasSubstr;

Model small_region(double share) {
  Scenario scenario = support::shipped("two_clinics");
  support::trim(scenario, share);
  return compile(scenario);
}

const Model& region() {
  static const Model k_model = small_region(0.1);
  return k_model;
}

/// Cycles of one replication of all arms.
std::int64_t cycles_of(const Model& model) {
  return model.time.burn_in_cycles() + std::ssize(model.arms) * model.time.years * model.time.cycles_per_year;
}

TEST(Simulate, ReportsEveryCycleOnTheCallersThread) {
  const std::int64_t total = 2 * cycles_of(region());
  std::int64_t calls = 0;
  std::int64_t last = 0;
  const auto caller = std::this_thread::get_id();
  (void)simulate(region(), {.replications = 2, .threads = 1}, [&](const ProgressReport& report) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(report.total, total);
    EXPECT_EQ(report.done, last + 1);
    last = report.done;
    ++calls;
  });
  EXPECT_EQ(calls, total);
}

TEST(Simulate, NeverReportsFromAWorker) {
  const auto caller = std::this_thread::get_id();
  std::int64_t calls = 0;
  (void)simulate(region(), {.replications = 4, .threads = 3}, [&](const ProgressReport&) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    ++calls;
  });
  EXPECT_GT(calls, 0);
}

TEST(Simulate, StopsWithinACycleAndKeepsFinishedReplications) {
  const std::int64_t in_second = cycles_of(region()) + 5;
  std::stop_source stop;
  std::int64_t last = 0;
  const Results stopped = simulate(
      region(), {.replications = 3, .threads = 1},
      [&](const ProgressReport& report) {
        last = report.done;
        if (report.done == in_second) {
          stop.request_stop();
        }
      },
      stop.get_token());
  // The third replication looks at the stop after its first cycle.
  EXPECT_LE(last, in_second + 1);
  EXPECT_EQ(stopped.replications, 1);
  EXPECT_EQ(results_digest(stopped), results_digest(simulate(region(), {.replications = 1})));
}

TEST(Simulate, StopsEveryThreadWithinACycle) {
  constexpr int k_threads = 3;
  std::stop_source stop;
  std::int64_t at_stop = 0;
  std::int64_t last = 0;
  const auto stop_early = [&](const ProgressReport& report) {
    if (at_stop == 0 && report.done >= 5) {
      at_stop = report.done;
      stop.request_stop();
    }
    last = report.done;
  };
  EXPECT_THROW(simulate(region(), {.replications = 1, .threads = k_threads}, stop_early, stop.get_token()), Stopped);
  EXPECT_LE(last, at_stop + k_threads);
}

TEST(Simulate, SaysWhenNothingWasFinished) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(simulate(region(), {.replications = 2, .threads = 1}, {}, stop.get_token()), Stopped);
}

TEST(Simulate, RefusesAnUnknownArm) {
  try {
    (void)simulate(region(), {.arms = {"usual", "unusual"}, .replications = 1});
    FAIL() << "no exception";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(error.name(), "arms");
    EXPECT_EQ(error.got(), "unusual");
    EXPECT_THAT(error.what(), HasSubstr("must be an arm of the scenario"));
  }
}

TEST(Simulate, RefusesNumbersOutOfRange) {
  EXPECT_THROW(simulate(region(), {.replications = -1}), InvalidArgument);
  EXPECT_THROW(simulate(region(), {.first_replication = -1}), InvalidArgument);
  EXPECT_THROW(simulate(region(), {.replications = 1, .threads = -1}), InvalidArgument);
  EXPECT_THROW(simulate(region(), {.replications = 1, .block_size = 0}), InvalidArgument);
}

TEST(MemoryNeeded, GrowsWithPersonsReplicationsAndThreads) {
  const RunOptions one{.replications = 1, .threads = 1};
  const Model larger = small_region(0.5);
  const std::int64_t small = memory_needed(region(), one);
  EXPECT_GT(small, 0);
  // Five times the persons: nearly five times the bytes, once the tables are taken off.
  EXPECT_GT(memory_needed(larger, one), 3 * small);
  EXPECT_GT(memory_needed(region(), {.replications = 100, .threads = 1}), small);
  EXPECT_GT(memory_needed(region(), {.replications = 2, .threads = 2}),
            memory_needed(region(), {.replications = 2, .threads = 1}));
  // A second arm works on a copy.
  EXPECT_GT(memory_needed(region(), {.arms = {"usual", "usual"}, .replications = 1, .threads = 1}),
            memory_needed(region(), {.arms = {"usual"}, .replications = 1, .threads = 1}));
}

TEST(Simulate, RefusesARunThatDoesNotFitIntoItsMemory) {
  constexpr std::int64_t k_little = 1 << 10;
  try {
    (void)simulate(region(), {.replications = 1, .threads = 1, .memory_limit = k_little});
    FAIL() << "no exception";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(error.name(), "memory_limit");
    EXPECT_EQ(error.got(), "1 KiB");
    EXPECT_THAT(error.what(), ::testing::ContainsRegex("must be at least [0-9]+ KiB"));
    EXPECT_THAT(error.what(), HasSubstr(" for " + std::to_string(region().people.size()) + " persons; fewer threads"));
  }
  EXPECT_THROW(simulate(region(), {.replications = 1, .memory_limit = -1}), InvalidArgument);
}

TEST(ResultsMemory, RefusesMoreReplicationsThanCanBeJoined) {
  EXPECT_NO_THROW(check_results_memory(region(), 1, 10));
  std::int64_t most = 0;
  try {
    check_results_memory(region(), 2, std::numeric_limits<std::int64_t>::max());
    FAIL() << "no exception";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(error.name(), "replications");
    EXPECT_EQ(error.got(), "9223372036854775807");
    EXPECT_THAT(error.what(), ::testing::ContainsRegex("must be at most [0-9]+: results of a replication take [0-9.]+ "
                                                       "[KM]iB while blocks are joined, with 2 arms, and "));
    EXPECT_THAT(error.what(), HasSubstr(" are free on this machine"));
    most = std::stoll(std::string(error.what()).substr(std::string(error.what()).find("at most ") + 8));
  }
  // What it names fits, and with one arm about twice as many; what is free may change a little meanwhile.
  EXPECT_NO_THROW(check_results_memory(region(), 2, most / 2));
  EXPECT_NO_THROW(check_results_memory(region(), 1, most));
  EXPECT_THROW(check_results_memory(region(), 1, 4 * most), InvalidArgument);
}

TEST(Simulate, RefusesARunThatDoesNotFitIntoTheMachine) {
  // Tables of two billion replications fit nowhere: refused before anything is asked of the machine.
  try {
    (void)simulate(region(), {.replications = std::numeric_limits<std::int32_t>::max(), .threads = 1});
    FAIL() << "no exception";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(error.name(), "memory_limit");
    EXPECT_THAT(error.got(), HasSubstr(" free on this machine"));
  }
}

}  // namespace
}  // namespace waterbed
