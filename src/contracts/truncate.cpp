#include "waterbed/contracts/truncate.hpp"

#include <algorithm>
#include <stdexcept>

namespace waterbed {

Money truncated_sum(std::span<const Money> spending, Money level) {
  std::int64_t sum = 0;
  for (const Money person : spending) {
    if (__builtin_add_overflow(sum, std::min(person, level).micro, &sum)) {
      throw std::overflow_error("counted spending out of range");
    }
  }
  return Money{sum};
}

}  // namespace waterbed
