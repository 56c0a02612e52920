// Runs with replications side by side and with the persons of one in blocks; results must be those of one thread.
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <iostream>
#include <string>

namespace {

/// Whether several threads give what one gives.
bool same_on_threads(const std::string& path, waterbed::RunOptions options) {
  const waterbed::Model model = waterbed::compile(waterbed::load_scenario(path));
  options.threads = 1;
  const std::string alone = waterbed::results_digest(waterbed::simulate(model, options));
  options.threads = 4;
  const bool same = waterbed::results_digest(waterbed::simulate(model, options)) == alone;
  std::cout << path << ", " << options.replications << " replications: " << (same ? "same" : "OTHER") << " results\n";
  return same;
}

}  // namespace

int main() {
  bool same = same_on_threads("scenarios/sick_sicker.yaml", {.replications = 4});
  // More threads than replications: the persons of one are taken in blocks.
  same = same_on_threads("scenarios/two_clinics.yaml", {.replications = 1, .block_size = 1000}) && same;
  same = same_on_threads("scenarios/two_clinics.yaml", {.arms = {"squeezed_ceiling"}, .replications = 4}) && same;
  return same ? 0 : 1;
}
