// One setting with Poisson arrivals and a fixed number of slots, against the numerical solution of its recursion.
#include "support/queue.hpp"

#include "random/sampling.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

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

TEST(OneSlot, HasTheMeanBacklogOfPollaczekAndKhinchine) {
  // B' = max(0, B + A - 1), A Poisson of mean rho: in the steady state E[B] = rho^2 / (2 (1 - rho)), that of M/D/1.
  // Source: Kleinrock, Queueing Systems I (1975), 5.6. At rho 0.8 it takes some 25 cycles to forget the start.
  constexpr double k_load = 0.8;
  Scenario scenario = support::clinic_region(1.0);
  scenario.needs = {support::one_visit("complaint", k_load * 52.0 / 10.0)};
  scenario.time.cycle = CycleLength::week;
  scenario.time.warm_up_years = 4;
  scenario.time.years = 4;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 4000});
  const support::Table waiting(results, "waiting");
  const auto mean = support::estimate_over(results, [&](std::int64_t r) {
    double sum = 0.0;
    for (std::size_t year = 0; year < 4; ++year) {
      sum += static_cast<double>(waiting.at(0, r, {year}));
    }
    return sum / 4.0;
  });
  EXPECT_NEAR(mean.mean, k_load * k_load / (2.0 * (1.0 - k_load)), 4.0 * mean.se);
  EXPECT_LT(mean.se, 0.03);
}

TEST(OverloadedQueue, SettlesWhereAsManyGiveUpAsAreTooMany) {
  // Never empty, so linear: E[B'] = E[B] (1 - p) + a - c with p = 1 - exp(-gives up / 12), of those who asked in an
  // earlier month; after n months (a - c) (1 - (1 - p)^n) / p, in the end the fluid limit (a - c) / p.
  constexpr double k_arrivals = 60.0;
  constexpr int k_slots = 40;
  constexpr int k_years = 3;
  Scenario scenario = support::clinic_region(k_slots);
  scenario.needs = {support::one_visit("complaint", k_arrivals * 12.0 / 10.0)};
  scenario.behaviour.gives_up_per_year = 1.5;
  scenario.time.years = k_years;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 2000});
  const support::Table waiting(results, "waiting");
  const double p = 1.0 - std::exp(-1.5 / 12.0);
  for (std::size_t year = 0; year < k_years; ++year) {
    const auto mean = support::estimate_over(results, [&](std::int64_t r) { return waiting.at(0, r, {year}); });
    const double after = static_cast<double>(year + 1) * k_cycles;
    EXPECT_NEAR(mean.mean, (k_arrivals - k_slots) * (1.0 - std::pow(1.0 - p, after)) / p, 4.0 * mean.se) << year;
    EXPECT_LT(mean.se, 1.0);
  }
}

}  // namespace
}  // namespace waterbed
