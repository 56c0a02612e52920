#pragma once

#include "waterbed/contracts/facts.hpp"

#include <string_view>

namespace waterbed::internal {

/// Puts one number of a column into the facts. @throws std::invalid_argument with the rule that it breaks
using SetFact = void (*)(Facts& facts, double value);

/// Null if no such fact can differ from case to case.
SetFact find_fact_column(std::string_view name);

}  // namespace waterbed::internal
