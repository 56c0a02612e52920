#pragma once

#include "exact.hpp"
#include "waterbed/contracts/settlement.hpp"

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
  void pay(TermKind term, Money cents, int month) {
    if (cents == Money{}) {
      return;
    }
    settlement_.by_term[static_cast<std::size_t>(term)] += cents;
    settlement_.cash.push_back({month, term, cents});
  }

 private:
  Settlement& settlement_;
};

}  // namespace waterbed::internal
