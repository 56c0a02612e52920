#include "waterbed/scenario/expectation_file.hpp"

#include "waterbed/scenario/diagnostic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace waterbed {
namespace {

using testing::HasSubstr;

FeatureTable people() { return {{"age", {10, 10, 30, 30, 30, 70}, {}}, {"sex", {0, 1, 0, 0, 1, 1}, {"women", "men"}}}; }

ExpectationSpec spec(bool cells) {
  ExpectationSpec of{
      .outcome = "list_spending",
      .unit = "EUR a year",
      .source = "six people: made up",
      .features = {{{{"age", FeatureForm::bands, {18, 65}, {}}}}, {{{"sex", FeatureForm::levels, {}, {}}}, true}},
      .cells = cells};
  if (!cells) {
    of.features.push_back({{of.features[0].parts[0], of.features[1].parts[0]}});
  }
  of.glm = {.family = Family::poisson, .ridge = 0.1};
  return of;
}

const std::vector<double> k_spending = {10, 20, 30, 40, 60, 90};
const std::vector<double> k_years = {1, 1, 1, 0.5, 1, 0.5};

Expectation fitted(bool cells) {
  return fit_expectation(spec(cells), people(), {.outcome = k_spending, .exposure = k_years}).expectation;
}

TEST(ExpectationFile, ComesBackToTheLastBit) {
  for (const bool cells : {false, true}) {
    const Expectation model = fitted(cells);
    const std::string text = write_expectation(model);
    const Expectation back = parse_expectation(text);
    EXPECT_EQ(write_expectation(back), text);
    EXPECT_EQ(predict(back, people()), predict(model, people()));
    EXPECT_EQ(back.features[1].recorded_by_holder, true);
    EXPECT_EQ(expectation_digest(back), expectation_digest(model));
  }
}

// Equal to `sha256sum` of the file.
TEST(ExpectationFile, DigestIsOfTheText) {
  const Expectation model = parse_expectation(
      "outcome: x\nrows: 0\nexposure: 0\nfamily: gaussian\ncoefficients:\n  - {name: intercept, value: 1}\nleast: 1\n");
  EXPECT_EQ(
      write_expectation(model),
      "outcome: x\nrows: 0\nexposure: 0\nfamily: gaussian\ncoefficients:\n  - {name: intercept, value: 1}\nleast: 1\n");
  EXPECT_EQ(expectation_digest(model), "20958f675ba6d3a6d773863547c8e3fc3598c5ce04ef29afa16b98b7d89e2d0d");
}

TEST(ExpectationFile, AChangedCoefficientChangesTheDigest) {
  Expectation model = fitted(false);
  const std::string before = expectation_digest(model);
  std::get<GlmModel>(model.model).coefficients[1] += 1e-15;
  EXPECT_NE(expectation_digest(model), before);
}

std::string faults(const std::string& text) {
  try {
    (void)parse_expectation(text);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return {};
}

TEST(ExpectationFile, TellsEveryFaultAtItsPlace) {
  const std::string found = faults(
      "outcome: qaly\n"
      "features:\n"
      "  - parts: [{column: age, form: bands, at: [65, 18]}]\n"
      "  - parts: [{column: sex, form: levels}]\n"
      "  - parts: [{column: age, form: spline, at: [1, 2]}]\n"
      "family: normal\n"
      "coefficients:\n"
      "  - {name: intercept, value: 1}\n");
  EXPECT_THAT(found, HasSubstr("<expectation>:3:"));
  EXPECT_THAT(found, HasSubstr("features[0].parts[0].at: must ascend"));
  EXPECT_THAT(found, HasSubstr("features[1].parts[0].levels: must hold the levels"));
  EXPECT_THAT(found, HasSubstr("features[2].parts[0].at: must hold 3 or more numbers"));
  EXPECT_THAT(found, HasSubstr("<expectation>:6:9"));
}

TEST(ExpectationFile, WhatRemainsComesBack) {
  Expectation model = fitted(false);
  model.remaining = RemainingLife{"sex", 0.015, 1, {"a", "b"}, {}};
  for (const Sex sex : {Sex::women, Sex::men}) {
    for (int age = 0; age < 3; ++age) {
      model.remaining->rows.push_back({sex, age, {60.1 - age, 50.0}, {59.0, sex == Sex::men ? 1.0 / 3.0 : 0.0}});
    }
  }
  const Expectation back = parse_expectation(write_expectation(model));
  EXPECT_EQ(write_expectation(back), write_expectation(model));
  ASSERT_TRUE(back.remaining);
  EXPECT_EQ(back.remaining->at(Sex::men, 1).remaining_at_end, (std::vector<double>{59.0, 1.0 / 3.0}));
  EXPECT_EQ(back.remaining->at(Sex::women, 90).remaining, (std::vector<double>{58.1, 50.0}));  // the last age stays
  EXPECT_EQ(back.mean, model.mean);
}

// Six people lived 5 years and spent 250; with an intercept and the log link a fit adds up to what was seen.
TEST(ExpectationFile, TheMeanIsThatOfThoseFittedOn) {
  ExpectationSpec of = spec(false);
  of.glm.ridge = 0.0;
  of.features.resize(1);
  const Expectation model = fit_expectation(of, people(), {.outcome = k_spending, .exposure = k_years}).expectation;
  EXPECT_NEAR(model.mean, 250.0 / 5.0, 1e-6);
}

TEST(ExpectationFile, RowsOfWhatRemainsStandInOrder) {
  const std::string start =
      "outcome: realised\ncoefficients:\n  - {name: intercept, value: 1}\nremaining:\n  state: sex\n  states: [women]\n"
      "  rows:\n    - {sex: women, age: 0, remaining: [1], remaining_at_end: [1]}\n";
  EXPECT_THAT(faults(start), HasSubstr("remaining.rows: must hold as many ages of men as of women, got 1 rows"));
  EXPECT_THAT(faults(start + "    - {sex: men, age: 1, remaining: [1], remaining_at_end: [1]}\n"),
              HasSubstr("<expectation>:9:23: remaining.rows[1].age: must be age 0 of men, got 1 of men"));
  EXPECT_THAT(faults(start + "    - {sex: men, age: 0, remaining: [1, 2], remaining_at_end: [1]}\n"),
              HasSubstr("remaining.rows[1].remaining: must have a number a state, 1, got 2"));
}

TEST(ExpectationFile, CoefficientsAreThoseOfTheFeatures) {
  const std::string text =
      "outcome: qaly\nfeatures:\n  - parts: [{column: age}]\ncoefficients:\n  - {name: intercept, value: 1}\n";
  EXPECT_THAT(faults(text), HasSubstr("coefficients[1]: must be that of age, got no more"));
  EXPECT_THAT(faults(text + "  - {name: ages, value: 1}\n"),
              HasSubstr("coefficients[1]: must be that of age, got ages"));
  EXPECT_THAT(faults("outcome: qaly\n"), HasSubstr("must come with exactly one of coefficients, cells, got neither"));
  EXPECT_THAT(faults("outcome: qaly\nfeatures:\n  - parts: [{column: a, form: bands, at: [1]}]\ncells:\n"
                     "  - {of: [2], mean: 1}\n"),
              HasSubstr("cells[0].of: must be bands or levels of the features"));
}

}  // namespace
}  // namespace waterbed
