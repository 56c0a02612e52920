#include "waterbed/scenario/diagnostic.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

Problem problem(int line, int column, const std::string& field) {
  Problem p;
  p.path = "a.yaml";
  p.line = line;
  p.column = column;
  p.field = field;
  p.rule = "must be in [0, 1]";
  p.got = "2";
  return p;
}

TEST(Problem, IsOneLineWithPlaceFieldRuleValueAndHint) {
  Problem p = problem(3, 7, "kinds.ward");
  EXPECT_EQ(p.message(), "a.yaml:3:7: kinds.ward: must be in [0, 1], got 2");
  p.got = "wrd";
  p.hint = "ward";
  EXPECT_EQ(p.message(), "a.yaml:3:7: kinds.ward: must be in [0, 1], got wrd (did you mean ward?)");
  p.second = Place{"a.yaml", 1, 2};
  p.second_note = "first given at";
  EXPECT_EQ(p.message(),
            "a.yaml:3:7: kinds.ward: must be in [0, 1], got wrd (did you mean ward?); first given at a.yaml:1:2");
}

TEST(Problem, InMemoryHasNoPosition) {
  Problem p;
  p.field = "arms";
  p.rule = "must hold at least one";
  EXPECT_EQ(p.message(), "<scenario>: arms: must hold at least one");
  EXPECT_EQ(p.excerpt(), "");
}

TEST(Problem, KeepsHostileValuesOnOneShortLine) {
  Problem p = problem(1, 1, "x");
  p.got = "a\nb\x1b" + std::string(500, 'c');
  EXPECT_EQ(p.message(), "a.yaml:1:1: x: must be in [0, 1], got a\\nb?" + std::string(75, 'c') + "...");
}

TEST(Problem, PointsAtTheCharacterAlsoAfterTabsAndAccents) {
  Problem p = problem(12, 5, "x");
  p.source_line = "\té: y";
  EXPECT_EQ(p.excerpt(), "  12 | \té: y\n     | \t   ^");
}

TEST(ScenarioError, SortsByPositionAndTellsEachFaultOnce) {
  const ScenarioError error({problem(9, 1, "c"), problem(2, 8, "b"), problem(2, 3, "a"), problem(2, 3, "z")});
  ASSERT_EQ(error.problems().size(), 3U);  // a table that two fields share is not blamed twice at one spot
  EXPECT_EQ(error.problems()[0].field, "a");
  EXPECT_EQ(error.problems()[1].field, "b");
  EXPECT_EQ(error.problems()[2].field, "c");
  EXPECT_STREQ(error.what(),
               "a.yaml:2:3: a: must be in [0, 1], got 2\na.yaml:2:8: b: must be in [0, 1], got 2\n"
               "a.yaml:9:1: c: must be in [0, 1], got 2");
}

TEST(ScenarioError, TellsAllThatIsMissingAtOneSpot) {
  Problem a = problem(3, 1, "gain.outcome");
  a.rule = "must be given";
  a.got.clear();
  Problem b = a;
  b.field = "gain.share";
  EXPECT_EQ(ScenarioError({a, b, a}).problems().size(), 2U);
}

TEST(Hint, CountsChangesAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("ward", "ward"), 0);
  EXPECT_EQ(edit_distance("wadr", "ward"), 1);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
}

TEST(Hint, IsTheNearestNameOrNone) {
  const std::vector<std::string> names{"gp_consult", "dermatology_clinic", "ward"};
  EXPECT_EQ(nearest_name("dermatolgy_clinic", names), "dermatology_clinic");
  EXPECT_EQ(nearest_name("wrad", names), "ward");
  EXPECT_EQ(nearest_name("pharmacy", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("D", std::vector<std::string>{"A", "B", "C"}), "");
}

}  // namespace
}  // namespace waterbed
