#include "waterbed/core/money.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace waterbed {
namespace {

TEST(Money, CountsMicroEuroExactly) {
  EXPECT_EQ(Money::from_cents(123).micro, 1'230'000);
  EXPECT_EQ(Money::from_euro(0.1).micro, 100'000);
  Money sum{};
  for (int i = 0; i < 10; ++i) {
    sum += Money::from_euro(0.1);
  }
  EXPECT_EQ(sum, Money::from_euro(1.0));
  EXPECT_EQ(sum - Money::from_cents(25) * 4, Money{});
  EXPECT_EQ(-Money::from_cents(5), Money::from_cents(-5));
  EXPECT_LT(Money::from_cents(-5), Money::from_cents(3));
}

TEST(Money, TimesARateRoundsHalfAwayFromZeroOnBothSides) {
  const Rate half{Rate::k_one / 2};
  EXPECT_EQ(Money{1} * half, Money{1});
  EXPECT_EQ(Money{3} * half, Money{2});
  EXPECT_EQ(Money{-1} * half, Money{-1});
  EXPECT_EQ(Money{-3} * half, Money{-2});
  EXPECT_EQ(Money{5} * Rate{Rate::k_one / 5}, Money{1});
  EXPECT_EQ(half * Money::from_cents(101), Money{505'000});
}

TEST(Money, TimesARateIsExactWhereSixtyFourBitsWouldOverflow) {
  const Money nine_billion = Money::from_cents(900'000'000'000);
  EXPECT_EQ(nine_billion * Rate::from_double(0.013), Money::from_cents(11'700'000'000));
}

TEST(Money, ShareOfAPopulationBudgetIsExactToTheCent) {
  // 256,000 people at EUR 61.17 each, of which 2.35 %: 15,659,520.00 * 0.0235 = 367,998.72.
  const Money budget = Money::from_cents(6'117) * 256'000;
  EXPECT_EQ((budget * Rate::from_double(0.0235)).to_cents(), 36'799'872);
}

TEST(Money, RoundsToTheNearestCentHalfAwayFromZero) {
  EXPECT_EQ(round_to_cents(Money{5'000}), Money::from_cents(1));
  EXPECT_EQ(round_to_cents(Money{4'999}), Money{});
  EXPECT_EQ(round_to_cents(Money{-5'000}), Money::from_cents(-1));
  EXPECT_EQ(round_to_cents(Money{-4'999}), Money{});
  EXPECT_EQ(Money{14'999}.to_cents(), 1);
  EXPECT_EQ(Money{15'000}.to_cents(), 2);
  EXPECT_EQ(Money::from_cents(-70).to_cents(), -70);
}

TEST(Money, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Money::from_euro(9e12), std::invalid_argument);
  EXPECT_THROW(Money::from_euro(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
  EXPECT_THROW(Rate::from_double(std::numeric_limits<double>::infinity()), std::invalid_argument);
  EXPECT_THROW(Rate::from_double(-9e9), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(Money{std::numeric_limits<std::int64_t>::max()} * Rate{2 * Rate::k_one}),
               std::overflow_error);
}

TEST(Rate, KeepsNineDecimals) {
  EXPECT_EQ(Rate::from_double(0.5).nano, 500'000'000);
  EXPECT_EQ(Rate::from_double(0.0000000015).nano, 2);
  EXPECT_EQ(Rate::from_double(-0.25).to_double(), -0.25);
}

}  // namespace
}  // namespace waterbed
