#include "waterbed/stats/quantile.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"
#include "waterbed/stats/distribution.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace waterbed {
namespace {

using Values = std::vector<std::int64_t>;

TEST(Quantile, EqualsTypeSeven) {
  // As R's quantile(c(7, 1, 3, 10), type = 7): position 3 p between the ordered values 1, 3, 7, 10.
  const Values values{7, 1, 3, 10};
  EXPECT_DOUBLE_EQ(quantile(values, 0.0), 1.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.25), 2.5);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 5.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 9.1);
  EXPECT_DOUBLE_EQ(quantile(values, 1.0), 10.0);
  const std::vector<double> real{0.5, -1.5};
  EXPECT_DOUBLE_EQ(quantile(real, 0.75), 0.0);
}

TEST(Quantile, OfOneValueIsThatValue) {
  const Values one{42};
  for (const double p : {0.0, 0.3, 1.0}) {
    EXPECT_EQ(quantile(one, p), 42.0);
  }
}

TEST(Quantile, NamesBadArguments) {
  const Values none;
  const Values one{1};
  const std::vector<double> bad{1.0, std::nan("")};
  EXPECT_THROW((void)quantile(none, 0.5), InvalidArgument);
  EXPECT_THROW((void)quantile(one, 1.1), InvalidArgument);
  EXPECT_THROW((void)quantile(one, std::nan("")), InvalidArgument);
  EXPECT_THROW((void)quantile(bad, 0.5), InvalidArgument);
  EXPECT_THROW((void)range(none), InvalidArgument);
}

TEST(RangeOfReplications, HoldsTheMiddle95Percent) {
  Values values(201);
  std::iota(values.rbegin(), values.rend(), 0);
  const Range result = range(values);
  EXPECT_DOUBLE_EQ(result.low, 5.0);
  EXPECT_DOUBLE_EQ(result.high, 195.0);
}

RC_GTEST_PROP(QuantileProperty, RisesWithPAndIgnoresOrder, ()) {
  const auto values = *rc::gen::suchThat(rc::gen::container<Values>(rc::gen::inRange<std::int64_t>(-1000, 1000)),
                                         [](const auto& v) { return !v.empty(); });
  auto reversed = values;
  std::reverse(reversed.begin(), reversed.end());
  double before = static_cast<double>(*std::min_element(values.begin(), values.end()));
  for (int i = 0; i <= 40; ++i) {
    const double now = quantile(values, i / 40.0);
    RC_ASSERT(now >= before - 1e-9);
    RC_ASSERT(now == quantile(reversed, i / 40.0));
    before = now;
  }
  RC_ASSERT(before == static_cast<double>(*std::max_element(values.begin(), values.end())));
}

TEST(QuantileRanks, EqualTheSignTestForTheMedian) {
  // The sign test: at n = 10 one or none below has chance 11 / 1024; at n = 100 ranks 40 and 61 hold with .9648.
  const auto ten = quantile_ranks(10, 0.5);
  ASSERT_TRUE(ten.has_value());
  EXPECT_EQ(ten->low, 2);
  EXPECT_EQ(ten->high, 9);
  EXPECT_NEAR(ten->coverage, 1.0 - 22.0 / 1024, 1e-12);
  const auto hundred = quantile_ranks(100, 0.5);
  ASSERT_TRUE(hundred.has_value());
  EXPECT_EQ(hundred->low, 40);
  EXPECT_EQ(hundred->high, 61);
  EXPECT_NEAR(hundred->coverage, 0.9648, 5e-5);
}

TEST(QuantileRanks, AreNoneWithTooFewValues) {
  EXPECT_FALSE(quantile_ranks(5, 0.5).has_value());  // 2 / 2^5 = 6.25 % lies outside
  EXPECT_TRUE(quantile_ranks(6, 0.5).has_value());   // 3.1 %
  EXPECT_FALSE(quantile_ranks(100, 0.975).has_value());
  const Values five{1, 2, 3, 4, 5};
  EXPECT_FALSE(quantile_interval(five, 0.5).has_value());
}

TEST(QuantileRanks, CoverAtLeastWhatIsAskedAndAreNarrowest) {
  for (const Index n : {20, 77, 400, 5000}) {
    for (const double p : {0.2, 0.5, 0.9}) {
      const auto ranks = quantile_ranks(n, p, 0.9);
      if (!ranks) {
        continue;
      }
      EXPECT_GE(ranks->coverage, 0.9) << n << " " << p;
      // Each side leaves at most 5 %, and one rank further in it would leave more.
      EXPECT_LE(binomial_cdf(ranks->low - 1, n, p), 0.05) << n << " " << p;
      EXPECT_GT(binomial_cdf(ranks->low, n, p), 0.05) << n << " " << p;
      EXPECT_LE(1 - binomial_cdf(ranks->high - 1, n, p), 0.05) << n << " " << p;
      EXPECT_GT(1 - binomial_cdf(ranks->high - 2, n, p), 0.05) << n << " " << p;
    }
  }
}

TEST(QuantileRanks, NameBadArguments) {
  EXPECT_THROW((void)quantile_ranks(0, 0.5), InvalidArgument);
  EXPECT_THROW((void)quantile_ranks(10, 1.0), InvalidArgument);
  EXPECT_THROW((void)quantile_ranks(10, 0.5, 0.0), InvalidArgument);
}

TEST(QuantileInterval, HoldsTheTrueQuantileAsOftenAsItsRanksSay) {
  constexpr std::uint32_t k_trials = 2000;
  constexpr std::uint32_t k_values = 60;
  const double truth = std::log(4.0) * 1e9;  // 75 % quantile of the exponential
  int held = 0;
  for (std::uint32_t trial = 0; trial < k_trials; ++trial) {
    Values values;
    for (std::uint32_t i = 0; i < k_values; ++i) {
      const Words words =
          draw(43, {.replication = i, .person = trial, .cycle = 0, .purpose = Purpose::bootstrap, .k = 0});
      values.push_back(std::llround(exponential(first_pair(words), 1e9)));
    }
    const auto interval = quantile_interval(values, 0.75);
    ASSERT_TRUE(interval.has_value());
    held += interval->contains(truth) ? 1 : 0;
  }
  const auto ranks = quantile_ranks(k_values, 0.75);
  ASSERT_TRUE(ranks.has_value());
  const double coverage = ranks->coverage;
  EXPECT_NEAR(held, coverage * k_trials, 3 * std::sqrt(coverage * (1 - coverage) * k_trials));
}

}  // namespace
}  // namespace waterbed
