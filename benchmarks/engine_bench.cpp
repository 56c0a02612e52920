// Claim: docs/performance.md gives nanoseconds per person-month of the engine, all features on.
//
// One replication of the shipped region, one thread, fixed seed: large enough (256,000 persons) that the people do not
// fit in cache, which is how the engine runs. The digest is checked against a second run before the clock starts.

#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <stdexcept>

namespace {

const waterbed::Model& region() {
  static const waterbed::Model model = [] {
    waterbed::Scenario scenario = waterbed::load_scenario("scenarios/leiden_region.yaml");
    scenario.time = {
        .cycle = waterbed::CycleLength::month, .start_year = 2023, .warm_up_years = 0, .base_years = 3, .years = 1};
    return waterbed::compile(scenario);
  }();
  return model;
}

void PersonMonths(benchmark::State& state) {
  const waterbed::Model& model = region();
  const waterbed::RunOptions options{.arms = {"usual"}, .replications = 1, .seed = 7, .threads = 1};
  if (results_digest(simulate(model, options)) != results_digest(simulate(model, options))) {
    throw std::runtime_error("two equal runs differ");
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(simulate(model, options));
  }
  const auto persons = std::count(model.people.enters_cycle.begin(), model.people.enters_cycle.end(), 0);
  const double person_months = static_cast<double>(persons) * 48.0;
  state.counters["person_months"] = benchmark::Counter(person_months, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(PersonMonths)->Unit(benchmark::kMillisecond);

}  // namespace
