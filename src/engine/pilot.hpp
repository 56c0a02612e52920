#pragma once

#include "state.hpp"
#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace waterbed::engine {

/// A replication number that no run uses, and more below it: replications are below 2^31.
inline constexpr std::uint32_t k_pilot_replication = std::numeric_limits<std::uint32_t>::max();

/// The start of a run of health alone: nobody gets care, and what care does for health is in force as usual.
ArmState pilot_state(const Context& context);

/// Whether an episode began because its person entered a stage.
bool brought_by_event(const Token& token);

/// Who lives and what they need in each performance year, from one run of health alone.
struct Pilot {
  std::vector<double> needs;    ///< [year][need][route] per year, expected
  std::vector<double> persons;  ///< [year] at mid-year
  /// [year][arm][contract] capitation and enrolment, EUR a year; empty but for the first year of the reference
  /// contracts, where nobody's effort answers to income.
  std::vector<std::vector<std::vector<double>>> capitation;
};

/// Whether anything goes by what a pilot finds: needs, or contracts that pay for people.
bool needs_pilot(const Model& model);

/// Runs health and population once, without shocks and with care as in observed practice, and adds up need rates at
/// mid-year. Needs triggered by events are averaged over the years, for they are few.
Pilot run_pilot(const Model& model);

}  // namespace waterbed::engine
