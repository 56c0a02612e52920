#include "support/marginal_checks.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace waterbed {
namespace {

// Payments round to half a cent. Over some 200 nodes that leaves 0.003 / sqrt(200), 2e-4 EUR, of an expectation. A
// difference of it over 2 persons is then good to 1e-4 of some 100 EUR, the worst case here: 1e-6.
TEST(MarginalChecks, EveryTermIsTheDerivativeOfItsExpectedPayment) {
  for (const testing::MarginalCheck& check : testing::all_marginal_checks()) {
    EXPECT_LT(testing::relative_error(check), 1e-6)
        << check.term << ": " << check.what << ": " << check.marginal << ", by quadrature " << check.numerical;
  }
}

TEST(MarginalChecks, PageIsCurrent) {
  const std::string path = "docs/marginals.md";
  const std::string page = testing::marginals_page();
  if (std::getenv("WATERBED_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << page;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text == page) << "rewrite " << path << " with WATERBED_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace waterbed
