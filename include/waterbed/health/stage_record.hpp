#pragma once

#include "waterbed/health/health_model.hpp"
#include "waterbed/population/given_people.hpp"
#include "waterbed/population/people.hpp"
#include "waterbed/random/draw.hpp"

#include <cstdint>

namespace waterbed {

/// Fills the class of vulnerability and the true and recorded stage of everybody at entry: prevalence by age then, sex,
/// deprivation and class; the stage by its initial share; on record for recorded_share of those who have the condition.
/// The newborn have none.
/// @param seed  of the synthesis
void draw_initial_stages(const HealthModel& model, People& people, std::uint64_t seed);

/// Puts the stages of people who are given in the place of those drawn; what is recorded of them is drawn if it is not
/// given.
void take_given_stages(const HealthModel& model, const GivenPeople& given, People& people, std::uint64_t seed);

/// Whether one GP contact puts the true stage on record. Draw only where `recorded` differs from the true stage.
[[nodiscard]] inline bool found_by_contact(const HealthModel& model, int condition, std::uint32_t word) {
  return bernoulli(word, model.recorded_per_contact[static_cast<std::size_t>(condition)]);
}

/// The recorded stage after a GP contact.
[[nodiscard]] inline std::uint8_t recorded_after_contact(const HealthModel& model, int condition,
                                                         std::uint8_t true_stage, std::uint8_t recorded,
                                                         std::uint32_t word) {
  return found_by_contact(model, condition, word) ? true_stage : recorded;
}

}  // namespace waterbed
