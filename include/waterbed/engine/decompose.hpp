#pragma once

#include "waterbed/engine/simulate.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// What can be held as it went in the baseline arm of the same replication while an arm's contracts hold.
enum class Mechanism : std::uint8_t {
  incentive,  ///< choices under the marginal payment, and the supply decision past a ceiling
  waiting,    ///< length of the queues, and what waits do to choices and demand
  recording,  ///< recorded stages: coding, case-finding, and with them who is enrolled (selection)
  health      ///< changes of true stages, and deaths
};
inline constexpr std::size_t k_mechanisms = 4;
inline constexpr std::array<std::string_view, k_mechanisms> k_mechanism_names = {"incentive", "waiting", "recording",
                                                                                 "health"};

/// Sets of mechanisms as bits, 1 << Mechanism.
using MechanismSet = std::uint32_t;
inline constexpr MechanismSet k_every_mechanism = (1U << k_mechanisms) - 1;

/// Simulates the baseline, and an arm with every set of mechanisms free while the others are held at the baseline's
/// path.
///
/// The results' arms are the baseline and then, by MechanismSet, "<arm>: none free", "<arm>: incentive", ...,
/// "<arm>: incentive + waiting + recording + health". The last one has the bytes that the arm has in simulate(), and in
/// an arm with the baseline's own contracts all have the baseline's. 17 arm runs a replication.
/// @param arm      not the baseline
/// @param options  `arms` must be empty
/// @throws InvalidArgument for an unknown arm, the baseline or a number out of range; Stopped if nothing was finished
Results decompose(const Model& model, const std::string& arm, const RunOptions& options = {},
                  const Progress& progress = {}, const StopToken& stop = {});

}  // namespace waterbed
