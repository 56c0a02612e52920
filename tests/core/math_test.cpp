#include "waterbed/core/math.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace waterbed {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// Distance in representable doubles of one sign.
std::int64_t ulps_apart(double a, double b) {
  return std::abs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

struct Known {
  double x;
  double y;
};

TEST(ExactMath, ExpLogAndExpm1AgreeWithKnownDigits) {
  // Correctly rounded from 50-digit values (mpmath).
  EXPECT_LE(ulps_apart(exact::exp(1.0), 2.718281828459045235), 1);
  EXPECT_LE(ulps_apart(exact::exp(-0.1), 0.90483741803595957316), 1);
  EXPECT_LE(ulps_apart(exact::exp(50.0), 5.1847055285870724641e21), 1);
  EXPECT_LE(ulps_apart(exact::exp(-700.0), 9.859676543759770857e-305), 1);
  EXPECT_LE(ulps_apart(exact::log(2.0), 0.69314718055994530942), 1);
  EXPECT_LE(ulps_apart(exact::log(1e-300), -690.77552789821370518), 1);
  EXPECT_LE(ulps_apart(exact::expm1(1e-10), 1.000000000050000036434e-10), 1);
  EXPECT_LE(ulps_apart(exact::expm1(-1.0 / 12.0), -0.07995558537067674785), 1);
}

TEST(ExactMath, StaysWithinTwoUnitsOfTheCLibraryOverTheWholeRange) {
  for (int i = -3000; i <= 3000; ++i) {
    const double x = i * 0.2331;
    EXPECT_LE(ulps_apart(exact::exp(x), std::exp(x)), 2) << "x = " << x;
    const double y = std::exp(x);
    EXPECT_LE(ulps_apart(exact::log(y), std::log(y)), 2) << "y = " << y;
    EXPECT_LE(ulps_apart(exact::expm1(x), std::expm1(x)), 2) << "x = " << x;
  }
}

TEST(ExactMath, GivesTheseBitsOnEveryMachine) {
  EXPECT_EQ(exact::exp(0.3), 0x1.599058c8c1a96p+0);
  EXPECT_EQ(exact::log(0.3), -0x1.34378fcbda721p+0);
  EXPECT_EQ(exact::expm1(-0.3), -0x1.0966f2c7907f6p-2);
  EXPECT_EQ(exact::normal_cdf(-1.3), 0x1.8c7eaa3883ae1p-4);
  EXPECT_EQ(exact::normal_pdf(0.7), 0x1.3fbf7ebf6e2f8p-2);
  EXPECT_EQ(exact::normal_quantile(0.01), -0x1.29c5c4630ff0ep+1);
}

TEST(ExactMath, EndsAreExact) {
  EXPECT_EQ(exact::exp(0.0), 1.0);
  EXPECT_EQ(exact::exp(-k_infinity), 0.0);
  EXPECT_EQ(exact::exp(1000.0), k_infinity);
  EXPECT_EQ(exact::log(1.0), 0.0);
  EXPECT_EQ(exact::log(0.0), -k_infinity);
  EXPECT_TRUE(std::isnan(exact::log(-1.0)));
  EXPECT_EQ(exact::expm1(0.0), 0.0);
}

TEST(Normal, DistributionFunctionAgreesWithKnownDigitsInBothTails) {
  // Source: 50-digit values (mpmath, ncdf).
  constexpr std::array known = {Known{0.0, 0.5},
                                Known{1.0, 0.84134474606854294859},
                                Known{-1.0, 0.15865525393145705141},
                                Known{1.96, 0.97500210485177959134},
                                Known{-3.0, 0.0013498980316300945267},
                                Known{-6.0, 9.865876450376981407e-10},
                                Known{-10.0, 7.619853024160526066e-24}};
  for (const auto& [z, p] : known) {
    EXPECT_NEAR(exact::normal_cdf(z) / p, 1.0, 2e-14) << "z = " << z;
  }
}

TEST(Normal, DensityAgreesWithKnownDigits) {
  EXPECT_NEAR(exact::normal_pdf(0.0), 0.39894228040143267794, 1e-16);
  EXPECT_NEAR(exact::normal_pdf(2.0) / 0.053990966513188051949, 1.0, 1e-15);
}

TEST(Normal, QuantileAgreesWithKnownDigits) {
  // The first three: Wichura (1988), AS 241, test values.
  constexpr std::array known = {Known{0.25, -0.6744897501960817}, Known{0.001, -3.090232306167814},
                                Known{1e-20, -9.262340089798408}, Known{0.975, 1.9599639845400542},
                                Known{0.95, 1.6448536269514722},  Known{0.075, -1.4395314709384563},
                                Known{1e-10, -6.361340902404056}, Known{1e-300, -37.0470962993612}};
  for (const auto& [p, z] : known) {
    EXPECT_NEAR(exact::normal_quantile(p) / z, 1.0, 1e-14) << "p = " << p;
  }
  EXPECT_EQ(exact::normal_quantile(0.5), 0.0);
}

TEST(Normal, QuantileInvertsTheDistributionFunction) {
  for (int i = 1; i < 1000; ++i) {
    const double p = i / 1000.0;
    EXPECT_NEAR(exact::normal_cdf(exact::normal_quantile(p)) / p, 1.0, 1e-14) << "p = " << p;
  }
}

TEST(Normal, QuantileIsSymmetricAndRising) {
  double last = -k_infinity;
  for (int i = 1; i < 4096; ++i) {
    const double p = i / 4096.0;
    const double z = exact::normal_quantile(p);
    EXPECT_GT(z, last) << "p = " << p;
    EXPECT_EQ(z, -exact::normal_quantile(1.0 - p)) << "p = " << p;
    last = z;
  }
}

TEST(Normal, QuantileOutsideTheOpenIntervalIsInfiniteOrNotANumber) {
  EXPECT_EQ(exact::normal_quantile(0.0), -k_infinity);
  EXPECT_EQ(exact::normal_quantile(1.0), k_infinity);
  EXPECT_TRUE(std::isnan(exact::normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(exact::normal_quantile(1.1)));
}

}  // namespace
}  // namespace waterbed
