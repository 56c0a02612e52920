#pragma once

#include "exact.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/reinsure.hpp"
#include "waterbed/contracts/truncate.hpp"

namespace waterbed::internal {

/// Spending of one year after the cut, and the levels at which it was made.
struct CutSpend {
  Exact sum = 0;
  CutLevels levels;
};

/// Cuts by the levels that the rule finds in this very spending. Nobody: zero.
/// @throws std::overflow_error
CutSpend cut_spend(const CountedSpend& counted, const Truncate* truncate);

/// What a reinsurer bears of spending that was cut before.
Exact reinsured_spend(const CountedSpend& counted, const CutSpend& cut, const Reinsure& reinsure);

/// True if spending is given person by person, or episode by episode.
inline bool is_detailed(const CountedSpend& counted) { return !counted.persons.empty() || !counted.groups.empty(); }

}  // namespace waterbed::internal
