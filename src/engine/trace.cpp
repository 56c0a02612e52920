#include "waterbed/engine/trace.hpp"

#include "recorder.hpp"
#include "visit_rows.hpp"
#include "waterbed/core/error.hpp"

#include <string>
#include <vector>

namespace waterbed {
namespace {

using engine::ArmState;
using engine::Presence;

class TraceRecorder : public engine::Recorder {
 public:
  TraceRecorder(const Model& model, const std::vector<std::uint8_t>& records, std::size_t person)
      : model_(model), records_(records), person_(person), stage_(conditions(), 0), recorded_(conditions(), 0) {}

  Trace take() { return std::move(trace_); }

  void begin_year(const ArmState& state) override {
    recording_ = records_[static_cast<std::size_t>(state.cycle / model_.time.cycles_per_year)] != 0;
  }
  void deliver(const ArmState& state, const engine::Delivered& delivered) override {
    if (recording_ && delivered.token.person == person_) {
      visit_ += delivered.attached < 0 ? 1 : 0;
      engine::add_row(model_, state, delivered, visit_, trace_.visits);
    }
  }
  void end_need(const ArmState& state, const engine::Token& token, engine::Fate fate) override {
    if (token.person == person_) {
      note(state, Event::need_ended, token.day, token.need(), static_cast<int>(fate));
    }
  }
  void end_cycle(const ArmState& state) override {
    const std::int32_t first_day = state.cycle * model_.time.days_per_cycle();
    const std::int32_t last_day = first_day + model_.time.days_per_cycle() - 1;
    const Presence presence = state.presence[person_];
    if (presence_ == Presence::not_yet && presence != Presence::not_yet) {
      note(state, Event::entered, first_day);
    }
    for (const engine::Token& token : state.begun) {
      if (token.person == person_) {
        note(state, Event::need, token.day, token.need());
      }
    }
    for (std::size_t c = 0; c < conditions(); ++c) {
      const std::size_t i = person_ * conditions() + c;
      note_change(state, Event::stage, last_day, c, stage_[c], state.stage[i]);
      note_change(state, Event::recorded, last_day, c, recorded_[c], state.recorded[i]);
    }
    if (presence != presence_ && (presence == Presence::dead || presence == Presence::left)) {
      note(state, presence == Presence::dead ? Event::died : Event::moved_away,
           presence == Presence::dead ? last_day : first_day);
    }
    presence_ = presence;
  }

 private:
  [[nodiscard]] std::size_t conditions() const { return static_cast<std::size_t>(model_.health.conditions); }

  void note(const ArmState& state, Event event, std::int32_t day, int subject = -1, int value = -1) {
    if (recording_) {
      trace_.happenings.push_back({.event = event,
                                   .year = model_.time.start_year + model_.time.year_of(state.cycle),
                                   .cycle = state.cycle % model_.time.cycles_per_year,
                                   .day = engine::day_of_year(model_, state, day),
                                   .subject = subject,
                                   .value = value});
    }
  }
  void note_change(const ArmState& state, Event event, std::int32_t day, std::size_t condition, std::uint8_t& before,
                   std::uint8_t now) {
    if (before != now) {
      note(state, event, day, static_cast<int>(condition), now);
      before = now;
    }
  }

  const Model& model_;
  const std::vector<std::uint8_t>& records_;  ///< [simulated year]
  std::size_t person_;
  bool recording_ = false;
  std::int64_t visit_ = -1;
  Presence presence_ = Presence::not_yet;
  std::vector<std::uint8_t> stage_;
  std::vector<std::uint8_t> recorded_;
  Trace trace_;
};

}  // namespace

Trace trace(const Model& model, Index person, const RecordOptions& options, const Progress& progress,
            const StopToken& stop) {
  if (person < 0 || person >= model.people.size()) {
    throw InvalidArgument("person", "must be in [0, " + std::to_string(model.people.size() - 1) + "]",
                          std::to_string(person));
  }
  const engine::Recording recording = engine::recording_of(model, options);
  TraceRecorder recorder(model, recording.years, static_cast<std::size_t>(person));
  engine::watch(model, recording.watched, recorder, progress, stop);
  return recorder.take();
}

}  // namespace waterbed
