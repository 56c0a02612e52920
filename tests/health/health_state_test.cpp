#include "waterbed/health/health_state.hpp"

#include "region.hpp"
#include "waterbed/health/quality_of_life.hpp"
#include "waterbed/health/treatment.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

Transition way(const std::string& from, const std::string& to, double per_year) {
  Transition one;
  one.from = from;
  one.to = to;
  one.per_year = testing_support::one_value(per_year);
  one.deprivation_gradient = 2.0;
  return one;
}

Condition illness(const std::string& name) {
  Condition one;
  one.name = name;
  one.stages = {{"none"}, {"mild"}, {"severe"}};
  one.stages[1].disutility = 0.1;
  one.stages[1].mortality_ratio = 2.0;
  one.stages[2].utility = 0.4;
  one.stages[2].cost_per_cycle = 1000.0;
  one.transitions = {way("none", "mild", 0.05), way("mild", "severe", 0.3), way("severe", "dead", 0.2)};
  return one;
}

HealthModel built(const std::vector<Condition>& conditions, const std::vector<CareEffect>& care = {}) {
  const std::vector<std::string> needs = {"check"};
  const AgeSexTable mortality = testing_support::rising_mortality();
  const std::array<double, 2> classes = {0.7, 0.3};
  return testing_support::built({.conditions = conditions,
                                 .care_effects = care,
                                 .needs = needs,
                                 .mortality = &mortality,
                                 .composition = {},
                                 .vulnerability = classes});
}

CareEffect check(const std::string& from, const std::string& to) {
  CareEffect one;
  one.name = "check";
  one.need = "check";
  one.condition = "one";
  one.from_stage = from;
  one.to_stage = to;
  one.hazard_ratio = 0.5;
  return one;
}

/// Every state that a person can be in: what is looked up is what is computed.
void expect_as_computed(const HealthModel& model) {
  for (std::uint8_t first = 0; first < 3; ++first) {
    for (std::uint8_t second = 0; second < 3; ++second) {
      const std::array<std::uint8_t, 2> stages = {first, second};
      for (int i = 0; i < k_sexes * k_quintiles * 2 * k_ages; ++i) {
        const PersonHealth person{.age = i % k_ages,
                                  .sex = i / k_ages % 2 == 0 ? Sex::women : Sex::men,
                                  .deprivation = static_cast<std::uint8_t>(1 + i / k_ages / 2 % k_quintiles),
                                  .vulnerability = static_cast<std::uint8_t>(i / k_ages / 2 / k_quintiles),
                                  .stage = stages.data()};
        const HealthState state = health_state(model, person);
        ASSERT_EQ(state.event_below, event_threshold(model, person));
        ASSERT_EQ(state.utility_micro, utility_per_cycle(model, person));
        ASSERT_EQ(state.cost_micro, stage_cost_per_cycle(model, person).micro);
        for (const HealthModel::Outcome& outcome : outcomes_of(model, person)) {
          // Both sides of every border.
          for (const std::uint32_t word :
               {outcome.below - 1, outcome.below, state.event_below - 1, state.event_below}) {
            ASSERT_EQ(health_event(model, person, word), resolve_event(model, person, word)) << word;
          }
        }
      }
    }
  }
}

TEST(HealthState, IsLookedUpAsItIsComputed) {
  const HealthModel two = built({illness("one"), illness("two")});
  ASSERT_FALSE(two.states.empty());
  expect_as_computed(two);
}

TEST(HealthState, FollowsATreatment) {
  const HealthModel after = treated(built({illness("one"), illness("two")}), {.condition = 1,
                                                                              .stages = {1},
                                                                              .cost_per_cycle = Money::from_euro(500.0),
                                                                              .utilities = {{2, 0.9}},
                                                                              .hazard_ratios = {{1, 2, false, 0.5}}});
  ASSERT_FALSE(after.states.empty());
  expect_as_computed(after);
}

TEST(HealthState, IsComputedWhereStatesAreMany) {
  const HealthModel four = built({illness("one"), illness("two"), illness("three"), illness("four")});
  EXPECT_EQ(four.states.size(), 2U * k_health_cells) << "of the healthy alone";
  const std::array<std::uint8_t, 4> stages = {1, 0, 2, 1};
  const PersonHealth person{.age = 60, .stage = stages.data()};
  EXPECT_EQ(health_state(four, person).event_below, event_threshold(four, person));
}

TEST(HealthState, OfTheHealthyIsLookedUpUnlessCareActsOnThem) {
  const std::array<std::uint8_t, 2> stages = {0, 0};
  const std::array<CareWindow, 1> cared = {CareWindow{0, 12}};
  const HealthModel of_the_ill = built({illness("one"), illness("two")}, {check("mild", "severe")});
  const HealthModel of_all = built({illness("one"), illness("two")}, {check("none", "mild")});
  ASSERT_EQ(of_the_ill.states.size(), 2U * k_health_cells);
  EXPECT_TRUE(of_all.states.empty());
  for (const HealthModel* model : {&of_the_ill, &of_all}) {
    for (int i = 0; i < k_sexes * k_quintiles * 2 * k_ages; ++i) {
      const PersonHealth person{.age = i % k_ages,
                                .sex = i / k_ages % 2 == 0 ? Sex::women : Sex::men,
                                .deprivation = static_cast<std::uint8_t>(1 + i / k_ages / 2 % k_quintiles),
                                .vulnerability = static_cast<std::uint8_t>(i / k_ages / 2 / k_quintiles),
                                .stage = stages.data(),
                                .care = cared.data()};
      ASSERT_EQ(health_state(*model, person).event_below, event_threshold(*model, person));
      ASSERT_EQ(health_state(*model, person).utility_micro, utility_per_cycle(*model, person));
    }
  }
}

}  // namespace
}  // namespace waterbed
