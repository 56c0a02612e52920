#pragma once

#include "waterbed/contracts/contract.hpp"

#include <string>
#include <vector>

namespace waterbed::testing {

/// What validate says, one line a fault: "field: rule, got value".
inline std::vector<std::string> faults(const Contract& contract) {
  std::vector<std::string> texts;
  for (const ContractProblem& problem : validate(contract)) {
    texts.push_back(problem.field + ": " + problem.rule + ", got " + problem.got);
  }
  return texts;
}

}  // namespace waterbed::testing
