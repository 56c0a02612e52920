#pragma once

#include "waterbed/core/ids.hpp"

#include <cstdint>

namespace waterbed {

/// 128-bit integer, for sums that must stay exact.
__extension__ using Int128 = __int128;

/// Exact first and second moments of whole-number observations, such as micro-euro per replication.
///
/// Sums are integers, so merging parts in any order gives the same bits as one pass. Values up to 1e16 in size leave
/// room for a million observations.
class Moments {
 public:
  /// @throws std::overflow_error if a sum no longer fits in 128 bits
  void add(std::int64_t value);
  /// As if the other's observations had been added here. @throws std::overflow_error as add()
  void merge(const Moments& other);

  [[nodiscard]] Index count() const { return count_; }
  [[nodiscard]] Int128 sum() const { return sum_; }
  [[nodiscard]] Int128 sum_of_squares() const { return squares_; }

  /// @throws InvalidArgument without observations
  [[nodiscard]] double mean() const;
  /// Sample variance, divisor n - 1; without the cancellation of a sum of squares. @throws InvalidArgument below two
  [[nodiscard]] double variance() const;
  /// Standard error of the mean: the simulation error, which more replications shrink. @throws as variance()
  [[nodiscard]] double standard_error() const;

  friend bool operator==(const Moments&, const Moments&) = default;

 private:
  Index count_ = 0;
  Int128 sum_ = 0;
  Int128 squares_ = 0;
};

/// Exact moments of two quantities observed together, such as two differences in one replication.
class PairMoments {
 public:
  /// What is seen in one replication.
  struct Observation {
    std::int64_t x = 0;
    std::int64_t y = 0;
  };

  /// @throws std::overflow_error if a sum no longer fits in 128 bits
  void add(Observation observation);
  /// As if the other's observations had been added here. @throws std::overflow_error as add()
  void merge(const PairMoments& other);

  [[nodiscard]] Index count() const { return x_.count(); }
  [[nodiscard]] const Moments& x() const { return x_; }
  [[nodiscard]] const Moments& y() const { return y_; }
  [[nodiscard]] Int128 sum_of_products() const { return products_; }
  /// Sample covariance, divisor n - 1. @throws InvalidArgument below two observations
  [[nodiscard]] double covariance() const;

  friend bool operator==(const PairMoments&, const PairMoments&) = default;

 private:
  Moments x_;
  Moments y_;
  Int128 products_ = 0;
};

}  // namespace waterbed
