#include "waterbed/contracts/limit.hpp"

#include <algorithm>

namespace waterbed {

Rate share_in(const LimitPart& part, int performance_year) {
  const auto year = static_cast<std::size_t>(std::max(1, performance_year));
  return part.shares[std::min(year, part.shares.size()) - 1];
}

}  // namespace waterbed
