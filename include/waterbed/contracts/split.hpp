#pragma once

#include "waterbed/core/money.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed {

struct SplitPart {
  std::string party;
  Rate weight{};  ///< >= 0; shares are weight over the sum of weights
};

/// A claim that is met before those after it.
struct WaterfallStep {
  std::string party;
  std::optional<Money> up_to{};  ///< EUR; only the last step is open
};

/// Who shares in the settlement; without settlement terms, in the base payments. Either weights or a waterfall.
struct Split {
  std::vector<SplitPart> parts{};
  std::vector<WaterfallStep> waterfall{};
};

struct PartyAmount {
  std::string party;
  Money amount{};
};

/// Divides whole cents. By weight: the cents left go to the largest fractions, the first party first when equal. By
/// waterfall: each claim in turn; an amount that is owed is borne by the last party. The parts always add up.
/// @throws std::invalid_argument if no weight is positive and there is no waterfall
std::vector<PartyAmount> divide(const Split& split, Money amount);

/// Share of a party in the next euro when `amount` EUR is divided, 0..1; 0 if it is not in the split.
double split_share(const Split& split, const std::string& party, double amount = 0.0);

}  // namespace waterbed
