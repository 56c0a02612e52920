// A project that embeds Waterbed: it knows the installed package only. Runs the scenario that it is given, shortened.
#include <waterbed/analysis/difference.hpp>
#include <waterbed/core/money.hpp>
#include <waterbed/engine/simulate.hpp>
#include <waterbed/scenario/compile.hpp>
#include <waterbed/scenario/load.hpp>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>

int main(int count, char** arguments) {
  if (count != 2) {
    return EXIT_FAILURE;
  }
  try {
    waterbed::Scenario scenario = waterbed::load_scenario(arguments[1]);
    scenario.time.warm_up_years = 1;
    scenario.time.years = 1;
    const waterbed::Model model = waterbed::compile(scenario);
    waterbed::RunOptions options;
    options.replications = 1;
    const waterbed::Results results = waterbed::simulate(model, options);
    const auto change = waterbed::difference(results, "squeezed_ceiling", {.table = "cash_spending", .keep = {}});
    const auto spent = waterbed::Money{static_cast<std::int64_t>(change.baseline)};
    std::cout << "spent " << spent.to_euro() << " EUR, changed by " << change.mean / 1e6 << " EUR\n";
    return results.arms.size() == 3 && spent > waterbed::Money{} && change.mean < 0.0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
