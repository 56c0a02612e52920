// Terms that act in a simulation as they do in a settlement alone.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace waterbed {
namespace {

using support::Table;

/// Adds to two_clinics an arm "tested": the usual one with a copy of a contract in the place of it, to be changed.
ContractSpec& replaced(Scenario& scenario, const std::string& contract_name) {
  ContractSpec contract = support::contract_of(scenario, contract_name);
  contract.terms.name = contract_name + "_tested";
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "tested";
  std::replace(arm.contracts.begin(), arm.contracts.end(), contract_name, contract.terms.name);
  scenario.arms.push_back(std::move(arm));
  scenario.contracts.push_back(std::move(contract));
  return scenario.contracts.back();
}

/// The arms "usual" and "tested", side by side.
Results both(const Scenario& scenario) {
  return simulate(compile(scenario), {.arms = {"usual", "tested"}, .replications = 1});
}

constexpr std::size_t k_usual = 0;
constexpr std::size_t k_tested = 1;

/// What the entries that begin with the contract's name and hold this term pay in the first year, micro-euro.
std::int64_t paid(const Results& results, std::size_t arm, const std::string& contract, const std::string& term) {
  const Table payments(results, "payments");
  std::int64_t sum = 0;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const std::string& label = payments.labels(1)[e];
    const bool wanted = label.starts_with(contract + "/") && label.find("," + term + ",") != std::string::npos;
    sum += wanted ? payments.at(arm, 0, {0, e}) : 0;
  }
  return sum;
}

TEST(Terms, WhatIsEarnedByStayingIsEarned) {
  Scenario scenario = support::small_clinics();
  support::term_of<Withhold>(replaced(scenario, "medicines")).parts = {
      {WithholdBase::base, Rate::from_double(0.1), EarnedBy::staying}};
  const Results results = both(scenario);
  EXPECT_GT(paid(results, k_usual, "medicines", "fee"), 0);
  EXPECT_EQ(paid(results, k_tested, "medicines_tested", "fee"), paid(results, k_usual, "medicines", "fee"));
  EXPECT_EQ(paid(results, k_tested, "medicines_tested", "withhold"), 0);
}

}  // namespace
}  // namespace waterbed
