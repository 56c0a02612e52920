#pragma once

#include "exact.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <cstdint>
#include <stdexcept>

namespace waterbed::internal {

/// Books payments in whole cents by term, each with its date, so that the dated amounts always add up to the terms.
class Account {
 public:
  explicit Account(Settlement& settlement) : settlement_(settlement) {}

  /// Rounds once. @param month  as in DatedAmount
  Money pay(TermKind term, const Exact& amount, int month) {
    const Money cents = to_cents(amount);
    pay(term, cents, month);
    return cents;
  }
  /// @pre `cents` is in whole cents
  /// @throws std::overflow_error if the amounts, signs aside, would not add up within +-9.2e12: so no sum of them can
  /// wrap
  void pay(TermKind term, Money cents, int month) {
    if (cents == Money{}) {
      return;
    }
    if (__builtin_add_overflow(magnitudes_, cents.micro < 0 ? -cents.micro : cents.micro, &magnitudes_)) {
      throw std::overflow_error("amount out of range");
    }
    settlement_.by_term[static_cast<std::size_t>(term)] += cents;
    settlement_.cash.push_back({month, term, cents});
  }

 private:
  Settlement& settlement_;
  std::int64_t magnitudes_ = 0;
};

}  // namespace waterbed::internal
