#include "programme.hpp"

#include "waterbed/random/categorical.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

TestResult result_of(const CaseFindingModel& finding, std::uint8_t stage, std::uint8_t recorded, std::uint32_t word) {
  if (recorded > 0) {
    return TestResult::on_record;  // by a contact between invitation and test
  }
  if (stage > 0) {
    return bernoulli(word, finding.found_below) ? TestResult::found : TestResult::missed;
  }
  return bernoulli(word, finding.false_below) ? TestResult::false_alarm : TestResult::clear;
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
  const int kind = context.model.network.settings[at(row.setting)].kind_id;
  bool is_test = false;
  for (const CaseFindingModel& finding : state.arm->case_findings) {
    if (finding.need != token.need() || finding.kind != kind || row.step != 0) {
      continue;
    }
    const std::size_t i = token.person * at(context.model.health.conditions) + at(finding.condition);
    const Words words = context.words(token.person, token.origin, Purpose::case_finding, token.key);
    const TestResult result = result_of(finding, state.stage[i], state.recorded[i], words[0]);
    if (result == TestResult::found) {
      put_on_record(state, token, at(finding.condition), state.stage[i]);
    } else if (result == TestResult::false_alarm) {
      put_on_record(state, token, at(finding.condition), 1);
    }
    state.year.tests[at(finding.programme) * k_test_results + static_cast<std::size_t>(result)] += 1;
    is_test = true;
  }
  return is_test;
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
           "visits",
           "tests by what became of them",
           {{"year", years},
            {"programme", model.case_findings},
            {"item", {"found", "missed", "false_alarm", "clear", "on_record"}}}}};
}

void write_programmes(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>& records,
                      std::vector<std::int64_t>& case_finding) {
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
      records[year * first.back() + first[c] + state.stage[i] * stages + state.recorded[i]] += 1;
    }
  }
  std::copy(state.year.tests.begin(), state.year.tests.end(),
            case_finding.begin() + static_cast<std::ptrdiff_t>(year * state.year.tests.size()));
}

}  // namespace waterbed::engine
