#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/core/money.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// What a contract pays in many cases, one element a case in the order given; the same cents as settle() for each.
struct ManySettlements {
  std::vector<Money> total;  ///< all that the payer pays the holder
  std::vector<Money> settlement;
  std::vector<Money> benchmark;
  std::vector<Money> counted;
  std::vector<Money> gain;
  std::vector<Money> before_adjustment;
  std::vector<std::uint8_t> gate_passed;  ///< 0 or 1
  std::vector<std::string> parties;       ///< of the split; empty without one
  std::vector<Money> split;               ///< shape (cases, parties), row-major
};

/// One fact that differs from case to case.
struct FactColumn {
  std::string fact;                ///< one of fact_columns()
  std::span<const double> values;  ///< shape (cases,), or (1,) for the same value in every case
};

/// Facts that may differ from case to case, named as in a file of facts, and what their numbers mean.
///
/// Amounts in the contract's currency; person_time in person-years, to the millionth; shares and scores as numbers
/// (0.5); yes or no as 1 or 0; quality_standard 0 met, 1 alternative, 2 failed. "counted" is short for "counted.total".
std::vector<std::string_view> fact_columns();

/// A fault of some cases.
struct CaseProblem {
  std::string fact;  ///< e.g. "quality_score"
  std::string rule;
  std::string got;                   ///< in the first of the rows; empty: the fact is missing or not in a column
  std::vector<std::ptrdiff_t> rows;  ///< cases, from 0; empty: the fault is not of single cases
};

/// Some cases cannot be settled, or the columns do not fit; the message names every fault with its first rows.
class CasesError : public std::invalid_argument {
 public:
  explicit CasesError(std::vector<CaseProblem> problems);
  [[nodiscard]] const std::vector<CaseProblem>& problems() const { return problems_; }

 private:
  std::vector<CaseProblem> problems_;
};

/// Settles one year of a contract in many cases.
/// @pre validate(contract) is empty
/// @throws CasesError naming every fault of every case
ManySettlements settle_many(const Contract& contract, std::span<const Facts> cases);

/// The same on columns: `shared` facts hold in every case, a column replaces the fact that it names.
///
/// Without a column, or with columns of length 1 only, there is one case. A column of no values makes no cases.
/// @throws CasesError for unknown or repeated names, lengths that differ, values that cannot be and facts that miss
ManySettlements settle_many(const Contract& contract, const Facts& shared, std::span<const FactColumn> columns);

}  // namespace waterbed
