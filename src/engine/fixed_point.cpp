#include "decisions.hpp"
#include "expected_rows.hpp"
#include "income.hpp"
#include "recorder.hpp"
#include "supply.hpp"
#include "waterbed/behaviour/adaptation.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace waterbed {
namespace {

using engine::ArmState;
using engine::ContractPosition;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// What expected flows do not tell, at a point of the last year of a replication.
struct Lived {
  std::vector<ContractPosition> positions;  ///< [contract] of settlements
  std::vector<double> income_weights;       ///< [provider]
};

/// Notes it at every phase.
class LastYear : public engine::Recorder {
 public:
  explicit LastYear(const Model& model) : model_(model) {}
  void retake(const ArmState& state) override {
    if (model_.time.year_of(state.cycle) == model_.time.years - 1) {
      const double gone = static_cast<double>(state.cycle % model_.time.cycles_per_year) / model_.time.cycles_per_year;
      phases.push_back({.positions = engine::positions_now(model_, state, model_.time.years - 1, gone),
                        .income_weights = engine::income_weights(model_, state, model_.time.years - 1, gone)});
    }
  }
  std::vector<Lived> phases;

 private:
  const Model& model_;
};

/// Expected flows of an arm's last year under the choices that shifts make.
class Flows {
 public:
  Flows(const Model& model, const ArmModel& arm, std::vector<Lived> lived)
      : model_(model), arm_(arm), lived_(std::move(lived)), phases_(engine::refresh_phases(model)) {
    const std::size_t insurers = at(std::max(1, model.insurers));
    const std::vector<double>& observed = model.practice_in(arm);
    state_.arm = &arm;
    for (const SettingModel& setting : model.network.settings) {
      state_.wait.push_back(setting.reference_wait_days);
    }
    ones_.assign(model.providers.size(), 1.0);
    state_.row_moved.assign(insurers * model.network.rows.size(), 0);
    for (std::size_t p = 0; p < insurers; ++p) {
      practice_.insert(practice_.end(), observed.begin(), observed.end());
    }
  }

  /// Chances under these shifts, shape [insurer][option].
  const std::vector<double>& chances(const std::vector<double>& shift) {
    state_.shift = shift;
    state_.probability = practice_;
    engine::refresh_choices(model_, state_);
    return state_.probability;
  }

  /// Where shifts go, on average over the year.
  std::vector<double> target(const std::vector<double>& shift) {
    const std::vector<double> fundamental = engine::solved_chains(model_, chances(shift));
    const std::vector<double> income = turnover(fundamental);
    std::vector<double> mean(shift.size(), 0.0);
    const PayTable& pays = arm_.pay_in(model_.time.burn_in_years() + year());
    for (std::size_t phase = 0; phase < phases_.size(); ++phase) {
      const engine::OptionValues values = engine::values_as_seen(
          model_, arm_, pays, [&](int lag) { return positions(phase, income, lag); }, fundamental);
      const std::vector<double> one =
          engine::shift_targets(model_, arm_, values, phase, lived_.empty() ? ones_ : lived_[phase].income_weights);
      for (std::size_t i = 0; i < mean.size(); ++i) {
        mean[i] += one[i] / static_cast<double>(phases_.size());
      }
    }
    return mean;
  }

 private:
  [[nodiscard]] int year() const { return model_.time.years - 1; }

  /// Expected income of fees and bundles of each contract in the year, EUR.
  std::vector<double> turnover(const std::vector<double>& fundamental) {
    const NetworkModel& network = model_.network;
    std::vector<double> income(arm_.contracts.size(), 0.0);
    const PayTable& pays = arm_.pay_in(model_.time.burn_in_years() + year());
    engine::for_expected_rows(model_, fundamental, [&](std::size_t y, std::size_t, std::size_t r, double visits) {
      const RowModel& row = network.rows[r];
      for (std::size_t p = 0; static_cast<int>(y) == year() && p < at(std::max(1, model_.insurers)); ++p) {
        const double count = visits * (model_.insurers > 0 ? model_.market_share[p] : 1.0);
        const auto add = [&](const RowPay& pay, double euro) {
          if (pay.contract >= 0 && pay.charged_to < 0) {
            income[at(pay.contract)] += count * euro;
          }
        };
        if (row.setting >= 0) {
          const RowPay& pay = pays.rows[p * network.rows.size() + r];
          add(pay, engine::row_income(model_, r, pay));
        }
        for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
          const RowPay& pay = pays.attached[p * network.attached.size() + at(a)];
          add(pay, network.attached[at(a)].per_visit * static_cast<double>(pay.price) / 1e6);
        }
      }
    });
    return income;
  }

  [[nodiscard]] std::vector<ContractPosition> positions(std::size_t phase, const std::vector<double>& income,
                                                        int lag_cycles) const {
    const double gone =
        engine::share_seen(model_, static_cast<double>(phases_[phase]) / model_.time.cycles_per_year, lag_cycles);
    std::vector<ContractPosition> found(arm_.contracts.size());
    for (std::size_t c = 0; c < found.size(); ++c) {
      const ContractModel& contract = arm_.contracts[c];
      if (contract.in_force(year())) {
        found[c].income_slope =
            engine::income_slope(contract, year(), engine::usual_forecast(model_, contract, year(), gone, income[c]));
        if (contract.settles) {
          const ContractPosition& then = lived_[phase].positions[c];
          found[c].member_slopes = then.member_slopes;
          found[c].group_share = then.group_share;
        }
      }
    }
    return found;
  }

  const Model& model_;
  const ArmModel& arm_;
  std::vector<Lived> lived_;  ///< [phase]; empty: nothing depends on it
  std::vector<int> phases_;
  std::vector<double> practice_;
  std::vector<double> ones_;
  ArmState state_;
};

/// Part of the gap that a refresh closes, shape [insurer][option]; where nobody decides nothing ever moves.
std::vector<double> pace_of_options(const Model& model) {
  const std::vector<double> of_provider = engine::adaptation(model);
  const std::size_t options = model.network.options.size();
  std::vector<double> pace(at(std::max(1, model.insurers)) * options, 0.0);
  for (const RowModel& row : model.network.rows) {
    for (std::int32_t o = row.first_option; row.decider >= 0 && o < row.first_option + row.options; ++o) {
      for (std::size_t i = at(o); i < pace.size(); i += options) {
        pace[i] = of_provider[at(row.decider)];
      }
    }
  }
  return pace;
}

/// Shifts after steps of a pace, with the largest gap to their target before each.
struct Iterated {
  std::vector<double> shift;
  std::vector<double> residual;
  bool arrived = false;
  bool turns = false;  ///< gaps change sign at nearly every one of the last steps
};

Iterated iterate(Flows& flows, std::vector<double> shift, const std::vector<double>& pace, double part,
                 const FixedPointOptions& options, const StopToken& stop) {
  Iterated found;
  std::vector<double> before(shift.size(), 0.0);
  std::vector<std::uint8_t> turned;
  for (int step = 0; step < options.most_refreshes; ++step) {
    if (stop.stop_requested()) {
      throw Stopped("stopped before the fixed point was found");
    }
    const std::vector<double> target = flows.target(shift);
    std::size_t largest = 0;
    std::vector<double> gap(shift.size());
    for (std::size_t i = 0; i < gap.size(); ++i) {
      gap[i] = target[i] - shift[i];
      largest = std::abs(gap[i]) > std::abs(gap[largest]) ? i : largest;
    }
    found.residual.push_back(gap.empty() ? 0.0 : std::abs(gap[largest]));
    if (found.residual.back() <= options.tolerance) {
      found.arrived = true;
      break;
    }
    turned.push_back(gap[largest] * before[largest] < 0.0 ? 1 : 0);
    for (std::size_t i = 0; i < shift.size(); ++i) {
      shift[i] = adapt({.current = shift[i], .target = target[i]}, part * pace[i]);
    }
    before = std::move(gap);
  }
  const std::size_t last = std::min<std::size_t>(turned.size(), 20);
  found.turns = last > 0 && std::count(turned.end() - static_cast<std::ptrdiff_t>(last), turned.end(), 1) >
                                static_cast<std::ptrdiff_t>(3 * last / 4);
  found.shift = std::move(shift);
  return found;
}

}  // namespace

FixedPoint fixed_point(const Model& model, const FixedPointOptions& options, const Progress& progress,
                       const StopToken& stop) {
  if (!(options.tolerance > 0.0)) {
    throw InvalidArgument("tolerance", "must be above 0", std::to_string(options.tolerance));
  }
  if (options.most_refreshes < 1) {
    throw InvalidArgument("most_refreshes", "must be at least 1", std::to_string(options.most_refreshes));
  }
  const engine::Recording recording = engine::recording_of(model, options.of);
  const ArmModel& arm = model.arms[at(recording.watched.arm)];
  const engine::Decisions decisions = engine::decisions_of(model, arm);
  LastYear recorder(model);
  const bool settles = std::any_of(arm.contracts.begin(), arm.contracts.end(), [](const auto& c) { return c.settles; });
  if (settles || model.behaviour.income_effort != 0.0) {
    engine::watch(model, recording.watched, recorder, progress, stop);
  }
  Flows flows(model, arm, std::move(recorder.phases));
  const std::size_t options_in_all = at(std::max(1, model.insurers)) * model.network.options.size();
  const std::vector<double> start(options_in_all, 0.0);
  FixedPoint result;
  result.decisions = decisions.infos;
  if (!model.behaviour.incentives) {
    result.found = result.settles = true;
    result.shift = decisions.mean(model, start);
    result.chance = decisions.chance(model, flows.chances(start));
    return result;
  }
  const std::vector<double> pace = pace_of_options(model);
  Iterated at_pace = iterate(flows, start, pace, 1.0, options, stop);
  result.settles = result.found = at_pace.arrived;
  result.oscillates = !at_pace.arrived && at_pace.turns;
  result.refreshes = static_cast<int>(at_pace.residual.size());
  result.residual = at_pace.residual;
  // Where it does not settle there may be a fixed point still: smaller steps find it.
  Iterated end = std::move(at_pace);
  for (double part = 0.25; !result.found && part > 1e-3; part /= 4.0) {
    Iterated slower = iterate(flows, start, pace, part, options, stop);
    if (slower.arrived || slower.residual.back() < end.residual.back()) {
      end = std::move(slower);
    }
    result.found = end.arrived;
  }
  result.shift = decisions.mean(model, end.shift);
  result.chance = decisions.chance(model, flows.chances(end.shift));
  return result;
}

}  // namespace waterbed
