#include "waterbed/stats/parameter_distribution.hpp"

#include "waterbed/core/math.hpp"
#include "waterbed/stats/distribution.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace waterbed {
namespace {

constexpr double k_nan = std::numeric_limits<double>::quiet_NaN();

struct Sample {
  double mean = 0.0;
  double sd = 0.0;
};

/// Moments of the values at the middles of a million equal slices of probability.
Sample sample(const ParameterDistribution& distribution) {
  constexpr int k_slices = 200'000;
  double sum = 0.0;
  double squares = 0.0;
  const double centre = mean_of(distribution);
  for (int i = 0; i < k_slices; ++i) {
    const double value = quantile_of(distribution, (i + 0.5) / k_slices) - centre;
    sum += value;
    squares += value * value;
  }
  const double shift = sum / k_slices;
  return {centre + shift, std::sqrt(squares / k_slices - shift * shift)};
}

TEST(ParameterDistribution, HasTheMomentsOfItsClosedForm) {
  struct Row {
    ParameterDistribution distribution;
    double mean;
    double sd;
  };
  const double e = std::exp(1.0);
  const std::vector<Row> rows{
      {NormalDistribution{2.0, 0.5}, 2.0, 0.5},
      {LogNormalDistribution{0.0, 1.0}, std::sqrt(e), std::sqrt((e - 1.0) * e)},
      {BetaDistribution{2.0, 6.0}, 0.25, std::sqrt(2.0 * 6.0 / (64.0 * 9.0))},
      {BetaDistribution{0.5, 0.5}, 0.5, std::sqrt(0.125)},
      {GammaDistribution{4.0, 0.5}, 2.0, 1.0},
      {GammaDistribution{0.3, 2.0}, 0.6, 2.0 * std::sqrt(0.3)},
      {UniformDistribution{-1.0, 3.0}, 1.0, 4.0 / std::sqrt(12.0)},
      {TriangularDistribution{0.0, 1.0, 5.0}, 2.0, std::sqrt((0.0 + 1.0 + 25.0 - 0.0 - 0.0 - 5.0) / 18.0)},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Sample found = sample(rows[i].distribution);
    EXPECT_NEAR(mean_of(rows[i].distribution), rows[i].mean, 1e-12) << i;
    // Slices of 5e-6 leave out a little of the longest tail.
    EXPECT_NEAR(found.mean, rows[i].mean, 1e-4 * rows[i].sd) << i;
    EXPECT_NEAR(found.sd, rows[i].sd, 2e-3 * rows[i].sd) << i;
  }
}

TEST(ParameterDistribution, HasPublishedQuantiles) {
  // Source: SciPy 1.17, beta.ppf, and tables of chi-square with 5 degrees of freedom and of the normal.
  EXPECT_NEAR(quantile_of(BetaDistribution{3, 7}, 0.025), 0.07485463, 5e-9);
  EXPECT_NEAR(quantile_of(BetaDistribution{3, 7}, 0.975), 0.6000936, 5e-8);
  EXPECT_NEAR(quantile_of(GammaDistribution{2.5, 2.0}, 0.1), 1.610308, 5e-7);  // chi-square of 5 degrees
  EXPECT_NEAR(quantile_of(GammaDistribution{2.5, 2.0}, 0.9), 9.236357, 5e-7);
  EXPECT_NEAR(quantile_of(NormalDistribution{0, 1}, 0.975), 1.959963985, 5e-9);
}

TEST(ParameterDistribution, InvertsItsDistributionFunction) {
  const std::vector<ParameterDistribution> all{NormalDistribution{-3.0, 2.0},
                                               LogNormalDistribution{-1.6, 0.8},
                                               BetaDistribution{0.4, 12.0},
                                               BetaDistribution{300.0, 2.0},
                                               GammaDistribution{0.1, 3.0},
                                               GammaDistribution{1e5, 1e-3},
                                               UniformDistribution{0.0, 2.0},
                                               TriangularDistribution{1.0, 1.0, 4.0},
                                               TriangularDistribution{1.0, 4.0, 4.0},
                                               elicited(ElicitedScale::plain, -1.0, 3.0, 0.0),
                                               elicited(ElicitedScale::log, 0.1, 0.9, k_nan),
                                               elicited(ElicitedScale::logit, 0.1, 0.5, 0.2)};
  for (std::size_t i = 0; i < all.size(); ++i) {
    double last = -std::numeric_limits<double>::infinity();
    for (const double p : {1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1.0 - 1e-6}) {
      const double value = quantile_of(all[i], p);
      EXPECT_NEAR(cumulative(all[i], value), p, 1e-9) << i << " " << p;
      EXPECT_GT(value, last) << i << " " << p;
      last = value;
    }
  }
}

TEST(GammaQuantile, IsTheExponentialsClosedForm) {
  for (const double p : {1e-9, 0.2, 0.5, 0.999}) {
    EXPECT_NEAR(gamma_quantile(1.0, p), -std::log1p(-p), 1e-11 * -std::log1p(-p)) << p;
  }
}

TEST(BetaQuantile, IsThePowersClosedForm) {
  for (const double p : {1e-9, 0.2, 0.5, 0.999}) {
    EXPECT_NEAR(beta_quantile(3.0, 1.0, p), std::cbrt(p), 1e-11) << p;
    EXPECT_NEAR(beta_quantile(1.0, 3.0, p), 1.0 - std::cbrt(1.0 - p), 1e-11) << p;
  }
}

TEST(LogNormal, KeepsTheMeanThatItIsGiven) {
  EXPECT_NEAR(mean_of(log_normal_of_mean(0.13, 0.8)), 0.13, 1e-15);
  EXPECT_NEAR(quantile_of(log_normal_of_mean(0.13, 0.8), 0.5), 0.13 * std::exp(-0.32), 1e-12);
}

TEST(Elicited, HasTheQuantilesThatWereSaid) {
  struct Row {
    ElicitedScale scale;
    double low;
    double best;
    double high;
  };
  for (const Row& row : {Row{ElicitedScale::plain, -2.0, 1.0, 2.0}, Row{ElicitedScale::log, 0.05, 0.2, 2.0},
                         Row{ElicitedScale::logit, 0.1, 0.35, 0.8}}) {
    const ParameterDistribution said = elicited(row.scale, row.low, row.high, row.best);
    EXPECT_NEAR(quantile_of(said, 0.1), row.low, 1e-8);
    EXPECT_NEAR(quantile_of(said, 0.5), row.best, 1e-8);
    EXPECT_NEAR(quantile_of(said, 0.9), row.high, 1e-8);
    // The mean over the normal scores, by the trapezoid rule.
    double mean = 0.0;
    for (int i = -8000; i <= 8000; ++i) {
      const double z = 1e-3 * i;
      mean += 1e-3 * exact::normal_pdf(z) * quantile_of(said, exact::normal_cdf(z));
    }
    EXPECT_NEAR(mean_of(said), mean, 1e-6 * (row.high - row.low));
  }
  // Without a best guess the log scale gives the log-normal: median the geometric mean.
  EXPECT_NEAR(quantile_of(elicited(ElicitedScale::log, 0.1, 0.4, k_nan), 0.5), 0.2, 1e-12);
}

TEST(Elicited, HasTheMeanOfTheLogNormalWithoutABestGuess) {
  const ElicitedDistribution said = elicited(ElicitedScale::log, 0.1, 0.4, k_nan);
  EXPECT_NEAR(mean_of(said), 0.2 * std::exp(0.5 * said.sd_low * said.sd_low), 1e-13);
}

}  // namespace
}  // namespace waterbed
