#include "support/region.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <Eigen/Core>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waterbed {
namespace {

/// Compiled once: everything in it, 20,000 people.
const Model& region() {
  static const Model k_model = compile(support::shipped("two_clinics"));
  return k_model;
}

TEST(Determinism, GivesTheSameBytesForAnyNumberOfThreadsAndAnyBlockSize) {
  const std::string expected = results_digest(simulate(region(), {.replications = 2, .threads = 1}));
  for (const int threads : {1, 2, 3, 8}) {
    for (const int block_size : {1000, 8192, 50'000}) {
      // Up to 2 threads take replications, 3 and 8 the persons of each.
      const RunOptions options{.replications = 2, .threads = threads, .block_size = block_size};
      EXPECT_EQ(results_digest(simulate(region(), options)), expected)
          << threads << " threads, blocks of " << block_size;
    }
  }
}

TEST(Determinism, MergesBlocksOfReplicationsToTheBytesOfOneRun) {
  const Results whole = simulate(region(), {.replications = 4, .threads = 2});
  std::vector<Results> blocks;
  blocks.push_back(simulate(region(), {.first_replication = 3, .replications = 1, .threads = 1}));
  blocks.push_back(simulate(region(), {.first_replication = 0, .replications = 1, .threads = 3}));
  blocks.push_back(simulate(region(), {.first_replication = 1, .replications = 2, .threads = 1}));
  EXPECT_EQ(results_digest(merge(blocks)), results_digest(whole));
}

TEST(Determinism, RunsAnArmAloneAsInTheRunOfAll) {
  const Results all = simulate(region(), {.replications = 2});
  for (const std::string& arm : all.arms) {
    EXPECT_EQ(results_digest(simulate(region(), {.arms = {arm}, .replications = 2})), results_digest(all, arm)) << arm;
  }
}

TEST(Determinism, RunsArmsInAnyOrder) {
  const Results all = simulate(region(), {.replications = 1});
  const Results turned = simulate(region(), {.arms = {all.arms.rbegin(), all.arms.rend()}, .replications = 1});
  for (const std::string& arm : all.arms) {
    EXPECT_EQ(results_digest(turned, arm), results_digest(all, arm)) << arm;
  }
}

TEST(Determinism, GivesOtherBytesForAnotherSeedOrReplication) {
  const RunOptions first{.arms = {"usual"}, .replications = 1, .seed = 1};
  const RunOptions other_seed{.arms = {"usual"}, .replications = 1, .seed = 2};
  const RunOptions other_replication{.arms = {"usual"}, .first_replication = 1, .replications = 1, .seed = 1};
  const std::string digest = results_digest(simulate(region(), first));
  EXPECT_NE(results_digest(simulate(region(), other_seed)), digest);
  EXPECT_NE(results_digest(simulate(region(), other_replication)), digest);
}

TEST(Determinism, DoesNotDependOnTheCachesThatEigenSeesAtCompileOrRun) {
  // Leiden has the longest chains; few people will do, for only the linear algebra could differ.
  Scenario scenario = support::shipped("leiden_region");
  support::trim(scenario, 0.01);
  scenario.time = {.cycle = CycleLength::month, .start_year = 2023, .warm_up_years = 0, .base_years = 3, .years = 1};
  const std::ptrdiff_t l1 = Eigen::l1CacheSize();
  const std::ptrdiff_t l2 = Eigen::l2CacheSize();
  const std::ptrdiff_t l3 = Eigen::l3CacheSize();
  struct Caches {
    std::ptrdiff_t l1, l2, l3;
  };
  std::string expected;
  for (const Caches& caches : {Caches{4 << 10, 16 << 10, 64 << 10}, Caches{32 << 10, 256 << 10, 2 << 20},
                               Caches{128 << 10, 4 << 20, 64 << 20}}) {
    Eigen::setCpuCacheSizes(caches.l1, caches.l2, caches.l3);
    const std::string digest = results_digest(simulate(compile(scenario), {.replications = 1}));
    expected = expected.empty() ? digest : expected;
    EXPECT_EQ(digest, expected) << "first level of " << caches.l1 << " bytes";
  }
  Eigen::setCpuCacheSizes(l1, l2, l3);
}

}  // namespace
}  // namespace waterbed
