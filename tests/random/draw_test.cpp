#include "waterbed/random/draw.hpp"

#include "random/sampling.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr std::uint32_t k_last_word = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t k_last_bits = std::numeric_limits<std::uint64_t>::max();

TEST(Uniform, KeepsToItsBounds) {
  EXPECT_EQ(uniform01(std::uint32_t{0}), 0.0);
  EXPECT_LT(uniform01(k_last_word), 1.0);
  EXPECT_EQ(uniform01(std::uint64_t{0}), 0.0);
  EXPECT_EQ(uniform01(k_last_bits), 1.0 - 0x1p-53);
  EXPECT_EQ(uniform_open(std::uint32_t{0}), 0x1p-33);
  EXPECT_EQ(uniform_open(k_last_word), 1.0 - 0x1p-33);
  EXPECT_EQ(uniform_open(std::uint64_t{0}), 0x1p-53);
  EXPECT_EQ(uniform_open(k_last_bits), 1.0 - 0x1p-53);
}

TEST(Uniform, FollowsTheUniformDistribution) {
  std::vector<double> fine;
  std::vector<double> coarse;
  for (int i = 0; i < 50000; ++i) {
    const Words words = sampling::words(11, i);
    fine.push_back(uniform_open(first_pair(words)));
    coarse.push_back(uniform01(words[2]));
  }
  EXPECT_GT(sampling::kolmogorov_smirnov_p(fine, [](double x) { return x; }), sampling::k_least_p);
  EXPECT_GT(sampling::kolmogorov_smirnov_p(coarse, [](double x) { return x; }), sampling::k_least_p);
}

TEST(UniformIndex, ReachesEveryValueAndNoMore) {
  for (const Index count : {1, 2, 3, 30, 31, 365}) {
    EXPECT_EQ(uniform_index(0, count), 0);
    EXPECT_EQ(uniform_index(k_last_word, count), count - 1);
  }
  EXPECT_EQ(uniform_index(k_last_word, Index{1} << 32), k_last_word);
  std::vector<std::int64_t> counts(31);
  for (int i = 0; i < 31000; ++i) {
    ++counts[static_cast<std::size_t>(uniform_index(sampling::words(12, i)[1], 31))];
  }
  EXPECT_GT(sampling::chi_square_p(counts, std::vector<double>(31, 1.0 / 31)), sampling::k_least_p);
}

TEST(Bernoulli, IsCertainAtOneAndNeverAtZero) {
  EXPECT_EQ(threshold(1.0), k_always);
  EXPECT_EQ(threshold(0.0), 0U);
  EXPECT_TRUE(bernoulli(k_last_word, 1.0));
  EXPECT_FALSE(bernoulli(0, 0.0));
  EXPECT_TRUE(bernoulli(k_last_word, threshold(1.0)));
  EXPECT_FALSE(bernoulli(0, threshold(0.0)));
}

TEST(Bernoulli, CountsWordsToTheNearest) {
  EXPECT_EQ(threshold(0.5), 0x80000000U);
  EXPECT_EQ(threshold(0.25), 0x40000000U);
  EXPECT_EQ(threshold(1.0 / 3), 1431655765U);  // 2^32 / 3 = 1431655765.33
  EXPECT_EQ(threshold(2.0 / 3), 2863311531U);  // 2^33 / 3 = 2863311530.67
  EXPECT_EQ(threshold(1e-9), 4U);              // 4.29
  EXPECT_EQ(threshold(1.0 - 0x1p-32), k_last_word);
}

TEST(Bernoulli, NeverTakesYesBackWhenTheChanceRises) {
  std::uint64_t before = 0;
  for (int i = 0; i <= 100000; ++i) {
    const std::uint64_t now = threshold(i / 100000.0);
    ASSERT_GE(now, before) << i;
    before = now;
  }
}

TEST(Bernoulli, HappensAsOftenAsStated) {
  for (const double p : {0.001, 0.3, 0.97}) {
    constexpr int k_draws = 200000;
    int yes = 0;
    for (int i = 0; i < k_draws; ++i) {
      yes += bernoulli(sampling::words(13, i)[0], p) ? 1 : 0;
    }
    EXPECT_NEAR(yes, k_draws * p, 4 * std::sqrt(k_draws * p * (1 - p))) << "p " << p;
  }
}

TEST(Exponential, FollowsItsDistribution) {
  std::vector<double> values;
  double sum = 0.0;
  for (int i = 0; i < 50000; ++i) {
    values.push_back(exponential(first_pair(sampling::words(14, i)), 2.5));
    sum += values.back();
  }
  EXPECT_GT(sampling::kolmogorov_smirnov_p(values, [](double x) { return 1.0 - std::exp(-x / 2.5); }),
            sampling::k_least_p);
  EXPECT_NEAR(sum / 50000, 2.5, 4 * 2.5 / std::sqrt(50000.0));
}

TEST(Exponential, IsPositiveAndFiniteAtTheEnds) {
  EXPECT_GT(exponential(k_last_bits, 1.0), 0.0);
  EXPECT_NEAR(exponential(0, 1.0), 53 * std::log(2.0), 1e-12);
}

TEST(StandardNormal, FollowsItsDistribution) {
  std::vector<double> values;
  double sum = 0.0;
  double squares = 0.0;
  for (int i = 0; i < 50000; ++i) {
    const double z = standard_normal(second_pair(sampling::words(15, i)));
    values.push_back(z);
    sum += z;
    squares += z * z;
  }
  EXPECT_GT(sampling::kolmogorov_smirnov_p(values, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }),
            sampling::k_least_p);
  EXPECT_NEAR(sum / 50000, 0.0, 4 / std::sqrt(50000.0));
  EXPECT_NEAR(squares / 50000, 1.0, 4 * std::sqrt(2.0 / 50000));
}

TEST(StandardNormal, IsSymmetricAndFinite) {
  EXPECT_NEAR(standard_normal(0), -8.2095361516013874, 1e-6);
  EXPECT_NEAR(standard_normal(k_last_bits), 8.2095361516013874, 1e-6);
  for (std::uint64_t bits = 1; bits != 0; bits <<= 3) {
    EXPECT_NEAR(standard_normal(bits), -standard_normal(~bits), 1e-6) << bits;
  }
}

std::vector<double> poisson_probabilities(double mean, std::size_t size) {
  std::vector<double> p(size);
  for (std::size_t k = 0; k < size; ++k) {
    const auto count = static_cast<double>(k);
    p[k] = mean == 0.0 ? (k == 0 ? 1.0 : 0.0) : std::exp(count * std::log(mean) - mean - log_gamma(count + 1.0));
  }
  return p;
}

TEST(Poisson, FollowsItsDistributionAtSmallAndLargeMeans) {
  for (const double mean : {0.01, 0.54, 4.0, 29.9, 30.0, 30.1, 250.0, 4000.0}) {
    constexpr int k_draws = 60000;
    const std::size_t size = static_cast<std::size_t>(mean + 12 * std::sqrt(mean)) + 12;
    std::vector<std::int64_t> counts(size);
    double sum = 0.0;
    for (int i = 0; i < k_draws; ++i) {
      const Index drawn = poisson(first_pair(sampling::words(16, i)), mean);
      ASSERT_GE(drawn, 0);
      ASSERT_LT(static_cast<std::size_t>(drawn), size);
      ++counts[static_cast<std::size_t>(drawn)];
      sum += static_cast<double>(drawn);
    }
    EXPECT_GT(sampling::chi_square_p(counts, poisson_probabilities(mean, size)), sampling::k_least_p) << mean;
    EXPECT_NEAR(sum / k_draws, mean, 4 * std::sqrt(mean / k_draws)) << mean;
  }
}

TEST(Poisson, IsTheExactInverseOfItsDistribution) {
  // P(N <= k) = Q(k + 1, mean), the upper incomplete gamma function: just below it k is drawn, just above it k + 1.
  for (const double mean : {0.3, 5.0, 29.99, 30.0, 77.7, 1000.5, 1e5}) {
    for (const double deviations : {-3.0, -1.0, 0.0, 0.5, 2.0, 4.0}) {
      const double k = std::floor(std::max(0.0, mean + deviations * std::sqrt(mean)));
      const double below = gamma_upper(k + 1.0, mean);
      const double step = 1e-9;
      if (below + step >= 1.0) {
        continue;
      }
      const auto bits = [](double u) { return static_cast<std::uint64_t>(u * 0x1p64); };
      EXPECT_LE(poisson(bits(below - step), mean), static_cast<Index>(k)) << mean << " " << k;
      EXPECT_GT(poisson(bits(below + step), mean), static_cast<Index>(k)) << mean << " " << k;
    }
  }
}

TEST(Poisson, RisesWithItsBitsAndItsMean) {
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t bits = first_pair(sampling::words(17, i));
    Index before = 0;
    for (const double mean : {0.0, 0.1, 1.0, 5.0, 20.0, 29.9999, 30.0, 31.0, 60.0, 300.0}) {
      const Index now = poisson(bits, mean);
      EXPECT_GE(now, before) << "bits " << bits << " mean " << mean;
      EXPECT_LE(poisson(bits / 2, mean), now);
      before = now;
    }
  }
}

TEST(Poisson, EndsAtTheEnds) {
  EXPECT_EQ(poisson(0, 0.0), 0);
  EXPECT_EQ(poisson(k_last_bits, 0.0), 0);
  EXPECT_EQ(poisson(0, 5.0), 0);
  for (const double mean : {1e-12, 1.0, 29.0, 31.0, 1e6}) {
    const auto most = static_cast<double>(poisson(k_last_bits, mean));
    EXPECT_LE(most, mean + 9 * std::sqrt(mean) + 20) << mean;
  }
  EXPECT_NEAR(static_cast<double>(poisson(k_last_bits / 2, k_poisson_mean_limit)), k_poisson_mean_limit, 1.0);
}

TEST(Poisson, NamesABadMean) {
  for (const double mean : {-0.1, 2e9, std::nan("")}) {
    try {
      (void)poisson(1, mean);
      ADD_FAILURE() << "accepted " << mean;
    } catch (const InvalidArgument& error) {
      EXPECT_EQ(std::string(error.what()), "mean: must be in [0, 1e9], got " + std::to_string(mean));
    }
  }
}

}  // namespace
}  // namespace waterbed
