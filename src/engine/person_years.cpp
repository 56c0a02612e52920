#include "waterbed/engine/person_years.hpp"

#include "recorder.hpp"
#include "year_start.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace waterbed {
namespace {

using engine::ArmState;
using engine::Presence;

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }
constexpr std::int32_t k_no_line = -1;

/// Names of stages by condition, from the labels "condition.stage".
void name_stages(const Model& model, PersonYears& table) {
  const std::size_t conditions = at(model.health.conditions);
  for (std::size_t c = 0; c < conditions; ++c) {
    const std::size_t first = at(model.first_stage_label[c]);
    const std::size_t end = c + 1 < conditions ? at(model.first_stage_label[c + 1]) : model.stage_labels.size();
    std::vector<std::string>& names = table.stages.emplace_back();
    for (std::size_t label = first; label < end; ++label) {
      const std::string& whole = model.stage_labels[label];
      const std::size_t dot = whole.rfind('.');
      names.push_back(whole.substr(dot + 1));
      if (label == first) {
        table.conditions.push_back(whole.substr(0, dot));
      }
    }
  }
}

class PersonYearsRecorder : public engine::Recorder {
 public:
  PersonYearsRecorder(const Model& model, const std::vector<std::uint8_t>& records, bool newcomers)
      : model_(model), records_(records), newcomers_(newcomers), line_of_(at(model.people.size()), k_no_line) {
    table_.municipalities = model.people.municipality_names;
    table_.practices = model.people.practice_names;
    table_.practice_groups = model.people.practice_group_names;
    table_.insurers = model.people.payer_names;
    table_.sectors = model.sectors;
    table_.cycles_per_year = model.time.cycles_per_year;
    name_stages(model, table_);
    name_kinds();
    table_.stage.resize(table_.conditions.size());
    table_.recorded.resize(table_.conditions.size());
    table_.spending.resize(table_.sectors.size());
    table_.units.resize(table_.kinds.size());
    table_.stays.resize(table_.stay_kinds.size());
  }

  PersonYears take() { return std::move(table_); }

  void begin_year(const ArmState& state) override {
    recording_ = records_[at(state.cycle / model_.time.cycles_per_year)] != 0;
    if (!recording_) {
      return;
    }
    first_line_ = table_.person.size();
    const int next_year = state.cycle + model_.time.cycles_per_year;
    for (std::size_t person = 0; person < line_of_.size(); ++person) {
      line_of_[person] = k_no_line;
      const auto from = engine::followed_from(model_, state, person, newcomers_ ? next_year : state.cycle + 1);
      if (from) {
        line_of_[person] = static_cast<std::int32_t>(table_.person.size());
        add_line(state, person, *from, state.presence[person] == Presence::here);
      }
    }
    const std::size_t lines = table_.person.size();
    table_.cycles.resize(lines);
    table_.died.resize(lines);
    table_.moved_away.resize(lines);
    table_.qalys.resize(lines);
    const auto resize = [&](auto& columns) {
      for (auto& column : columns) {
        column.resize(lines);
      }
    };
    resize(table_.spending);
    resize(table_.units);
    resize(table_.stays);
  }

  void deliver(const ArmState& /*state*/, const engine::Delivered& delivered) override {
    if (!recording_ || line_of_[delivered.token.person] == k_no_line) {
      return;
    }
    const std::size_t line = at(line_of_[delivered.token.person]);
    const SettingModel& setting = model_.network.settings[at(delivered.setting)];
    table_.spending[at(setting.sector)][line] += delivered.list;
    table_.units[kind_of_setting_[at(delivered.setting)]][line] += static_cast<std::int32_t>(delivered.units);
    if (const std::size_t stay = stay_of_setting_[at(delivered.setting)]; stay < table_.stays.size()) {
      table_.stays[stay][line] += 1;
    }
  }

  void end_year(const ArmState& state) override {
    if (!recording_) {
      return;
    }
    for (std::size_t line = first_line_; line < table_.person.size(); ++line) {
      const std::size_t person = at(table_.person[line]);
      table_.cycles[line] = static_cast<std::int16_t>(engine::cycles_here(model_, state, person));
      table_.died[line] = state.presence[person] == Presence::dead ? 1 : 0;
      table_.moved_away[line] = state.presence[person] == Presence::left ? 1 : 0;
      table_.qalys[line] = state.year_qalys[person];
    }
  }

 private:
  void name_kinds() {
    std::map<int, std::string> names;
    for (const SettingModel& setting : model_.network.settings) {
      names.emplace(setting.kind_id, setting.kind);
    }
    std::map<int, std::size_t> position;
    std::map<int, std::size_t> stay;
    for (const auto& [id, name] : names) {
      position.emplace(id, table_.kinds.size());
      table_.kinds.push_back(name);
    }
    for (const SettingModel& setting : model_.network.settings) {
      if (setting.per_day && stay.emplace(setting.kind_id, table_.stay_kinds.size()).second) {
        table_.stay_kinds.push_back(setting.kind);
      }
      kind_of_setting_.push_back(position.at(setting.kind_id));
      stay_of_setting_.push_back(setting.per_day ? stay.at(setting.kind_id) : std::numeric_limits<std::size_t>::max());
    }
  }

  void add_line(const ArmState& state, std::size_t person, int cycle, bool here) {
    const People& people = model_.people;
    table_.person.push_back(static_cast<std::int32_t>(person));
    table_.year.push_back(static_cast<std::int16_t>(model_.time.start_year + model_.time.year_of(state.cycle)));
    table_.entered.push_back(static_cast<std::int16_t>(cycle - state.cycle));
    table_.age.push_back(static_cast<std::uint8_t>(engine::age_of(model_, person, cycle)));
    table_.sex.push_back(static_cast<std::uint8_t>(people.sex[person]));
    table_.deprivation.push_back(people.deprivation[person]);
    table_.municipality.push_back(people.municipality[person]);
    table_.practice.push_back(people.practice[person]);
    table_.practice_group.push_back(people.practice_group[person]);
    table_.insurer.push_back(people.payer[person]);
    const std::size_t conditions = table_.conditions.size();
    for (std::size_t c = 0; c < conditions; ++c) {
      table_.stage[c].push_back(here ? state.stage[person * conditions + c] : people.stage[c][person]);
      table_.recorded[c].push_back(here ? state.recorded[person * conditions + c] : people.recorded[c][person]);
    }
  }

  const Model& model_;
  const std::vector<std::uint8_t>& records_;  ///< [simulated year]
  bool newcomers_;
  bool recording_ = false;
  std::size_t first_line_ = 0;
  std::vector<std::int32_t> line_of_;  ///< [person] in this year
  std::vector<std::size_t> kind_of_setting_;
  std::vector<std::size_t> stay_of_setting_;
  PersonYears table_;
};

}  // namespace

PersonYears person_years(const Model& model, const RecordOptions& options, bool newcomers, const Progress& progress,
                         const StopToken& stop) {
  const engine::Recording recording = engine::recording_of(model, options);
  PersonYearsRecorder recorder(model, recording.years, newcomers);
  engine::watch(model, recording.watched, recorder, progress, stop);
  return recorder.take();
}

}  // namespace waterbed
