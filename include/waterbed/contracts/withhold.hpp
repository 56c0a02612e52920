#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

enum class WithholdBase : std::uint8_t {
  reference,  ///< of the benchmark after discount
  base        ///< of the contract's base payments
};

enum class EarnedBy : std::uint8_t {
  quality,  ///< by the quality value, see Quality
  staying   ///< by staying in the contract to the end of the year
};

/// Money held back at first and paid as far as it is earned.
struct WithholdPart {
  WithholdBase of = WithholdBase::reference;
  Rate share{};  ///< 0..1
  EarnedBy earned_by = EarnedBy::quality;
};

/// On the benchmark: B * (1 - share * (1 - earned)), one part after the other on the same B. On base payments: what was
/// not earned is not paid.
struct Withhold {
  std::vector<WithholdPart> parts;
};

}  // namespace waterbed
