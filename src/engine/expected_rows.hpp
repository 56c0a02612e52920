#pragma once

#include "waterbed/engine/model.hpp"

#include <vector>

namespace waterbed::engine {

/// Calls visit(year, need, row, visits a year) for every row.
/// @param fundamental  of every chain, at model.frozen.fundamental_at
template <class Visit>
void for_expected_rows(const Model& model, const std::vector<double>& fundamental, const Visit& visit) {
  const NetworkModel& network = model.network;
  const std::size_t needs = network.needs.size();
  const auto routes = static_cast<std::size_t>(network.routes);
  for (std::size_t year = 0; year < static_cast<std::size_t>(model.time.years); ++year) {
    for (std::size_t n = 0; n < needs; ++n) {
      for (std::size_t route = 0; route < routes; ++route) {
        const double arrivals = model.expected_needs[(year * needs + n) * routes + route];
        const ChainModel& chain = network.chain(static_cast<int>(n), static_cast<int>(route));
        const double* const first = fundamental.data() + model.frozen.fundamental_at[n * routes + route];
        for (std::int32_t r = 0; r < chain.rows; ++r) {
          // Row 0 of N, which is stored column by column.
          visit(year, n, static_cast<std::size_t>(chain.first_row) + static_cast<std::size_t>(r),
                arrivals * first[static_cast<std::size_t>(r) * static_cast<std::size_t>(chain.rows)]);
        }
      }
    }
  }
}

}  // namespace waterbed::engine
