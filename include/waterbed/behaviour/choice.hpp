#pragma once

#include <cstdint>
#include <span>

namespace waterbed {

/// How far choices may go from observed practice.
struct ChoiceRule {
  double nest_scale = 0.5;      ///< mu, (0, 1]: 1 is a flat logit, small ones keep patients within their nest
  double exponent_limit = 1.5;  ///< every exponent is held in [-limit, limit]
};

/// The options of one decision: what to do (the nest: treat here, refer, discharge), then where (within the nest).
///
/// Spans over options have one length. Utilities are log-odds against reference contracts and reference waits.
struct ChoiceSet {
  std::span<const double> base;          ///< P0, practice as observed; >= 0
  std::span<const std::int32_t> nest;    ///< nest of each option, 0 .. nests - 1
  std::span<const double> utility;       ///< of each option
  std::span<const double> nest_utility;  ///< added to a whole nest; shape (nests,)
};

/// Chances of the options after behaviour has answered to money and waits.
///
/// Within nest k, q(e) is proportional to P0(e | k) exp(u_e / mu); with I_k = log sum P0(e | k) exp(u_e / mu) the nest
/// has a chance proportional to P0(k) exp(v_k + mu I_k). A nest with one open option has the exponent v_k + u_e.
/// Zero utilities give P0 to the bit; an option with P0 = 0 stays 0; the sum of P0 is kept. Allocates nothing.
/// @param chances  out, one an option; may not overlap the inputs
/// @pre lengths agree, 0 < mu <= 1, limit >= 0
/// Source: McFadden, Modelling the choice of residential location (1978); here relative to observed practice.
void choose(const ChoiceSet& set, const ChoiceRule& rule, std::span<double> chances);

}  // namespace waterbed
