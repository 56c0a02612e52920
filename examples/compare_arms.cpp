#include "waterbed/analysis/difference.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <iostream>

int main() {
  const auto model = waterbed::compile(waterbed::load_scenario("scenarios/two_clinics.yaml"));
  const auto results = waterbed::simulate(model, {.arms = {}, .replications = 20, .seed = 1});
  const auto cash = waterbed::difference(results, "squeezed_ceiling", {.table = "cash_spending", .keep = {}});
  std::cout << cash.mean / 1e6 << " EUR, standard error " << cash.simulation_error->standard_error / 1e6 << '\n';
}
