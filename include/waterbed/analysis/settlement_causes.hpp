#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/settlement_parts.hpp"
#include "waterbed/engine/results.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A contract that settles against a reference, by its label in the table of settlements.
struct SettlingTerms {
  std::string label;
  Contract contract;
  int first_year = 0;  ///< performance year in which it enters into force, 0 the first of the run
};

/// Where the settlements of one contract in one year come from.
struct ContractParts {
  std::string contract;                ///< label
  std::string year;                    ///< label
  std::vector<SettlementParts> parts;  ///< [replication]; each adds up to what was paid
};

/// Parts of every settlement of an arm, by contract and year: attribution, coding, truncation, quality, and of the rest
/// luck and what is paid at expected spending, which is the mean over the replications of these results.
///
/// Contracts of other arms have zeros.
/// @throws InvalidArgument if there is no such arm or a label of the table has no terms
[[nodiscard]] std::vector<ContractParts> settlement_parts(const Results& results, std::string_view arm,
                                                          std::span<const SettlingTerms> terms);

}  // namespace waterbed
