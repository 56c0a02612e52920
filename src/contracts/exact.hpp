#pragma once

#include "waterbed/contracts/gate.hpp"
#include "waterbed/core/money.hpp"

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>

namespace waterbed::internal {

/// Exact fraction, so that a settlement rounds once and equality at a gate means equality. Money is in micro-euro.
using Exact = boost::multiprecision::cpp_rational;
using BigInteger = boost::multiprecision::cpp_int;

inline Exact fraction(Money amount) { return Exact(amount.micro); }
inline Exact fraction(Rate rate) { return Exact(rate.nano, Rate::k_one); }
inline Exact fraction(ExactShare share) { return Exact(share.numerator, share.denominator); }

/// Nearest multiple of `unit` micro-euro, half away from zero. @throws std::overflow_error
inline Money rounded(const Exact& amount, std::int64_t unit) {
  const BigInteger over = denominator(amount) * unit;
  const BigInteger magnitude = (abs(numerator(amount)) * 2 + over) / (over * 2);
  const BigInteger micro = (numerator(amount) < 0 ? BigInteger(-magnitude) : magnitude) * unit;
  if (micro > std::numeric_limits<std::int64_t>::max() || micro < std::numeric_limits<std::int64_t>::min()) {
    throw std::overflow_error("amount out of range");
  }
  return Money{static_cast<std::int64_t>(micro)};
}

/// Nearest cent, half away from zero: how a settlement line is posted.
inline Money to_cents(const Exact& amount) { return rounded(amount, Money::k_micro_per_cent); }

/// Euro in double, for forecasts.
inline double to_euro(const Exact& micro) { return micro.convert_to<double>() / 1e6; }

}  // namespace waterbed::internal
