#pragma once

#include "waterbed/contracts/settle_many.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <cstddef>

namespace waterbed::internal {

/// A table without rows, its parties those of the contract's split.
ManySettlements empty_table(const Contract& contract, std::size_t rows_to_come);

void append(ManySettlements& table, const Settlement& row);

}  // namespace waterbed::internal
