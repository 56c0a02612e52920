#include "waterbed/population/stratum.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace waterbed {
namespace {

using Kind = Who::Kind;

const WhoNames k_names = {{"leiden", "alphen"},
                          {"north_1", "north_2", "south_1"},
                          {"north", "south"},
                          {"a", "b", "c"},
                          {{"diabetes", {"none", "mild", "severe"}}, {"frailty", {"none", "frail"}}}};

Who leaf(Kind kind, int low, int high) { return {kind, {}, low, high, {}, {}}; }
Who leaf(Kind kind, std::vector<std::string> names, std::vector<std::string> stages = {}) {
  return {kind, {}, 0, 0, std::move(names), std::move(stages)};
}
Who group(Kind kind, std::vector<Who> children) { return {kind, std::move(children), 0, 0, {}, {}}; }

CompiledWho compiled(const Who& who) {
  std::vector<FieldProblem> problems;
  CompiledWho out = compile_who(who, k_names, "who", problems);
  EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : problems[0].field + " " + problems[0].rule);
  return out;
}

struct Person {
  std::array<std::uint8_t, 2> recorded{};
  std::array<std::uint8_t, 2> stage{};
  PersonView view;
};

std::vector<Person> some_people() {
  std::mt19937 generator(11);
  const auto below = [&](unsigned limit) { return static_cast<std::uint8_t>(generator() % limit); };
  std::vector<Person> people(400);
  for (Person& one : people) {
    one.recorded = {below(3), below(2)};
    one.stage = {below(3), below(2)};
    one.view.age = below(121);
    one.view.sex = below(2) == 0 ? Sex::women : Sex::men;
    one.view.deprivation = static_cast<std::uint8_t>(1 + below(5));
    one.view.municipality = below(2);
    one.view.practice = below(3);
    one.view.practice_group = one.view.practice == 2 ? 1 : 0;
    one.view.payer = below(3);
  }
  for (Person& one : people) {
    one.view.recorded = one.recorded.data();
    one.view.stage = one.stage.data();
  }
  return people;
}

std::vector<Who> leaves() {
  return {leaf(Kind::age, 65, 120),
          leaf(Kind::sex, {"women"}),
          leaf(Kind::deprivation, 4, 5),
          leaf(Kind::municipality, {"alphen"}),
          leaf(Kind::practice, {"north_2", "south_1"}),
          leaf(Kind::practice_group, {"south"}),
          leaf(Kind::payer, {"a", "c"}),
          leaf(Kind::condition, {"diabetes"}, {"severe"}),
          leaf(Kind::true_condition, {"frailty"})};
}

TEST(Who, TestsEachAttributeOfAPerson) {
  const std::vector<Who> tests = leaves();
  for (const Person& one : some_people()) {
    const PersonView& v = one.view;
    const std::vector<bool> expected = {v.age >= 65,         v.sex == Sex::women,  v.deprivation >= 4,
                                        v.municipality == 1, v.practice >= 1,      v.practice_group == 1,
                                        v.payer != 1,        one.recorded[0] == 2, one.stage[1] == 1};
    for (std::size_t i = 0; i < tests.size(); ++i) {
      EXPECT_EQ(matches(compiled(tests[i]), v), expected[i]) << describe(tests[i]);
    }
  }
}

TEST(Who, ObeysTheLawsOfLogic) {
  const std::vector<Who> tests = leaves();
  const std::vector<Person> people = some_people();
  const auto same = [&](const Who& left, const Who& right) {
    const CompiledWho one = compiled(left);
    const CompiledWho other = compiled(right);
    for (const Person& person : people) {
      ASSERT_EQ(matches(one, person.view), matches(other, person.view)) << describe(left) << " / " << describe(right);
    }
  };
  const auto negate = [](const Who& who) { return group(Kind::none_of, {who}); };
  for (const Who& a : tests) {
    same(negate(negate(a)), a);
    same(group(Kind::all, {a, negate(a)}), group(Kind::any, {}));
    same(group(Kind::any, {a, negate(a)}), group(Kind::all, {}));
    for (const Who& b : tests) {
      same(group(Kind::none_of, {a, b}), group(Kind::all, {negate(a), negate(b)}));
      same(negate(group(Kind::all, {a, b})), group(Kind::any, {negate(a), negate(b)}));
      same(group(Kind::all, {a, b}), group(Kind::all, {b, a}));
      for (const Who& c : tests) {
        same(group(Kind::all, {a, group(Kind::any, {b, c})}),
             group(Kind::any, {group(Kind::all, {a, b}), group(Kind::all, {a, c})}));
      }
    }
  }
}

TEST(Who, EmptyAllIsEverybodyAndEmptyAnyNobody) {
  const PersonView person = some_people()[0].view;
  EXPECT_TRUE(matches(compiled(Who{}), person));
  EXPECT_FALSE(matches(compiled(group(Kind::any, {})), person));
  EXPECT_TRUE(matches(compiled(group(Kind::none_of, {})), person));
}

TEST(Who, ConditionWithoutStagesIsAnyButTheFirst) {
  Person one;
  one.view.recorded = one.recorded.data();
  one.view.stage = one.stage.data();
  const CompiledWho who = compiled(leaf(Kind::condition, {"diabetes"}));
  EXPECT_FALSE(matches(who, one.view));
  one.recorded[0] = 1;
  EXPECT_TRUE(matches(who, one.view));
  one.recorded[0] = 2;
  EXPECT_TRUE(matches(who, one.view));
}

TEST(Who, ReadsStagesAtAStride) {
  const std::array<std::uint8_t, 6> recorded = {1, 9, 9, 0, 9, 9};
  PersonView view;
  view.recorded = recorded.data();
  view.stage = recorded.data();
  view.stride = 3;
  EXPECT_TRUE(matches(compiled(leaf(Kind::condition, {"diabetes"})), view));
  EXPECT_FALSE(matches(compiled(leaf(Kind::condition, {"frailty"})), view));
}

TEST(Who, NobodyWithoutPracticeOrInsurerMatchesOne) {
  PersonView view;
  EXPECT_FALSE(matches(compiled(leaf(Kind::practice, {"north_1", "north_2", "south_1"})), view));
  EXPECT_FALSE(matches(compiled(leaf(Kind::payer, {"a", "b", "c"})), view));
  EXPECT_FALSE(matches(compiled(leaf(Kind::practice_group, {"north", "south"})), view));
}

TEST(Who, ListsEveryFaultWithItsPathAndTheKnownNames) {
  const Who who = group(Kind::all, {leaf(Kind::municipality, {"lieden"}), leaf(Kind::age, 80, 130),
                                    group(Kind::none_of, {leaf(Kind::condition, {"diabetes"}, {"sever"})}),
                                    leaf(Kind::condition, {"gout"}), leaf(Kind::deprivation, 0, 5)});
  std::vector<FieldProblem> problems;
  static_cast<void>(compile_who(who, k_names, "strata.odd.who", problems));
  ASSERT_EQ(problems.size(), 5U);
  EXPECT_EQ(problems[0].field, "strata.odd.who.all[0].municipality");
  EXPECT_EQ(problems[0].rule, "must be the name of a municipality");
  EXPECT_EQ(problems[0].got, "lieden");
  EXPECT_EQ(problems[0].known, (std::vector<std::string>{"leiden", "alphen"}));
  EXPECT_EQ(problems[1].field, "strata.odd.who.all[1].age");
  EXPECT_EQ(problems[1].got, "[80, 130]");
  EXPECT_EQ(problems[2].field, "strata.odd.who.all[2].not[0].condition.diabetes");
  EXPECT_EQ(problems[2].rule, "must be the name of a stage of diabetes");
  EXPECT_EQ(problems[3].field, "strata.odd.who.all[3].condition");
  EXPECT_EQ(problems[4].rule, "must be quintiles, low to high, in [1, 5]");
}

TEST(Who, RefusesToNestTooDeep) {
  Who who = leaf(Kind::age, 0, 10);
  for (int i = 0; i < 80; ++i) {
    who = group(Kind::all, {leaf(Kind::sex, {"men"}), who});
  }
  std::vector<FieldProblem> problems;
  static_cast<void>(compile_who(who, k_names, "who", problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].rule, "must nest at most 60 filters");
}

TEST(Who, DescribesItselfInWords) {
  EXPECT_EQ(describe(Who{}), "everybody");
  EXPECT_EQ(describe(group(Kind::all, {leaf(Kind::age, 80, 120), leaf(Kind::condition, {"frailty"})})),
            "age 80 to 120 and recorded frailty");
  EXPECT_EQ(describe(group(Kind::all, {group(Kind::any, {leaf(Kind::sex, {"men"}), leaf(Kind::deprivation, 5, 5)}),
                                       group(Kind::none_of, {leaf(Kind::payer, {"a", "b"})})})),
            "(men or deprivation quintile 5) and not (insured with a or b)");
  EXPECT_EQ(describe(leaf(Kind::true_condition, {"diabetes"}, {"mild", "severe"})), "true diabetes (mild or severe)");
}

}  // namespace
}  // namespace waterbed
