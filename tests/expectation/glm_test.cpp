#include "waterbed/expectation/glm.hpp"

#include "support.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace waterbed {
namespace {

using testing::HasSubstr;

GlmFit fit(const FeatureTable& table, const Observations& seen, GlmOptions options) {
  return fit_glm(linear_design(table), seen, options);
}

// Four persons, sums by hand: S11 = 5, S22 = 2, S12 = 3, S1y = 7, S2y = 5; variances 5/4 and 1/2. With a ridge of 4 the
// system is [10 3; 3 4] b = (7, 5), so b = (13, 29) / 31.
TEST(Glm, RidgeByHand) {
  const FeatureTable table = {numbers("a", {0, 1, 2, 3}), numbers("b", {0, 1, 1, 2})};
  const std::vector<double> y = {1, 3, 2, 6};
  const GlmFit found = fit(table, {.outcome = y}, {.ridge = 4.0});
  EXPECT_NEAR(found.coefficients[1], 13.0 / 31, 1e-14);
  EXPECT_NEAR(found.coefficients[2], 29.0 / 31, 1e-14);
  EXPECT_NEAR(found.coefficients[0], 3.0 - 1.5 * 13 / 31 - 29.0 / 31, 1e-14);
}

TEST(Glm, RidgeAloneIsCredibility) {
  const FeatureTable table = {numbers("x", {0, 1, 2, 3, 4, 10})};
  const std::vector<double> y = {3, 1, 4, 1, 5, 9};
  const double free = fit(table, {.outcome = y}, {}).coefficients[1];
  EXPECT_NEAR(fit(table, {.outcome = y}, {.ridge = 3.0}).coefficients[1], free * 6 / (6 + 3), 1e-14);
}

TEST(Glm, PenaltyDoesNotDependOnTheUnitOfAFeature) {
  const std::vector<double> x = {0, 1, 2, 3, 4, 10};
  std::vector<double> cents = x;
  std::for_each(cents.begin(), cents.end(), [](double& value) { value *= 100; });
  const std::vector<double> y = {3, 1, 4, 1, 5, 9};
  const GlmOptions options{.family = Family::poisson, .ridge = 2.0};
  const GlmFit euro = fit({numbers("x", x)}, {.outcome = y}, options);
  const GlmFit cent = fit({numbers("x", cents)}, {.outcome = y}, options);
  EXPECT_NEAR(euro.coefficients[1], 100 * cent.coefficients[1], 1e-12);
  EXPECT_NEAR(euro.deviance, cent.deviance, 1e-12);
}

// Events 1 of 4 and 3 of 4: odds 1/3 and 3. Residuals are spread as the family says, so the sandwich is the inverse
// information: 1 / (4 * 3/16) for each group.
TEST(Glm, LogitOfTwoGroups) {
  const FeatureTable table = {numbers("b", {0, 0, 0, 0, 1, 1, 1, 1})};
  const std::vector<double> y = {1, 0, 0, 0, 1, 1, 1, 0};
  const GlmFit found = fit(table, {.outcome = y}, {.family = Family::binomial});
  EXPECT_NEAR(found.coefficients[0], std::log(1.0 / 3), 1e-9);
  EXPECT_NEAR(found.coefficients[1], std::log(9.0), 1e-9);
  EXPECT_NEAR(found.covariance(0, 0), 4.0 / 3, 1e-9);
  EXPECT_NEAR(found.covariance(1, 1), 8.0 / 3, 1e-9);
  EXPECT_NEAR(found.covariance(0, 1), -4.0 / 3, 1e-9);
}

TEST(Glm, TrialsAreExposure) {
  const FeatureTable each = {numbers("b", {0, 0, 0, 0, 1, 1, 1, 1})};
  const std::vector<double> events = {1, 0, 0, 0, 1, 1, 1, 0};
  const std::vector<double> sums = {1, 3};
  const std::vector<double> trials = {4, 4};
  const GlmFit one = fit(each, {.outcome = events}, {.family = Family::binomial});
  const GlmFit both = fit({numbers("b", {0, 1})}, {.outcome = sums, .exposure = trials}, {.family = Family::binomial});
  EXPECT_NEAR(one.coefficients[1], both.coefficients[1], 1e-9);
}

// Flights of the space shuttle before 1986: distress of an O-ring by temperature in degrees Fahrenheit. Source: Dalal,
// Fowlkes & Hoadley, J. Am. Stat. Assoc. 84 (1989) 945-957; R's glm prints 15.0429, -0.2322, deviances 28.267, 20.315.
TEST(Glm, LogitOfPublishedData) {
  const FeatureTable table = {numbers(
      "temperature", {66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58})};
  const std::vector<double> distress = {0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1};
  const GlmFit found = fit(table, {.outcome = distress}, {.family = Family::binomial});
  EXPECT_NEAR(found.coefficients[0], 15.0429, 5e-5);
  EXPECT_NEAR(found.coefficients[1], -0.2322, 5e-5);
  EXPECT_NEAR(found.null_deviance, 28.267, 5e-4);
  EXPECT_NEAR(found.deviance, 20.315, 5e-4);
}

// Dobson, An Introduction to Generalized Linear Models (1990), p. 93, the example of R's help page of glm.
TEST(Glm, PoissonOfPublishedData) {
  const FeatureTable table = {{"outcome", {0, 1, 2, 0, 1, 2, 0, 1, 2}, {"1", "2", "3"}},
                              {"treatment", {0, 0, 0, 1, 1, 1, 2, 2, 2}, {"1", "2", "3"}}};
  const auto features = resolve({as("outcome", FeatureForm::levels), as("treatment", FeatureForm::levels)}, table);
  const std::vector<double> counts = {18, 17, 15, 20, 10, 20, 25, 13, 12};
  const GlmFit found = fit_glm(design_of(features, table), {.outcome = counts}, {.family = Family::poisson});
  EXPECT_NEAR(found.coefficients[0], 3.0445, 5e-5);
  EXPECT_NEAR(found.coefficients[1], -0.4543, 5e-5);
  EXPECT_NEAR(found.coefficients[2], -0.2930, 5e-5);
  EXPECT_NEAR(found.coefficients[3], 0.0, 1e-9);
  EXPECT_NEAR(found.coefficients[4], 0.0, 1e-9);
  EXPECT_NEAR(found.null_deviance, 10.5814, 5e-5);
  EXPECT_NEAR(found.deviance, 5.1291, 5e-5);
}

// Group a: 6 events in 3 years, b: 5 in 1. Gamma weighs yearly amounts by years as well, so both give 2 and 5.
TEST(Glm, LogLinkWithExposureGivesRates) {
  const FeatureTable table = {numbers("b", {0, 0, 1, 1})};
  const std::vector<double> y = {1, 5, 3, 2};
  const std::vector<double> years = {1, 2, 0.5, 0.5};
  for (const Family family : {Family::poisson, Family::gamma}) {
    const GlmFit found = fit(table, {.outcome = y, .exposure = years}, {.family = family});
    EXPECT_NEAR(found.coefficients[0], std::log(2.0), 1e-9) << family_name(family);
    EXPECT_NEAR(found.coefficients[1], std::log(2.5), 1e-9) << family_name(family);
  }
}

struct Sample {
  FeatureTable table;
  std::vector<double> events;
  std::vector<double> spending;
  std::vector<double> years;
};

/// Persons with two features, made from named draws.
Sample sample(std::uint32_t persons) {
  Sample made{{numbers("x", {}), {"level", {}, {"a", "b", "c"}}}, {}, {}, {}};
  for (std::uint32_t i = 0; i < persons; ++i) {
    const Words words = draw(1, {.person = i, .purpose = Purpose::parameter});
    made.table[0].values.push_back(static_cast<double>(words[0] % 1000) / 500 - 1);
    made.table[1].values.push_back(static_cast<double>(words[1] % 3));
    made.events.push_back(words[2] % 4 == 0 ? 1.0 : 0.0);
    made.spending.push_back(static_cast<double>(words[2] % 5000) * (1 + made.table[1].values.back()));
    made.years.push_back(words[3] % 5 == 0 ? 0.5 : 1.0);
  }
  return made;
}

Design sample_design(const Sample& made) {
  return design_of(resolve({as("x", FeatureForm::linear), as("level", FeatureForm::levels)}, made.table), made.table);
}

// Of a canonical link with an intercept: residuals sum to zero, over all and over each level.
TEST(Glm, ScoresOfACanonicalLinkAreZero) {
  const Sample made = sample(5000);
  const Design design = sample_design(made);
  for (const Family family : {Family::gaussian, Family::poisson, Family::binomial}) {
    const bool is_event = family == Family::binomial;
    const Observations seen{.outcome = is_event ? made.events : made.spending,
                            .exposure = is_event ? std::span<const double>() : made.years};
    const GlmFit found = fit_glm(design, seen, {.family = family});
    const Eigen::VectorXd rate = predict_rate(family, found.coefficients, design.values);
    Eigen::VectorXd residual(rate.size());
    double size = 0.0;
    for (Index i = 0; i < rate.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      residual[i] = seen.outcome[at] - rate[i] * (seen.exposure.empty() ? 1.0 : seen.exposure[at]);
      size += std::abs(residual[i]);
    }
    const Eigen::VectorXd scores = design.values.transpose() * residual;
    EXPECT_LT(scores.cwiseAbs().maxCoeff(), 1e-9 * size) << family_name(family);
    EXPECT_LE(found.deviance, found.null_deviance) << family_name(family);
  }
}

TEST(Glm, ThreadsDoNotChangeABit) {
  const Sample made = sample(20000);
  const Design design = sample_design(made);
  const Observations seen{.outcome = made.spending, .exposure = made.years};
  const GlmFit one = fit_glm(design, seen, {.family = Family::poisson, .threads = 1});
  const GlmFit four = fit_glm(design, seen, {.family = Family::poisson, .threads = 4});
  EXPECT_EQ(one.coefficients, four.coefficients);
  EXPECT_EQ(one.covariance, four.covariance);
  EXPECT_EQ(one.deviance, four.deviance);
}

TEST(Glm, OrderOfRowsChangesOnlyRounding) {
  Sample made = sample(9000);
  const auto of = [](const Sample& s) {
    return fit_glm(sample_design(s), {.outcome = s.spending, .exposure = s.years}, {.family = Family::poisson});
  };
  const GlmFit forward = of(made);
  for (FeatureColumn& column : made.table) {
    std::reverse(column.values.begin(), column.values.end());
  }
  std::reverse(made.spending.begin(), made.spending.end());
  std::reverse(made.years.begin(), made.years.end());
  EXPECT_LT((of(made).coefficients - forward.coefficients).cwiseAbs().maxCoeff(), 1e-11);
}

TEST(Glm, AWeightOfTwoIsTwoRows) {
  const FeatureTable once = {numbers("x", {0, 1, 2, 5})};
  const FeatureTable twice = {numbers("x", {0, 1, 1, 2, 5})};
  const std::vector<double> y = {2, 1, 4, 9};
  const std::vector<double> weight = {1, 2, 1, 1};
  const std::vector<double> repeated = {2, 1, 1, 4, 9};
  const GlmFit a = fit(once, {.outcome = y, .weight = weight}, {.family = Family::gamma});
  const GlmFit b = fit(twice, {.outcome = repeated}, {.family = Family::gamma});
  EXPECT_NEAR(a.coefficients[1], b.coefficients[1], 1e-9);
  EXPECT_NEAR(a.deviance, b.deviance, 1e-9);
}

// The same persons seen twice tell nothing new: with persons known the errors stay, without they shrink by sqrt(2).
TEST(Glm, RepeatedPersonsDoNotMakeErrorsSmaller) {
  const std::vector<double> x = {0, 1, 2, 5, 6, 9};
  const std::vector<double> y = {2, 1, 4, 9, 3, 8};
  std::vector<double> x2 = x;
  std::vector<double> y2 = y;
  x2.insert(x2.end(), x.begin(), x.end());
  y2.insert(y2.end(), y.begin(), y.end());
  const std::vector<std::uint32_t> person = {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5};
  const double once = fit({numbers("x", x)}, {.outcome = y}, {}).covariance(1, 1);
  EXPECT_NEAR(fit({numbers("x", x2)}, {.outcome = y2, .person = person}, {}).covariance(1, 1), once, 1e-13);
  EXPECT_NEAR(fit({numbers("x", x2)}, {.outcome = y2}, {}).covariance(1, 1), once / 2, 1e-13);
}

TEST(Glm, NamesWhatIsACombinationOfTheRest) {
  const FeatureTable table = {numbers("a", {0, 1, 2, 4}), numbers("none", {0, 0, 0, 0}),
                              numbers("twice", {0, 2, 4, 8})};
  const std::vector<double> y = {1, 2, 3, 5};
  EXPECT_THAT(message_of<InvalidArgument>([&] { (void)fit(table, {.outcome = y}, {}); }), HasSubstr("got none, twice"));
  const GlmFit ridge = fit(table, {.outcome = y}, {.ridge = 1.0});
  EXPECT_EQ(ridge.coefficients[2], 0.0);
  EXPECT_NEAR(ridge.coefficients[1], 2 * ridge.coefficients[3], 1e-12) << "the two share by their spread";
}

TEST(Glm, RefusesImpossibleOutcomes) {
  const FeatureTable table = {numbers("x", {0, 1, 2})};
  const auto message = [&](std::vector<double> y, Family family) {
    return message_of<InvalidArgument>([&] { (void)fit(table, {.outcome = y}, {.family = family}); });
  };
  EXPECT_THAT(message({1, -1, 2}, Family::poisson), HasSubstr("outcome[1]: must be 0 or more in the poisson family"));
  EXPECT_THAT(message({1, 0, 2}, Family::gamma), HasSubstr("outcome[1]: must be above 0 in the gamma family"));
  EXPECT_THAT(message({1, 0, 2}, Family::binomial), HasSubstr("outcome[2]: must be in [0, exposure]"));
  EXPECT_THAT(message({0, 0, 0}, Family::binomial), HasSubstr("must hold both events and none"));
  EXPECT_THAT(message({0, 1}, Family::gaussian), HasSubstr("must have a value a row, 3"));
  EXPECT_THAT(message({0, 0, 1}, Family::binomial), HasSubstr("give a ridge")) << "x tells events apart for certain";
}

}  // namespace
}  // namespace waterbed
