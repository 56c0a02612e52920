// Runs a scenario once and prints what it took, as a line of JSON: for benchmarks/scaling.py and benchmarks/parts.
// Arms beyond those of the scenario are its baseline with the contract amounts of one provider 3 % lower, in turn.
//   one_run SCENARIO [persons=FACTOR] [years=N] [burn_in=N] [arms=N] [threads=N] [replications=N] [mebibytes=LIMIT]

#include "tables.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/scaled_arm.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <chrono>
#include <cmath>
#include <ctime>
#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

double seconds_by_clock() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double seconds_of_processor() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
/// Most that this program has held so far; getrusage() would give its parent's peak if that is higher.
double peak_mebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stod(line.substr(line.find(':') + 1)) / 1024.0;
    }
  }
  return 0.0;
}

/// A model with so many arms at least.
waterbed::Model with_arms(waterbed::Model model, std::size_t many) {
  std::vector<waterbed::ScaledArm> arms;
  for (const waterbed::ProviderModel& provider : model.providers) {
    waterbed::ScaledArm arm{.name = provider.name + ", 3 % lower", .provider = provider.name, .factor = 0.97};
    if (model.arms.size() + arms.size() < many && waterbed::lever_of(model, arm) != waterbed::Lever::none) {
      arms.push_back(std::move(arm));
    }
  }
  if (model.arms.size() + arms.size() < many) {
    throw waterbed::InvalidArgument("arms", "must be at most " + std::to_string(model.arms.size() + arms.size()),
                                    std::to_string(many));
  }
  return arms.empty() ? std::move(model) : waterbed::with_scaled_arms(model, arms);
}

void run(const std::string& path, const std::map<std::string, double>& asked) {
  const auto option = [&](const char* name, double otherwise) {
    const auto found = asked.find(name);
    return found == asked.end() ? otherwise : found->second;
  };
  waterbed::Scenario scenario = waterbed::load_scenario(path);
  for (waterbed::PopulationCell& cell : scenario.population.cells) {
    cell.persons = std::llround(static_cast<double>(cell.persons) * option("persons", 1.0));
  }
  scenario.time.years = static_cast<int>(option("years", scenario.time.years));
  if (asked.contains("burn_in")) {
    scenario.time.warm_up_years = 0;
    scenario.time.base_years = static_cast<int>(option("burn_in", 0));
  }
  const double begun_compiling = seconds_of_processor();
  const auto arms = static_cast<std::size_t>(option("arms", 1));
  waterbed::Model model = waterbed::compile(scenario);
  const double compiling = seconds_of_processor() - begun_compiling;
  model = with_arms(std::move(model), arms);
  const double before = peak_mebibytes();
  waterbed::RunOptions options{.replications = static_cast<std::int64_t>(option("replications", 1)),
                               .seed = 7,
                               .threads = static_cast<int>(option("threads", 1)),
                               .memory_limit = std::llround(option("mebibytes", 0) * (1 << 20))};
  for (std::size_t arm = 0; arm < arms; ++arm) {
    options.arms.push_back(model.arms.at(arm).name);
  }
  const double clock = seconds_by_clock();
  const double processor = seconds_of_processor();
  const waterbed::Results results = simulate(model, options);
  const double spent = seconds_of_processor() - processor;
  const double took = seconds_by_clock() - clock;
  std::cout << "{\"persons\": " << model.people.size()
            << ", \"person_months\": " << waterbed::benchmarks::sum_of(results, "population")
            << ", \"seconds\": " << took << ", \"cpu_seconds\": " << spent << ", \"compile_cpu_seconds\": " << compiling
            << ", \"mebibytes_compiled\": " << before << ", \"mebibytes\": " << peak_mebibytes()
            << ", \"mebibytes_estimated\": " << static_cast<double>(memory_needed(model, options)) / (1 << 20)
            << ", \"moves\": " << waterbed::benchmarks::sum_of(results, "moves") << ", \"digest\": \""
            << results_digest(results) << "\"}\n";
}

}  // namespace

int main(int count, char** arguments) {
  try {
    std::map<std::string, double> asked;
    for (int i = 2; i < count; ++i) {
      const std::string one = arguments[i];
      asked[one.substr(0, one.find('='))] = std::stod(one.substr(one.find('=') + 1));
    }
    if (count < 2) {
      std::cerr
          << "usage: one_run SCENARIO [persons=FACTOR] [years=N] [burn_in=N] [arms=N] [threads=N] [replications=N] "
             "[mebibytes=LIMIT]\n";
      return 1;
    }
    run(arguments[1], asked);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
