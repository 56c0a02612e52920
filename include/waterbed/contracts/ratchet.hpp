#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <cstddef>
#include <vector>

/// A benchmark built on own history gives back later what was saved now. Amounts are EUR per EUR.
namespace waterbed {

/// One year of the agreement that looks back.
struct RatchetYear {
  double years_later = 1.0;  ///< after the year in which the euro is spent, or as the caller discounts
  /// dE[W]/dB of that year: share times chance that the euro of benchmark is shared; see expected_benchmark_slope.
  double worth = 0.0;
};

/// What one more euro of spending in a benchmark year brings back:
///
///     weight * trend * (1 - given_up) * sum over years of discount^years_later * worth
///
/// @param weight    of the benchmark year in the history, 0..1
/// @param trend     from that year to the years that it is the benchmark of
/// @param given_up  share that does not come back: the weight of the region in the benchmark, or the part of earlier
///                  savings that is given back anyway
/// @param discount  what a euro is worth that comes a year later, 0..1
double ratchet_return(double weight, double trend, double given_up, double discount,
                      const std::vector<RatchetYear>& years);

/// dB/d(spending of a base year), EUR per EUR, of the whole benchmark after discount and withhold, from the contract's
/// own reference steps: one more euro counted in base year `base_year` of the facts (position, oldest first), all other
/// facts as given. Savings before the agreement (PriorSavings) fall with spending in those years: `savings_fall` says
/// by how much the mean per person-year falls for each euro per person-year spent there, e.g. 1/3 in one of three
/// years.
/// @throws FactsError if facts are missing or impossible, or if that year's counted spending is not given as a total
/// @throws std::out_of_range if there is no such base year
double benchmark_slope(const Contract& contract, const Facts& facts, std::size_t base_year, double savings_fall = 0.0);

}  // namespace waterbed
