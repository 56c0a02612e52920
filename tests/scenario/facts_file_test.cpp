// The facts of a year as a file.

#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace waterbed {
namespace {

TEST(FactsText, ComesBackFromWhatTheWriterWrites) {
  const std::string text = R"yaml(currency: USD
performance_year: 2
agreement_number: 2
person_time:
  cycles: 120000
  per_year: 12
assigned: 9000
episodes: 120
benchmark_per_person_year: 10800
benchmark_per_episode: 24000
base_years:
  - {person_time: {cycles: 9800, per_year: 1}, counted: {total: 1000000.5, truncated_at: 22500, reinsured: 1200}, risk_ratio: 1.01}
  - {episodes: 110, counted: {groups: [{people: 2, each: -5}]}, risk_ratio: 1}
indices:
  national: [1.08, 1.04, 1]
market_share: 0.2
updates:
  acpt: 1.05
comparators:
  regional: 9000
risk_ratio: 1.052
regional_per_person_year: 10400
national_per_person_year: 11200
prior_savings_per_person_year: -12
poor_share: 0.3
counted:
  groups:
    - {people: 1, each: 10}
    - {people: 1, each: 30000.25}
own_revenue: 30000000
low_revenue: false
advance: 5000
mitigated_share: 0.1
deductions:
  standard_premium: 1
quality_score: 0.8
quality_standard: alternative
measures:
  blood_pressure:
    achieved: 0.7
    prevalence_ratio: 1.2
list_ratio: 1.1
stays: true
outcomes:
  - {people: 1, expected: 0.7, realised: 0.76}
comparison_gain: 0.01
units:
  gp: 5200
fee_income: 1
bundles: 2
bundle_income: 3
outlier_excess: 4
delivered_value: 5
membership:
  old:
    time:
      cycles: 40
      per_year: 4
capitation_income: 6
expected_turnover: 7
patient_paid: 8
)yaml";
  std::string written;
  try {
    written = write_facts(parse_facts(text));
  } catch (const ScenarioError& error) {
    FAIL() << error.what();
  }
  EXPECT_EQ(written, text);
}

TEST(FactsText, KeepsAmountsPerPersonAsGroupsOfOne) {
  const std::vector<Money> persons{Money::from_euro(1.25), Money::from_euro(-3)};
  Facts facts;
  facts.counted.persons = persons;
  const Facts back = parse_facts(write_facts(facts));
  ASSERT_EQ(back.counted.groups.size(), 2U);
  EXPECT_EQ(back.counted.groups[1].people, 1);
  EXPECT_EQ(back.counted.groups[1].each, persons[1]);
}

TEST(FactsText, ThatSettleAContractAreReadAlikeWithAndWithoutIt) {
  const Contract contract =
      parse_contract("terms:\n  reference: {steps: [given: {}]}\n  layers: {up: [{share: 0.5}]}\n", "made", "");
  const std::string text = "person_time: 9000\nbenchmark_per_person_year: 1000\ncounted: {total: 8500000}\n";
  EXPECT_EQ(write_facts(parse_facts(text, contract)), write_facts(parse_facts(text)));
  try {
    (void)parse_facts("person_time: 9000\ncounted: {total: 8500000, truncated_at: 22500}\n", contract);
    FAIL() << "the benchmark is missing, and the contract does not truncate";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].message(),
              "<facts>:1:1: benchmark_per_person_year: is missing: the reference is given (terms.reference of made)");
    EXPECT_EQ(error.problems()[1].message(),
              "<facts>:2:1: counted: must not be cut: the contract does not truncate (terms.layers of made)");
  }
}

TEST(FactsText, ThatDoNotSufficeForAPayoffAreToldAtTheirPlace) {
  const Contract contract =
      parse_contract("terms:\n  reference: {steps: [given: {}]}\n  layers: {up: [{share: 0.5}]}\n", "made", "");
  const std::string text = "person_time: 9000\nbenchmark_per_person_year: 1000\n";
  EXPECT_EQ(parse_payoff(text, contract).benchmark, 9e6);  // counted spending is on the axis
  try {
    (void)parse_payoff("person_time: 9000\n", contract);
    FAIL() << "the benchmark is missing";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].message(),
              "<facts>:1:1: benchmark_per_person_year: is missing: the reference is given (terms.reference of made)");
  }
}

// One person at 5 and persons at 1 and 2 were added up to 8.
TEST(FactsText, NamesABareValueAsItIsWritten) {
  try {
    (void)parse_facts("person_time: 8123.5\nmembership: {young: -4}\n");
    FAIL() << "nothing was refused";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].message(), "<facts>:1:14: person_time: must be a whole number, got 8123.5");
    EXPECT_EQ(error.problems()[1].message(), "<facts>:2:21: membership.young: must be at least 0, got -4");
  }
}

TEST(FactsText, CountsPersonsOrGroups) {
  try {
    (void)parse_facts("counted:\n  groups: [{people: 1, each: 5}]\n  persons: [1, 2]\n");
    FAIL() << "two forms of the same spending";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].message(),
              "<facts>:3:3: counted.persons: must not be given beside groups: both are all that was counted, got 2 "
              "amounts");
  }
}

}  // namespace
}  // namespace waterbed
