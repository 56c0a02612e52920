#include "waterbed/scenario/check.hpp"

#include "scenario/checker.hpp"
#include "scenario/describe.hpp"

namespace waterbed {

std::vector<Problem> check(const Scenario& scenario) { return detail::check_after_reading(scenario, {}); }

namespace detail {

std::vector<Problem> check_after_reading(const Scenario& scenario, const std::set<std::string>& faulty) {
  Checker checker(scenario, faulty);
  // The description can also fill in, so it walks over a copy.
  Scenario copy = scenario;
  describe(checker, copy);
  check_people(checker, scenario);
  check_conditions(checker, scenario);
  check_care(checker, scenario);
  check_deciders(checker, scenario);
  check_needs(checker, scenario);
  check_programmes(checker, scenario);
  check_stratifications(checker, scenario);
  check_shares(checker, scenario);
  check_simulated(checker, scenario);
  check_expectations(checker, scenario);
  check_follows(checker, scenario);
  check_insurance(checker, scenario);
  check_policies(checker, scenario);
  check_contracts(checker, scenario);
  check_arms(checker, scenario);
  check_attribution(checker, scenario);
  check_uncertainty(checker, scenario);
  sort_problems(checker.problems);
  return checker.problems;
}

}  // namespace detail

}  // namespace waterbed
