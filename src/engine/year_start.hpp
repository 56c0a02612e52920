#pragma once

#include "state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// Who is there when a year begins, and as what contracts and tables of persons know them then.
namespace waterbed::engine {

/// The cycle from which a person is followed in the year that begins now: the present one of those who are here, the
/// one in which they come of those who come before `until`; none for others. Before the first cycle of the year.
std::optional<int> followed_from(const Model& model, const ArmState& state, std::size_t person, int until);

/// Completed years at a cycle, 0 to k_max_age.
int age_of(const Model& model, std::size_t person, int cycle);

/// Cycles lived here in the year up to the present one, the one of a death included; who moves away does not live the
/// one in which they do.
int cycles_here(const Model& model, const ArmState& state, std::size_t person);

/// Position of a person's state among the states of remaining QALYs.
std::size_t state_of(const ExpectationModel& expectation, const PersonView& view, std::size_t conditions);

/// Keeps what contracts ask about the beginning of a year, before its first cycle; nothing if none asks.
void note_year_start(const Model& model, ArmState& state);

/// Which stages stand for the recorded ones.
enum class Stages : std::uint8_t { recorded, as_they_are };

/// A person as the year began, or as they came in it.
PersonView view_at_start(const Model& model, const ArmState& state, std::size_t person, Stages by = Stages::recorded);

/// What a frozen model expects per year of such persons.
std::vector<double> expected_at_start(const Model& model, const ArmState& state, const ExpectationModel& expectation,
                                      const std::vector<std::int32_t>& persons, Stages by = Stages::recorded);

}  // namespace waterbed::engine
