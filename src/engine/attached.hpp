#pragma once

#include "bearer.hpp"
#include "incentive.hpp"

#include <vector>

/// Services that visits emit (tests, drugs), as an answer to what one more of them is worth to who decides.
namespace waterbed::engine {

/// What one more of each is worth: to the owner of who delivers it, or by an internal contract; and what is borne of
/// what it costs. EUR, before pass-through; shape [insurer][attached].
std::vector<double> attached_margins(const Model& model, const ArmModel& arm, const PayTable& pays,
                                     const std::vector<ContractPosition>& positions,
                                     const std::vector<Bearer>& bearers);

/// Takes the answer to these values.
/// @param weights  of income, see income_weights()
/// @param phase    position in refresh_phases()
/// @param part     of the gap that each decision maker closes
void adapt_attached(const Model& model, ArmState& state, const OptionValues& values, const std::vector<double>& weights,
                    std::size_t phase, const std::vector<double>& part);

/// How many of a service a visit emits, that by practice emits it or not: 0, 1 or 2.
/// @param shift  log of the factor on their mean
/// @param word   by which practice decides
/// @param more   a word that nothing else of the visit uses
int attached_count(const AttachedModel& attached, double shift, std::uint32_t word, std::uint32_t more);

}  // namespace waterbed::engine
