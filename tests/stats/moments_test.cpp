#include "waterbed/stats/moments.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

namespace waterbed {
namespace {

Moments moments_of(const std::vector<std::int64_t>& values) {
  Moments moments;
  for (const auto value : values) {
    moments.add(value);
  }
  return moments;
}

TEST(Moments, GiveMeanVarianceAndStandardError) {
  const Moments moments = moments_of({2, 4, 4, 4, 5, 5, 7, 9});
  EXPECT_EQ(moments.count(), 8);
  EXPECT_EQ(moments.mean(), 5.0);
  EXPECT_DOUBLE_EQ(moments.variance(), 32.0 / 7);
  EXPECT_DOUBLE_EQ(moments.standard_error(), std::sqrt(32.0 / 7 / 8));
}

TEST(Moments, KeepSmallDeviationsFromLargeMeans) {
  // A sum of squares in doubles would lose every digit of these deviations.
  const std::int64_t base = 900'000'000'000'000'000;
  const Moments moments = moments_of({base + 1, base + 2, base + 3, base + 5});
  EXPECT_DOUBLE_EQ(moments.variance(), 8.75 / 3);
  const Moments negative = moments_of({-base - 1, -base - 2, -base - 3, -base - 5});
  EXPECT_DOUBLE_EQ(negative.variance(), 8.75 / 3);
}

TEST(Moments, OfEqualValuesVaryByExactlyZero) {
  for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-7}, std::int64_t{1'234'567'890'123'456}}) {
    EXPECT_EQ(moments_of({value, value, value}).variance(), 0.0);
    EXPECT_EQ(moments_of({value, value, value}).mean(), static_cast<double>(value));
  }
}

TEST(Moments, NameTooFewObservations) {
  EXPECT_THROW((void)Moments{}.mean(), InvalidArgument);
  EXPECT_THROW((void)moments_of({1}).variance(), InvalidArgument);
  try {
    (void)moments_of({1}).standard_error();
    ADD_FAILURE();
  } catch (const InvalidArgument& error) {
    EXPECT_STREQ(error.what(), "observations: must be at least 2, got 1");
  }
}

TEST(Moments, RefuseSumsThatDoNotFit) {
  Moments moments = moments_of({std::numeric_limits<std::int64_t>::min()});
  EXPECT_THROW(moments.add(std::numeric_limits<std::int64_t>::min()), std::overflow_error);
  EXPECT_EQ(moments.count(), 1) << "a refused observation leaves nothing behind";
  Moments other = moments;
  EXPECT_THROW(other.merge(moments), std::overflow_error);
  EXPECT_EQ(other, moments);
}

TEST(PairMoments, GiveTheCovariance) {
  PairMoments moments;
  for (const auto& [x, y] : std::vector<std::pair<int, int>>{{1, 2}, {2, 1}, {3, 7}, {6, 10}}) {
    moments.add({.x = x, .y = y});
  }
  // Means 3 and 5: (-2)(-3) + (-1)(-4) + 0 + 3 * 5 = 25.
  EXPECT_DOUBLE_EQ(moments.covariance(), 25.0 / 3);
  EXPECT_EQ(moments.sum_of_products(), 85);
  EXPECT_EQ(moments.x().mean(), 3.0);
  EXPECT_EQ(moments.y().mean(), 5.0);
}

TEST(PairMoments, RefuseWholeObservationsOrNone) {
  PairMoments moments;
  const std::int64_t huge = std::numeric_limits<std::int64_t>::min();
  moments.add({.x = huge, .y = 1});
  const PairMoments before = moments;
  EXPECT_THROW(moments.add({.x = huge, .y = 1}), std::overflow_error);
  EXPECT_EQ(moments, before);
  EXPECT_THROW(moments.merge(before), std::overflow_error);
  EXPECT_EQ(moments, before);
}

/// Small counts, and amounts up to 1e10 EUR in micro-euro.
rc::Gen<std::int64_t> amounts() {
  return rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-1000, 1000),
                        rc::gen::inRange<std::int64_t>(-10'000'000'000'000'000, 10'000'000'000'000'000));
}

RC_GTEST_PROP(MomentsProperty, MergeInAnyOrderIsOnePass, ()) {
  const auto values = *rc::gen::container<std::vector<std::int64_t>>(amounts());
  const auto cut = *rc::gen::inRange<std::size_t>(0, values.size() + 1);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(cut);
  const Moments left = moments_of({values.begin(), middle});
  const Moments right = moments_of({middle, values.end()});
  Moments forward = left;
  forward.merge(right);
  Moments backward = right;
  backward.merge(left);
  const Moments all = moments_of(values);
  RC_ASSERT(forward == all);
  RC_ASSERT(backward == all);
  auto reversed = values;
  std::reverse(reversed.begin(), reversed.end());
  RC_ASSERT(moments_of(reversed) == all);
}

RC_GTEST_PROP(MomentsProperty, MergingNothingChangesNothing, ()) {
  const Moments moments = moments_of(*rc::gen::container<std::vector<std::int64_t>>(amounts()));
  Moments merged = moments;
  merged.merge(Moments{});
  RC_ASSERT(merged == moments);
}

RC_GTEST_PROP(MomentsProperty, VarianceEqualsTheSumOfSquaredDeviations, ()) {
  const auto values = *rc::gen::suchThat(rc::gen::container<std::vector<std::int64_t>>(amounts()),
                                         [](const auto& v) { return v.size() >= 2; });
  const Moments moments = moments_of(values);
  const auto n = static_cast<double>(values.size());
  double squares = 0.0;
  for (const auto value : values) {
    // Deviations times n are whole numbers, so only the square is rounded.
    const Int128 scaled = static_cast<Int128>(value) * static_cast<Int128>(values.size()) - moments.sum();
    squares += static_cast<double>(scaled) * static_cast<double>(scaled) / (n * n);
  }
  RC_ASSERT(std::abs(moments.variance() - squares / (n - 1)) <= 1e-12 * squares);
}

RC_GTEST_PROP(PairMomentsProperty, MergesExactlyAndObeysTheIdentities, ()) {
  const auto xs = *rc::gen::suchThat(rc::gen::container<std::vector<std::int64_t>>(amounts()),
                                     [](const auto& v) { return v.size() >= 2; });
  PairMoments with_itself;
  PairMoments with_opposite;
  PairMoments left;
  PairMoments right;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    with_itself.add({.x = xs[i], .y = xs[i]});
    with_opposite.add({.x = xs[i], .y = -xs[i]});
    (i % 3 == 0 ? left : right).add({.x = xs[i], .y = xs[i]});
  }
  left.merge(right);
  RC_ASSERT(left == with_itself);
  RC_ASSERT(with_itself.covariance() == with_itself.x().variance());
  RC_ASSERT(with_opposite.covariance() == -with_opposite.x().variance());
}

}  // namespace
}  // namespace waterbed
