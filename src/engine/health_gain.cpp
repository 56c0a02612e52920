#include "health_gain.hpp"

#include "attribution.hpp"
#include "waterbed/expectation/expectation.hpp"
#include "year_start.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }
constexpr double k_micro = 1e6;

bool asks(const Model& model, const ArmState& state, const ContractModel& contract) {
  return contract.gain_by >= 0 && contract.in_force(model.time.year_of(state.cycle));
}

/// QALYs of the year, and what is left after it. Who moves away is taken to fare as expected from then on.
double realised_health(const Model& model, const ArmState& state, const ExpectationModel& expectation,
                       std::size_t person) {
  const RemainingLife& life = *expectation.frozen->remaining;
  const std::size_t conditions = at(model.health.conditions);
  const double v = 1.0 / (1.0 + life.discount);
  const double lived = static_cast<double>(state.year_qalys[person]) / k_micro;
  if (state.presence[person] == Presence::dead) {
    return lived;
  }
  const PersonView start = view_at_start(model, state, person);
  if (state.presence[person] == Presence::here && model.people.leaves_cycle[person] > state.cycle + 1) {
    const std::size_t now = state_of(expectation, person_now(model, state, person), conditions);
    return lived + v * life.at(start.sex, start.age + 1).remaining[now];
  }
  const RemainingRow& row = life.at(start.sex, start.age);
  const std::size_t then = state_of(expectation, start, conditions);
  const double part = static_cast<double>(cycles_here(model, state, person)) / model.time.cycles_per_year;
  return lived + ((1.0 - part) * row.remaining[then] + part * v * row.remaining_at_end[then]);
}

HealthOutcomes outcomes_of(const Model& model, const ArmState& state, const ExpectationModel& expectation) {
  HealthOutcomes outcomes;
  const int start = state.cycle + 1 - model.time.cycles_per_year;
  for (std::size_t person = 0; person < state.start.from.size(); ++person) {
    if (state.start.from[person] == start) {
      outcomes.person.push_back(static_cast<std::int32_t>(person));
      outcomes.realised.push_back(realised_health(model, state, expectation, person));
    }
  }
  outcomes.expected = expected_at_start(model, state, expectation, outcomes.person);
  return outcomes;
}

std::vector<std::string> health_expectations(const Model& model) {
  std::vector<std::string> names;
  for (const ExpectationModel& expectation : model.expectations) {
    if (expectation.of_health) {
      names.push_back(expectation.name);
    }
  }
  return names;
}

enum Sum : std::size_t { realised, expected, squared_residuals, k_sums };

}  // namespace

std::vector<HealthOutcomes> health_outcomes(const Model& model, const ArmState& state) {
  std::vector<HealthOutcomes> all(model.expectations.size());
  const std::vector<ContractModel>& contracts = state.arm->contracts;
  const bool any = std::any_of(contracts.begin(), contracts.end(),
                               [&](const ContractModel& contract) { return asks(model, state, contract); });
  for (std::size_t e = 0; any && e < all.size(); ++e) {
    if (model.expectations[e].of_health) {
      all[e] = outcomes_of(model, state, model.expectations[e]);
    }
  }
  return all;
}

void add_gain_facts(const Model& model, const ArmState& state, const ContractModel& contract,
                    const HealthOutcomes& outcomes, Facts& facts) {
  const bool insurer = contract.payer < model.insurers;
  double gained = 0.0;
  std::int64_t compared = 0;
  for (std::size_t i = 0; i < outcomes.person.size(); ++i) {
    const std::size_t person = at(outcomes.person[i]);
    const PersonView view = view_at_start(model, state, person);
    const std::size_t group = view.practice_group;
    if (group < contract.comparison.size() && contract.comparison[group] != 0) {
      if (contract.scope_who < 0 || matches(contract.who[at(contract.scope_who)], view)) {
        gained += outcomes.realised[i] - outcomes.expected[i];
        compared += 1;
      }
    } else if ((!insurer || view.payer == contract.payer) && has_by_rule(model, state, contract, person, view)) {
      facts.outcomes.push_back({1, Rate::from_double(outcomes.expected[i]), Rate::from_double(outcomes.realised[i])});
    }
  }
  facts.comparison_gain = Rate::from_double(compared > 0 ? gained / static_cast<double>(compared) : 0.0);
  if (facts.outcomes.empty()) {
    facts.outcomes.push_back({.people = 0});  // nobody to gain anything
  }
}

std::vector<TableInfo> health_gain_infos(const Model& model) {
  const bool any = std::any_of(model.arms.begin(), model.arms.end(), [](const ArmModel& arm) {
    return std::any_of(arm.contracts.begin(), arm.contracts.end(),
                       [](const ContractModel& contract) { return contract.gain_by >= 0; });
  });
  if (!any) {
    return {};
  }
  Dimension year{"year", {}};
  for (int y = 0; y < model.time.years; ++y) {
    year.labels.push_back(std::to_string(model.time.start_year + y));
  }
  Dimension stratum{"stratum", {}};
  for (const StratumModel& each : model.strata) {
    stratum.labels.push_back(each.name);
  }
  const Dimension expectation{"expectation", health_expectations(model)};
  const Dimension group{"practice_group", model.people.practice_group_names};
  return {{"health_gain_people",
           "persons",
           "who were here when the year began, in arms that pay for health gained",
           {year, expectation, group, stratum}},
          {"health_gain",
           "micro_qaly",
           "QALYs of the year and those that remain, against what was expected; squared_residuals: of persons, QALY^2",
           {year, expectation, group, stratum, {"item", {"realised", "expected", "squared_residuals"}}}}};
}

void write_health_gain(const Model& model, const ArmState& state, std::size_t year,
                       const std::vector<HealthOutcomes>& outcomes, std::span<std::vector<std::int64_t>> tables) {
  const std::size_t strata = model.strata.size();
  const std::size_t groups = model.people.practice_group_names.size();
  std::size_t row = year * health_expectations(model).size();
  for (std::size_t e = 0; e < outcomes.size(); ++e) {
    for (std::size_t i = 0; i < outcomes[e].person.size(); ++i) {
      const PersonView view = view_at_start(model, state, at(outcomes[e].person[i]));
      if (view.practice_group >= groups) {
        continue;
      }
      const double off = outcomes[e].realised[i] - outcomes[e].expected[i];
      const std::array<std::int64_t, k_sums> sums{std::llround(outcomes[e].realised[i] * k_micro),
                                                  std::llround(outcomes[e].expected[i] * k_micro),
                                                  std::llround(off * off * k_micro)};
      for (std::size_t s = 0; s < strata; ++s) {
        if (matches(model.strata[s].who, view)) {
          const std::size_t cell = (row * groups + view.practice_group) * strata + s;
          tables[0][cell] += 1;
          for (std::size_t k = 0; k < k_sums; ++k) {
            tables[1][cell * k_sums + k] += sums[k];
          }
        }
      }
    }
    row += model.expectations[e].of_health ? 1U : 0U;
  }
}

}  // namespace waterbed::engine
