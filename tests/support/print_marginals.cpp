#include "support/marginal_checks.hpp"

#include <iostream>

int main() {
  std::cout << waterbed::testing::marginals_page();
  return std::cout.good() ? 0 : 1;
}
