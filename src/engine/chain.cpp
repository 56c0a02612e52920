#include "chain.hpp"

#include "way.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

}  // namespace

std::vector<double> observed_practice(const NetworkModel& network) {
  std::vector<double> probability(network.options.size());
  std::transform(network.options.begin(), network.options.end(), probability.begin(),
                 [](const OptionModel& option) { return option.p0; });
  return probability;
}

Eigen::MatrixXd transitions(const NetworkModel& network, double psi, std::size_t chain_id,
                            std::span<const double> probability) {
  const ChainModel& chain = network.chains[chain_id];
  const NeedModel& need = network.needs[chain_id / at(network.routes)];
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(chain.rows, chain.rows);
  for (std::int32_t r = 0; r < chain.rows; ++r) {
    const RowModel& row = network.rows[at(chain.first_row + r)];
    double discharged = 0.0;
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      const std::int32_t to = network.options[at(o)].to;
      if (to >= 0) {
        result(r, to - chain.first_row) += probability[at(o)];
      } else {
        discharged += probability[at(o)];
      }
    }
    if (row.setting >= 0) {
      for (std::int32_t b = chain.first_back; b < chain.first_back + chain.backs; ++b) {
        const BackModel& back = network.backs[at(b)];
        result(r, back.row - chain.first_row) += discharged * need.unresolved * psi * back.share;
      }
    }
  }
  return result;
}

double units_per_visit(const NetworkModel& network, const RowModel& row) {
  return row.setting >= 0 && network.settings[at(row.setting)].per_day ? std::max(1.0, row.stay_days) : 1.0;
}

std::vector<double> row_values(const NetworkModel& network, std::size_t chain_id) {
  const ChainModel& chain = network.chains[chain_id];
  std::vector<double> value(at(chain.rows), 0.0);
  bool any_product = false;
  for (std::int32_t r = 0; r < chain.rows; ++r) {
    const RowModel& row = network.rows[at(chain.first_row + r)];
    value[at(r)] = static_cast<double>(row.list_price) / 1e6 * units_per_visit(network, row);
    any_product = any_product || row.product;
  }
  if (!any_product) {
    return value;
  }
  // Mass of walks by row and state of the open product, step by step until next to nothing is left.
  std::vector<double> visits(at(chain.rows), 0.0);
  std::vector<double> charged(at(chain.rows), 0.0);
  std::map<Way, double> now{{Way{.row = 0}, 1.0}};
  constexpr double k_negligible = 1e-9;
  constexpr int k_most_steps = 400;
  for (int step = 0; step < k_most_steps && !now.empty(); ++step) {
    std::map<Way, double> next;
    for (const auto& [start, mass] : now) {
      Way way = start;
      const RowModel& row = network.rows[at(chain.first_row + way.row)];
      if (row.product) {
        const std::int64_t addition = add_content(way, network, row);
        visits[at(way.row)] += mass;
        charged[at(way.row)] += mass * static_cast<double>(addition) / 1e6;
      }
      const auto stay = static_cast<std::int32_t>(std::lround(row.stay_days));
      for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
        const OptionModel& option = network.options[at(o)];
        const double moved = mass * option.p0;
        if (option.to < 0 || moved < k_negligible) {
          continue;
        }
        Way on = way;
        on.row = option.to - chain.first_row;
        on.age_days = way.provider >= 0 ? std::min(way.age_days + option.delay_days + stay, 32000) : 0;
        next[on] += moved;
      }
    }
    now = std::move(next);
  }
  for (std::int32_t r = 0; r < chain.rows; ++r) {
    if (network.rows[at(chain.first_row + r)].product && visits[at(r)] > 0.0) {
      value[at(r)] = charged[at(r)] / visits[at(r)];
    }
  }
  return value;
}

}  // namespace waterbed::engine
