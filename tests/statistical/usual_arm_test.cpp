// The usual arm reproduces observed practice in expectation, however much anybody responds.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_replications = 32;

/// @param times  sensitivities as a multiple of the scenario's; 0: incentives off, supply decision too
Results usual(double times, bool capacity) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  scenario.time.years = 3;
  BehaviourSpec& behaviour = scenario.behaviour;
  behaviour.capacity = capacity;
  behaviour.incentives = times > 0.0;
  behaviour.theta_own_volume *= times;
  behaviour.theta_treat_or_refer *= times;
  behaviour.theta_care_borne *= times;
  behaviour.theta_elective_specialist *= times;
  return simulate(compile(scenario), {.replications = k_replications});
}

class UsualArm : public ::testing::TestWithParam<bool> {};

TEST_P(UsualArm, HasTheVisitsOfObservedPracticeAtEverySensitivity) {
  const Results observed = usual(0.0, GetParam());
  const Table without(observed, "visits");
  for (const double times : {1.0, 3.0}) {
    const Results responding = usual(times, GetParam());
    const Table with(responding, "visits");
    for (std::size_t s = 0; s < with.length(1); ++s) {
      const auto more = support::estimate_over(observed, [&](std::int64_t r) {
        std::int64_t sum = 0;
        for (std::size_t year = 0; year < with.length(0); ++year) {
          sum += with.at(0, r, {year, s}) - without.at(0, r, {year, s});
        }
        return sum;
      });
      EXPECT_LE(std::abs(more.mean), 4.0 * more.se) << with.labels(1)[s] << ", sensitivities times " << times;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Capacity, UsualArm, ::testing::Bool(),
                         [](const auto& instance) { return instance.param ? "on" : "off"; });

}  // namespace
}  // namespace waterbed
