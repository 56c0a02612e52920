#include "programme.hpp"

#include "coding.hpp"
#include "waterbed/health/stage_record.hpp"
#include "waterbed/random/categorical.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

void count(std::vector<std::int64_t>& counts, const CaseFindingModel& finding, ScreeningItem item) {
  counts[at(finding.programme) * k_screening_items + static_cast<std::size_t>(item)] += 1;
}

std::size_t record_of(const ArmState& state, const CaseFindingModel& finding, std::size_t person) {
  return person * (state.recorded.size() / state.presence.size()) + at(finding.condition);
}

ScreeningItem result_of(const CaseFindingModel& finding, std::uint8_t stage, std::uint8_t recorded,
                        std::uint32_t word) {
  if (recorded > 0) {
    return ScreeningItem::on_record;  // by a contact between invitation and test
  }
  if (stage > 0) {
    return bernoulli(word, finding.alarm_below) ? ScreeningItem::true_alarm : ScreeningItem::missed;
  }
  return bernoulli(word, finding.false_below) ? ScreeningItem::false_alarm : ScreeningItem::clear;
}

void diagnose(ArmState& state, const CaseFindingModel& finding, const Token& token) {
  const std::size_t i = record_of(state, finding, token.person);
  const bool there = state.stage[i] > 0;
  put_on_record(state, token, at(finding.condition), there ? state.stage[i] : std::uint8_t{1});
  screening_of(state, finding, token.person) = there ? Screening::detected : Screening::none;
  count(state.year.screening, finding, there ? ScreeningItem::found : ScreeningItem::false_diagnosis);
}

void screen(ArmState& state, const CaseFindingModel& finding, const Token& token, std::uint32_t word) {
  Screening& screening = screening_of(state, finding, token.person);
  if (screening == Screening::alarmed || screening == Screening::worked_up) {
    return;  // invited twice: the second test would tell nothing new
  }
  const std::size_t i = record_of(state, finding, token.person);
  const ScreeningItem result = result_of(finding, state.stage[i], state.recorded[i], word);
  count(state.year.screening, finding, result);
  if (result == ScreeningItem::false_alarm) {
    state.year_qalys[token.person] -= finding.false_alarm_micro;
    state.year.alarm_qalys[at(finding.programme)] += finding.false_alarm_micro;
  }
  if (result == ScreeningItem::true_alarm || result == ScreeningItem::false_alarm) {
    if (finding.confirmation.need < 0) {
      diagnose(state, finding, token);
    } else {
      screening = Screening::alarmed;
    }
  }
}

void confirm(ArmState& state, const CaseFindingModel& finding, const Token& token, std::uint32_t word) {
  Screening& screening = screening_of(state, finding, token.person);
  if (screening != Screening::worked_up) {
    return;
  }
  screening = Screening::none;
  count(state.year.screening, finding, ScreeningItem::second_test);
  const std::size_t i = record_of(state, finding, token.person);
  const bool there = state.stage[i] > 0;
  if (state.recorded[i] > 0) {
    count(state.year.screening, finding, ScreeningItem::on_record_by_then);
  } else if (bernoulli(word, there ? finding.confirmation.confirmed_below : finding.confirmation.false_below)) {
    diagnose(state, finding, token);
  } else {
    count(state.year.screening, finding, there ? ScreeningItem::dismissed : ScreeningItem::cleared);
  }
}

/// "condition,true stage,recorded stage" of every pair of stages.
std::vector<std::string> record_labels(const Model& model) {
  std::vector<std::string> labels;
  for (std::size_t c = 0; c < at(model.health.conditions); ++c) {
    const auto stages = at(model.health.stage_offset[c + 1] - model.health.stage_offset[c]);
    const auto first = at(model.first_stage_label[c]);
    const std::string& label = model.stage_labels[first];
    const std::string condition = label.substr(0, label.find('.'));
    const auto stage = [&](std::size_t s) { return model.stage_labels[first + s].substr(condition.size() + 1); };
    for (std::size_t truly = 0; truly < stages; ++truly) {
      for (std::size_t recorded = 0; recorded < stages; ++recorded) {
        std::string text = condition;
        text.append(",").append(stage(truly)).append(",").append(stage(recorded));
        labels.push_back(std::move(text));
      }
    }
  }
  return labels;
}

}  // namespace

bool is_invited(const Context& context, const CaseFindingModel& finding, std::size_t k, const PersonView& person,
                std::uint32_t id, int cycle) {
  if (person.recorded[finding.condition * person.stride] > 0) {
    return false;
  }
  const Words words = context.words(id, cycle, Purpose::case_finding, static_cast<std::uint32_t>(k));
  return bernoulli(words[0], finding.invited_below) && matches(finding.who, person);
}

bool take_test(const Context& context, ArmState& state, const RowModel& row, const Token& token) {
  if (row.step != 0) {
    return false;
  }
  const int kind = context.model.network.settings[at(row.setting)].kind_id;
  bool is_test = false;
  for (const CaseFindingModel& finding : state.arm->case_findings) {
    const bool first = finding.need == token.need() && finding.kind == kind;
    const bool second = finding.confirmation.need == token.need() && finding.confirmation.kind == kind;
    if (first || second) {
      const Words words = context.words(token.person, token.origin, Purpose::case_finding, token.key);
      (first ? screen : confirm)(state, finding, token, words[0]);
      is_test = true;
    }
  }
  return is_test;
}

void surface(const Context& context, ArmState& state, const Token& token) {
  const bool anybodys_need = (token.key >> 18 & 63U) < k_base_occurrences;
  for (const CaseFindingModel& finding : state.arm->case_findings) {
    Screening& screening = screening_of(state, finding, token.person);
    // Care that is there because the condition is on record would not have found it.
    if (screening != Screening::detected || (!anybodys_need && finding.for_known_patients[at(token.need())] != 0)) {
      continue;
    }
    // The draw by which the contact would have recorded it.
    const Words words = context.words(token.person, token.origin, Purpose::recorded_stage,
                                      token.key ^ static_cast<std::uint32_t>(finding.condition) << 12);
    if (bernoulli(words[0], recorded_below(context.model, state, token, at(finding.condition)))) {
      screening = Screening::none;
      count(state.year.screening, finding, ScreeningItem::surfaced);
    }
  }
}

void lose_detection(ArmState& state, std::size_t person, int condition, BlockCounts& block) {
  for (const CaseFindingModel& finding : state.arm->case_findings) {
    Screening& screening = screening_of(state, finding, person);
    if (screening == Screening::detected && (condition == k_any_condition || condition == finding.condition)) {
      screening = Screening::none;
      count(block.screening, finding, ScreeningItem::overdiagnosed);
    }
  }
}

void end_work_up(ArmState& state, const Token& token) {
  for (const CaseFindingModel& finding : state.arm->case_findings) {
    Screening& screening = screening_of(state, finding, token.person);
    if (finding.confirmation.need == token.need() && screening == Screening::worked_up) {
      screening = Screening::none;
    }
  }
}

void code_stages(const Context& context, ArmState& state, const Token& token) {
  const auto& codings = state.arm->codings;
  for (std::size_t k = 0; k < codings.size(); ++k) {
    const CodingModel& coding = codings[k];
    if (state.recorded[token.person * at(context.model.health.conditions) + at(coding.condition)] == coding.from) {
      const Words words =
          context.words(token.person, token.origin, Purpose::coding, token.key ^ static_cast<std::uint32_t>(k) << 12);
      if (bernoulli(words[0], coding.coded_below)) {
        put_on_record(state, token, at(coding.condition), coding.to);
      }
    }
  }
}

std::vector<TableInfo> programme_infos(const Model& model) {
  if (!model.programmes) {
    return {};
  }
  std::vector<std::string> years;
  for (int y = 0; y < model.time.years; ++y) {
    years.push_back(std::to_string(model.time.start_year + y));
  }
  return {{"records",
           "persons",
           "here at the end of the year: condition,true stage,recorded stage",
           {{"year", years}, {"record", record_labels(model)}}},
          {"case_finding",
           "persons",
           "tests by their results, second tests by theirs, and what became of those found",
           {{"year", years},
            {"programme", model.case_findings},
            {"item",
             {"true_alarm", "missed", "false_alarm", "clear", "on_record", "second_test", "found", "dismissed",
              "false_diagnosis", "cleared", "on_record_by_then", "surfaced", "overdiagnosed"}}}},
          {"false_alarm_qalys",
           "micro_qaly",
           "what false alarms cost in quality of life, part of `qalys`",
           {{"year", years}, {"programme", model.case_findings}}}};
}

void write_programmes(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>* tables) {
  const std::size_t conditions = at(model.health.conditions);
  std::vector<std::size_t> first(conditions + 1, 0);
  for (std::size_t c = 0; c < conditions; ++c) {
    const auto stages = at(model.health.stage_offset[c + 1] - model.health.stage_offset[c]);
    first[c + 1] = first[c] + stages * stages;
  }
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (state.presence[person] != Presence::here) {
      continue;
    }
    for (std::size_t c = 0; c < conditions; ++c) {
      const auto stages = at(model.health.stage_offset[c + 1] - model.health.stage_offset[c]);
      const std::size_t i = person * conditions + c;
      tables[0][year * first.back() + first[c] + state.stage[i] * stages + state.recorded[i]] += 1;
    }
  }
  const auto copy_year = [&](const std::vector<std::int64_t>& counts, std::vector<std::int64_t>& table) {
    std::copy(counts.begin(), counts.end(), table.begin() + static_cast<std::ptrdiff_t>(year * counts.size()));
  };
  copy_year(state.year.screening, tables[1]);
  copy_year(state.year.alarm_qalys, tables[2]);
}

}  // namespace waterbed::engine
