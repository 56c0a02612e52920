#pragma once

#include "waterbed/core/money.hpp"

#include <string>
#include <vector>

namespace waterbed {

struct SplitPart {
  std::string party;
  Rate weight{};  ///< >= 0; shares are weight over the sum of weights
};

/// Who shares in the settlement; without settlement terms, in the base payments.
struct Split {
  std::vector<SplitPart> parts;
};

struct PartyAmount {
  std::string party;
  Money amount{};
};

/// Divides whole cents by weight; the cents left go to the largest fractions, the first party first when equal.
/// The parts always add up to the amount.
/// @throws std::invalid_argument if no weight is positive
std::vector<PartyAmount> divide(const Split& split, Money amount);

/// Share of a party, 0..1; 0 if it is not in the split.
double split_share(const Split& split, const std::string& party);

}  // namespace waterbed
