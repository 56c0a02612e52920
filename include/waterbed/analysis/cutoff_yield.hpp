#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/interval.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// What is known of the persons whom a risk score ranks; position is the person, at the start of a period.
struct RankedPersons {
  std::span<const double> score;        ///< finite, before the period
  std::span<const std::uint8_t> event;  ///< 1: the event came to the person in the period, else 0
  std::span<const std::int64_t> cost;   ///< micro-euro in the period, >= 0; empty: not looked at
};

/// What a programme would do for those whom it reaches.
struct ProgrammeEffect {
  double uptake = 1.0;      ///< share of those reached who take part, (0, 1]
  double risk_ratio = 0.0;  ///< of the event in those who take part, [0, 1); 0: every event is prevented
};

/// A share of persons with Wilson's interval at 95 %. NaN where it is a share of nobody.
struct PersonShare {
  double share = 0.0;
  Interval interval;  ///< chance of one period's persons, not of other parameters
};

/// What reaching everybody with a score at or above a cut-off gives.
struct CutoffYield {
  double cutoff = 0.0;
  std::int64_t persons = 0;           ///< looked at
  std::int64_t reached = 0;           ///< score >= cutoff
  std::int64_t events = 0;            ///< among all
  std::int64_t caught = 0;            ///< events among those reached
  PersonShare sensitivity{};          ///< caught / events
  PersonShare specificity{};          ///< not reached / all without the event
  PersonShare predictive_value{};     ///< positive predictive value: caught / reached
  double cost_share = 0.0;            ///< of all cost, by those reached; NaN without cost
  double number_needed_to_reach = 0;  ///< reached / (caught * uptake * (1 - risk_ratio)); infinite if none is prevented
};

/// One row per cut-off, in the order given.
/// @throws InvalidArgument for lengths that differ, a score or cut-off that is not finite, an event that is neither 0
///         nor 1, a negative cost, or a programme out of range
[[nodiscard]] std::vector<CutoffYield> cutoff_yields(const RankedPersons& persons, std::span<const double> cutoffs,
                                                     const ProgrammeEffect& programme = {});

/// Chance that a person with the event has a higher score than one without, ties counting half: the area under the
/// curve of sensitivity against 1 - specificity.
struct ConcordanceStatistic {
  double value = 0.0;           ///< 0.5: no better than chance; NaN if nobody or everybody has the event
  double standard_error = 0.0;  ///< of DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837-845
};
/// @throws InvalidArgument as cutoff_yields()
[[nodiscard]] ConcordanceStatistic concordance(const RankedPersons& persons);

}  // namespace waterbed
