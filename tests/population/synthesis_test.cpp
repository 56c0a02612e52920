#include "waterbed/population/synthesis.hpp"

#include "population/apportion.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/population/composition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>

namespace waterbed {
namespace {

constexpr int k_monthly = 12;

PopulationSpec small_region() {
  PopulationSpec spec;
  spec.seed = 7;
  spec.municipalities = {{"leiden", "", {0.1, 0.2, 0.3, 0.2, 0.2}}, {"alphen", "", {0.3, 0.3, 0.2, 0.1, 0.1}}};
  for (int low = 0; low < 100; low += 5) {
    spec.cells.push_back({"leiden", {low, low + 4}, Sex::women, 403});
    spec.cells.push_back({"leiden", {low, low + 4}, Sex::men, 391});
    spec.cells.push_back({"alphen", {low, low + 4}, Sex::women, 207 + low});
    spec.cells.push_back({"alphen", {low, low + 4}, Sex::men, 211});
  }
  spec.gp_groups = {
      {"north", "leiden", 0.5}, {"south", "leiden", 0.5}, {"south", "alphen", 0.7}, {"green", "alphen", 0.3}};
  spec.flows = {10.0, 0.05, 0.05, {}};
  return spec;
}

const std::vector<PayerShare> k_insurers = {{"a", 0.5}, {"b", 0.3}, {"c", 0.2}};

Index inhabitants(const People& people) {
  return std::count(people.enters_cycle.begin(), people.enters_cycle.end(), 0);
}

TEST(Apportion, SumsToTheTotalAndStaysWithinOneOfTheQuota) {
  const std::vector<double> shares = {0.21, 0.5, 0.0, 0.17, 0.12};
  for (std::int64_t total = 0; total < 500; ++total) {
    const auto counts = apportion(total, shares);
    ASSERT_EQ(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}), total);
    EXPECT_EQ(counts[2], 0);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      EXPECT_LT(std::abs(static_cast<double>(counts[i]) - static_cast<double>(total) * shares[i]), 1.0) << total;
    }
  }
}

TEST(Apportion, RejectsSharesThatAreNegativeOrAllZero) {
  EXPECT_THROW(static_cast<void>(apportion(3, std::vector<double>{0.5, -0.1})), InvalidArgument);
  EXPECT_THROW(static_cast<void>(apportion(3, std::vector<double>{0.0, 0.0})), InvalidArgument);
}

TEST(Synthesis, MeetsEveryCellExactlyAndSpreadsAgesWithinIt) {
  const PopulationSpec spec = small_region();
  const People people = synthesise(spec, k_insurers, k_monthly, 12);
  const auto present = static_cast<std::size_t>(inhabitants(people));
  for (const PopulationCell& cell : spec.cells) {
    std::map<int, int> by_age;
    for (std::size_t i = 0; i < present; ++i) {
      const int age = age_at(0, people.birth_cycle[i], k_monthly);
      if (people.municipality_names[people.municipality[i]] == cell.municipality && people.sex[i] == cell.sex &&
          age >= cell.ages.low && age <= cell.ages.high) {
        ++by_age[age];
      }
    }
    int sum = 0;
    for (const auto& [age, count] : by_age) {
      sum += count;
      EXPECT_NEAR(count, static_cast<double>(cell.persons) / 5.0, 1.0) << "age " << age;
    }
    EXPECT_EQ(sum, cell.persons) << cell.municipality << " " << cell.ages.low;
  }
}

TEST(Synthesis, MeetsQuintilesGroupsAndInsurersByLargestRemainder) {
  const PopulationSpec spec = small_region();
  const People people = synthesise(spec, k_insurers, k_monthly, 12);
  std::map<std::pair<int, int>, double> quintiles;
  std::map<std::pair<int, int>, double> groups;
  std::map<int, double> places;
  std::map<int, double> payers;
  const auto count = static_cast<std::size_t>(inhabitants(people));
  for (std::size_t i = 0; i < count; ++i) {
    ++quintiles[{people.municipality[i], people.deprivation[i]}];
    ++groups[{people.municipality[i], people.practice_group[i]}];
    ++places[people.municipality[i]];
    ++payers[people.payer[i]];
  }
  for (int m = 0; m < 2; ++m) {
    for (int q = 1; q <= 5; ++q) {
      const double share =
          spec.municipalities[static_cast<std::size_t>(m)].deprivation[static_cast<std::size_t>(q - 1)];
      EXPECT_LT(std::abs(quintiles[std::pair(m, q)] - share * places[m]), 1.0);
    }
  }
  EXPECT_LT(std::abs(groups[std::pair(0, 0)] - 0.5 * places[0]), 1.0);
  EXPECT_LT(std::abs(groups[std::pair(1, 1)] - 0.7 * places[1]), 1.0);
  EXPECT_LT(std::abs(groups[std::pair(1, 2)] - 0.3 * places[1]), 1.0);
  for (std::size_t p = 0; p < k_insurers.size(); ++p) {
    EXPECT_LT(std::abs(payers[static_cast<int>(p)] - k_insurers[p].share * static_cast<double>(count)), 1.0);
  }
}

TEST(Synthesis, GivesThoseWhoComeLaterTheInsurersOfTheRegion) {
  PopulationSpec spec = small_region();
  spec.flows.arrivals_per_year = 0.5;
  const People people = synthesise(spec, k_insurers, k_monthly, 60);
  std::array<double, 3> counts{};
  double later = 0.0;
  for (std::size_t i = static_cast<std::size_t>(inhabitants(people)); i < people.birth_cycle.size(); ++i) {
    ++counts[people.payer[i]];
    ++later;
  }
  ASSERT_GT(later, 30000.0);
  for (std::size_t p = 0; p < 3; ++p) {
    const double share = k_insurers[p].share;
    EXPECT_NEAR(counts[p] / later, share, 3.0 * std::sqrt(share * (1.0 - share) / later));
  }
}

TEST(Synthesis, DealsPersonsEvenlyOverPracticesOfTheListSize) {
  const People people = synthesise(small_region(), k_insurers, k_monthly, 1);
  std::map<int, std::int64_t> sizes;
  std::map<int, std::map<int, int>> places;
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    ++sizes[people.practice[i]];
    ++places[people.practice[i]][people.municipality[i]];
    EXPECT_EQ(people.practice_owner[people.practice[i]], people.practice_group[i]);
  }
  ASSERT_EQ(sizes.size(), people.practice_names.size());
  // Leiden 15,880 persons in two groups of 3 practices; Alphen 9,310: round(6,517 / 2,350) and round(2,793 / 2,350).
  EXPECT_EQ(sizes.size(), 3U + 3U + 3U + 1U);
  EXPECT_EQ(sizes[0], 2647);
  EXPECT_EQ(sizes[9], 2793);
  for (const auto& [practice, place] : places) {
    EXPECT_EQ(place.size(), 1U) << people.practice_names[static_cast<std::size_t>(practice)];
  }
  EXPECT_EQ(people.practice_names[3], "south_1");
  EXPECT_EQ(people.practice_names[6], "south_4");
}

TEST(Synthesis, DoesNotDependOnTheOrderOfTheCells) {
  PopulationSpec spec = small_region();
  const People before = synthesise(spec, k_insurers, k_monthly, 24);
  std::shuffle(spec.cells.begin(), spec.cells.end(), std::mt19937(3));
  const People after = synthesise(spec, k_insurers, k_monthly, 24);
  EXPECT_EQ(before.birth_cycle, after.birth_cycle);
  EXPECT_EQ(before.practice, after.practice);
  EXPECT_EQ(before.deprivation, after.deprivation);
  EXPECT_EQ(before.leaves_cycle, after.leaves_cycle);
}

TEST(Synthesis, KeepsPersonIdsWhenTheHorizonGrows) {
  const People year = synthesise(small_region(), k_insurers, k_monthly, 12);
  const People decade = synthesise(small_region(), k_insurers, k_monthly, 120);
  ASSERT_GT(decade.size(), year.size());
  for (std::size_t i = 0; i < year.birth_cycle.size(); ++i) {
    ASSERT_EQ(year.birth_cycle[i], decade.birth_cycle[i]);
    ASSERT_EQ(year.enters_cycle[i], decade.enters_cycle[i]);
    ASSERT_EQ(year.practice[i], decade.practice[i]);
    ASSERT_EQ(year.payer[i], decade.payer[i]);
    if (year.leaves_cycle[i] != k_never_leaves) {
      ASSERT_EQ(year.leaves_cycle[i], decade.leaves_cycle[i]);
    }
  }
}

TEST(Synthesis, AnotherSeedDealsOtherPracticesToTheSameCells) {
  PopulationSpec spec = small_region();
  const People one = synthesise(spec, k_insurers, k_monthly, 1);
  spec.seed = 8;
  const People other = synthesise(spec, k_insurers, k_monthly, 1);
  EXPECT_EQ(one.birth_cycle, other.birth_cycle);
  EXPECT_NE(one.practice, other.practice);
}

TEST(Synthesis, ListsBirthsAndArrivalsAtAConstantPaceAndDeparturesByHazard) {
  PopulationSpec spec = small_region();
  // Without infants at the start no arrival can be taken for a birth.
  std::erase_if(spec.cells, [](const PopulationCell& cell) { return cell.ages.low == 0; });
  constexpr int k_cycles = 61;
  const People people = synthesise(spec, k_insurers, k_monthly, k_cycles);
  const auto start = static_cast<double>(inhabitants(people));
  double births = 0.0;
  double boys = 0.0;
  double arrivals = 0.0;
  double departures = 0.0;
  double person_cycles = 0.0;
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    const bool born = people.birth_cycle[i] == people.enters_cycle[i];
    births += born ? 1.0 : 0.0;
    boys += born && people.sex[i] == Sex::men ? 1.0 : 0.0;
    arrivals += !born && people.enters_cycle[i] > 0 ? 1.0 : 0.0;
    departures += people.leaves_cycle[i] != k_never_leaves ? 1.0 : 0.0;
    person_cycles += std::min<double>(people.leaves_cycle[i], k_cycles) - people.enters_cycle[i];
    EXPECT_GT(people.leaves_cycle[i], people.enters_cycle[i]);
  }
  EXPECT_NEAR(births, 5.0 * 0.010 * start, 0.51);
  EXPECT_NEAR(arrivals, 5.0 * 0.05 * start, 0.51);
  EXPECT_NEAR(boys / births, 1.05 / 2.05, 3.0 * std::sqrt(0.25 / births));
  const double expected = person_cycles / k_monthly * 0.05;
  EXPECT_NEAR(departures, expected, 3.0 * std::sqrt(expected));
}

TEST(Synthesis, MoversFollowThePropensityByAge) {
  PopulationSpec spec = small_region();
  spec.flows.mover_propensity.bands = {{0, 17}, {18, 34}, {35, 120}};
  spec.flows.mover_propensity.values = {std::vector<double>{0.0, 3.0, 1.0}, std::vector<double>{0.0, 3.0, 1.0}};
  const People people = synthesise(spec, k_insurers, k_monthly, 61);
  double young = 0.0;
  double old = 0.0;
  double young_left = 0.0;
  double old_left = 0.0;
  const Composition composition = composition_of(people, k_monthly);
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    const int age = age_at(people.enters_cycle[i], people.birth_cycle[i], k_monthly);
    if (people.enters_cycle[i] > 0 && people.birth_cycle[i] != people.enters_cycle[i]) {
      EXPECT_GE(age, 18);
      (age < 35 ? young : old) += 1.0;
    }
    if (people.leaves_cycle[i] != k_never_leaves) {
      const int left_at = age_at(people.leaves_cycle[i] - 1, people.birth_cycle[i], k_monthly);
      EXPECT_GE(left_at, 18);
      (left_at < 35 ? young_left : old_left) += 1.0;
    }
  }
  double weight_young = 0.0;
  double weight_old = 0.0;
  for (const auto& by_age : composition.persons) {
    weight_young += 3.0 * std::accumulate(by_age.begin() + 18, by_age.begin() + 35, 0.0);
    weight_old += std::accumulate(by_age.begin() + 35, by_age.end(), 0.0);
  }
  const double share = weight_young / (weight_young + weight_old);
  const double arrivals = young + old;
  EXPECT_NEAR(young / arrivals, share, 3.0 * std::sqrt(share * (1.0 - share) / arrivals));
  EXPECT_GT(young_left, 0.0);
  EXPECT_GT(old_left, 0.0);
}

TEST(Synthesis, WorksWithoutGroupsAndInsurers) {
  PopulationSpec spec;
  spec.municipalities = {{"cohort", "", {}}};
  spec.municipalities[0].deprivation = {0, 0, 1, 0, 0};
  spec.cells = {{"cohort", {25, 25}, Sex::women, 1000}};
  const People people = synthesise(spec, {}, 1, 60);
  ASSERT_EQ(people.size(), 1000);
  EXPECT_EQ(people.practice[5], k_no_practice);
  EXPECT_EQ(people.practice_group[5], k_no_practice_group);
  EXPECT_EQ(people.payer[5], k_no_payer);
  EXPECT_EQ(people.birth_cycle[5], -25);
  EXPECT_EQ(people.deprivation[5], 3);
  EXPECT_EQ(people.leaves_cycle[5], k_never_leaves);
}

TEST(Synthesis, NamesTheFieldAtFault) {
  PopulationSpec spec = small_region();
  spec.cells[3].municipality = "lieden";
  try {
    static_cast<void>(synthesise(spec, k_insurers, k_monthly, 1));
    FAIL() << "accepted an unknown municipality";
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "population.cells[3].municipality: must be the name of a municipality, got lieden");
  }
  spec = small_region();
  spec.cells[0].ages = {10, 5};
  EXPECT_THROW(static_cast<void>(synthesise(spec, k_insurers, k_monthly, 1)), InvalidArgument);
  spec = small_region();
  spec.cells[0].persons = std::int64_t{1} << 40;
  EXPECT_THROW(static_cast<void>(synthesise(spec, k_insurers, k_monthly, 1)), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
