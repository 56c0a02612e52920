#pragma once

#include "waterbed/core/money.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

enum class LimitBase : std::uint8_t { reference, revenue };

/// A share of the benchmark or of the holder's own revenue.
struct LimitPart {
  LimitBase base = LimitBase::reference;
  Rate share{};
};

/// The most that is paid and the most that is owed: the least of the parts. No parts: no limit.
struct Limit {
  std::vector<LimitPart> up;
  std::vector<LimitPart> down;
};

}  // namespace waterbed
