#include "waterbed/engine/decision_path.hpp"

#include "decisions.hpp"
#include "recorder.hpp"
#include "waterbed/core/error.hpp"

#include <algorithm>
#include <string>

namespace waterbed {
namespace {

using engine::ArmState;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

class DecisionRecorder : public engine::Recorder {
 public:
  DecisionRecorder(const Model& model, const std::vector<std::uint8_t>& years, const ArmModel& arm, bool parts)
      : model_(model),
        years_(years),
        decisions_(engine::decisions_of(model, arm)),
        phases_(engine::refresh_phases(model)) {
    path_.decisions = decisions_.infos;
    for (const ProviderModel& provider : model.providers) {
      path_.providers.push_back(provider.name);
    }
    if (parts) {
      path_.parts = engine::marginal_parts(model, arm, reference());
      before_.resize(phases_.size());
    }
  }

  DecisionPath take() { return std::move(path_); }

  void retake(const ArmState& state) override {
    if (!wanted(state)) {
      return;
    }
    const int cycle = state.cycle % model_.time.cycles_per_year;
    path_.year.push_back(model_.time.start_year + model_.time.year_of(state.cycle));
    path_.cycle.push_back(cycle);
    append(path_.shift, decisions_.mean(model_, state.shift));
    for (std::size_t p = 0; p < model_.providers.size(); ++p) {
      path_.held_back.push_back(state.closed[p] + state.sent_back[p] + state.sent_elsewhere[p]);
    }
    if (!path_.parts.empty() && !state.fundamental.empty()) {
      note_marginals(state, cycle);
    }
  }

  void end_cycle(const ArmState& state) override {
    if (wanted(state) && state.cycle % model_.behaviour.refresh_cycles == 0) {
      append(path_.chance, decisions_.chance(model_, state.probability));
    }
  }

 private:
  static void append(std::vector<double>& to, const std::vector<double>& values) {
    to.insert(to.end(), values.begin(), values.end());
  }
  [[nodiscard]] const ArmModel& reference() const { return model_.arms[at(model_.reference)]; }
  [[nodiscard]] bool wanted(const ArmState& state) const {
    return model_.time.year_of(state.cycle) >= 0 && years_[at(state.cycle / model_.time.cycles_per_year)] != 0 &&
           !model_.network.needs.empty();
  }

  void note_marginals(const ArmState& state, int cycle) {
    const auto phase = at(std::find(phases_.begin(), phases_.end(), cycle) - phases_.begin());
    const double gone = static_cast<double>(cycle) / model_.time.cycles_per_year;
    std::vector<std::vector<double>>& before = before_[phase];
    if (before.empty()) {
      before = engine::values_by_part(model_, reference(), reference().pay_in(model_.time.burn_in_years()),
                                      engine::expected_positions(model_, reference(), gone), model_.frozen.fundamental,
                                      path_.parts);
    }
    std::vector<std::vector<double>> now = engine::values_by_part(
        model_, *state.arm, *state.pay, engine::positions_now(model_, state, model_.time.year_of(state.cycle), gone),
        state.fundamental, path_.parts);
    for (std::size_t part = 0; part < now.size(); ++part) {
      for (std::size_t i = 0; i < now[part].size(); ++i) {
        now[part][i] -= before[part][i];
      }
      append(path_.marginal, decisions_.mean(model_, now[part]));
    }
  }

  const Model& model_;
  const std::vector<std::uint8_t>& years_;  ///< [simulated year]
  engine::Decisions decisions_;
  std::vector<int> phases_;
  std::vector<std::vector<std::vector<double>>> before_;  ///< [phase][part][insurer and option] reference
  DecisionPath path_;
};

}  // namespace

DecisionPath decision_path(const Model& model, const RecordOptions& options, bool parts, const Progress& progress,
                           const StopToken& stop) {
  const engine::Recording recording = engine::recording_of(model, options);
  for (int year = 0; year < model.time.burn_in_years(); ++year) {
    if (recording.years[at(year)] != 0) {
      throw InvalidArgument("years", "must be performance years, from " + std::to_string(model.time.start_year),
                            std::to_string(model.time.start_year - model.time.burn_in_years() + year));
    }
  }
  DecisionRecorder recorder(model, recording.years, model.arms[at(recording.watched.arm)], parts);
  engine::watch(model, recording.watched, recorder, progress, stop);
  return recorder.take();
}

}  // namespace waterbed
