#include "waterbed/engine/visits.hpp"

#include "recorder.hpp"
#include "visit_rows.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/expected.hpp"

#include <numeric>
#include <string>
#include <utility>

namespace waterbed {
namespace {

using engine::ArmState;

class VisitRecorder : public engine::Recorder {
 public:
  VisitRecorder(const Model& model, const std::vector<std::uint8_t>& records, const VisitSink& sink, Index part_rows)
      : model_(model), records_(records), sink_(sink), part_rows_(part_rows) {}

  void begin_year(const ArmState& state) override {
    recording_ = records_[static_cast<std::size_t>(state.cycle / model_.time.cycles_per_year)] != 0;
  }
  void deliver(const ArmState& state, const engine::Delivered& delivered) override {
    if (recording_) {
      visit_ += delivered.attached < 0 ? 1 : 0;
      engine::add_row(model_, state, delivered, visit_, part_);
    }
  }
  void end_cycle(const ArmState& /*state*/) override {
    if (part_.size() >= part_rows_) {
      hand_over();
    }
  }
  void hand_over() {
    if (part_.size() > 0) {
      sink_(std::exchange(part_, Visits{}));
    }
  }

 private:
  const Model& model_;
  const std::vector<std::uint8_t>& records_;  ///< [simulated year]
  const VisitSink& sink_;
  Index part_rows_;
  bool recording_ = false;
  std::int64_t visit_ = -1;
  Visits part_;
};

}  // namespace

void visits(const Model& model, const RecordOptions& options, const VisitSink& sink, const Progress& progress,
            const StopToken& stop, Index part_rows) {
  if (part_rows < 1) {
    throw InvalidArgument("part_rows", "must be at least 1", std::to_string(part_rows));
  }
  const engine::Recording recording = engine::recording_of(model, options);
  VisitRecorder recorder(model, recording.years, sink, part_rows);
  engine::watch(model, recording.watched, recorder, progress, stop);
  recorder.hand_over();
}

double expected_visit_rows(const Model& model, const RecordOptions& options) {
  const engine::Recording recording = engine::recording_of(model, options);
  const ExpectedFlows flows = expected(model);
  const auto settings = static_cast<std::ptrdiff_t>(flows.settings.size());
  double rows = 0.0;
  for (std::size_t y = 0; y < recording.years.size(); ++y) {
    if (recording.years[y] != 0) {
      // Base years are about as the first performance year.
      const auto year = std::max(0, static_cast<int>(y) - model.time.burn_in_years());
      const auto first = flows.visits.begin() + year * settings;
      rows = std::accumulate(first, first + settings, rows);
    }
  }
  return rows;
}

}  // namespace waterbed
