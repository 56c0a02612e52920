#pragma once

#include "waterbed/contracts/contract.hpp"

#include <array>
#include <string_view>

namespace waterbed {

/// Where a performance year stands in the agreements of its contract.
struct AgreementYear {
  int number = 1;            ///< Facts::agreement_number
  int performance_year = 1;  ///< Facts::performance_year
  int base_until = 0;        ///< the base years are the last ones before this year of the run, 0 its first
};

/// @param first_year  year of the run in which the contract enters into force, 0 or more
/// @param year        year of the run, first_year or later
AgreementYear agreement_year(const Agreement& agreement, int first_year, int year);

/// People whose counted spending a simulation can set beside that of a contract's own people, by the contract's rules:
/// those of its payer who are not attributed to it, all of its payer, all insured. Names in Trend, Update and Blend.
inline constexpr std::array<std::string_view, 3> k_comparisons{"comparison", "region", "national"};

/// True if a step of the benchmark looks at people outside the contract.
bool looks_outside(const Reference& reference);

}  // namespace waterbed
