// Claim: docs/performance.md gives nanoseconds per person-month of the engine, all features on.
//
// One replication of scenarios/leuven.yaml under its usual arm, one thread, fixed seed: 102,000 people at the start,
// who do not fit into a core's own cache, over one year of warm-up, three base years and one performance year.
// Person-months are those lived, not those of people to come. The digest is checked against a second run before the
// clock starts.

#include "tables.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <benchmark/benchmark.h>

#include <stdexcept>

namespace {

void PersonMonths(benchmark::State& state) {
  waterbed::Scenario scenario = waterbed::load_scenario("scenarios/leuven.yaml");
  scenario.time.years = 1;
  const waterbed::Model model = waterbed::compile(scenario);
  const waterbed::RunOptions options{.arms = {"usual"}, .replications = 1, .seed = 7, .threads = 1};
  const waterbed::Results results = simulate(model, options);
  if (results_digest(results) != results_digest(simulate(model, options))) {
    throw std::runtime_error("two equal runs differ");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(model, options));
  }
  // As many people in each simulated year as in the last, within a few in a hundred: they come and go.
  const auto last_year = static_cast<double>(waterbed::benchmarks::sum_of(results, "population"));
  const double years = 1.0 + model.time.burn_in_years();
  state.counters["person_months"] =
      benchmark::Counter(last_year * years, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(PersonMonths)->Unit(benchmark::kMillisecond);

}  // namespace
