// Claim: docs/performance.md gives person-cycles a second of workload W1, from the scenario file, and of a plain loop.
//
// W1 is the published Sick-Sicker model (scenarios/sick_sicker.yaml): 100,000 persons over 60 yearly cycles, costs and
// QALYs of every person kept, counted as 6 million person-cycles whoever has died. 100,000 persons leave a core's own
// cache. Before the clock starts both answers are compared with the exact one of the cohort, at 4 standard errors.
// PlainLoop is what one writes by hand for this one model: a person after the other, a generator that is not named.

#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::size_t k_persons = 100'000;
constexpr std::size_t k_cycles = 60;
constexpr std::size_t k_stages = 4;
constexpr double k_rate = 0.03;

// healthy, sick, sicker, dead. Source: Krijkamp et al., Medical Decision Making 38 (2018) 400-422.
constexpr double k_sick_dies = 0.014925125;
constexpr double k_sicker_dies = 0.04888986953422810744;
constexpr std::array<std::array<double, k_stages>, k_stages> k_moves = {
    {{1 - 0.15 - 0.005, 0.15, 0, 0.005},
     {0.5, 1 - 0.605 - k_sick_dies, 0.105, k_sick_dies},
     {0, 0, 1 - k_sicker_dies, k_sicker_dies},
     {0, 0, 0, 1}}};
constexpr std::array<double, k_stages> k_cost = {2000, 4000, 15000, 0};
constexpr std::array<double, k_stages> k_utility = {1, 0.75, 0.5, 0};

struct Answer {
  double cost = 0.0;
  double qaly = 0.0;
};

double discount(std::size_t cycle) { return std::pow(1.0 + k_rate, -static_cast<double>(cycle)); }

Answer exact() {
  std::array<double, k_stages> share = {1, 0, 0, 0};
  Answer answer;
  for (std::size_t t = 0; t <= k_cycles; ++t) {
    std::array<double, k_stages> next{};
    for (std::size_t from = 0; from < k_stages; ++from) {
      answer.cost += share[from] * k_cost[from] * discount(t);
      answer.qaly += share[from] * k_utility[from] * discount(t);
      for (std::size_t to = 0; to < k_stages; ++to) {
        next[to] += share[from] * k_moves[from][to];
      }
    }
    share = next;
  }
  return answer;
}

/// Throws unless the answer is within 4 standard errors of the exact one.
void check(const Answer& answer) {
  // Standard deviations of a person's discounted costs and QALYs, from a million persons of the plain loop, rounded up.
  constexpr double k_cost_sd = 66'000.0;
  constexpr double k_qaly_sd = 6.5;
  const double root = std::sqrt(static_cast<double>(k_persons));
  if (std::abs(answer.cost - exact().cost) > 4.0 * k_cost_sd / root ||
      std::abs(answer.qaly - exact().qaly) > 4.0 * k_qaly_sd / root) {
    throw std::runtime_error("not the exact answer: " + std::to_string(answer.cost) + " EUR, " +
                             std::to_string(answer.qaly) + " QALYs");
  }
}

void report(benchmark::State& state) {
  state.counters["person_cycles"] =
      benchmark::Counter(static_cast<double>(k_persons * k_cycles), benchmark::Counter::kIsIterationInvariantRate);
}

double discounted(const waterbed::Results& results, const std::string& table) {
  for (std::size_t t = 0; t < results.tables.size(); ++t) {
    if (results.tables[t].name == table) {
      double sum = 0.0;
      for (std::size_t cycle = 0; cycle <= k_cycles; ++cycle) {
        sum += static_cast<double>(results.values[t][cycle]) / 1e6 * discount(cycle);
      }
      return sum / static_cast<double>(k_persons);
    }
  }
  throw std::runtime_error("no table " + table);
}

void SickSicker(benchmark::State& state) {
  const waterbed::Model model = waterbed::compile(waterbed::load_scenario("scenarios/sick_sicker.yaml"));
  const waterbed::RunOptions options{.replications = 1, .threads = 1};
  const waterbed::Results results = simulate(model, options);
  check({discounted(results, "health_costs"), discounted(results, "qalys")});
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(model, options));
  }
  report(state);
}
BENCHMARK(SickSicker)->Unit(benchmark::kMillisecond);

/// From the file to the answer, as one call from elsewhere has it.
void SickSickerFromFile(benchmark::State& state) {
  for (auto _ : state) {
    const waterbed::Model model = waterbed::compile(waterbed::load_scenario("scenarios/sick_sicker.yaml"));
    benchmark::DoNotOptimize(simulate(model, {.replications = 1, .threads = 1}));
  }
  report(state);
}
BENCHMARK(SickSickerFromFile)->Unit(benchmark::kMillisecond);

/// SplitMix64: Steele, Lea and Flood, OOPSLA 2014.
std::uint64_t next_word(std::uint64_t& at) {
  std::uint64_t z = (at += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

Answer plain_loop(std::uint64_t seed, std::vector<double>& costs, std::vector<double>& qalys) {
  std::array<std::array<double, k_stages>, k_stages> below{};
  for (std::size_t from = 0; from < k_stages; ++from) {
    std::partial_sum(k_moves[from].begin(), k_moves[from].end(), below[from].begin());
  }
  std::array<double, k_cycles + 1> weight{};
  for (std::size_t t = 0; t <= k_cycles; ++t) {
    weight[t] = discount(t);
  }
  Answer answer;
  for (std::size_t person = 0; person < k_persons; ++person) {
    std::size_t stage = 0;
    costs[person] = 0.0;
    qalys[person] = 0.0;
    for (std::size_t t = 0; t <= k_cycles && stage < 3; ++t) {
      costs[person] += k_cost[stage] * weight[t];
      qalys[person] += k_utility[stage] * weight[t];
      const double u = static_cast<double>(next_word(seed) >> 11) * 0x1p-53;
      stage = std::size_t{u >= below[stage][0]} + std::size_t{u >= below[stage][1]} + std::size_t{u >= below[stage][2]};
    }
    answer.cost += costs[person] / static_cast<double>(k_persons);
    answer.qaly += qalys[person] / static_cast<double>(k_persons);
  }
  return answer;
}

void PlainLoop(benchmark::State& state) {
  std::vector<double> costs(k_persons);
  std::vector<double> qalys(k_persons);
  check(plain_loop(1, costs, qalys));
  for (auto _ : state) {
    benchmark::DoNotOptimize(plain_loop(1, costs, qalys));
    benchmark::ClobberMemory();
  }
  report(state);
}
BENCHMARK(PlainLoop)->Unit(benchmark::kMillisecond);

}  // namespace
