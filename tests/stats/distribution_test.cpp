#include "waterbed/stats/distribution.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr double k_pi = 3.14159265358979323846;

TEST(LogGamma, EqualsLogarithmsOfFactorials) {
  double factorial = 1.0;
  for (int n = 1; n <= 30; ++n) {
    EXPECT_NEAR(log_gamma(n), std::log(factorial), 1e-13 * std::max(1.0, std::log(factorial))) << n;
    factorial *= n;
  }
  EXPECT_NEAR(log_gamma(0.5), 0.5 * std::log(k_pi), 1e-14);
  EXPECT_NEAR(log_gamma(1e-5), 11.512919692895825, 1e-12);  // Abramowitz & Stegun 6.1.34: log(1e5) - gamma * 1e-5
}

TEST(ChiSquare, EqualsPublishedCriticalValues) {
  // Source: standard tables to three decimals, such as NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4.
  struct Row {
    double degrees_of_freedom;
    double at_5_percent;
    double at_1_percent;
    double at_1_permille;
  };
  for (const Row& row : {Row{1, 3.841, 6.635, 10.828}, Row{5, 11.070, 15.086, 20.515}, Row{10, 18.307, 23.209, 29.588},
                         Row{30, 43.773, 50.892, 59.703}, Row{100, 124.342, 135.807, 149.449}}) {
    // A tabled value is rounded to 0.0005, which the density turns into at most a tenth of a percent of p.
    EXPECT_NEAR(chi_square_upper(row.at_5_percent, row.degrees_of_freedom), 0.05, 5e-5) << row.degrees_of_freedom;
    EXPECT_NEAR(chi_square_upper(row.at_1_percent, row.degrees_of_freedom), 0.01, 1e-5) << row.degrees_of_freedom;
    EXPECT_NEAR(chi_square_upper(row.at_1_permille, row.degrees_of_freedom), 0.001, 1e-6) << row.degrees_of_freedom;
  }
}

TEST(ChiSquare, HasItsClosedForms) {
  for (const double x : {0.0, 0.1, 1.0, 3.0, 7.5, 40.0, 300.0}) {
    const double two = std::exp(-x / 2);
    EXPECT_NEAR(chi_square_upper(x, 2), two, 1e-13 * two) << x;
    const double four = std::exp(-x / 2) * (1 + x / 2);
    EXPECT_NEAR(chi_square_upper(x, 4), four, 1e-13 * four) << x;
    const double one = std::erfc(std::sqrt(x / 2));
    EXPECT_NEAR(chi_square_upper(x, 1), one, 1e-12 * one) << x;
  }
  EXPECT_EQ(chi_square_upper(std::numeric_limits<double>::infinity(), 3), 0.0);
}

TEST(IncompleteGamma, PartsSumToOne) {
  for (const double a : {0.1, 1.0, 4.5, 100.0, 1e5}) {
    for (const double share : {0.3, 0.9, 1.0, 1.1, 3.0}) {
      EXPECT_NEAR(gamma_lower(a, a * share) + gamma_upper(a, a * share), 1.0, 1e-12) << a << " " << share;
    }
  }
  EXPECT_EQ(gamma_lower(2.0, 0.0), 0.0);
  EXPECT_EQ(gamma_upper(2.0, 0.0), 1.0);
}

TEST(IncompleteBeta, HasItsClosedForms) {
  for (const double x : {0.0, 1e-6, 0.2, 0.5, 0.83, 1.0}) {
    EXPECT_NEAR(beta_lower(1, 1, x), x, 1e-14);
    EXPECT_NEAR(beta_lower(3, 1, x), x * x * x, 1e-14);
    EXPECT_NEAR(beta_lower(1, 4, x), 1 - std::pow(1 - x, 4), 1e-14);
    EXPECT_NEAR(beta_lower(0.5, 0.5, x), 2 / k_pi * std::asin(std::sqrt(x)), 1e-13);
    EXPECT_NEAR(beta_lower(2.5, 7.5, x) + beta_lower(7.5, 2.5, 1 - x), 1.0, 1e-13);
  }
}

TEST(StudentT, EqualsPublishedQuantiles) {
  // Source: standard tables to three decimals, such as NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
  struct Row {
    double degrees_of_freedom;
    double at_95;
    double at_975;
    double at_999;
  };
  for (const Row& row : {Row{1, 6.314, 12.706, 318.309}, Row{2, 2.920, 4.303, 22.327}, Row{5, 2.015, 2.571, 5.893},
                         Row{10, 1.812, 2.228, 4.144}, Row{30, 1.697, 2.042, 3.385}, Row{100, 1.660, 1.984, 3.174}}) {
    EXPECT_NEAR(student_t_quantile(0.95, row.degrees_of_freedom), row.at_95, 5.01e-4) << row.degrees_of_freedom;
    EXPECT_NEAR(student_t_quantile(0.975, row.degrees_of_freedom), row.at_975, 5.01e-4) << row.degrees_of_freedom;
    EXPECT_NEAR(student_t_quantile(0.999, row.degrees_of_freedom), row.at_999, 5.01e-4) << row.degrees_of_freedom;
  }
}

TEST(StudentT, HasItsClosedForms) {
  for (const double p : {1e-6, 0.01, 0.3, 0.5, 0.6, 0.975, 0.9999}) {
    const double one = std::tan(k_pi * (p - 0.5));
    EXPECT_NEAR(student_t_quantile(p, 1), one, 1e-9 * std::abs(one) + 1e-15) << p;
    const double two = (2 * p - 1) / std::sqrt(2 * p * (1 - p));
    EXPECT_NEAR(student_t_quantile(p, 2), two, 1e-10 * std::abs(two) + 1e-15) << p;
  }
}

TEST(StudentT, QuantileInvertsTheDistribution) {
  for (const double v : {0.5, 1.0, 3.0, 19.0, 200.0, 12345.0, 9e5, 2e6}) {
    for (const double p : {1e-4, 0.025, 0.2, 0.7, 0.995}) {
      EXPECT_NEAR(student_t_cdf(student_t_quantile(p, v), v), p, 1e-9) << "p " << p << " degrees " << v;
    }
    EXPECT_EQ(student_t_cdf(std::numeric_limits<double>::infinity(), v), 1.0);
    EXPECT_EQ(student_t_cdf(-std::numeric_limits<double>::infinity(), v), 0.0);
  }
}

TEST(StudentT, JoinsTheNormalSmoothly) {
  EXPECT_NEAR(student_t_quantile(0.975, 999999), student_t_quantile(0.975, 1000001), 1e-8);
  EXPECT_EQ(student_t_cdf(1e5, 2e6), 1.0);
  EXPECT_EQ(student_t_cdf(-1e5, 2e6), 0.0);
  EXPECT_NEAR(student_t_quantile(0.975, 1e12), 1.959963984540054, 1e-8);
}

TEST(Binomial, EqualsTheSumOfItsTerms) {
  for (const double p : {0.1, 0.5, 0.93}) {
    constexpr int k_trials = 12;
    double term = std::pow(1 - p, k_trials);
    double sum = 0.0;
    for (int k = 0; k < k_trials; ++k) {
      sum += term;
      EXPECT_NEAR(binomial_cdf(k, k_trials, p), sum, 1e-13) << k << " " << p;
      term *= p / (1 - p) * (k_trials - k) / (k + 1);
    }
  }
  EXPECT_EQ(binomial_cdf(-1, 5, 0.5), 0.0);
  EXPECT_EQ(binomial_cdf(5, 5, 0.5), 1.0);
  EXPECT_EQ(binomial_cdf(2, 5, 0.0), 1.0);
  EXPECT_EQ(binomial_cdf(2, 5, 1.0), 0.0);
}

template <class Call>
std::string message_of(Call call) {
  try {
    (void)call();
    return "accepted";
  } catch (const InvalidArgument& error) {
    return error.what();
  }
}

TEST(Distribution, NamesBadArguments) {
  const double nan = std::nan("");
  EXPECT_EQ(message_of([] { return gamma_lower(0, 1); }), "a: must be positive, got 0.000000");
  EXPECT_EQ(message_of([] { return gamma_upper(1, -1); }), "x: must not be negative, got -1.000000");
  EXPECT_EQ(message_of([] { return beta_lower(1, 0, 0.5); }), "b: must be positive, got 0.000000");
  EXPECT_EQ(message_of([] { return beta_lower(1, 1, 1.5); }), "x: must be in [0, 1], got 1.500000");
  EXPECT_EQ(message_of([] { return chi_square_upper(-1, 1); }), "statistic: must not be negative, got -1.000000");
  EXPECT_EQ(message_of([] { return chi_square_upper(1, 0); }), "degrees_of_freedom: must be positive, got 0.000000");
  EXPECT_EQ(message_of([nan] { return student_t_cdf(nan, 1); }), "t: must be a number, got nan");
  EXPECT_EQ(message_of([] { return student_t_quantile(1, 5); }), "p: must be between 0 and 1, got 1.000000");
  EXPECT_EQ(message_of([] { return binomial_cdf(1, -1, 0.5); }), "trials: must not be negative, got -1.000000");
  EXPECT_EQ(message_of([] { return binomial_cdf(1, 2, 1.5); }), "p: must be in [0, 1], got 1.500000");
}

}  // namespace
}  // namespace waterbed
