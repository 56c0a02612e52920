#include "waterbed/analysis/difference.hpp"

#include "analysis/sample_results.hpp"
#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace waterbed {
namespace {

Results visits(std::int64_t replications, const sample::Fill& fill) {
  return sample::filled({{"visits",
                          "visits",
                          "",
                          {{"year", sample::k_years}, {"setting", {"gp", "clinic"}}, {"payer", {"i1", "i2", "i3"}}}}},
                        replications, fill);
}

/// Units digit setting, tens payer, hundreds year: a sum tells which cells it holds.
std::int64_t telling(const sample::Cell& cell) {
  const std::int64_t year = cell.labels[0] == "2023" ? 100 : 10'000;
  const std::int64_t payer = cell.labels[2] == "i1" ? 1 : cell.labels[2] == "i2" ? 3 : 9;
  return (cell.arm == "usual" ? 1 : 2) * year * payer * (cell.labels[1] == "gp" ? 1 : 50) + cell.replication;
}

TEST(Difference, SelectionAddsUpTheLabelsKeptAndAllOthersOfOtherAxes) {
  const Results results = visits(2, telling);
  EXPECT_EQ(totals(results, "usual", {"visits", {{"year", {"2023"}}, {"setting", {"gp"}}, {"payer", {"i1", "i3"}}}}),
            (std::vector<std::int64_t>{1000, 1002}));
  EXPECT_EQ(totals(results, "squeezed", {"visits", {{"setting", {"gp"}}}}),
            (std::vector<std::int64_t>{2 * 10'100 * 13, 2 * 10'100 * 13 + 6}));
  EXPECT_EQ(totals(results, "usual", {"visits", {{"payer", {}}}}), (std::vector<std::int64_t>{0, 0}));
  EXPECT_THROW((void)totals(results, "usual", {"visit", {}}), InvalidArgument);
  EXPECT_THROW((void)totals(results, "usual", {"visits", {{"sector", {"gp"}}}}), InvalidArgument);
  EXPECT_THROW((void)totals(results, "usual", {"visits", {{"setting", {"ward"}}}}), InvalidArgument);
  EXPECT_THROW((void)totals(results, "nobody", {"visits", {}}), InvalidArgument);
}

TEST(Difference, MatchesAHandTable) {
  // Differences 1, 2, 3, 6: mean 3, sd sqrt(14/3), t(3, .975) = 3.182446305284263.
  const std::vector<std::int64_t> baseline = {100, 110, 90, 100};
  const std::vector<std::int64_t> arm = {101, 112, 93, 106};
  const Difference result = difference(BaselineValues{baseline}, ArmValues{arm}, "visits");
  EXPECT_EQ(result.unit, "visits");
  EXPECT_DOUBLE_EQ(result.baseline, 100.0);
  EXPECT_DOUBLE_EQ(result.arm, 103.0);
  EXPECT_DOUBLE_EQ(result.mean, 3.0);
  const double error = std::sqrt(14.0 / 3.0) / 2.0;
  ASSERT_TRUE(result.simulation_error && result.range && result.relative && result.variance_ratio);
  EXPECT_NEAR(result.simulation_error->standard_error, error, 1e-14);
  EXPECT_NEAR(result.simulation_error->interval.high, 3.0 + 3.182446305284263 * error, 1e-9);
  EXPECT_NEAR(result.range->low, 1.075, 1e-12);
  EXPECT_NEAR(result.range->high, 5.775, 1e-12);
  EXPECT_DOUBLE_EQ(result.relative->ratio, 0.03);
  ASSERT_TRUE(result.relative->interval);
  EXPECT_TRUE(result.relative->interval->contains(0.03));
  // Baseline variance 200/3; arm -2, 9, -10, 3 about its mean: 194/3; difference 14/3.
  EXPECT_NEAR(*result.variance_ratio, 394.0 / 14.0, 1e-12);
}

TEST(Difference, ArmEqualToTheBaselineDiffersByExactlyZero) {
  const Results results = visits(5, [](const sample::Cell& cell) { return sample::shared_noise(cell, 1000); });
  const Difference result = difference(results, "squeezed", {"visits", {}});
  EXPECT_EQ(result.mean, 0.0);
  EXPECT_EQ(result.simulation_error->interval.low, 0.0);
  EXPECT_EQ(result.simulation_error->interval.high, 0.0);
  EXPECT_EQ(result.range->high, 0.0);
  EXPECT_FALSE(result.variance_ratio);
}

TEST(Difference, OneReplicationHasNoIntervals) {
  const Difference result = difference(visits(1, telling), "squeezed", {"visits", {{"setting", {"gp"}}}});
  EXPECT_DOUBLE_EQ(result.mean, 10'100.0 * 13.0);
  EXPECT_FALSE(result.simulation_error);
  EXPECT_FALSE(result.range);
  EXPECT_DOUBLE_EQ(result.relative->ratio, 1.0);
  EXPECT_FALSE(result.relative->interval);
}

TEST(Difference, PerYearAddUpToCumulative) {
  const Results results = visits(4, telling);
  const DifferenceByYear by_year = difference_by_year(results, "squeezed", {"visits", {{"setting", {"clinic"}}}});
  ASSERT_EQ(by_year.years, sample::k_years);
  EXPECT_DOUBLE_EQ(by_year.cumulative[0].mean, by_year.per_year[0].mean);
  EXPECT_DOUBLE_EQ(by_year.cumulative[1].mean, by_year.per_year[0].mean + by_year.per_year[1].mean);
  EXPECT_DOUBLE_EQ(by_year.per_year[1].mean, 10'000.0 * 50.0 * 13.0);
  EXPECT_DOUBLE_EQ(by_year.cumulative[1].mean,
                   difference(results, "squeezed", {"visits", {{"setting", {"clinic"}}}}).mean);
  EXPECT_EQ(difference_by_year(results, "squeezed", {"visits", {{"year", {"2024"}}}}).years,
            (std::vector<std::string>{"2024"}));
}

TEST(Difference, ScalingTurnsCostsIntoSavings) {
  const std::vector<std::int64_t> baseline = {100, 110, 90, 100};
  const std::vector<std::int64_t> arm = {101, 112, 93, 106};
  const Difference cost = difference(BaselineValues{baseline}, ArmValues{arm}, "micro_eur");
  const Difference saving = scaled(cost, -0.5, "EUR");
  EXPECT_EQ(saving.unit, "EUR");
  EXPECT_DOUBLE_EQ(saving.mean, -1.5);
  EXPECT_DOUBLE_EQ(saving.simulation_error->standard_error, 0.5 * cost.simulation_error->standard_error);
  EXPECT_DOUBLE_EQ(saving.simulation_error->interval.low, -0.5 * cost.simulation_error->interval.high);
  EXPECT_DOUBLE_EQ(saving.range->high, -0.5 * cost.range->low);
  EXPECT_DOUBLE_EQ(saving.relative->ratio, cost.relative->ratio);
}

TEST(Difference, InsuredYearsAreCyclesLivedInTheBaseline) {
  const Results results =
      sample::filled({{"population", "person_cycles", "", {{"year", sample::k_years}, {"sex", {"women", "men"}}}}}, 2,
                     [](const sample::Cell& cell) { return cell.arm == "usual" ? 1200 + 24 * cell.replication : 0; });
  EXPECT_DOUBLE_EQ(insured_years(results, 12.0), 404.0);
  const std::vector<std::string> last = {"2024"};
  EXPECT_DOUBLE_EQ(insured_years(results, 12.0, last), 202.0);
  EXPECT_THROW((void)insured_years(results, 0.0), InvalidArgument);
}

TEST(Difference, RefusesTotalsBeyond64Bits) {
  const Results results = visits(1, [](const sample::Cell&) { return std::numeric_limits<std::int64_t>::max() / 4; });
  EXPECT_THROW((void)totals(results, "usual", {"visits", {}}), std::overflow_error);
}

}  // namespace
}  // namespace waterbed
