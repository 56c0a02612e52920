#pragma once

#include "waterbed/health/health_model.hpp"
#include "waterbed/population/composition.hpp"
#include "waterbed/population/synthesis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace waterbed::testing_support {

inline AgeSexTable one_value(double value) { return {{{0, k_max_age}}, {std::vector{value}, std::vector{value}}}; }

/// Health made of inputs that must have no fault.
inline HealthModel built(const HealthInputs& inputs) {
  std::vector<FieldProblem> problems;
  HealthModel model = build_health(inputs, problems);
  EXPECT_TRUE(problems.empty()) << (problems.empty() ? "" : problems[0].field + " " + problems[0].rule);
  return model;
}

inline AgeSexTable by_band(const std::vector<int>& lows, const std::vector<double>& women,
                           const std::vector<double>& men) {
  AgeSexTable table;
  for (std::size_t i = 0; i < lows.size(); ++i) {
    table.bands.push_back({lows[i], i + 1 < lows.size() ? lows[i + 1] - 1 : k_max_age});
  }
  table.values = {women, men};
  return table;
}

/// Death rates that rise by a tenth a year of age, in bands of five years; men's higher.
inline AgeSexTable rising_mortality() {
  std::vector<int> lows;
  std::vector<double> women;
  std::vector<double> men;
  for (int low = 0; low <= 95; low += 5) {
    lows.push_back(low);
    women.push_back(2.2e-5 * std::exp(0.1 * (low + 2.5)));
    men.push_back(3.0e-5 * std::exp(0.1 * (low + 2.5)));
  }
  return by_band(lows, women, men);
}

inline constexpr int k_monthly = 12;
inline constexpr int k_five_years = 60;  // cycles
inline constexpr int k_bands = 10;       // of ten years

/// A quarter of a million people, stationary under rising_mortality() up to rounding, with movers.
inline PopulationSpec large_region() {
  PopulationSpec spec;
  spec.seed = 5;
  spec.municipalities = {{"town", "", {0.15, 0.2, 0.2, 0.2, 0.25}}};
  const AgeSexTable mortality = rising_mortality();
  double births = 0.0;
  for (const Sex sex : {Sex::women, Sex::men}) {
    double survivors = sex == Sex::women ? 1545.0 : 1620.0;
    births += survivors;
    for (int age = 0; age < 100; ++age) {
      const double hazard = mortality.at(age, sex);
      spec.cells.push_back({"town", {age, age}, sex, std::llround(survivors * (1.0 - 0.5 * hazard))});
      survivors *= std::exp(-hazard);
    }
  }
  double persons = 0.0;
  for (const PopulationCell& cell : spec.cells) {
    persons += static_cast<double>(cell.persons);
  }
  spec.flows = {1000.0 * births / persons, 0.04, 0.04, {}};
  return spec;
}

/// The onset that keeps prevalence by age.
inline Transition keeping_prevalence(const std::string& to, std::vector<ConditionRatio> ratios = {}) {
  Transition way;
  way.from = "none";
  way.to = to;
  way.keeps_prevalence = true;
  way.ratios = std::move(ratios);
  return way;
}

inline Transition by_hazard(const std::string& from, const std::string& to, double per_year) {
  Transition way;
  way.from = from;
  way.to = to;
  way.per_year = one_value(per_year);
  return way;
}

/// Three conditions with kept prevalence, worse mortality, progression and recovery; frailty speeds heart failure.
inline std::vector<Condition> three_conditions() {
  std::vector<Condition> all(3);
  const std::vector<int> lows = {0, 18, 40, 50, 60, 70, 80};
  Condition& diabetes = all[0];
  diabetes.name = "diabetes";
  diabetes.stages = {{"none"}, {"mild", 0.7, 1.4, 0.04}, {"severe", 0.3, 2.0, 0.10}};
  diabetes.prevalence =
      by_band(lows, {0.0005, 0.006, 0.025, 0.05, 0.095, 0.15, 0.17}, {0.0005, 0.007, 0.032, 0.07, 0.13, 0.18, 0.175});
  diabetes.deprivation_gradient = 2.0;
  diabetes.recorded_share = 0.85;
  diabetes.recorded_per_contact = 0.2;
  diabetes.transitions = {keeping_prevalence("mild"), by_hazard("mild", "severe", 0.03)};

  Condition& heart = all[1];
  heart.name = "heart_failure";
  heart.stages = {{"none"}, {"failing", 1.0, 2.5, 0.12}};
  heart.prevalence =
      by_band(lows, {0.0, 0.0005, 0.002, 0.006, 0.02, 0.06, 0.14}, {0.0, 0.0006, 0.003, 0.01, 0.03, 0.07, 0.15});
  heart.transitions = {keeping_prevalence("failing", {{"frailty", {}, 1.5}}), by_hazard("failing", "dead", 0.02)};

  Condition& frailty = all[2];
  frailty.name = "frailty";
  frailty.stages = {{"none"}, {"frail", 1.0, 1.3, 0.12}};
  frailty.prevalence = by_band({0, 65, 75, 85}, {0.0, 0.22, 0.35, 0.5}, {0.0, 0.18, 0.3, 0.48});
  frailty.deprivation_gradient = 1.5;
  frailty.transitions = {keeping_prevalence("frail"), by_hazard("frail", "none", 0.1)};
  return all;
}

/// These people with these conditions.
struct Region {
  std::vector<Condition> conditions = three_conditions();
  AgeSexTable mortality = rising_mortality();
  People people = synthesise(large_region(), {}, k_monthly, k_five_years + 1);
  HealthInputs inputs;
  HealthModel model;

  /// @param classes   shares of the newborn by class of vulnerability; empty: one
  /// @param gradient  of vulnerability, for each condition
  explicit Region(const std::vector<double>& classes = {}, double gradient = 1.0) {
    for (Condition& one : conditions) {
      one.vulnerability_gradient = gradient;
    }
    inputs.conditions = conditions;
    inputs.mortality = &mortality;
    inputs.composition = composition_of(people, k_monthly);
    inputs.vulnerability = classes;
    inputs.cycles_per_year = k_monthly;
    std::vector<FieldProblem> problems;
    model = build_health(inputs, problems);
    for (const FieldProblem& one : problems) {
      ADD_FAILURE() << one.field << ": " << one.rule << ", got " << one.got;
    }
  }
  Region(const Region&) = delete;  // its inputs look at it
  Region& operator=(const Region&) = delete;
};

}  // namespace waterbed::testing_support
