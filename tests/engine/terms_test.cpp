// Terms that act in a simulation as they do in a settlement alone.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

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

TEST(Terms, AShareOfTheFeeIsPaidPerUnit) {
  Scenario scenario = support::small_clinics();
  support::term_of<Fee>(replaced(scenario, "medicines")).share = Rate::from_double(0.5);
  const Model model = compile(scenario);
  // Those who decide see what is paid.
  const auto turnover = [&](std::size_t arm, const std::string& name) {
    const auto found = std::find_if(model.arms[arm].contracts.begin(), model.arms[arm].contracts.end(),
                                    [&](const ContractModel& one) { return one.contract.name == name; });
    return found->expected_turnover.front();
  };
  const std::size_t tested = model.arms.size() - 1;
  EXPECT_GT(turnover(0, "medicines/insurer_a/chemist"), 0.0);
  EXPECT_DOUBLE_EQ(turnover(tested, "medicines_tested/insurer_a/chemist"),
                   turnover(0, "medicines/insurer_a/chemist") / 2.0);
  const Results results = simulate(model, {.arms = {"usual", "tested"}, .replications = 1});
  const std::int64_t whole = paid(results, k_usual, "medicines", "fee");
  EXPECT_GT(whole, 0);
  EXPECT_EQ(2 * paid(results, k_tested, "medicines_tested", "fee"), whole);
}

TEST(Terms, AShareOfTheFeeIsPaidOfWhatTiersLeave) {
  const auto paid_with = [](Rate share) {
    Scenario scenario = support::small_clinics();
    Fee& fee = support::term_of<Fee>(replaced(scenario, "medicines"));
    fee.share = share;
    fee.tiers = {{Money::from_cents(200'000), Rate::from_double(0.1)}, {std::nullopt, Rate::from_double(0.3)}};
    const Results results = both(scenario);
    // Turnover at 0.9 up to 2,000 and at 0.7 above it, for each of the two insurers.
    const std::int64_t by_hand = 2 * 1800 * Money::k_micro_per_euro +
                                 (paid(results, k_usual, "medicines", "fee") - 4000 * Money::k_micro_per_euro) / 10 * 7;
    return std::pair{paid(results, k_tested, "medicines_tested", "fee"), by_hand};
  };
  const auto [whole, by_hand] = paid_with(Rate{Rate::k_one});
  EXPECT_EQ(whole, by_hand);
  EXPECT_EQ(2 * paid_with(Rate::from_double(0.5)).first, by_hand);
}

TEST(Terms, PatientsOweTheirShareOfTheYear) {
  Scenario scenario = support::small_clinics();
  support::term_of<Fee>(replaced(scenario, "medicines")).patient_share = {
      .first = Money{}, .from_age = 0, .exempt = {}, .share = Rate::from_double(0.5)};
  const Results results = both(scenario);
  const Table payments(results, "payments");
  std::int64_t owed = 0;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const bool own = payments.labels(1)[e].starts_with("own_payment,patient_share,household,");
    owed += own ? payments.at(k_tested, 0, {0, e}) : 0;
  }
  EXPECT_GT(owed, 0);
  EXPECT_EQ(2 * owed, paid(results, k_tested, "medicines_tested", "fee"));
}

TEST(Terms, OnePayerHasOneRuleForWhatPatientsOwe) {
  const auto compiled_with = [](const PatientShare& other) {
    Scenario scenario = support::small_clinics();
    const PatientShare share{.first = Money::from_cents(10'000), .exempt = {}};
    support::term_of<Fee>(support::contract_of(scenario, "gp_capitation")).patient_share = share;
    support::term_of<Fee>(replaced(scenario, "medicines")).patient_share = other;
    (void)compile(scenario);
  };
  PatientShare other{.first = Money::from_cents(10'000), .exempt = {}};
  EXPECT_NO_THROW(compiled_with(other));
  other.share = Rate::from_double(0.1);
  EXPECT_THROW(compiled_with(other), ScenarioError);
  other.share = Rate{};
  other.most = Money::from_cents(20'000);
  EXPECT_THROW(compiled_with(other), ScenarioError);
}

}  // namespace
}  // namespace waterbed
