#pragma once

#include <cstdint>

namespace waterbed::internal {

/// Divides an amount in proportion to weights that come one by one, in whole units that add up to it exactly.
///
/// The part of a weight is floor(amount * sum up to it / sum of all) less the same before it. The quotient is kept to
/// 2^-64, rounded up, so that the last part closes the sum: with a sum below 2^63 the error stays under half a unit.
class Apportioner {
 public:
  /// @param amount  >= 0
  /// @param sum     of all weights, above 0
  Apportioner(std::int64_t amount, std::int64_t sum) : whole_(amount / sum), fraction_(quotient(amount % sum, sum)) {}

  /// @param weight  >= 0; the sum of all is the one given
  std::int64_t next(std::int64_t weight) {
    sum_ += weight;
    const std::int64_t upto =
        whole_ * sum_ + static_cast<std::int64_t>((static_cast<Wide>(sum_) * fraction_) >> k_bits);
    const std::int64_t part = upto - given_;
    given_ = upto;
    return part;
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr int k_bits = 64;

  static std::uint64_t quotient(std::int64_t rest, std::int64_t sum) {
    const Wide over = static_cast<Wide>(sum);
    return static_cast<std::uint64_t>(((static_cast<Wide>(rest) << k_bits) + over - 1) / over);
  }

  std::int64_t whole_;
  std::uint64_t fraction_;
  std::int64_t sum_ = 0;
  std::int64_t given_ = 0;
};

}  // namespace waterbed::internal
