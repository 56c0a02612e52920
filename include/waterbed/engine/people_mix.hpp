#pragma once

#include "waterbed/engine/model.hpp"

#include <cstdint>
#include <vector>

namespace waterbed {

/// Who lives in the region over the performance years and what they need, by cell: age band, sex, deprivation quintile
/// and route, a (GP group, municipality) pair. Age is that of the day when the calendar year began, or of entry.
struct PeopleMix {
  std::vector<int> age_low;  ///< first age of each band, from 0
  int routes = 0;
  std::vector<double> person_years;  ///< [cell]
  std::vector<double> exits;         ///< [cell] deaths and departures
  std::vector<double> base;          ///< [cell][need] needs that anybody can have, at rates of the band itself
  std::vector<double> base_older;    ///< [cell][need] ... of those who have come into the next band during the year
  std::vector<double> brought;       ///< [cell][need] needs that stages and events bring

  [[nodiscard]] std::size_t cells() const { return person_years.size(); }
  [[nodiscard]] std::size_t cell(std::size_t band, std::size_t sex, std::size_t quintile, std::size_t route) const {
    return ((band * k_sexes + sex) * 5 + quintile) * static_cast<std::size_t>(routes) + route;
  }
};

/// Counts people cycle by cycle in runs of health alone, without shocks and with care as in observed practice: so the
/// mix of stages is that of the simulated years, burn-in included, with the chance of `runs` times the population.
///
/// Needs are expected ones given who lives and in which stage, as in simulate(): only needs that events bring are
/// drawn.
/// @param age_low  first ages of the bands, rising from 0
/// @param runs     of the whole population, at least 1; the mean of them is given
/// @throws InvalidArgument
PeopleMix people_mix(const Model& model, const std::vector<int>& age_low, int runs = 2);

}  // namespace waterbed
