// Prints what must be the same on every processor. run.cmake compares its output under several disguises.
#include "waterbed/core/math.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/random/draw_many.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <bit>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <string>

namespace {

/// 64-bit FNV-1a over the bits of the values added.
class Digest {
 public:
  void add(double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int byte = 0; byte < 8; ++byte, bits >>= 8U) {
      state_ = (state_ ^ (bits & 0xffU)) * 0x100000001b3U;
    }
  }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

}  // namespace

int main() {
  namespace exact = waterbed::exact;
  Digest digest;
  for (int i = 1; i < 200'000; ++i) {
    const double share = i / 200'000.0;
    const double z = 16.0 * share - 8.0;
    digest.add(exact::exp(z * 40.0));
    digest.add(exact::expm1(z));
    digest.add(exact::log(share));
    digest.add(exact::normal_cdf(z));
    digest.add(exact::normal_pdf(z));
    digest.add(exact::normal_quantile(share));
  }
  std::cout << "exact " << std::hex << std::setw(16) << std::setfill('0') << digest.value() << '\n';

  // A whole run with every response on, from the file to the tables.
  const waterbed::Model model = waterbed::compile(waterbed::load_scenario("scenarios/two_clinics.yaml"));
  const std::string usual = waterbed::results_digest(waterbed::simulate(model, {.replications = 1}));
  std::cout << "two_clinics " << usual << '\n';

  // The disguises hide nothing from the vector library, which asks the processor itself.
  for (const std::string& path : waterbed::vector_paths()) {
    waterbed::use_vector_path(path);
    if (waterbed::results_digest(waterbed::simulate(model, {.replications = 1})) != usual) {
      std::cerr << "other results with " << path << '\n';
      return 1;
    }
  }
}
