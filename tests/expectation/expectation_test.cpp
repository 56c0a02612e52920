#include "waterbed/expectation/expectation.hpp"

#include "support.hpp"
#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace waterbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Six persons by age and sex.
FeatureTable people() {
  return {numbers("age", {10, 10, 30, 30, 30, 70}), {"sex", {0, 1, 0, 0, 1, 1}, {"women", "men"}}};
}

const std::vector<double> k_spending = {10, 20, 30, 40, 60, 90};
const std::vector<double> k_years = {1, 1, 1, 0.5, 1, 0.5};

// A cell needs two years: only women of 18 to 64 have 1.5, so nobody does; ages 0-17 have 2, 18-64 have 2.5, 65+ 0.5.
TEST(Cells, FallBackToFewerFeaturesInOrder) {
  const std::vector<FeaturePart> by = {{"age", FeatureForm::bands, {18, 65}, {}},
                                       {"sex", FeatureForm::levels, {}, {"women", "men"}}};
  const CellModel model = fit_cells(by, people(), {.outcome = k_spending, .exposure = k_years}, 2.0);
  const std::vector<double> rates = predict_rate(model, people());
  EXPECT_THAT(rates, ElementsAre(15, 15, 52, 52, 52, 50)) << "250 in 5 years for those of 65 and older";
  const CellModel fine = fit_cells(by, people(), {.outcome = k_spending, .exposure = k_years}, 0.5);
  EXPECT_NEAR(predict_rate(fine, people())[2], 70 / 1.5, 1e-13);
  EXPECT_EQ(predict_rate(fine, people())[5], 180.0);
  // A cell that nobody was in: a woman of 70 takes the mean of her age.
  EXPECT_THAT(predict_rate(fine, {numbers("age", {70}), {"sex", {0}, {"women", "men"}}}), ElementsAre(180.0));
}

TEST(Cells, ExpectWhatWasSeenInAll) {
  const std::vector<FeaturePart> by = {{"age", FeatureForm::bands, {18, 65}, {}}};
  const std::vector<double> rates =
      predict_rate(fit_cells(by, people(), {.outcome = k_spending, .exposure = k_years}, 0.0), people());
  double expected = 0.0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    expected += rates[i] * k_years[i];
  }
  EXPECT_NEAR(expected, std::accumulate(k_spending.begin(), k_spending.end(), 0.0), 1e-11);
}

ExpectationSpec spec() {
  return {.outcome = "spending", .features = {as("age", FeatureForm::bands, {18}), as("sex", FeatureForm::levels)}};
}

TEST(Expectation, CellsOfOneFeatureAreTheGaussianModelOfIt) {
  ExpectationSpec of = spec();
  of.features.resize(1);
  const Observations seen{.outcome = k_spending, .exposure = k_years};
  const std::vector<double> linear = predict(fit_expectation(of, people(), seen).expectation, people());
  of.cells = true;
  const std::vector<double> cells = predict(fit_expectation(of, people(), seen).expectation, people());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    EXPECT_NEAR(linear[i], cells[i], 1e-12);
  }
}

TEST(Expectation, RefusesPersonsOfWhomAFeatureIsMissing) {
  const ExpectationFit fit = fit_expectation(spec(), people(), {.outcome = k_spending, .exposure = k_years});
  EXPECT_EQ(fit.expectation.rows, 6);
  EXPECT_EQ(fit.expectation.exposure, 5.0);
  EXPECT_THAT(message_of<InvalidArgument>([&] { (void)predict(fit.expectation, {numbers("height", {1})}); }),
              HasSubstr("got age, sex"));
}

TEST(Expectation, AFoldIsThePersonsWhateverTheOrder) {
  std::vector<int> counts(5);
  for (std::uint32_t person = 0; person < 10000; ++person) {
    ++counts[static_cast<std::size_t>(fold_of(1, person, 5))];
  }
  for (const int count : counts) {
    EXPECT_NEAR(count, 2000, 4 * 40) << "four standard errors";
  }
  EXPECT_THROW((void)fold_of(1, 0, 1), InvalidArgument);
}

TEST(Expectation, CrossFittingLeavesAPersonOut) {
  ExpectationSpec of{
      .outcome = "spending", .features = {as("age", FeatureForm::bands, {18})}, .cells = true, .least = 1e9};
  const std::vector<std::uint32_t> person = {0, 1, 2, 3, 4, 5};
  const std::vector<double> rates =
      cross_fit(of, people(), {.outcome = k_spending, .exposure = k_years, .person = person}, 2, 1);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    double outcome = 0.0;
    double years = 0.0;
    for (std::size_t k = 0; k < rates.size(); ++k) {
      if (fold_of(1, person[k], 2) != fold_of(1, person[i], 2)) {
        outcome += k_spending[k];
        years += k_years[k];
      }
    }
    EXPECT_DOUBLE_EQ(rates[i], outcome / years) << i;
  }
}

TEST(Expectation, CrossFittedRowsMayComeInAnyOrder) {
  ExpectationSpec of{.outcome = "spending", .features = {as("age", FeatureForm::bands, {18})}, .glm = {.ridge = 1.0}};
  std::vector<std::uint32_t> person = {0, 1, 2, 3, 4, 5};
  FeatureTable table = people();
  std::vector<double> spending = k_spending;
  const std::vector<double> forward = cross_fit(of, table, {.outcome = spending, .person = person}, 3, 1);
  std::reverse(person.begin(), person.end());
  std::reverse(spending.begin(), spending.end());
  for (FeatureColumn& column : table) {
    std::reverse(column.values.begin(), column.values.end());
  }
  const std::vector<double> backward = cross_fit(of, table, {.outcome = spending, .person = person}, 3, 1);
  for (std::size_t i = 0; i < forward.size(); ++i) {
    EXPECT_NEAR(forward[i], backward[forward.size() - 1 - i], 1e-12);
  }
}

}  // namespace
}  // namespace waterbed
