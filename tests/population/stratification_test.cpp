#include "waterbed/population/stratification.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace waterbed {
namespace {

const WhoNames k_names = {
    {"leiden"}, {}, {}, {}, {{"diabetes", {"none", "mild", "severe"}}, {"frailty", {"none", "frail"}}}};

Who has(const std::string& condition, Who::Kind kind = Who::Kind::condition) {
  return {kind, {}, 0, 0, {condition}, {}};
}

/// Two points for diabetes, three for frailty, a tenth for every year above 65.
Stratification example() {
  Stratification s;
  s.name = "care";
  s.score.terms = {{has("diabetes"), 2.0}, {has("frailty"), 3.0}, {Who{}, 0.1, 65.0}};
  s.strata = {
      {"frail", "", has("frailty")}, {"complex", "", Who{}, 4.0}, {"at_risk", "", Who{}, 2.0}, {"healthy", "", Who{}}};
  return s;
}

struct Person {
  std::array<std::uint8_t, 2> recorded{};
  [[nodiscard]] PersonView view(int age) const {
    PersonView view;
    view.age = age;
    view.recorded = recorded.data();
    view.stage = recorded.data();
    return view;
  }
};

std::vector<FieldProblem> faults(const Stratification& s) {
  std::vector<FieldProblem> problems;
  (void)compile_stratification(s, k_names, "stratifications.care", problems);
  return problems;
}

CompiledStratification compiled(const Stratification& s) {
  std::vector<FieldProblem> problems;
  CompiledStratification out = compile_stratification(s, k_names, "stratifications.care", problems);
  EXPECT_TRUE(problems.empty());
  return out;
}

TEST(RiskScore, AddsPointsOfWhatHolds) {
  const CompiledStratification s = compiled(example());
  const Person healthy{};
  const Person both{{2, 1}};
  EXPECT_DOUBLE_EQ(risk_score(s, healthy.view(40)), 0.0);
  EXPECT_DOUBLE_EQ(risk_score(s, healthy.view(65)), 0.0);
  EXPECT_DOUBLE_EQ(risk_score(s, healthy.view(75)), 1.0);
  EXPECT_DOUBLE_EQ(risk_score(s, both.view(40)), 5.0);
}

TEST(RiskScore, IsAChanceUnderTheLogitLink) {
  Stratification example_with_chances = example();
  example_with_chances.score.link = RiskLink::logit;
  example_with_chances.score.intercept = -2.0;
  example_with_chances.strata[1].score_from = 0.4;
  example_with_chances.strata[2].score_from = 0.2;
  const CompiledStratification s = compiled(example_with_chances);
  const Person diabetic{{1, 0}};
  EXPECT_NEAR(risk_score(s, Person{}.view(40)), 1.0 / (1.0 + std::exp(2.0)), 1e-15);
  EXPECT_DOUBLE_EQ(risk_score(s, diabetic.view(40)), 0.5);
}

TEST(Stratum, IsTheFirstWhoseRuleHolds) {
  const CompiledStratification s = compiled(example());
  const auto of = [&](const Person& person, int age) {
    return s.stratum_names[static_cast<std::size_t>(stratum_of(s, person.view(age), risk_score(s, person.view(age))))];
  };
  EXPECT_EQ(of(Person{}, 40), "healthy");
  EXPECT_EQ(of(Person{{1, 0}}, 40), "at_risk");
  EXPECT_EQ(of(Person{{1, 0}}, 84), "at_risk");
  EXPECT_EQ(of(Person{{1, 0}}, 85), "complex");
  EXPECT_EQ(of(Person{{1, 1}}, 85), "frail") << "a rule that stands before the cut-offs comes first";
}

TEST(Stratification, NamesAllFaultsAtOnce) {
  Stratification s = example();
  s.score.terms[0].points = std::nan("");
  s.score.terms[1].who = has("frailty", Who::Kind::true_condition);
  s.strata[0].who = has("gout");
  s.strata[2].score_from = std::nan("");
  s.strata[3].score_from = 1.0;
  const auto found = faults(s);
  std::vector<std::string> fields;
  for (const FieldProblem& problem : found) {
    fields.push_back(problem.field);
  }
  const std::vector<std::string> wanted{"stratifications.care.score.terms[0].points",
                                        "stratifications.care.score.terms[1].who",
                                        "stratifications.care.strata.at_risk", "stratifications.care.strata.healthy",
                                        "stratifications.care.strata.frail.who"};
  EXPECT_EQ(fields.size(), wanted.size());
  for (const std::string& field : wanted) {
    EXPECT_EQ(std::count_if(fields.begin(), fields.end(), [&](const auto& f) { return f.starts_with(field); }), 1)
        << field;
  }
}

TEST(Stratification, NeedsAScoreForACutOff) {
  Stratification s = example();
  s.score = {};
  EXPECT_EQ(faults(s).size(), 2u);
  s = example();
  s.score.link = RiskLink::logit;
  EXPECT_EQ(faults(s).size(), 2u) << "points are no chances";
  s.strata.resize(1);
  EXPECT_EQ(faults(s)[0].field, "stratifications.care.strata");
}

}  // namespace
}  // namespace waterbed
