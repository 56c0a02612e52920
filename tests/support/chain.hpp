#pragma once

#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/model.hpp"

#include <algorithm>
#include <vector>

namespace waterbed::support {

/// Units at each setting per need that arises, [need][setting], over the routes as the people are spread.
inline std::vector<std::vector<double>> units_per_need(const Model& model) {
  const NetworkModel& network = model.network;
  const auto routes = static_cast<std::size_t>(network.routes);
  std::vector<std::vector<double>> units(network.needs.size(), std::vector<double>(network.settings.size(), 0.0));
  for (std::size_t n = 0; n < units.size(); ++n) {
    double all = 0.0;
    for (std::size_t route = 0; route < routes; ++route) {
      const double arrivals = model.expected_needs[n * routes + route];
      all += arrivals;
      const ChainModel& chain = network.chain(static_cast<int>(n), static_cast<int>(route));
      const std::vector<double> visits = expected_row_visits(model, static_cast<int>(n), static_cast<int>(route));
      for (std::size_t r = 1; r < visits.size(); ++r) {
        const RowModel& row = network.rows[static_cast<std::size_t>(chain.first_row) + r];
        const auto setting = static_cast<std::size_t>(row.setting);
        const double days = network.settings[setting].per_day ? std::max(1.0, row.stay_days) : 1.0;
        units[n][setting] += arrivals * visits[r] * days;
        for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
          const AttachedModel& attached = network.attached[static_cast<std::size_t>(a)];
          units[n][static_cast<std::size_t>(attached.setting)] += arrivals * visits[r] * attached.per_visit;
        }
      }
    }
    for (double& unit : units[n]) {
      unit = all > 0.0 ? unit / all : 0.0;
    }
  }
  return units;
}

}  // namespace waterbed::support
