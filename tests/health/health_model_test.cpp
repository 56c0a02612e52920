#include "waterbed/health/health_model.hpp"

#include "health/age_curve.hpp"
#include "health/derive.hpp"
#include "living.hpp"
#include "region.hpp"
#include "waterbed/population/composition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace waterbed {
namespace {

using testing_support::by_band;
using testing_support::by_hazard;
using testing_support::k_bands;
using testing_support::k_five_years;
using testing_support::k_monthly;
using testing_support::keeping_prevalence;
using testing_support::large_region;
using testing_support::Living;
using testing_support::one_value;
using testing_support::Region;
using testing_support::rising_mortality;
using testing_support::three_conditions;

std::string listed(const std::vector<FieldProblem>& problems) {
  std::string text;
  for (const FieldProblem& one : problems) {
    text += one.field + ": " + one.rule + ", got " + one.got + "\n";
  }
  return text;
}

std::size_t band_of(int age) { return static_cast<std::size_t>(std::min(age / 10, k_bands - 1)); }

using ByBand = std::array<double, k_bands>;

TEST(HealthModel, ReproducesTheLifeTableAndKeepsPrevalenceAndPopulation) {
  Region region;
  std::array<ByBand, 2> deaths{};
  std::array<ByBand, 2> expected_deaths{};
  std::array<ByBand, 3> cases{};  // by ten years, against the smoothed curve
  std::array<ByBand, 3> expected_cases{};
  std::array<ByBand, 3> written_cases{};  // by the bands of the table, against it
  std::array<ByBand, 3> written_expected{};
  double at_end = 0.0;
  constexpr std::uint32_t k_replications = 4;
  for (std::uint32_t replication = 0; replication < k_replications; ++replication) {
    draw_initial_stages(region.model, region.people, 100 + replication);
    Living living(region.model, region.people, 1, replication);
    const auto persons = region.people.birth_cycle.size();
    for (std::int32_t cycle = 0; cycle < k_five_years; ++cycle) {
      for (std::size_t i = 0; i < persons; ++i) {
        if (living.present(i, cycle)) {
          const int age = living.age(i, cycle);
          expected_deaths[static_cast<std::size_t>(region.people.sex[i])][band_of(age)] -=
              std::expm1(-region.mortality.at(age, region.people.sex[i]) / k_monthly);
        }
      }
      living.step(cycle, [&](std::size_t i) {
        ++deaths[static_cast<std::size_t>(region.people.sex[i])][band_of(living.age(i, cycle))];
      });
    }
    for (std::size_t i = 0; i < persons; ++i) {
      if (!living.present(i, k_five_years)) {
        continue;
      }
      ++at_end;
      const int age = living.age(i, k_five_years);
      for (std::size_t c = 0; c < 3; ++c) {
        const double ill = living.stage(i, c) > 0 ? 1.0 : 0.0;
        cases[c][band_of(age)] += ill;
        expected_cases[c][band_of(age)] +=
            region.model
                .prevalence[c * k_health_cells + health_cell(region.people.sex[i], region.people.deprivation[i], age)];
        const AgeSexTable& written = region.conditions[c].prevalence;
        std::size_t band = 0;
        while (age > written.bands[band].high) {
          ++band;
        }
        written_cases[c][band] += ill;
        written_expected[c][band] += written.at(age, region.people.sex[i]);
      }
    }
  }
  for (std::size_t sex = 0; sex < 2; ++sex) {
    EXPECT_GT(std::accumulate(deaths[sex].begin(), deaths[sex].end(), 0.0), 2000.0);
    for (std::size_t band = 0; band < k_bands; ++band) {
      EXPECT_NEAR(deaths[sex][band], expected_deaths[sex][band], 3.0 * std::sqrt(expected_deaths[sex][band]))
          << (sex == 0 ? "women " : "men ") << 10 * band;
    }
  }
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t band = 0; band < k_bands; ++band) {
      // Enough cases that 5 % is at least three standard errors.
      if (expected_cases[c][band] > 3600.0) {
        EXPECT_NEAR(cases[c][band] / expected_cases[c][band], 1.0, 0.05)
            << region.conditions[c].name << " " << 10 * band;
      }
      if (written_expected[c][band] > 3600.0) {
        EXPECT_NEAR(written_cases[c][band] / written_expected[c][band], 1.0, 0.05)
            << region.conditions[c].name << " " << region.conditions[c].prevalence.bands[band].low;
      }
    }
  }
  const auto at_start = static_cast<double>(
      std::count(region.people.enters_cycle.begin(), region.people.enters_cycle.end(), 0) * k_replications);
  EXPECT_NEAR(at_end / at_start, 1.0, 0.01);
}

TEST(HealthModel, InitialStagesFollowPrevalenceGradientSharesAndRecord) {
  Region region;
  People& people = region.people;
  draw_initial_stages(region.model, people, 9);
  double expected = 0.0;
  double cases = 0.0;
  double severe = 0.0;
  double recorded = 0.0;
  std::array<double, 5> by_quintile{};
  std::array<double, 5> persons{};
  for (std::size_t i = 0; i < people.birth_cycle.size(); ++i) {
    if (people.birth_cycle[i] == people.enters_cycle[i]) {
      EXPECT_EQ(people.stage[0][i], 0);
      continue;
    }
    const int age = age_at(people.enters_cycle[i], people.birth_cycle[i], k_monthly);
    expected += region.conditions[0].prevalence.at(age, people.sex[i]);
    persons[people.deprivation[i] - 1U] += 1.0;
    if (people.stage[0][i] > 0) {
      cases += 1.0;
      by_quintile[people.deprivation[i] - 1U] += 1.0;
      severe += people.stage[0][i] == 2 ? 1.0 : 0.0;
      recorded += people.recorded[0][i] > 0 ? 1.0 : 0.0;
      EXPECT_TRUE(people.recorded[0][i] == 0 || people.recorded[0][i] == people.stage[0][i]);
    } else {
      EXPECT_EQ(people.recorded[0][i], 0);
    }
  }
  EXPECT_NEAR(cases, expected, 3.0 * std::sqrt(expected));
  EXPECT_NEAR(severe / cases, 0.3, 3.0 * std::sqrt(0.21 / cases));
  EXPECT_NEAR(recorded / cases, 0.85, 3.0 * std::sqrt(0.85 * 0.15 / cases));
  const double ratio = by_quintile[4] / persons[4] / (by_quintile[0] / persons[0]);
  EXPECT_NEAR(ratio, 2.0, 3.0 * 2.0 * std::sqrt(1.0 / by_quintile[4] + 1.0 / by_quintile[0]));
}

TEST(HealthModel, BaseMortalityClosesTheLifeTableExactlyForOneCondition) {
  Condition one;
  one.name = "illness";
  one.stages = {{"none"}, {"mild", 0.75, 2.0}, {"severe", 0.25, 4.0}};
  one.prevalence = one_value(0.2);
  const AgeSexTable mortality = one_value(0.01);
  std::vector<FieldProblem> problems;
  const HealthModel model = build_health(
      {.conditions = {&one, 1}, .care_effects = {}, .needs = {}, .mortality = &mortality, .composition = {}}, problems);
  ASSERT_TRUE(problems.empty()) << listed(problems);
  // 0.8 x 1 + 0.2 x (0.75 x 2 + 0.25 x 4) = 1.3
  EXPECT_NEAR(model.death[health_cell(Sex::men, 50)] * 12.0, 0.01 / 1.3, 1e-15);
}

TEST(HealthModel, QuintileFactorsSpanTheGradientAndAverageOne) {
  const std::array<double, 5> shares = {0.1, 0.1, 0.2, 0.2, 0.4};
  const QuintileFactors factors = quintile_factors(2.2, shares);
  EXPECT_NEAR(factors[4] / factors[0], 2.2, 1e-12);
  EXPECT_NEAR(factors[1] / factors[0], factors[4] / factors[3], 1e-12);
  double mean = 0.0;
  for (std::size_t q = 0; q < 5; ++q) {
    mean += shares[q] * factors[q];
  }
  EXPECT_NEAR(mean, 1.0, 1e-12);
}

TEST(HealthModel, OnsetIsZeroWherePrevalenceFallsAndNeverNegative) {
  std::vector<Condition> conditions = three_conditions();
  conditions[0].prevalence = by_band({0, 20, 40, 60, 80}, {0.0, 0.1, 0.3, 0.1, 0.01}, {0.0, 0.1, 0.3, 0.1, 0.01});
  const DerivedHealth derived =
      derive_health({.conditions = conditions, .care_effects = {}, .needs = {}, .composition = {}});
  const std::vector<double>& onset = derived.per_year[0][0];
  for (const double hazard : onset) {
    EXPECT_GE(hazard, 0.0);
  }
  EXPECT_EQ(onset[health_cell(Sex::women, 3, 65)], 0.0);
  EXPECT_GT(onset[health_cell(Sex::women, 3, 30)], 0.0);
}

TEST(HealthModel, OnsetBalancesRecoveryWherePrevalenceIsFlat) {
  Condition one;
  one.name = "illness";
  one.stages = {{"none"}, {"ill", 1.0}};
  one.prevalence = one_value(0.2);
  one.transitions = {keeping_prevalence("ill"), by_hazard("ill", "none", 0.5)};
  const DerivedHealth derived =
      derive_health({.conditions = {&one, 1}, .care_effects = {}, .needs = {}, .composition = {}});
  const double gained = -std::expm1(-derived.per_year[0][0][health_cell(Sex::men, 3, 40)] / 12.0) * 0.8;
  const double lost = -std::expm1(-0.5 / 12.0) * 0.2;
  EXPECT_NEAR(gained, lost, 1e-14);
}

TEST(AgeCurve, KeepsBandMeansIsMonotoneAndZeroWhereTheBandIs) {
  const AgeSexTable table = by_band({0, 65, 75, 85}, {0.0, 0.22, 0.35, 0.5}, {0.001, 0.18, 0.3, 0.48});
  const Composition composition = composition_of(synthesise(large_region(), {}, k_monthly, 1), k_monthly);
  for (const Sex sex : {Sex::women, Sex::men}) {
    const auto& persons = composition.persons[static_cast<std::size_t>(sex)];
    const AgeCurve curve = smooth_by_age(table, sex, persons);
    for (std::size_t band = 0; band < table.bands.size(); ++band) {
      double sum = 0.0;
      double weight = 0.0;
      for (int age = table.bands[band].low; age <= table.bands[band].high; ++age) {
        sum += persons[static_cast<std::size_t>(age)] * curve[static_cast<std::size_t>(age)];
        weight += persons[static_cast<std::size_t>(age)];
      }
      const double mean = table.values[static_cast<std::size_t>(sex)][band];
      EXPECT_NEAR(sum / weight, mean, 1e-12) << table.bands[band].low;
    }
    for (std::size_t age = 1; age < curve.size(); ++age) {
      EXPECT_GE(curve[age], curve[age - 1] - 1e-12) << age;
    }
  }
  const AgeCurve women = smooth_by_age(table, Sex::women, composition.persons[0]);
  EXPECT_EQ(women[64], 0.0);
  EXPECT_GT(women[65], 0.0);
}

TEST(HealthModel, ResolvesNeedsOfStages) {
  Condition one;
  one.name = "illness";
  one.stages = {{"none"}, {"ill", 1.0, 1.0, 0.0, -1.0, 0.0, {{"check", 4.0, 0.0}, {"fracture", 0.0, 1.0}}}};
  const std::vector<std::string> needs = {"cough", "fracture", "check"};
  std::vector<FieldProblem> problems;
  const HealthModel model =
      build_health({.conditions = {&one, 1}, .care_effects = {}, .needs = needs, .composition = {}}, problems);
  ASSERT_TRUE(problems.empty()) << listed(problems);
  EXPECT_TRUE(model.needs_of(0, 0).empty());
  ASSERT_EQ(model.needs_of(0, 1).size(), 2U);
  EXPECT_EQ(model.needs_of(0, 1)[0].need, 2);
  EXPECT_DOUBLE_EQ(model.needs_of(0, 1)[0].per_cycle, 4.0 / 12.0);
  EXPECT_EQ(model.needs_of(0, 1)[1].need, 1);
  EXPECT_EQ(model.needs_of(0, 1)[1].on_entry_below, k_always);
}

TEST(HealthModel, CareThatFollowsTheRecordIsWhatTheRecordedStageHasMore) {
  Condition one;
  one.name = "copd";
  one.stages = {{"none"}, {"mild", 0.5}, {"severe", 0.5}};
  one.stages[1].needs = {{.need = "check", .per_year = 2.0, .on_record = true, .follows_record = 0.5},
                         {.need = "visit", .per_year = 12.0}};
  one.stages[2].needs = {{.need = "check", .per_year = 6.0, .on_record = true, .follows_record = 0.5},
                         {.need = "visit", .per_year = 24.0}};
  const std::vector<std::string> needs = {"visit", "check"};
  std::vector<FieldProblem> problems;
  const HealthModel model =
      build_health({.conditions = {&one, 1}, .care_effects = {}, .needs = needs, .composition = {}}, problems);
  ASSERT_TRUE(problems.empty()) << listed(problems);
  const auto per_year = [&](std::uint8_t truly, std::uint8_t recorded) {
    double sum = 0.0;
    for (const HealthModel::Need& need : model.needs_by_record(0, truly, recorded)) {
      EXPECT_EQ(need.need, 1) << "visits are not for known patients alone";
      sum += 12.0 * need.per_cycle;
    }
    return sum;
  };
  EXPECT_DOUBLE_EQ(per_year(0, 1), 1.0);  // half of two
  EXPECT_DOUBLE_EQ(per_year(0, 2), 3.0);  // half of six
  EXPECT_DOUBLE_EQ(per_year(1, 2), 2.0);  // half of the four that severe has more than mild
  EXPECT_EQ(per_year(2, 1), 0.0);
  EXPECT_EQ(per_year(1, 1), 0.0);
  EXPECT_EQ(per_year(1, 0), 0.0);
}

TEST(HealthModel, ListsEveryFaultByFieldPath) {
  Condition one;
  one.name = "copd";
  one.stages = {{"none"}, {"mild", 0.5}, {"severe", 0.4, -1.0}};
  one.prevalence = one_value(1.2);
  Transition way;
  way.from = "none";
  way.to = "milde";
  way.keeps_prevalence = true;
  way.ratios = {{"gout", {}, 2.0}};
  one.transitions.push_back(way);
  way.to = "severe";
  way.keeps_prevalence = false;
  one.transitions.push_back(way);
  const CareEffect care{"check", "check", "", "copd", "mild", "severe", 0.8, 0, 12};
  std::vector<FieldProblem> problems;
  const HealthModel model =
      build_health({.conditions = {&one, 1}, .care_effects = {&care, 1}, .needs = {}, .composition = {}}, problems);
  EXPECT_EQ(model.stages.size(), 0U);
  EXPECT_EQ(
      listed(problems),
      "conditions.copd.stages.severe.mortality_ratio: must not be negative, got -1\n"
      "conditions.copd.stages: must have initial shares that sum to 1 over the stages but the first, got 0.9\n"
      "conditions.copd.prevalence: must be a share in [0, 1], got 1.2\n"
      "conditions.copd.transitions[0].to: must be the name of a stage, or dead, got milde\n"
      "conditions.copd.transitions[0].ratios[0].condition: must be the name of a condition, got gout\n"
      "conditions.copd.transitions[1]: must give one of per_year, keeps_prevalence and probability_per_cycle, got 0\n"
      "conditions.copd.transitions[1].ratios[0].condition: must be the name of a condition, got gout\n"
      "care_effects.check.need: must be the name of a need, got check\n"
      "care_effects.check: must act on a transition of copd, got mild to severe\n");
  EXPECT_EQ(problems[3].known, (std::vector<std::string>{"none", "mild", "severe", "dead"}));
}

}  // namespace
}  // namespace waterbed
