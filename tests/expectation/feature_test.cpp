#include "waterbed/expectation/feature.hpp"

#include "support.hpp"
#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

FeatureTable people() {
  return {numbers("age", {17, 18, 64, 65}),
          {"sex", {1, 0, 1, 0}, {"women", "men"}},
          numbers("quintile", {5, 1, 1, 3}),
          numbers("spending", {0, 100, std::exp(1.0) - 1, 5})};
}

std::vector<double> column(const Design& design, Index at) {
  const Eigen::VectorXd values = design.values.col(at);
  return {values.begin(), values.end()};
}

TEST(Feature, BandsHoldTheirLowerEnd) {
  const Design design = design_of(std::vector{as("age", FeatureForm::bands, {18, 65})}, people());
  EXPECT_THAT(design.names, ElementsAre("intercept", "age[18,65)", "age[65,)"));
  EXPECT_THAT(column(design, 0), ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(column(design, 1), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(column(design, 2), ElementsAre(0, 0, 0, 1));
}

TEST(Feature, LevelsAreThoseSeenAndTheFirstIsTheReference) {
  const auto features = resolve({as("quintile", FeatureForm::levels), as("sex", FeatureForm::levels)}, people());
  EXPECT_THAT(features[0].parts[0].levels, ElementsAre("1", "3", "5"));
  EXPECT_THAT(features[1].parts[0].levels, ElementsAre("women", "men"));
  const Design design = design_of(features, people());
  EXPECT_THAT(design.names, ElementsAre("intercept", "quintile=3", "quintile=5", "sex=men"));
  EXPECT_THAT(column(design, 2), ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(column(design, 3), ElementsAre(1, 0, 1, 0));
}

TEST(Feature, AnInteractionIsTheProduct) {
  Feature both = as("age", FeatureForm::bands, {18, 65});
  both.parts.push_back(as("sex", FeatureForm::levels).parts[0]);
  EXPECT_EQ(feature_name(both), "age:sex");
  const Design design = design_of(resolve({both}, people()), people());
  EXPECT_THAT(design.names, ElementsAre("intercept", "age[18,65):sex=men", "age[65,):sex=men"));
  EXPECT_THAT(column(design, 1), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(column(design, 2), ElementsAre(0, 0, 0, 0));
}

TEST(Feature, Log1pOfSpending) {
  const Design design = design_of(std::vector{as("spending", FeatureForm::log1p)}, people());
  EXPECT_EQ(design.values(0, 1), 0.0);
  EXPECT_NEAR(design.values(2, 1), 1.0, 1e-15);
}

TEST(Feature, SplineIsStraightBeyondTheOuterKnots) {
  const Feature spline = as("age", FeatureForm::spline, {20, 40, 60, 80});
  const FeatureTable table = {numbers("age", {0, 10, 20, 80, 90, 100, 50})};
  const Design design = design_of(std::vector{spline}, table);
  EXPECT_THAT(design.names, ElementsAre("intercept", "spline(age).1", "spline(age).2", "spline(age).3"));
  for (Index j = 1; j < 4; ++j) {
    const auto x = [&](Index row) { return design.values(row, j); };
    EXPECT_NEAR(x(1) - x(0), x(2) - x(1), 1e-14) << j;
    EXPECT_NEAR(x(4) - x(3), x(5) - x(4), 1e-13) << j;
  }
  // By hand at 50: d1 = (30^3 - 0) / 60 / 60^2, d2 = 10^3 / 40 / 60^2, d3 = 0.
  EXPECT_NEAR(design.values(6, 1), 0.5, 1e-15);
  EXPECT_NEAR(design.values(6, 2), 27000.0 / 60 / 3600, 1e-15);
  EXPECT_NEAR(design.values(6, 3), 1000.0 / 40 / 3600, 1e-15);
}

TEST(Feature, NamesEveryColumnThatIsMissing) {
  const std::vector<Feature> features = {as("income", FeatureForm::linear), as("age", FeatureForm::linear),
                                         as("weight", FeatureForm::linear)};
  EXPECT_THAT(message_of<InvalidArgument>([&] { (void)design_of(features, people()); }),
              HasSubstr("got income, weight"));
}

TEST(Feature, RefusesWhatItHasNoColumnFor) {
  auto features = resolve({as("quintile", FeatureForm::levels)}, people());
  FeatureTable other = people();
  other[2].values[1] = 4;
  EXPECT_THAT(message_of<InvalidArgument>([&] { (void)design_of(features, other); }),
              HasSubstr("quintile: must be one of 1, 3, 5, got 4"));
  other[2].values[1] = std::nan("");
  EXPECT_THAT(message_of<InvalidArgument>([&] { (void)design_of(features, other); }),
              HasSubstr("quintile[1]: must be finite"));
  EXPECT_THROW((void)resolve({as("sex", FeatureForm::linear)}, people()), InvalidArgument);
  EXPECT_THROW((void)resolve({as("age", FeatureForm::spline, {1, 2})}, people()), InvalidArgument);
  EXPECT_THROW((void)resolve({as("age", FeatureForm::bands, {40, 18})}, people()), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
