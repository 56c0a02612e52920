#include "waterbed/stats/moments.hpp"

#include "waterbed/core/error.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace waterbed {
namespace {

__extension__ using UnsignedInt128 = unsigned __int128;

Int128 checked_sum(Int128 a, Int128 b) {
  Int128 result = 0;
  if (__builtin_add_overflow(a, b, &result)) {
    throw std::overflow_error("sum of observations exceeds 128 bits");
  }
  return result;
}

void require_count(Index count, Index least) {
  if (count < least) {
    throw InvalidArgument("observations", "must be at least " + std::to_string(least), std::to_string(count));
  }
}

/// Whole part of the mean and what is left: sum = quotient * count + rest.
struct SplitMean {
  Int128 quotient;
  Int128 rest;
};

SplitMean split_mean(Int128 sum, Index count) { return {sum / count, sum % count}; }

/// Sum of (x - mean x)(y - mean y), from exact sums.
///
/// Observations are first shifted by the whole part of their mean, in arithmetic modulo 2^128: products on the way may
/// wrap, but the shifted sum fits and is exact. Only what the fractions of the means leave is subtracted in doubles.
double centred_sum(Int128 products, Int128 sum_x, Int128 sum_y, Index count) {
  const SplitMean x = split_mean(sum_x, count);
  const SplitMean y = split_mean(sum_y, count);
  const auto wrap = [](Int128 value) { return static_cast<UnsignedInt128>(value); };
  const auto shifted =
      static_cast<Int128>(wrap(products) - wrap(x.quotient) * wrap(sum_y) - wrap(y.quotient) * wrap(x.rest));
  const Int128 rests = x.rest * y.rest;
  constexpr Int128 k_room = std::numeric_limits<std::int64_t>::max();
  if (shifted < k_room && shifted > -k_room) {
    // Deviations of a few units: both parts are near in size, so subtract before rounding.
    return static_cast<double>(shifted * count - rests) / static_cast<double>(count);
  }
  return static_cast<double>(shifted) - static_cast<double>(rests) / static_cast<double>(count);
}

}  // namespace

void Moments::add(std::int64_t value) {
  // Both sums first: an observation that is refused leaves nothing behind.
  const Int128 squares = checked_sum(squares_, static_cast<Int128>(value) * value);
  sum_ = checked_sum(sum_, value);
  squares_ = squares;
  ++count_;
}

void Moments::merge(const Moments& other) {
  const Int128 squares = checked_sum(squares_, other.squares_);
  sum_ = checked_sum(sum_, other.sum_);
  squares_ = squares;
  count_ += other.count_;
}

double Moments::mean() const {
  require_count(count_, 1);
  const SplitMean split = split_mean(sum_, count_);
  return static_cast<double>(split.quotient) + static_cast<double>(split.rest) / static_cast<double>(count_);
}

double Moments::variance() const {
  require_count(count_, 2);
  return centred_sum(squares_, sum_, sum_, count_) / static_cast<double>(count_ - 1);
}

double Moments::standard_error() const { return std::sqrt(variance() / static_cast<double>(count_)); }

void PairMoments::add(Observation observation) {
  PairMoments next = *this;
  next.products_ = checked_sum(products_, static_cast<Int128>(observation.x) * observation.y);
  next.x_.add(observation.x);
  next.y_.add(observation.y);
  *this = next;
}

void PairMoments::merge(const PairMoments& other) {
  PairMoments next = *this;
  next.products_ = checked_sum(products_, other.products_);
  next.x_.merge(other.x_);
  next.y_.merge(other.y_);
  *this = next;
}

double PairMoments::covariance() const {
  require_count(count(), 2);
  return centred_sum(products_, x_.sum(), y_.sum(), count()) / static_cast<double>(count() - 1);
}

}  // namespace waterbed
