#pragma once

#include "waterbed/contracts/payoff.hpp"

#include <functional>
#include <string>

namespace waterbed::internal {

/// Payoff of a contract that does not share counted spending.
Payoff base_payoff(const Contract& contract, const Facts& facts);

/// The same of one that has neither fees, bundles, a lump sum nor capitation.
Payoff outcome_payoff(const Contract& contract, const Facts& facts);

/// Puts a place on the axis into the facts and gives the place that they came to hold, which is rounded.
using SetFacts = std::function<double(Facts&, double)>;

/// The curve with the pieces of `shape` on which settle() lies.
/// @param scale  distance on the axis over which cents do not tell
PaymentCurve settled_curve(const Contract& contract, const Facts& facts, PaymentCurve shape, double scale,
                           const SetFacts& set);

/// Marks in ascending order, and a range around them.
void finish(Payoff& payoff);

/// @param term  the term that asks for the fact; empty: none alone
/// @throws FactsError
[[noreturn]] void fail(const std::string& fact, const std::string& rule, const std::string& term = {});

}  // namespace waterbed::internal
