#pragma once

#include "state.hpp"
#include "waterbed/contracts/truncate.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// People of one contract in the year so far, and what of their spending counts.
struct Counted {
  std::int64_t micro = 0;           ///< counted spending, each person cut and reinsured by the contract's rules
  std::int64_t unreinsured = 0;     ///< the same before reinsurance
  std::int64_t cycles = 0;          ///< person-cycles lived
  std::int64_t people = 0;          ///< who belong to it, whether or not they are still here
  std::int64_t here = 0;            ///< of these, here now
  std::int64_t newly_assigned = 0;  ///< of these, not of this contract in the year before
  std::int64_t died = 0;            ///< of these, in this year
  std::int64_t moved_away = 0;      ///< of these, in this year
  std::int64_t turned_away = 0;     ///< of this contract in the year before, now of another or of none
  CutLevels cut;                    ///< where each person was cut
  std::vector<Money> persons;       ///< each one's spending before any cut, if the contract is settled on it
  double sum_euro = 0.0;            ///< of counted spending over persons
  double sum_squares = 0.0;
  double risk = 0.0;       ///< sum of person-cycles times the person's relative cost, on recorded stages
  double true_risk = 0.0;  ///< the same on true stages
  std::vector<std::int64_t> group_cycles;  ///< [practice group] part of `cycles`
  /// [practice group] use of the members by all whom the payer insures, and by people of the contract among them;
  /// attribution by use only
  std::vector<std::int64_t> group_use;
  std::vector<std::int64_t> group_own_use;
  std::vector<ClassCost> by_class;  ///< see selection.hpp; empty without selection
};

/// Relative cost of a person, as contracts see it and as it is.
struct PersonRisk {
  double recorded = 1.0;
  double truly = 1.0;
};

/// What a frozen model expected of the person when the year began, or of the first risk class that holds now; 1 in
/// none, and without classes.
PersonRisk risk_of(const ArmState& state, const ContractModel& contract, std::size_t person, const PersonView& view);

/// For every contract of an arm that settles, in one pass over the persons; shape (contracts,).
/// @param until  first cycle that has not been lived yet
std::vector<Counted> count_people(const Model& model, const ArmState& state, const ArmModel& arm,
                                  const PeopleOfContracts& people, int until);

}  // namespace waterbed::engine
