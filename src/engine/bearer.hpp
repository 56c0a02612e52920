#pragma once

#include "incentive.hpp"
#include "state.hpp"
#include "year_end.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Who bears what the people of a contract cost.
namespace waterbed::engine {

/// A party of a settlement: what one more counted euro of a contract's people changes for it.
struct Bearer {
  std::size_t contract = 0;
  std::size_t insurer = 0;
  std::int32_t provider = -1;
  double slope = 0.0;
};

std::vector<Bearer> bearers_of(const Model& model, const ArmModel& arm, const std::vector<ContractPosition>& positions);

/// Expected change of what each member gets of a contract's settlement per counted euro, given what has been counted so
/// far this year; shape (members,).
/// @param gone  share of the year, 0..1
std::vector<double> member_slopes(const Model& model, const ArmState& state, std::size_t contract_id,
                                  const YearFacts& facts, double gone);

/// Chance that somebody of a practice group before a decision maker belongs to the contract, by last year; shape
/// (groups,). Where use decides who belongs: share of the use of its members that its own people made. Else: share of
/// the payer's people who are registered there.
std::vector<double> group_shares(const Model& model, const PastYear& last, const ContractModel& contract,
                                 std::size_t contract_id);

/// Expected value of a visit at each row in a counter of spending, attached services included, EUR; shape (rows,).
std::vector<double> counted_values(const Model& model, const SpendAccumulator& counter, const PayTable& pays,
                                   std::size_t insurer);

}  // namespace waterbed::engine
