#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace waterbed {

/// A share or rate as an integer number of 1e-9, so that money times a share is exact integer arithmetic.
struct Rate {
  std::int64_t nano = 0;

  static constexpr std::int64_t k_one = 1'000'000'000;

  /// @throws std::invalid_argument unless finite and within +-9e9.
  static Rate from_double(double value) {
    if (!(std::abs(value) < 9e9)) {
      throw std::invalid_argument("rate must be finite and below 9e9 in size");
    }
    return Rate{std::llround(value * 1e9)};
  }
  [[nodiscard]] constexpr double to_double() const { return static_cast<double>(nano) / 1e9; }
  friend constexpr auto operator<=>(Rate, Rate) = default;
};

/// An amount of money as an integer number of micro-euro (1e-6 EUR); exact under addition, whatever the order.
///
/// The range is +-9.2e12 EUR. Rounding happens only where a function says so, half away from zero.
struct Money {
  std::int64_t micro = 0;

  static constexpr std::int64_t k_micro_per_cent = 10'000;
  static constexpr std::int64_t k_micro_per_euro = 1'000'000;

  static constexpr Money from_cents(std::int64_t cents) { return Money{cents * k_micro_per_cent}; }

  /// Nearest micro-euro. @throws std::invalid_argument unless finite and within +-9e12 EUR.
  static Money from_euro(double euro) {
    if (!(std::abs(euro) < 9e12)) {
      throw std::invalid_argument("amount must be finite and below 9e12 EUR in size");
    }
    return Money{std::llround(euro * 1e6)};
  }

  [[nodiscard]] constexpr double to_euro() const { return static_cast<double>(micro) / 1e6; }
  [[nodiscard]] std::int64_t to_cents() const;

  constexpr Money& operator+=(Money other) {
    micro += other.micro;
    return *this;
  }
  constexpr Money& operator-=(Money other) {
    micro -= other.micro;
    return *this;
  }
  friend constexpr Money operator+(Money a, Money b) { return Money{a.micro + b.micro}; }
  friend constexpr Money operator-(Money a, Money b) { return Money{a.micro - b.micro}; }
  friend constexpr Money operator-(Money a) { return Money{-a.micro}; }
  friend constexpr Money operator*(Money a, std::int64_t units) { return Money{a.micro * units}; }
  friend constexpr auto operator<=>(Money, Money) = default;
};

/// a * b / c in 128 bits, rounded half away from zero. c must be positive.
/// @throws std::overflow_error if the result does not fit.
constexpr std::int64_t multiply_divide(std::int64_t a, std::int64_t b, std::int64_t c) {
  __extension__ using Wide = __int128;
  const Wide product = static_cast<Wide>(a) * b;
  const Wide half = c / 2;
  const Wide result = product >= 0 ? (product + half) / c : -((-product + half) / c);
  if (result > std::numeric_limits<std::int64_t>::max() || result < std::numeric_limits<std::int64_t>::min()) {
    throw std::overflow_error("amount out of range");
  }
  return static_cast<std::int64_t>(result);
}

/// Money times a rate, to the nearest micro-euro, half away from zero.
constexpr Money operator*(Money amount, Rate rate) {
  return Money{multiply_divide(amount.micro, rate.nano, Rate::k_one)};
}
constexpr Money operator*(Rate rate, Money amount) { return amount * rate; }

/// The nearest cent, half away from zero: how a settlement line is posted.
constexpr Money round_to_cents(Money amount) {
  return Money{multiply_divide(amount.micro, 1, Money::k_micro_per_cent) * Money::k_micro_per_cent};
}

inline std::int64_t Money::to_cents() const { return multiply_divide(micro, 1, k_micro_per_cent); }

}  // namespace waterbed
