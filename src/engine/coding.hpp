#pragma once

#include "incentive.hpp"
#include "person.hpp"

#include <cstdint>
#include <vector>

/// How ready those whom people see are to put on record what they find, as an answer to what a record pays.
namespace waterbed::engine {

/// What a benchmark that looks at risk expects of people.
struct RecordValue {
  double gained = 0.0;  ///< EUR a person-year more that one more condition on record makes it expect, mean over people
  double spent = 0.0;   ///< EUR a person-year, mean of all
};

/// By the people of a contract in the base years: classes of one age group that differ by a condition on record.
/// @param years  [year][class], see selection.hpp
RecordValue record_value(const std::vector<std::vector<ClassCost>>& years, int cycles_per_year);

/// Takes the answer to settlements of contracts that are not among the reference contracts: what those pay for a record
/// is part of observed practice.
/// @param part  of the gap that each decision maker closes; shape (providers,)
void adapt_coding(const Model& model, ArmState& state, const std::vector<ContractPosition>& positions,
                  const std::vector<double>& part);

/// Chance, as a threshold, that a visit puts a stage on record that is more serious than the one there.
std::uint64_t recorded_below(const Model& model, const ArmState& state, const Token& visit, std::size_t condition);

}  // namespace waterbed::engine
