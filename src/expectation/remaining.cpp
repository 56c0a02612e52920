#include "waterbed/expectation/remaining.hpp"

#include <algorithm>
#include <cstddef>

namespace waterbed {

const RemainingRow& RemainingLife::at(Sex sex, int age) const {
  const std::size_t ages = rows.size() / k_sexes;
  const std::size_t row = std::min(static_cast<std::size_t>(std::max(0, age)), ages - 1);
  return rows[static_cast<std::size_t>(sex) * ages + row];
}

}  // namespace waterbed
