#include "waterbed/stats/interval.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"
#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <variant>

namespace waterbed {
namespace {

TEST(SimulationErrorOfAMean, IsTheStudentInterval) {
  Moments moments;
  for (const int value : {48, 50, 51, 52, 54}) {
    moments.add(value);
  }
  // Mean 51, variance 5, standard error 1; t(0.975, 4) = 2.776, t(0.995, 4) = 4.604 (NIST e-Handbook 1.3.6.7.2).
  const SimulationError usual = simulation_error(moments);
  EXPECT_DOUBLE_EQ(usual.standard_error, 1.0);
  EXPECT_NEAR(usual.interval.low, 51 - 2.776, 5.01e-4);
  EXPECT_NEAR(usual.interval.high, 51 + 2.776, 5.01e-4);
  const SimulationError wide = simulation_error(moments, 0.99);
  EXPECT_NEAR(wide.interval.high, 51 + 4.604, 5.01e-4);
}

TEST(SimulationErrorOfAMean, NamesBadArguments) {
  Moments moments;
  moments.add(1);
  EXPECT_THROW((void)simulation_error(moments), InvalidArgument);
  moments.add(2);
  EXPECT_THROW((void)simulation_error(moments, 1.0), InvalidArgument);
}

TEST(Wilson, IsThePublishedIntervalOfNewcombesExamples) {
  // Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
  struct Example {
    Index successes, trials;
    double low, high;
  };
  for (const Example& e : {Example{81, 263, 0.2553, 0.3662}, Example{15, 148, 0.0624, 0.1605},
                           Example{0, 20, 0.0, 0.1611}, Example{1, 29, 0.0061, 0.1718}}) {
    const Interval found = wilson(e.successes, e.trials);
    EXPECT_NEAR(found.low, e.low, 5.01e-5) << e.successes << " of " << e.trials;
    EXPECT_NEAR(found.high, e.high, 5.01e-5) << e.successes << " of " << e.trials;
    const Interval mirrored = wilson(e.trials - e.successes, e.trials);
    EXPECT_NEAR(mirrored.low, 1.0 - found.high, 1e-15);
  }
}

TEST(Wilson, NamesBadArguments) {
  EXPECT_THROW((void)wilson(0, 0), InvalidArgument);
  EXPECT_THROW((void)wilson(3, 2), InvalidArgument);
  EXPECT_THROW((void)wilson(-1, 2), InvalidArgument);
  EXPECT_THROW((void)wilson(1, 2, 0.0), InvalidArgument);
}

constexpr RatioEstimate k_estimate{.numerator = 3.0,
                                   .denominator = 10.0,
                                   .numerator_variance = 0.5,
                                   .denominator_variance = 1.0,
                                   .covariance = 0.2,
                                   .degrees_of_freedom = 19};

TEST(Fieller, EndsAreTheRatiosThatATestWouldJustAccept) {
  // By definition an end R solves (a - R b)^2 = t^2 (v_aa - 2 R v_ab + R^2 v_bb); t(0.975, 19) = 2.093024054408263.
  const double t = 2.093024054408263;
  for (const double sign : {1.0, -1.0}) {
    RatioEstimate estimate = k_estimate;
    estimate.denominator *= sign;
    const auto result = fieller(estimate);
    ASSERT_TRUE(std::holds_alternative<BoundedRatio>(result));
    const auto& bounded = std::get<BoundedRatio>(result);
    EXPECT_DOUBLE_EQ(bounded.ratio, 0.3 * sign);
    EXPECT_TRUE(bounded.interval.contains(bounded.ratio));
    for (const double end : {bounded.interval.low, bounded.interval.high}) {
      const double distance = estimate.numerator - end * estimate.denominator;
      const double variance =
          estimate.numerator_variance - 2 * end * estimate.covariance + end * end * estimate.denominator_variance;
      EXPECT_NEAR(distance * distance, t * t * variance, 1e-9) << "sign " << sign << " end " << end;
    }
  }
}

TEST(Fieller, IsTheScaledStudentIntervalForACertainDenominator) {
  RatioEstimate estimate = k_estimate;
  estimate.denominator_variance = 0.0;
  estimate.covariance = 0.0;
  const auto bounded = std::get<BoundedRatio>(fieller(estimate));
  const double half_width = 2.093024054408263 * std::sqrt(0.5) / 10;
  EXPECT_NEAR(bounded.interval.low, 0.3 - half_width, 1e-9);
  EXPECT_NEAR(bounded.interval.high, 0.3 + half_width, 1e-9);
}

TEST(Fieller, HasNoWidthWhenBothMoveAsOne) {
  const RatioEstimate estimate{.numerator = 6.0,
                               .denominator = 3.0,
                               .numerator_variance = 0.4,
                               .denominator_variance = 0.1,
                               .covariance = 0.2,
                               .degrees_of_freedom = 10};
  const auto bounded = std::get<BoundedRatio>(fieller(estimate));
  EXPECT_NEAR(bounded.interval.low, 2.0, 1e-7);
  EXPECT_NEAR(bounded.interval.high, 2.0, 1e-7);
}

TEST(Fieller, IsUnboundedWhenTheDenominatorMayBeZero) {
  RatioEstimate estimate = k_estimate;
  estimate.denominator_variance = std::pow(10.0 / 2.0930, 2);  // just under t standard errors from zero
  EXPECT_TRUE(std::holds_alternative<BoundedRatio>(fieller({.numerator = 3.0,
                                                            .denominator = 10.0,
                                                            .numerator_variance = 0.5,
                                                            .denominator_variance = std::pow(10.0 / 2.0931, 2),
                                                            .covariance = 0.2,
                                                            .degrees_of_freedom = 19})));
  const auto result = fieller(estimate);
  ASSERT_TRUE(std::holds_alternative<UnboundedRatio>(result));
  EXPECT_DOUBLE_EQ(std::get<UnboundedRatio>(result).ratio, 0.3);
  estimate.denominator = 0.0;
  EXPECT_TRUE(std::isnan(std::get<UnboundedRatio>(fieller(estimate)).ratio));
}

std::string message_of(const RatioEstimate& estimate, double confidence) {
  try {
    (void)fieller(estimate, confidence);
    return "accepted";
  } catch (const InvalidArgument& error) {
    return error.what();
  }
}

TEST(Fieller, NamesBadArguments) {
  RatioEstimate estimate = k_estimate;
  estimate.covariance = 0.8;
  EXPECT_EQ(message_of(estimate, 0.95), "covariance: must not exceed what the variances allow, got 0.800000");
  estimate = k_estimate;
  estimate.numerator_variance = -1;
  EXPECT_EQ(message_of(estimate, 0.95), "numerator_variance: must be finite and not negative, got -1.000000");
  estimate = k_estimate;
  estimate.degrees_of_freedom = 0;
  EXPECT_EQ(message_of(estimate, 0.95), "degrees_of_freedom: must be positive, got 0.000000");
  EXPECT_EQ(message_of(k_estimate, 0.0), "confidence: must be between 0 and 1, got 0.000000");
}

TEST(RatioOfMeans, TakesVariancesOfMeans) {
  PairMoments moments;
  moments.add({.x = 1, .y = 2});
  moments.add({.x = 2, .y = 1});
  moments.add({.x = 3, .y = 7});
  moments.add({.x = 6, .y = 10});
  const RatioEstimate estimate = ratio_of_means(moments);
  EXPECT_EQ(estimate.numerator, 3.0);
  EXPECT_EQ(estimate.denominator, 5.0);
  EXPECT_DOUBLE_EQ(estimate.numerator_variance, 14.0 / 3 / 4);
  EXPECT_DOUBLE_EQ(estimate.denominator_variance, 54.0 / 3 / 4);
  EXPECT_DOUBLE_EQ(estimate.covariance, 25.0 / 3 / 4);
  EXPECT_EQ(estimate.degrees_of_freedom, 3.0);
}

TEST(Fieller, HoldsTheTrueRatioAsOftenAsItSays) {
  // Correlated normal pairs in 20 replications, true ratio 0.3, at signals of 5, 6 and 10 standard errors of the mean.
  constexpr std::uint32_t k_trials = 2000;
  constexpr std::uint32_t k_replications = 20;
  constexpr double k_unit = 1e9;
  for (const double signal : {5.0, 6.0, 10.0}) {
    int held = 0;
    for (std::uint32_t trial = 0; trial < k_trials; ++trial) {
      PairMoments moments;
      for (std::uint32_t r = 0; r < k_replications; ++r) {
        const Words words =
            draw(41, {.replication = r, .person = trial, .cycle = 0, .purpose = Purpose::bootstrap, .k = 0});
        const double common = standard_normal(first_pair(words));
        const double own = standard_normal(second_pair(words));
        const double y = signal / std::sqrt(static_cast<double>(k_replications)) + common;
        const double x = 0.3 * signal / std::sqrt(static_cast<double>(k_replications)) + 0.5 * common + 0.8 * own;
        moments.add({.x = std::llround(x * k_unit), .y = std::llround(y * k_unit)});
      }
      const auto result = fieller(ratio_of_means(moments));
      const auto* bounded = std::get_if<BoundedRatio>(&result);
      // An unbounded answer excludes nothing near the estimate; it counts as held, and is rare at these signals.
      held += bounded == nullptr || bounded->interval.contains(0.3) ? 1 : 0;
    }
    EXPECT_NEAR(held, 0.95 * k_trials, 3 * std::sqrt(0.95 * 0.05 * k_trials)) << "signal " << signal;
  }
}

TEST(PrintRule, AsksForFiveStandardErrorsOfAPositivePress) {
  EXPECT_TRUE(is_printable_denominator(5.01, 1.0));
  EXPECT_FALSE(is_printable_denominator(5.0, 1.0));
  EXPECT_FALSE(is_printable_denominator(-50.0, 1.0)) << "the pressed part grew";
  EXPECT_FALSE(is_printable_denominator(0.0, 0.0));
}

TEST(PrintRule, SaysHowManyReplicationsAreNeeded) {
  // At a signal of 2.5 with 40 replications four times as many double the signal.
  EXPECT_EQ(replications_to_print(40, 2.5, 1.0), 160);
  EXPECT_EQ(replications_to_print(40, 10.0, 1.0), 10);
  EXPECT_EQ(replications_to_print(40, 10.0, 0.0), 1);
  EXPECT_EQ(replications_to_print(7, 3.0, 1.0), 20);  // 19.4, rounded up
  EXPECT_THROW((void)replications_to_print(40, -1.0, 1.0), InvalidArgument);
  EXPECT_THROW((void)replications_to_print(0, 1.0, 1.0), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
