// The people of the Leiden region live through burn-in and five years by health alone: prevalence, life expectancy,
// multimorbidity and death after a hip fracture beside what is published. Sources: docs/conditions.md.
#include "health/living.hpp"
#include "support/region.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/population/composition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using testing_support::Living;

constexpr int k_monthly = 12;
constexpr int k_burn_in = 48;
constexpr int k_end = 108;
constexpr std::size_t k_groups = 9;  // ten years of age, 80 and over last
constexpr std::size_t k_life_bands = 20;
constexpr std::uint64_t k_replications = 3;

/// Persons of one sex and age.
struct Group {
  double persons = 0.0;
  double one = 0.0;         ///< with one condition or more
  double two = 0.0;         ///< with two or more
  double pairs = 0.0;       ///< of conditions that one person has both of
  std::vector<double> ill;  ///< [condition]

  /// Pairs if conditions were independent of each other.
  [[nodiscard]] double independent_pairs() const {
    double sum = 0.0;
    double squares = 0.0;
    for (const double cases : ill) {
      sum += cases / persons;
      squares += cases / persons * (cases / persons);
    }
    return persons * (sum * sum - squares) / 2.0;
  }
};

using Groups = std::array<std::array<Group, k_max_age + 1>, 2>;  // [sex][age]

/// What is counted on the way.
struct Lives {
  std::vector<std::string> names;
  std::map<int, Groups> at;  ///< by cycle
  /// Those of the tables, [condition][sex][ten years of age].
  std::map<int, std::vector<std::array<std::array<double, k_groups>, 2>>> expected;
  std::array<std::array<double, k_life_bands>, 2> deaths{};
  std::array<std::array<double, k_life_bands>, 2> years{};
  double fractures = 0.0;
  double dead_within_a_year = 0.0;
};

void take_census(const Scenario& scenario, const People& people, const Living& living, int cycle, Lives& lives) {
  const std::size_t conditions = scenario.conditions.size();
  auto& expected = lives.expected[cycle];
  expected.resize(conditions);
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    if (!living.present(i, cycle)) {
      continue;
    }
    const int age = living.age(i, cycle);
    const auto sex = static_cast<std::size_t>(people.sex[i]);
    Group& group = lives.at[cycle][sex][static_cast<std::size_t>(age)];
    group.ill.resize(conditions);
    int number = 0;
    for (std::size_t c = 0; c < conditions; ++c) {
      const bool ill = living.stage(i, c) > 0;
      group.ill[c] += ill ? 1.0 : 0.0;
      number += ill ? 1 : 0;
      const std::size_t band = std::min(static_cast<std::size_t>(age) / 10, k_groups - 1);
      expected[c][sex][band] += scenario.conditions[c].prevalence.at(age, people.sex[i]);
    }
    group.persons += 1.0;
    group.one += number >= 1 ? 1.0 : 0.0;
    group.two += number >= 2 ? 1.0 : 0.0;
    group.pairs += number * (number - 1) / 2.0;
  }
}

/// @param seed  added to that of the synthesis
void live(std::uint64_t seed, Lives& lives) {
  Scenario scenario = support::shipped("leiden_region");
  scenario.population.seed += seed;
  lives.names.clear();
  std::size_t hip = 0;
  for (Condition& condition : scenario.conditions) {
    hip = condition.name == "hip_fracture" ? lives.names.size() : hip;
    lives.names.push_back(condition.name);
    for (Stage& stage : condition.stages) {
      stage.needs.clear();
    }
  }
  People people = synthesise(scenario.population, {}, k_monthly, k_end + 1);
  std::vector<FieldProblem> problems;
  const HealthModel model = build_health({.conditions = scenario.conditions,
                                          .care_effects = {},
                                          .needs = {},
                                          .mortality = &scenario.mortality,
                                          .composition = composition_of(people, k_monthly),
                                          .vulnerability = scenario.population.vulnerability,
                                          .cycles_per_year = k_monthly},
                                         problems);
  ASSERT_TRUE(problems.empty());
  draw_initial_stages(model, people, scenario.population.seed);
  Living living(model, people, 1 + seed);
  constexpr std::int32_t k_none = -1000;
  std::vector<std::int32_t> fracture(people.birth_cycle.size(), k_none);
  for (int cycle = 0; cycle <= k_end; ++cycle) {
    if (cycle == 0 || cycle == k_burn_in || cycle == k_end) {
      take_census(scenario, people, living, cycle, lives);
    }
    for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
      if (!living.present(i, cycle)) {
        continue;
      }
      const std::size_t band = std::min(static_cast<std::size_t>(living.age(i, cycle) / 5), k_life_bands - 1);
      lives.years[static_cast<std::size_t>(people.sex[i])][band] += 1.0 / k_monthly;
      // A first fracture while in the region, of those who would be seen for a year.
      if (fracture[i] == k_none && living.stage(i, hip) == 1 && people.stage[hip][i] == 0 &&
          cycle <= k_end - k_monthly && people.leaves_cycle[i] > cycle + k_monthly) {
        fracture[i] = cycle;
        lives.fractures += 1.0;
      }
    }
    living.step(cycle, [&](std::size_t i) {
      const std::size_t band = std::min(static_cast<std::size_t>(living.age(i, cycle) / 5), k_life_bands - 1);
      lives.deaths[static_cast<std::size_t>(people.sex[i])][band] += 1.0;
      lives.dead_within_a_year += fracture[i] != k_none && cycle - fracture[i] < k_monthly ? 1.0 : 0.0;
    });
  }
}

const Lives& leiden() {
  static const Lives lives = [] {
    Lives all;
    for (std::uint64_t seed = 0; seed < k_replications; ++seed) {
      live(seed, all);
    }
    return all;
  }();
  return lives;
}

/// Both sexes of an age span together.
Group of_ages(const Groups& groups, std::size_t from, std::size_t to = k_max_age) {
  Group all;
  for (const auto& by_age : groups) {
    for (std::size_t age = from; age <= to; ++age) {
      all.persons += by_age[age].persons;
      all.one += by_age[age].one;
      all.two += by_age[age].two;
    }
  }
  return all;
}

TEST(Conditions, PrevalenceByAgeAndSexIsThatOfTheSourceAfterBurnInAndFiveYearsLater) {
  const Lives& lives = leiden();
  int compared = 0;
  for (const int cycle : {k_burn_in, k_end}) {
    for (std::size_t c = 0; c < lives.names.size(); ++c) {
      for (std::size_t sex = 0; sex < 2; ++sex) {
        for (std::size_t band = 0; band < k_groups; ++band) {
          const double expected = lives.expected.at(cycle)[c][sex][band];
          double cases = 0.0;
          for (std::size_t age = 10 * band; age <= (band + 1 < k_groups ? 10 * band + 9 : k_max_age); ++age) {
            const Group& group = lives.at.at(cycle)[sex][age];
            cases += group.ill.empty() ? 0.0 : group.ill[c];
          }
          // Ten per cent are three standard errors of 900 cases.
          if (expected >= 900.0) {
            ++compared;
            EXPECT_NEAR(cases / expected, 1.0, 0.10) << lives.names[c] << (sex == 0 ? " women " : " men ") << 10 * band
                                                     << " up, cycle " << cycle << ", " << expected << " expected";
          }
        }
      }
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(Conditions, LifeExpectancyBySexIsThePublishedOne) {
  // CBS StatLine 37360ned, 2022.
  constexpr std::array<double, 2> k_published = {83.1, 80.1};
  const Lives& lives = leiden();
  for (std::size_t sex = 0; sex < 2; ++sex) {
    double alive = 1.0;
    double years = 0.0;
    for (std::size_t band = 0; band < k_life_bands; ++band) {
      const double rate = lives.deaths[sex][band] / lives.years[sex][band];
      // The last band is open.
      const double left = band + 1 < k_life_bands ? alive * std::exp(-5.0 * rate) : 0.0;
      years += (alive - left) / rate;
      alive = left;
    }
    RecordProperty(sex == 0 ? "women" : "men", std::to_string(years));
    EXPECT_NEAR(years / k_published[sex], 1.0, 0.02) << (sex == 0 ? "women " : "men ") << years;
  }
}

// Published: 13 % of all and 37 % of those of 55 and over have two or more of 29 conditions (van Oostrom 2012).
// Thirteen conditions are here, so that the shares must be lower, but above what independence would give.
TEST(Conditions, MultimorbidityRisesWithAgeAndIsAboveIndependence) {
  const Lives& lives = leiden();
  for (const int cycle : {0, k_burn_in, k_end}) {
    const Groups& groups = lives.at.at(cycle);
    const Group all = of_ages(groups, 0);
    const Group old = of_ages(groups, 55);
    double pairs = 0.0;
    double independent = 0.0;
    for (const auto& by_age : groups) {
      for (const Group& group : by_age) {
        pairs += group.pairs;
        independent += group.persons > 0.0 ? group.independent_pairs() : 0.0;
      }
    }
    const std::string when = "_" + std::to_string(cycle);
    RecordProperty("all" + when, std::to_string(all.two / all.persons));
    RecordProperty("from_55" + when, std::to_string(old.two / old.persons));
    RecordProperty("from_55_with_another" + when, std::to_string(old.two / old.one));
    RecordProperty("over_independent" + when, std::to_string(pairs / independent));
    EXPECT_GT(pairs, 1.2 * independent);
    EXPECT_LT(all.two / all.persons, 0.13);
    EXPECT_LT(old.two / old.persons, 0.37);
    EXPECT_GT(old.two / old.persons, 2.0 * all.two / all.persons);
    double younger = 0.0;
    for (std::size_t from = 10; from <= 80; from += 10) {
      const Group group = of_ages(groups, from, from < 80 ? from + 9 : k_max_age);
      EXPECT_GT(group.two / group.persons, younger) << from;
      younger = group.two / group.persons;
    }
  }
}

// Published: 20 to 25 % (HIP-CARE).
TEST(Conditions, AFifthToAQuarterDieWithinAYearOfAHipFracture) {
  const Lives& lives = leiden();
  EXPECT_GT(lives.fractures, 4000.0);
  RecordProperty("share", std::to_string(lives.dead_within_a_year / lives.fractures));
  EXPECT_GE(lives.dead_within_a_year / lives.fractures, 0.20);
  EXPECT_LE(lives.dead_within_a_year / lives.fractures, 0.25);
}

}  // namespace
}  // namespace waterbed
