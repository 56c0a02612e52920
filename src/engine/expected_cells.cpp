#include "waterbed/engine/expected_cells.hpp"

#include "core/parallel.hpp"
#include "waterbed/core/error.hpp"
#include "way_flows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace waterbed {
namespace {

using engine::index_levers;
using engine::LeverIndex;
using engine::shifted;
using engine::ShiftedNetwork;
using engine::unfold;
using engine::way_flows;
using engine::WayChain;
using engine::WayFlows;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Classes of people by how fast they leave: episodes are solved for the mean of each.
constexpr std::size_t k_exit_classes = 3;

void check_length(const std::string& name, const std::vector<std::uint8_t>& list, std::size_t length, bool optional) {
  if (list.size() != length && !(optional && list.empty())) {
    throw InvalidArgument(name, "must have " + std::to_string(length) + " entries", std::to_string(list.size()));
  }
}

bool chosen(const std::vector<std::uint8_t>& list, std::size_t position) { return list.empty() || list[position] != 0; }

/// Cuts the cells into classes of equal needs by their rate of exit; gives the class of each and the mean of each.
std::pair<std::vector<std::size_t>, std::vector<double>> exit_classes(const PeopleMix& mix) {
  std::vector<std::size_t> order(mix.cells());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto hazard = [&](std::size_t cell) {
    return mix.person_years[cell] > 0.0 ? mix.exits[cell] / mix.person_years[cell] : 0.0;
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(hazard(a), a) < std::pair(hazard(b), b); });
  const std::size_t needs = mix.cells() == 0 ? 0 : mix.base.size() / mix.cells();
  std::vector<double> weight(mix.cells());
  for (std::size_t cell = 0; cell < mix.cells(); ++cell) {
    for (std::size_t n = 0; n < needs; ++n) {
      weight[cell] += mix.base[cell * needs + n] + mix.base_older[cell * needs + n] + mix.brought[cell * needs + n];
    }
  }
  const double total = std::accumulate(weight.begin(), weight.end(), 0.0);
  std::vector<std::size_t> of_cell(mix.cells(), 0);
  std::vector<double> sum(k_exit_classes, 0.0);
  std::vector<double> of(k_exit_classes, 0.0);
  double before = 0.0;
  for (const std::size_t cell : order) {
    const double share = total > 0.0 ? (before + weight[cell] / 2.0) / total : 0.0;
    const auto k = std::min(k_exit_classes - 1, static_cast<std::size_t>(share * k_exit_classes));
    of_cell[cell] = k;
    sum[k] += weight[cell] * hazard(cell);
    of[k] += weight[cell];
    before += weight[cell];
  }
  for (std::size_t k = 0; k < k_exit_classes; ++k) {
    sum[k] = of[k] > 0.0 ? sum[k] / of[k] : 0.0;
  }
  return {of_cell, sum};
}

}  // namespace

struct ExpectedCells::Parts {
  const Model* model = nullptr;
  PeopleMix mix;
  std::vector<FlowSelector> selectors;
  std::vector<FlowSum> sums;
  LeverIndex index;
  std::vector<WayChain> chains;
  std::vector<std::size_t> class_of_cell;
  std::vector<double> exits_of_class;

  std::size_t needs() const { return model->network.needs.size(); }
  std::size_t routes() const { return at(mix.routes); }

  /// Calls visit(cell, band, sex, route) for the cells of a filter.
  template <class Visit>
  void for_cells(const CellFilter& filter, const Visit& visit) const {
    for (std::size_t band = 0; band < mix.age_low.size(); ++band) {
      for (std::size_t sex = 0; sex < at(k_sexes); ++sex) {
        if (!chosen(filter.bands, band) || !chosen(filter.sexes, sex)) {
          continue;
        }
        for (std::size_t quintile = 0; quintile < 5; ++quintile) {
          for (std::size_t route = 0; route < routes(); ++route) {
            if (chosen(filter.quintiles, quintile) && chosen(filter.routes, route)) {
              visit(mix.cell(band, sex, quintile, route), band, sex, route);
            }
          }
        }
      }
    }
  }

  /// Solves every chain for every class of exits; [chain][class].
  std::vector<WayFlows> solve(std::span<const double> shifts, bool with_gradient, int threads) const {
    const ShiftedNetwork network = shifted(*model, index, shifts);
    std::vector<WayFlows> flows(chains.size() * k_exit_classes);
    parallel_for_blocks(std::ssize(flows), threads, [&](Index i) {
      const std::size_t chain = at(i) / k_exit_classes;
      flows[at(i)] = way_flows(*model, chain, chains[chain], index, network, exits_of_class[at(i) % k_exit_classes],
                               selectors, with_gradient);
    });
    return flows;
  }

  void sum_up(std::size_t m, const std::vector<WayFlows>& flows, std::span<const double> shifts, FlowSums& result,
              bool with_gradient) const {
    const FlowSum& sum = sums[m];
    double* const gradient = with_gradient ? result.gradient.data() + m * index.levers.size() : nullptr;
    std::vector<double> arrivals(flows.size(), 0.0);
    for_cells(sum.cells, [&](std::size_t cell, std::size_t band, std::size_t sex, std::size_t route) {
      for (std::size_t n = 0; n < needs(); ++n) {
        const std::size_t own = (n * mix.age_low.size() + band) * k_sexes + sex;
        const std::size_t older = band + 1 < mix.age_low.size() ? own + k_sexes : own;
        const std::size_t chain = (n * routes() + route) * k_exit_classes + class_of_cell[cell];
        const auto arrive = [&](std::int32_t lever, double needs_now) {
          if (needs_now == 0.0) {
            return;
          }
          needs_now *= std::exp(shifts[at(lever)]);
          arrivals[chain] += needs_now;
          if (gradient != nullptr) {
            gradient[at(lever)] += needs_now * flows[chain].value[sum.selector];
          }
        };
        arrive(index.of_base[own], mix.base[cell * needs() + n]);
        arrive(index.of_base[older], mix.base_older[cell * needs() + n]);
        arrive(index.of_stage[n], mix.brought[cell * needs() + n]);
      }
    });
    for (std::size_t c = 0; c < flows.size(); ++c) {
      if (arrivals[c] == 0.0) {
        continue;
      }
      result.value[m] += arrivals[c] * flows[c].value[sum.selector];
      if (gradient == nullptr) {
        continue;
      }
      const std::vector<std::int32_t>& levers = flows[c].levers;
      const double* const slopes = flows[c].gradient.data() + sum.selector * levers.size();
      for (std::size_t i = 0; i < levers.size(); ++i) {
        gradient[at(levers[i])] += arrivals[c] * slopes[i];
      }
    }
  }
};

ExpectedCells::ExpectedCells(const Model& model, PeopleMix mix, std::vector<FlowSelector> selectors,
                             std::vector<FlowSum> sums) {
  const std::size_t settings = model.network.settings.size();
  for (FlowSelector& selector : selectors) {
    check_length("selector.at", selector.at, settings, false);
    check_length("selector.from", selector.from, settings, selector.flow != FlowKind::moves);
    if (selector.from.empty()) {
      selector.from.assign(settings, 0);
    }
  }
  for (const FlowSum& sum : sums) {
    if (sum.selector >= selectors.size()) {
      throw InvalidArgument("sum.selector", "must be below " + std::to_string(selectors.size()),
                            std::to_string(sum.selector));
    }
    check_length("cells.bands", sum.cells.bands, mix.age_low.size(), true);
    check_length("cells.sexes", sum.cells.sexes, at(k_sexes), true);
    check_length("cells.quintiles", sum.cells.quintiles, 5, true);
    check_length("cells.routes", sum.cells.routes, at(mix.routes), true);
  }
  auto parts = std::make_unique<Parts>();
  parts->model = &model;
  parts->selectors = std::move(selectors);
  parts->sums = std::move(sums);
  parts->index = index_levers(model, mix.age_low.size());
  std::tie(parts->class_of_cell, parts->exits_of_class) = exit_classes(mix);
  parts->mix = std::move(mix);
  parts->chains.resize(model.network.chains.size());
  parallel_for_blocks(std::ssize(parts->chains), 0, [&](Index c) { parts->chains[at(c)] = unfold(model, at(c)); });
  parts_ = std::move(parts);
}

ExpectedCells::~ExpectedCells() = default;
ExpectedCells::ExpectedCells(ExpectedCells&&) noexcept = default;
ExpectedCells& ExpectedCells::operator=(ExpectedCells&&) noexcept = default;

const PeopleMix& ExpectedCells::mix() const { return parts_->mix; }
const std::vector<Lever>& ExpectedCells::levers() const { return parts_->index.levers; }

FlowSums ExpectedCells::evaluate(std::span<const double> shifts, bool with_gradient, int threads) const {
  const std::size_t levers = parts_->index.levers.size();
  if (shifts.size() != levers) {
    throw InvalidArgument("shifts", "must have " + std::to_string(levers) + " entries", std::to_string(shifts.size()));
  }
  for (const double shift : shifts) {
    if (!std::isfinite(shift)) {
      throw InvalidArgument("shifts", "must be finite", std::to_string(shift));
    }
  }
  const std::vector<WayFlows> flows = parts_->solve(shifts, with_gradient, threads);
  FlowSums result;
  result.value.assign(parts_->sums.size(), 0.0);
  result.gradient.assign(with_gradient ? parts_->sums.size() * levers : 0, 0.0);
  parallel_for_blocks(std::ssize(parts_->sums), threads,
                      [&](Index m) { parts_->sum_up(at(m), flows, shifts, result, with_gradient); });
  return result;
}

double ExpectedCells::person_years(const CellFilter& cells) const {
  double sum = 0.0;
  parts_->for_cells(
      cells, [&](std::size_t cell, std::size_t, std::size_t, std::size_t) { sum += parts_->mix.person_years[cell]; });
  return sum;
}

}  // namespace waterbed
