// People who are given one by one, in place of cells.
#include "waterbed/core/error.hpp"
#include "waterbed/population/synthesis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace waterbed {
namespace {

PopulationSpec spec_of(GivenPeople given) {
  PopulationSpec spec;
  spec.municipalities = {{.name = "town", .title = ""}, {.name = "village", .title = ""}};
  spec.gp_groups = {{"group_a", "town", 0.5}, {"group_b", "town", 0.5}, {"group_b", "village", 1.0}};
  spec.list_size = 50.0;
  spec.given = std::move(given);
  return spec;
}

/// Every third lives in the village, so that neither place is a range of persons.
GivenPeople hundred() {
  GivenPeople given;
  for (int i = 0; i < 100; ++i) {
    given.age.push_back(static_cast<std::int16_t>(i));
    given.sex.push_back(i % 2 == 0 ? Sex::women : Sex::men);
    given.municipality.push_back(i % 3 == 0 ? 1 : 0);
  }
  return given;
}

const std::vector<PayerShare> k_insurers{{"insurer_a", 0.7}, {"insurer_b", 0.3}};

TEST(GivenPeople, KeepTheirOrderAndTheirAge) {
  const People people = synthesise(spec_of(hundred()), k_insurers, 12, 24);
  ASSERT_EQ(people.size(), 100);
  std::set<int> months;
  for (std::size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(age_at(0, people.birth_cycle[i], 12), static_cast<int>(i));
    EXPECT_EQ(people.municipality[i], i % 3 == 0 ? 1 : 0);
    EXPECT_EQ(people.enters_cycle[i], 0);
    months.insert(-people.birth_cycle[i] % 12);
  }
  EXPECT_EQ(months.size(), 12U);  // birthdays are spread over the year
}

TEST(GivenPeople, GetByLargestRemainderWhatIsNotGiven) {
  const People people = synthesise(spec_of(hundred()), k_insurers, 12, 24);
  EXPECT_EQ(std::count(people.payer.begin(), people.payer.end(), 0), 70);
  EXPECT_EQ(std::count(people.practice_group.begin(), people.practice_group.end(), 0), 33);  // half of 66
  for (std::size_t i = 0; i < 100; i += 3) {
    EXPECT_EQ(people.practice_group_names[people.practice_group[i]], "group_b");
  }
  int of_village = 0;
  for (std::size_t i = 0; i < 100; i += 3) {
    of_village += people.deprivation[i] == 1 ? 1 : 0;
  }
  EXPECT_NEAR(of_village, 34 / 5.0, 1.0);
}

TEST(GivenPeople, KeepWhatIsGiven) {
  GivenPeople given = hundred();
  given.birth_cycle.assign(100, -7);
  given.age.clear();
  given.deprivation.assign(100, 5);
  given.payer.assign(100, 1);
  for (std::size_t i = 0; i < 100; ++i) {
    given.practice_group.push_back(i < 60 ? 1 : 0);
  }
  const People drawn = synthesise(spec_of(given), k_insurers, 12, 24);
  EXPECT_EQ(drawn.birth_cycle, given.birth_cycle);
  EXPECT_EQ(drawn.deprivation, given.deprivation);
  EXPECT_EQ(drawn.payer, given.payer);
  EXPECT_EQ(drawn.practice_group, given.practice_group);
  EXPECT_EQ(drawn.practice_names, (std::vector<std::string>{"group_a_1", "group_b_1"}));  // 40 and 60 of about 50
  given.practice_names = {"oak", "elm"};
  given.practice_owner = {1, 0};
  for (std::size_t i = 0; i < 100; ++i) {
    given.practice.push_back(i < 60 ? 0 : 1);
  }
  const People named = synthesise(spec_of(given), k_insurers, 12, 24);
  EXPECT_EQ(named.practice, given.practice);
  EXPECT_EQ(named.practice_names, given.practice_names);
}

TEST(GivenPeople, HaveChildrenOfTheirOwn) {
  PopulationSpec spec = spec_of(hundred());
  spec.flows.births_per_1000 = 60.0;
  const People people = synthesise(spec, k_insurers, 12, 24);
  ASSERT_EQ(people.size(), 112);
  for (std::size_t i = 100; i < 112; ++i) {
    EXPECT_EQ(people.birth_cycle[i], people.enters_cycle[i]);
    EXPECT_GT(people.enters_cycle[i], 0);
  }
}

TEST(GivenPeople, MustHaveColumnsOfOneLength) {
  GivenPeople given = hundred();
  given.municipality.pop_back();
  EXPECT_THROW((void)synthesise(spec_of(given), k_insurers, 12, 24), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
