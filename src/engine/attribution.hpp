#pragma once

#include "person.hpp"
#include "state.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

/// Who belongs to which of an arm's settling contracts: docs/model/attribution.md.
namespace waterbed::engine {

/// Nobody belongs to anything yet; vectors for the arm's needs.
PeopleOfContracts no_people(const Model& model, const ArmModel& arm);

/// The contract of each lane that has a person in the year under way, on what is known now; k_nobody if none has. Of
/// the lanes in force at most one has.
/// @param view     the person now, with recorded stages
/// @param by_lane  shape (lanes,)
void contracts_of_person(const Model& model, const ArmState& state, const ArmModel& arm,
                         const PeopleOfContracts& people, std::size_t person, const PersonView& view,
                         std::span<std::int16_t> by_lane);

/// At the end of a year: notes who had whom, and fixes who belongs to the contracts of the next year that look back.
/// Before the year's counters are cleared.
void close_people_of_year(const Model& model, const ArmState& state, const ArmModel& arm, PeopleOfContracts& people);

/// A person's use this year as a contract counts it that attributes by use: visits, or list value in micro-euro.
struct Use {
  std::int64_t of_members = 0;  ///< of all members of the contract together
  std::int64_t of_other = 0;    ///< the most of any other provider
};
Use use_of(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person);

/// Whether a person is one of the payer's who are registered with the holder, or of all of them if it has no practices.
bool registered_with(const Model& model, const ContractModel& contract, std::size_t person);

/// Whether the rule of a contract gives it a person on what is known now, whatever other contracts claim and whoever
/// insures the person.
bool has_by_rule(const Model& model, const ArmState& state, const ContractModel& contract, std::size_t person,
                 const PersonView& view);

/// Cycles of the year under way that a person lived here to the end of, up to the cycle `until`, not included.
int cycles_lived(const Model& model, const ArmState& state, std::size_t person, int until);

/// Whether the person was here in some part of the year under way.
bool seen_this_year(const Model& model, const ArmState& state, std::size_t person);

}  // namespace waterbed::engine
