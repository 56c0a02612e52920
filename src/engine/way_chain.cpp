#include "way_chain.hpp"

#include "way.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

class Unfolding {
 public:
  Unfolding(const Model& model, std::size_t chain_id) : model_(model), chain_(model.network.chains[chain_id]) {
    for (std::int32_t r = 0; r < chain_.rows; ++r) {
      window_ = std::max<std::int32_t>(window_, row(r).product ? row(r).window_days : 0);
    }
    need_ = &model.network.needs[chain_id / at(model.network.routes)];
    state_of(Way{});
    for (std::size_t s = 0; s < ways_.size(); ++s) {
      fill(s);
    }
  }

  WayChain take() { return std::move(result_); }

 private:
  const RowModel& row(std::int32_t r) const { return model_.network.rows[at(chain_.first_row + r)]; }

  std::int32_t state_of(Way way) {
    if (way.provider < 0 || way.age_days >= window_) {
      way = Way{.row = way.row};  // closed: it matters no more how long ago
    }
    const auto [it, fresh] = known_.emplace(way, static_cast<std::int32_t>(ways_.size()));
    if (fresh) {
      ways_.push_back(way);
      result_.states.push_back({.row = chain_.first_row + way.row});
    }
    return it->second;
  }

  void fill(std::size_t s) {
    Way way = ways_[s];
    const NetworkModel& network = model_.network;
    const RowModel& here = row(way.row);
    result_.states[s].list_price = here.product ? add_content(way, network, here) : here.list_price;
    result_.states[s].first_step = static_cast<std::int32_t>(result_.steps.size());
    const auto stay = static_cast<std::int32_t>(std::lround(here.stay_days));
    for (std::int32_t o = here.first_option; o < here.first_option + here.options; ++o) {
      const OptionModel& option = network.options[at(o)];
      if (option.to >= 0) {
        go(way, o, option.to - chain_.first_row, 1.0, option.delay_days + stay);
      } else if (here.setting >= 0 && need_->unresolved * model_.behaviour.psi > 0.0) {
        // Comes back when the next cycle begins: half a cycle later on average. Its product counts as closed, for few
        // come back (psi) and each would unfold the whole chain again.
        for (std::int32_t b = chain_.first_back; b < chain_.first_back + chain_.backs; ++b) {
          const BackModel& back = network.backs[at(b)];
          go(Way{}, o, back.row - chain_.first_row, need_->unresolved * model_.behaviour.psi * back.share,
             model_.time.days_per_cycle() / 2);
        }
      }
    }
    result_.states[s].steps = static_cast<std::int32_t>(result_.steps.size()) - result_.states[s].first_step;
  }

  void go(Way way, std::int32_t option, std::int32_t to, double share, std::int32_t days) {
    days += static_cast<std::int32_t>(std::lround(reference_wait(model_.network, row(to))));
    way.row = to;
    way.age_days += days;
    const std::int32_t state = state_of(way);
    result_.steps.push_back({.option = option, .to = state, .share = share, .days = days});
  }

  const Model& model_;
  const ChainModel& chain_;
  const NeedModel* need_ = nullptr;
  std::int32_t window_ = 0;
  std::map<Way, std::int32_t> known_;
  std::vector<Way> ways_;
  WayChain result_;
};

}  // namespace

WayChain unfold(const Model& model, std::size_t chain) { return Unfolding(model, chain).take(); }

double reference_wait(const NetworkModel& network, const RowModel& row) {
  return row.waits && row.setting >= 0 ? network.settings[at(row.setting)].reference_wait_days : 0.0;
}

WaitingVisits waiting_visits(const Model& model, std::size_t chain_id, const RowModel& row) {
  const NetworkModel& network = model.network;
  const bool queues = model.behaviour.capacity && row.waits && network.settings[at(row.setting)].limited;
  const ChainModel& chain = network.chains[chain_id];
  for (std::int32_t b = chain.first_back; queues && b < chain.first_back + chain.backs; ++b) {
    const std::int32_t back = network.backs[at(b)].row;
    if (network.settings[at(network.rows[at(back)].setting)].gp) {
      return {back,
              model.behaviour.gp_visits_while_waiting * reference_wait(network, row) / model.time.days_per_year()};
    }
  }
  return {};
}

}  // namespace waterbed::engine
