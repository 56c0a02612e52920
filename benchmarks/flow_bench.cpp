// Claim: docs/performance.md gives visits a second of workload W2, an open network of four settings with capacities.
//
// The routes are those of flow_network.csv. Flow is the engine on flow.yaml: 100,000 persons (more than a cache holds),
// five years, settled by the cycle with all that a scenario has. PlainHeap is what one writes by hand for a network in
// continuous time: a heap of the visits under way and a number waiting at each setting, nobody in person. Before the
// clock starts: the visits of the engine's expected flows are those of the routes (linear system), simulated visits are
// within 5 standard errors of them and every need is accounted for; the heap's numbers present are those of
// Jackson (1957) and Erlang (1917), at 4 standard errors of 20 batches.

#include "tables.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <Eigen/LU>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <numeric>
#include <queue>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using waterbed::benchmarks::needs_that;
using waterbed::benchmarks::sum_where;
using waterbed::benchmarks::visits_to;

constexpr std::size_t k_settings = 4;
using Row = std::array<double, k_settings>;

struct Network {
  std::array<int, k_settings> servers{};
  Row arrivals{};  ///< a day
  Row stay{};      ///< days
  std::array<Row, k_settings> routes{};

  /// Visits a day: arrivals from outside and from other settings.
  [[nodiscard]] Eigen::Vector4d visits() const {
    Eigen::Matrix4d balance = Eigen::Matrix4d::Identity();
    Eigen::Vector4d outside;
    for (std::size_t from = 0; from < k_settings; ++from) {
      outside(static_cast<Eigen::Index>(from)) = arrivals[from];
      for (std::size_t to = 0; to < k_settings; ++to) {
        balance(static_cast<Eigen::Index>(to), static_cast<Eigen::Index>(from)) -= routes[from][to];
      }
    }
    return balance.partialPivLu().solve(outside);
  }
};

Network read_network() {
  std::ifstream file("benchmarks/flow_network.csv");
  Network network;
  std::size_t setting = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#') || line.starts_with("setting")) {
      continue;
    }
    std::istringstream fields(line);
    std::vector<double> numbers;
    std::string field;
    std::getline(fields, field, ',');  // its name
    while (std::getline(fields, field, ',')) {
      numbers.push_back(std::stod(field));
    }
    network.servers.at(setting) = static_cast<int>(numbers.at(0));
    network.arrivals.at(setting) = numbers.at(1);
    network.stay.at(setting) = numbers.at(2);
    for (std::size_t to = 0; to < k_settings; ++to) {
      network.routes.at(setting)[to] = numbers.at(3 + to);
    }
    ++setting;
  }
  if (setting != k_settings) {
    throw std::runtime_error("benchmarks/flow_network.csv must have four settings");
  }
  return network;
}

void report(benchmark::State& state, double visits) {
  state.counters["visits"] = benchmark::Counter(visits, benchmark::Counter::kIsIterationInvariantRate);
}

void Flow(benchmark::State& state) {
  const waterbed::Model model = waterbed::compile(waterbed::load_scenario("benchmarks/flow.yaml"));
  const Network network = read_network();
  const Eigen::Vector4d per_day = network.visits();
  const double begin = std::accumulate(network.arrivals.begin(), network.arrivals.end(), 0.0);
  const waterbed::ExpectedFlows flows = expected(model);
  const waterbed::RunOptions options{.replications = 1, .threads = 1};
  const waterbed::Results results = simulate(model, options);
  const std::int64_t arisen = needs_that(results, "arisen");
  const std::string last_year = std::to_string(model.time.start_year + model.time.years - 1);
  const std::int64_t open = sum_where(
      results, "needs", [&](const auto& labels) { return labels.front() == last_year && labels.back() == "open"; });
  if (needs_that(results, "resolved") + open != arisen) {
    throw std::runtime_error("a need is not accounted for");
  }
  const auto needs = static_cast<double>(arisen);
  double visits = 0.0;
  for (std::size_t s = 0; s < k_settings; ++s) {
    const double per_need = per_day(static_cast<Eigen::Index>(s)) / begin;
    const bool by_day = model.network.settings[s].per_day;
    if (std::abs(flows.visits[s] / flows.needs[0] - per_need * (by_day ? network.stay[s] : 1.0)) > 1e-9) {
      throw std::runtime_error("the scenario has other routes than the network: " + flows.settings[s]);
    }
    // Visits of an episode vary more than Poisson, by less than three times its variance with routes like these; the
    // rest of episodes that are open at the end is missing, of which each has less than two.
    const auto found = static_cast<double>(visits_to(results, flows.settings[s]));
    visits += found;
    if (std::abs(found - needs * per_need) >
        5.0 * std::sqrt(3.0 * needs * per_need) + 2.0 * static_cast<double>(open)) {
      throw std::runtime_error("visits are not those of the routes: " + flows.settings[s]);
    }
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(model, options));
  }
  report(state, visits);
}
BENCHMARK(Flow)->Unit(benchmark::kMillisecond);

/// SplitMix64: Steele, Lea and Flood, OOPSLA 2014.
double uniform(std::uint64_t& at) {
  std::uint64_t z = (at += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53 + 0x1p-54;
}

struct Visit {
  double ends = 0.0;
  std::size_t setting = 0;
  friend bool operator<(const Visit& a, const Visit& b) { return a.ends > b.ends; }
};

/// Time-averages of the number present, waiting or served, by batch of time.
struct Seen {
  std::vector<Row> present;
  std::int64_t visits = 0;
};

Seen plain_heap(const Network& network, double days, std::uint64_t seed) {
  constexpr std::size_t k_batches = 20;
  const double warm_up = days / 10.0;
  const double batch_days = (days - warm_up) / k_batches;
  Seen seen{std::vector<Row>(k_batches, Row{}), 0};
  std::array<int, k_settings> present{};
  Row since{};
  Row next{};
  std::priority_queue<Visit> served;
  const auto wait = [&](double mean) { return -std::log(uniform(seed)) * mean; };
  const auto change = [&](std::size_t s, double now, int by) {
    // A stretch belongs to the batch in which it ends: stretches are short.
    if (now >= warm_up) {
      const auto batch = std::min(k_batches - 1, static_cast<std::size_t>((now - warm_up) / batch_days));
      seen.present[batch][s] += present[s] * (now - std::max(since[s], warm_up)) / batch_days;
    }
    since[s] = now;
    present[s] += by;
  };
  const auto ask = [&](std::size_t s, double now) {
    change(s, now, 1);
    if (present[s] <= network.servers[s]) {
      served.push({now + wait(network.stay[s]), s});
    }
  };
  for (std::size_t s = 0; s < k_settings; ++s) {
    next[s] = network.arrivals[s] > 0.0 ? wait(1.0 / network.arrivals[s]) : days;
  }
  while (true) {
    const auto first = static_cast<std::size_t>(std::min_element(next.begin(), next.end()) - next.begin());
    const double now = served.empty() ? next[first] : std::min(next[first], served.top().ends);
    if (now >= days) {
      return seen;
    }
    if (now == next[first]) {
      next[first] = now + wait(1.0 / network.arrivals[first]);
      ask(first, now);
      continue;
    }
    const std::size_t s = served.top().setting;
    served.pop();
    seen.visits += 1;
    change(s, now, -1);
    if (present[s] >= network.servers[s]) {
      served.push({now + wait(network.stay[s]), s});
    }
    double word = uniform(seed);
    for (std::size_t to = 0; to < k_settings; ++to) {
      word -= network.routes[s][to];
      if (word < 0.0) {
        ask(to, now);
        break;
      }
    }
  }
}

/// Mean number present at a setting by itself (M/M/c).
double erlang(double load, int servers) {
  double term = 1.0;
  double sum = 0.0;
  for (int n = 0; n < servers; ++n) {
    sum += term;
    term *= load / (n + 1);
  }
  const double last = term / (1.0 - load / servers);
  return load + last / (sum + last) * load / (servers - load);
}

void PlainHeap(benchmark::State& state) {
  const Network network = read_network();
  const Eigen::Vector4d per_day = network.visits();
  constexpr double k_days = 6'000.0;
  const Seen seen = plain_heap(network, k_days, 1);
  for (std::size_t s = 0; s < k_settings; ++s) {
    const auto batches = static_cast<double>(seen.present.size());
    double mean = 0.0;
    double square = 0.0;
    for (const Row& batch : seen.present) {
      mean += batch[s] / batches;
      square += batch[s] * batch[s] / batches;
    }
    const double error = std::sqrt((square - mean * mean) / (batches - 1.0));
    const double exact = erlang(per_day(static_cast<Eigen::Index>(s)) * network.stay[s], network.servers[s]);
    if (std::abs(mean - exact) > 4.0 * error) {
      throw std::runtime_error("present " + std::to_string(mean) + ", exact " + std::to_string(exact));
    }
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(plain_heap(network, k_days, 1));
  }
  report(state, static_cast<double>(seen.visits));
}
BENCHMARK(PlainHeap)->Unit(benchmark::kMillisecond);

}  // namespace
