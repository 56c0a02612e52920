#include "year_start.hpp"

#include "attribution.hpp"
#include "waterbed/expectation/expectation.hpp"

#include <algorithm>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Rows of a design that are made at a time.
constexpr std::size_t k_block = 4096;

bool goes_by_score(const ArmModel& arm) {
  return std::any_of(arm.contracts.begin(), arm.contracts.end(), [](const ContractModel& contract) {
    return contract.capitation_by >= 0 || contract.risk_by >= 0;
  });
}

bool measures_gain(const ArmModel& arm, int year) {
  return std::any_of(arm.contracts.begin(), arm.contracts.end(),
                     [&](const ContractModel& contract) { return contract.gain_by >= 0 && contract.in_force(year); });
}

/// Whether some contract asks; in the burn-in of any arm, since benchmarks look back on it.
bool asks_for_scores(const Model& model, const ArmState& state) {
  return model.time.year_of(state.cycle) >= 0 ? goes_by_score(*state.arm)
                                              : std::any_of(model.arms.begin(), model.arms.end(), goes_by_score);
}

double feature_of(const ExpectationModel& expectation, const StartFeature& feature, const PersonView& view,
                  std::size_t conditions) {
  if (feature.kind == StartKind::remaining) {
    return expectation.frozen->remaining->at(view.sex, view.age).remaining[state_of(expectation, view, conditions)];
  }
  return static_cast<double>(start_value(feature, view, conditions));
}

std::vector<double> scores_of(const Model& model, const ArmState& state, const ExpectationModel& expectation,
                              const std::vector<std::int32_t>& persons, Stages by) {
  const std::vector<double> rates = expected_at_start(model, state, expectation, persons, by);
  std::vector<double> scores(state.presence.size(), 0.0);
  for (std::size_t i = 0; i < persons.size(); ++i) {
    scores[at(persons[i])] = rates[i] / expectation.frozen->mean;
  }
  return scores;
}

}  // namespace

std::optional<int> followed_from(const Model& model, const ArmState& state, std::size_t person, int until) {
  const bool here = state.presence[person] == Presence::here;
  const int enters = model.people.enters_cycle[person];
  const bool comes = state.presence[person] == Presence::not_yet && enters >= state.cycle && enters < until;
  if ((here || comes) && model.people.leaves_cycle[person] > std::max(enters, state.cycle)) {
    return here ? state.cycle : enters;
  }
  return std::nullopt;
}

int age_of(const Model& model, std::size_t person, int cycle) {
  return std::max(0, age_at(cycle, model.people.birth_cycle[person], model.time.cycles_per_year));
}

int cycles_here(const Model& model, const ArmState& state, std::size_t person) {
  return cycles_lived(model, state, person, state.cycle + 1) + (state.presence[person] == Presence::dead ? 1 : 0);
}

std::size_t state_of(const ExpectationModel& expectation, const PersonView& view, std::size_t conditions) {
  return expectation.state_of_label[start_value(expectation.state, view, conditions)];
}

void note_year_start(const Model& model, ArmState& state) {
  const bool scores = asks_for_scores(model, state);
  const int year = model.time.year_of(state.cycle);
  if (!scores && (year < 0 || !measures_gain(*state.arm, year))) {
    return;
  }
  YearStart& start = state.start;
  const std::size_t conditions = at(model.health.conditions);
  start.from.assign(state.presence.size(), YearStart::k_never);
  start.recorded = state.recorded;
  start.stage = state.stage;
  std::vector<std::int32_t> persons;
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    const std::optional<int> from = followed_from(model, state, person, state.cycle + model.time.cycles_per_year);
    if (!from) {
      continue;
    }
    persons.push_back(static_cast<std::int32_t>(person));
    start.from[person] = static_cast<std::int16_t>(*from);
    for (std::size_t c = 0; state.presence[person] == Presence::not_yet && c < conditions; ++c) {
      start.recorded[person * conditions + c] = model.people.recorded[c][person];
      start.stage[person * conditions + c] = model.people.stage[c][person];
    }
  }
  start.score.assign(model.expectations.size(), {});
  start.true_score.assign(model.expectations.size(), {});
  for (std::size_t e = 0; scores && e < model.expectations.size(); ++e) {
    const ExpectationModel& expectation = model.expectations[e];
    if (expectation.scores) {
      start.score[e] = scores_of(model, state, expectation, persons, Stages::recorded);
    }
    if (expectation.true_scores) {
      start.true_score[e] = scores_of(model, state, expectation, persons, Stages::as_they_are);
    }
  }
}

PersonView view_at_start(const Model& model, const ArmState& state, std::size_t person, Stages by) {
  const std::size_t first = person * at(model.health.conditions);
  const std::vector<std::uint8_t>& seen = by == Stages::recorded ? state.start.recorded : state.start.stage;
  return view_of(model.people, static_cast<Index>(person), age_of(model, person, state.start.from[person]),
                 seen.data() + first, state.start.stage.data() + first);
}

std::vector<double> expected_at_start(const Model& model, const ArmState& state, const ExpectationModel& expectation,
                                      const std::vector<std::int32_t>& persons, Stages by) {
  const std::size_t conditions = at(model.health.conditions);
  std::vector<double> rates;
  rates.reserve(persons.size());
  for (std::size_t first = 0; first < persons.size(); first += k_block) {
    const std::size_t end = std::min(first + k_block, persons.size());
    // An intercept alone counts the rows of some column.
    FeatureTable table{{"none", std::vector<double>(end - first, 0.0), {}}};
    for (const StartFeature& feature : expectation.features) {
      table.push_back({feature.name, {}, feature.labels});
    }
    for (std::size_t i = first; i < end; ++i) {
      const PersonView view = view_at_start(model, state, at(persons[i]), by);
      for (std::size_t f = 0; f < expectation.features.size(); ++f) {
        table[f + 1].values.push_back(feature_of(expectation, expectation.features[f], view, conditions));
      }
    }
    const std::vector<double> found = predict(*expectation.frozen, table);
    rates.insert(rates.end(), found.begin(), found.end());
  }
  return rates;
}

}  // namespace waterbed::engine
