#include "way_flows.hpp"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>

#include <algorithm>
#include <cmath>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

using Sparse = Eigen::SparseMatrix<double>;

/// One chain under shifts: transitions, and what a visit to each state adds to each selector.
class Solver {
 public:
  Solver(const Model& model, std::size_t chain_id, const WayChain& chain, const LeverIndex& index,
         const ShiftedNetwork& shifted, double exits, std::span<const FlowSelector> selectors)
      : model_(model),
        network_(model.network),
        chain_id_(chain_id),
        chain_(chain),
        index_(index),
        shifted_(shifted),
        exits_(exits),
        selectors_(selectors) {}

  WayFlows run(bool with_gradient) {
    const auto states = std::ssize(chain_.states);
    WayFlows flows;
    flows.value.assign(selectors_.size(), 0.0);
    factorise();
    Eigen::VectorXd start = Eigen::VectorXd::Zero(states);
    start[0] = 1.0;
    const Eigen::VectorXd visits = lu_.transpose().solve(start);
    add_values();
    const Eigen::MatrixXd x = added_;
    for (std::size_t f = 0; f < selectors_.size(); ++f) {
      flows.value[f] = visits.dot(x.col(static_cast<Index>(f)));
    }
    if (with_gradient) {
      find_levers(flows);
      flows.gradient.assign(selectors_.size() * flows.levers.size(), 0.0);
      for (std::size_t f = 0; f < selectors_.size(); ++f) {
        if (flows.value[f] != 0.0) {
          const Eigen::VectorXd leads_to = lu_.solve(x.col(static_cast<Index>(f)));
          add_gradient(f, visits, leads_to, flows);
        }
      }
    }
    return flows;
  }

 private:
  const RowModel& row_of(std::size_t state) const { return network_.rows[at(chain_.states[state].row)]; }

  double still_here(const WayStep& step) const {
    return step.days == 0 ? 1.0 : std::exp(-(exits_ + gives_up(step)) * step.days / model_.time.days_per_year());
  }

  /// Some who wait give up, cannot wait or go elsewhere; the wait is part of the step's days.
  double gives_up(const WayStep& step) const {
    const RowModel& row = row_of(at(step.to));
    if (reference_wait(network_, row) <= 0.0) {
      return 0.0;
    }
    const BehaviourModel& behaviour = model_.behaviour;
    const std::size_t need = chain_id_ / at(network_.routes);
    return behaviour.gives_up_per_year + (row.elsewhere >= 0 ? behaviour.goes_elsewhere_per_year : 0.0) +
           (network_.chains[chain_id_].emergencies > 0 ? network_.needs[need].deteriorates_per_year : 0.0);
  }

  void factorise() {
    const auto states = std::ssize(chain_.states);
    std::vector<Eigen::Triplet<double>> entries;
    for (std::size_t s = 0; s < at(states); ++s) {
      const auto here = static_cast<int>(s);
      entries.emplace_back(here, here, 1.0);
      const WayState& state = chain_.states[s];
      for (std::int32_t i = state.first_step; i < state.first_step + state.steps; ++i) {
        const WayStep& step = chain_.steps[at(i)];
        entries.emplace_back(here, step.to, -shifted_.probability[at(step.option)] * step.share * still_here(step));
      }
    }
    Sparse matrix(states, states);
    matrix.setFromTriplets(entries.begin(), entries.end());
    matrix.makeCompressed();
    lu_.compute(matrix);
  }

  bool moves(const FlowSelector& selector, const RowModel& row, std::int32_t to) const {
    if (to < 0 || selector.at[at(network_.rows[at(to)].setting)] == 0) {
      return false;
    }
    return row.setting < 0 ? selector.from_entry : selector.from[at(row.setting)] != 0;
  }

  double euro(std::int64_t micro, std::int32_t setting) const {
    return static_cast<double>(micro) / 1e6 * shifted_.price[at(network_.settings[at(setting)].sector)];
  }

  /// Calls add(setting, units, EUR, lever of its number) for what a visit to a state brings.
  template <class Add>
  void for_services(std::size_t s, const Add& add) const {
    const WayState& state = chain_.states[s];
    const RowModel& row = row_of(s);
    if (row.setting < 0) {
      return;
    }
    const double units = shifted_.units[at(state.row)];
    const std::int32_t stay = units > 1.0 ? index_.of_stay[at(state.row)] : -1;
    add(row.setting, units, euro(state.list_price, row.setting) * (row.product ? 1.0 : units), stay);
    for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
      const AttachedModel& attached = network_.attached[at(a)];
      const double per_visit = shifted_.per_visit[at(a)];
      add(attached.setting, per_visit, per_visit * euro(attached.list_price, attached.setting),
          index_.of_attached[at(a)]);
    }
    const WaitingVisits waiting = waiting_visits(model_, chain_id_, row);
    if (waiting.row >= 0) {
      const RowModel& gp = network_.rows[at(waiting.row)];
      add(gp.setting, waiting.per_visit, waiting.per_visit * euro(gp.list_price, gp.setting), -1);
    }
  }

  void add_values() {
    added_ = Eigen::MatrixXd::Zero(std::ssize(chain_.states), std::ssize(selectors_));
    for (std::size_t s = 0; s < chain_.states.size(); ++s) {
      const RowModel& row = row_of(s);
      for (std::size_t f = 0; f < selectors_.size(); ++f) {
        const FlowSelector& selector = selectors_[f];
        double& value = added_(static_cast<Index>(s), static_cast<Index>(f));
        if (selector.flow == FlowKind::moves) {
          for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
            value += moves(selector, row, network_.options[at(o)].to) ? shifted_.probability[at(o)] : 0.0;
          }
          continue;
        }
        for_services(s, [&](std::int32_t setting, double units, double spending, std::int32_t) {
          if (selector.at[at(setting)] != 0) {
            value += selector.flow == FlowKind::units ? units : spending;
          }
        });
      }
    }
  }

  void find_levers(WayFlows& flows) {
    const ChainModel& chain = network_.chains[chain_id_];
    std::vector<std::int32_t>& found = flows.levers;
    for (std::int32_t r = chain.first_row; r < chain.first_row + chain.rows; ++r) {
      const RowModel& row = network_.rows[at(r)];
      found.push_back(index_.of_stay[at(r)]);
      for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
        found.push_back(index_.of_option[at(o)]);
      }
      for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
        found.push_back(index_.of_attached[at(a)]);
      }
    }
    found.insert(found.end(), index_.of_sector.begin(), index_.of_sector.end());
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    std::erase(found, -1);
    place_.assign(index_.levers.size(), 0);
    for (std::size_t i = 0; i < found.size(); ++i) {
      place_[at(found[i])] = i;
    }
  }

  void add_gradient(std::size_t f, const Eigen::VectorXd& visits, const Eigen::VectorXd& leads_to, WayFlows& flows) {
    const FlowSelector& selector = selectors_[f];
    double* const gradient = flows.gradient.data() + f * flows.levers.size();
    const auto add = [&](std::int32_t lever, double slope) {
      if (lever >= 0) {
        gradient[place_[at(lever)]] += slope;
      }
    };
    std::vector<double> worth;
    for (std::size_t s = 0; s < chain_.states.size(); ++s) {
      const double mass = visits[static_cast<Index>(s)];
      if (mass == 0.0) {
        continue;
      }
      const WayState& state = chain_.states[s];
      const RowModel& row = row_of(s);
      worth.assign(at(row.options), 0.0);
      for (std::int32_t i = state.first_step; i < state.first_step + state.steps; ++i) {
        const WayStep& step = chain_.steps[at(i)];
        worth[at(step.option - row.first_option)] += step.share * still_here(step) * leads_to[step.to];
      }
      double mean = 0.0;
      for (std::int32_t o = 0; o < row.options; ++o) {
        const std::size_t option = at(row.first_option + o);
        if (selector.flow == FlowKind::moves && moves(selector, row, network_.options[option].to)) {
          worth[at(o)] += 1.0;
        }
        mean += shifted_.probability[option] * worth[at(o)];
      }
      for (std::int32_t o = 0; o < row.options; ++o) {
        const std::size_t option = at(row.first_option + o);
        add(index_.of_option[option], mass * shifted_.probability[option] * (worth[at(o)] - mean));
      }
      if (selector.flow != FlowKind::moves) {
        for_services(s, [&](std::int32_t setting, double units, double spending, std::int32_t lever) {
          if (selector.at[at(setting)] == 0) {
            return;
          }
          const bool money = selector.flow == FlowKind::list_spending;
          add(lever, mass * (money ? spending : units));
          if (money) {
            add(index_.of_sector[at(network_.settings[at(setting)].sector)], mass * spending);
          }
        });
      }
    }
  }

  const Model& model_;
  const NetworkModel& network_;
  std::size_t chain_id_;
  const WayChain& chain_;
  const LeverIndex& index_;
  const ShiftedNetwork& shifted_;
  double exits_;
  std::span<const FlowSelector> selectors_;
  Eigen::SparseLU<Sparse> lu_;
  Eigen::MatrixXd added_;
  std::vector<std::size_t> place_;
};

}  // namespace

WayFlows way_flows(const Model& model, std::size_t chain_id, const WayChain& chain, const LeverIndex& index,
                   const ShiftedNetwork& network, double exits_per_year, std::span<const FlowSelector> selectors,
                   bool with_gradient) {
  return Solver(model, chain_id, chain, index, network, exits_per_year, selectors).run(with_gradient);
}

}  // namespace waterbed::engine
