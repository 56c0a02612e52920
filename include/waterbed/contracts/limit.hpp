#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

enum class LimitBase : std::uint8_t { reference, revenue, amount };

/// A share of the benchmark or of the holder's own revenue, or an amount.
struct LimitPart {
  LimitBase base = LimitBase::reference;
  std::vector<Rate> shares;  ///< reference, revenue: one for every performance year, the last goes on
  Money amount{};            ///< amount: EUR
};

/// The share of a part in a performance year (from 1). @pre part.shares is not empty
Rate share_in(const LimitPart& part, int performance_year);

/// The most that is paid and the most that is owed: the least of the parts. No parts: no limit.
struct Limit {
  std::vector<LimitPart> up;
  std::vector<LimitPart> down;
};

}  // namespace waterbed
