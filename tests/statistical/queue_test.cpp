// One setting with Poisson arrivals and a fixed number of slots, against the numerical solution of its recursion.
#include "support/queue.hpp"

#include "random/sampling.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace waterbed {
namespace {

constexpr int k_cycles = 12;
constexpr int k_replications = 20'000;

/// Chances of each backlog after `cycles` steps of B' = max(0, B + A - C) from an empty queue, A Poisson.
std::vector<double> lindley(double mean_arrivals, int slots, int cycles) {
  constexpr std::size_t k_most = 200;
  const std::vector<double> arrivals = support::poisson_chances(mean_arrivals, k_most);
  std::vector<double> backlog(k_most, 0.0);
  backlog[0] = 1.0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    std::vector<double> next(k_most, 0.0);
    for (std::size_t b = 0; b < k_most; ++b) {
      for (std::size_t a = 0; a + b < k_most; ++a) {
        const auto left = static_cast<std::ptrdiff_t>(a + b) - slots;
        next[static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, left))] += backlog[b] * arrivals[a];
      }
    }
    backlog = next;
  }
  return backlog;
}

struct Queue {
  double mean_arrivals;  ///< per cycle
  int slots;             ///< per cycle
};

/// Ten people whose one need goes straight to one clinic, once; the clinic opens all its slots, always.
Model clinic(const Queue& queue) {
  Scenario scenario = support::clinic_region(queue.slots);
  scenario.needs = {support::one_visit("complaint", queue.mean_arrivals * 12.0 / 10.0)};
  return support::compile_clinic(scenario);
}

class Lindley : public ::testing::TestWithParam<Queue> {};

TEST_P(Lindley, YearEndBacklogHasTheDistributionOfTheRecursion) {
  const Results results = simulate(clinic(GetParam()), {.replications = k_replications});
  const support::Table waiting(results, "waiting");
  const std::vector<double> chances = lindley(GetParam().mean_arrivals, GetParam().slots, k_cycles);
  std::vector<std::int64_t> observed(chances.size(), 0);
  for (std::int64_t r = 0; r < k_replications; ++r) {
    ++observed[static_cast<std::size_t>(waiting.at(0, r, {0}))];
  }
  EXPECT_GT(sampling::chi_square_p(observed, chances), 0.001)
      << "arrivals " << GetParam().mean_arrivals << ", slots " << GetParam().slots;
}

INSTANTIATE_TEST_SUITE_P(Loads, Lindley, ::testing::Values(Queue{4.0, 5}, Queue{5.0, 5}, Queue{6.0, 5}));

}  // namespace
}  // namespace waterbed
