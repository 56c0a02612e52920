#include "waterbed/health/hazard.hpp"

#include "living.hpp"
#include "region.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/health/quality_of_life.hpp"
#include "waterbed/health/treatment.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using testing_support::by_hazard;
using testing_support::Living;
using testing_support::one_value;

using Kind = HealthEvent::Kind;

Transition by_probability(const std::string& from, const std::string& to, double per_cycle) {
  Transition way;
  way.from = from;
  way.to = to;
  way.probability_per_cycle = per_cycle;
  return way;
}

HealthModel built(const std::vector<Condition>& conditions, const AgeSexTable& mortality,
                  const std::vector<CareEffect>& care = {}, int cycles_per_year = 12) {
  const std::vector<std::string> needs = {"check"};
  return testing_support::built({.conditions = conditions,
                                 .care_effects = care,
                                 .needs = needs,
                                 .mortality = &mortality,
                                 .composition = {},
                                 .cycles_per_year = cycles_per_year});
}

Condition illness(std::vector<Transition> transitions) {
  Condition one;
  one.name = "illness";
  one.stages = {{"none"}, {"mild"}, {"severe"}};
  one.transitions = std::move(transitions);
  return one;
}

/// First word from which on events are no longer `event`, found by halving in [from, to).
std::uint32_t end_of(const HealthModel& model, const PersonHealth& person, HealthEvent event, std::uint32_t from,
                     std::uint32_t to) {
  while (from < to) {
    const std::uint32_t middle = from + (to - from) / 2;
    if (resolve_event(model, person, middle) == event) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

constexpr double k_words = 0x1p32;
constexpr HealthEvent k_death{Kind::death, 0, 0};

TEST(CompetingHazards, SplitTheChanceOfAnEventInProportionToHazard) {
  const HealthModel model =
      built({illness({by_hazard("none", "mild", 1.2), by_hazard("none", "severe", 0.6)})}, one_value(0.9));
  const std::array<std::uint8_t, 1> stage = {0};
  const PersonHealth person{50, Sex::women, 3, 0, stage.data(), nullptr, 0};
  const double total = (1.2 + 0.6 + 0.9) / 12.0;
  const double any = 1.0 - std::exp(-total);
  const std::uint32_t threshold = event_threshold(model, person);
  EXPECT_NEAR(threshold, any * k_words, 1.0);
  EXPECT_EQ(resolve_event(model, person, threshold), HealthEvent{});
  EXPECT_EQ(resolve_event(model, person, 0xffffffffU), HealthEvent{});
  const std::uint32_t death = end_of(model, person, k_death, 0, threshold);
  const std::uint32_t mild = end_of(model, person, {Kind::stage, 0, 1}, death, threshold);
  const std::uint32_t severe = end_of(model, person, {Kind::stage, 0, 2}, mild, threshold);
  EXPECT_NEAR(death, any * 0.9 / 2.7 * k_words, 1.0);
  EXPECT_NEAR(mild - death, any * 1.2 / 2.7 * k_words, 1.0);
  EXPECT_NEAR(severe - mild, any * 0.6 / 2.7 * k_words, 1.0);
  EXPECT_EQ(severe, threshold);
}

TEST(CompetingHazards, ProbabilitiesAreUsedAsWritten) {
  const HealthModel model =
      built({illness({by_probability("none", "mild", 0.15), by_probability("none", "dead", 0.005)})}, {}, {}, 1);
  const std::array<std::uint8_t, 1> stage = {0};
  const PersonHealth person{25, Sex::women, 3, 0, stage.data(), nullptr, 0};
  EXPECT_NEAR(event_threshold(model, person), 0.155 * k_words, 1.0);
  EXPECT_NEAR(end_of(model, person, k_death, 0, event_threshold(model, person)), 0.005 * k_words, 1.0);
}

TEST(CompetingHazards, ACertainEventHappensAndNoCauseGivesNone) {
  const HealthModel model = built({illness({by_probability("none", "mild", 1.0)})}, {});
  const std::array<std::uint8_t, 1> none = {0};
  const std::array<std::uint8_t, 1> mild = {1};
  const PersonHealth well{25, Sex::women, 3, 0, none.data(), nullptr, 0};
  const PersonHealth ill{25, Sex::women, 3, 0, mild.data(), nullptr, 0};
  EXPECT_EQ(event_threshold(model, well), 0xffffffffU);
  EXPECT_EQ(resolve_event(model, well, 0xfffffffeU), (HealthEvent{Kind::stage, 0, 1}));
  EXPECT_EQ(event_threshold(model, ill), 0U);
  EXPECT_EQ(resolve_event(model, ill, 0), HealthEvent{});
}

TEST(CompetingHazards, TheWordThatKillsKillsWhateverElseCompetes) {
  const auto with_onset = [](double per_year) {
    return built({illness({by_hazard("none", "mild", per_year)})}, one_value(0.3));
  };
  const HealthModel few = with_onset(0.1);
  const HealthModel many = with_onset(0.12);
  const std::array<std::uint8_t, 1> stage = {0};
  const PersonHealth person{50, Sex::women, 3, 0, stage.data(), nullptr, 0};
  const double deaths = static_cast<double>(end_of(few, person, k_death, 0, event_threshold(few, person)));
  const double also = static_cast<double>(end_of(many, person, k_death, 0, event_threshold(many, person)));
  // Death keeps the lowest words; a rival takes only those of who falls ill first: half its chance in the cycle.
  EXPECT_LT(also, deaths);
  EXPECT_NEAR(also / deaths, 1.0, 0.02 / 12.0);
  for (std::uint32_t word = 0; word < static_cast<std::uint32_t>(also); word += 104'729) {
    ASSERT_EQ(resolve_event(few, person, word), resolve_event(many, person, word));
  }
}

TEST(CompetingHazards, MortalityRatiosOfConditionsMultiply) {
  std::vector<Condition> two = {illness({}), illness({})};
  two[1].name = "other";
  two[0].stages[1].mortality_ratio = 2.0;
  two[1].stages[2].mortality_ratio = 1.5;
  const HealthModel model = built(two, one_value(0.12));
  const std::array<std::uint8_t, 2> stages = {1, 2};
  const PersonHealth person{50, Sex::men, 3, 0, stages.data(), nullptr, 0};
  EXPECT_NEAR(competing_causes(model, person).death_hazard, 0.01 * 3.0, 1e-15);
}

TEST(CompetingHazards, AnotherConditionBendsATransition) {
  std::vector<Condition> two = {illness({by_hazard("none", "mild", 1.2)}), illness({})};
  two[1].name = "other";
  two[0].transitions[0].ratios = {{"other", {"severe"}, 1.5}};
  const HealthModel model = built(two, {});
  std::array<std::uint8_t, 2> stages = {0, 1};
  const PersonHealth person{50, Sex::men, 3, 0, stages.data(), nullptr, 0};
  EXPECT_NEAR(competing_causes(model, person).hazard, 0.1, 1e-15);
  stages[1] = 2;
  EXPECT_NEAR(competing_causes(model, person).hazard, 0.15, 1e-15);
}

TEST(CareEffect, LowersTheHazardFromItsDelayUntilItEnds) {
  const HealthModel model = built({illness({by_hazard("mild", "severe", 1.2)})}, one_value(0.6),
                                  {{"check", "check", "", "illness", "mild", "severe", 0.5, 2, 3},
                                   {"rescue", "check", "", "illness", "mild", "dead", 0.25, 0, 1}});
  const std::array<std::uint8_t, 1> stage = {1};
  std::array<CareWindow, 2> care{};
  note_care(care[0], 10, 2, 3);
  note_care(care[1], 10, 0, 1);
  for (std::int32_t cycle = 9; cycle < 18; ++cycle) {
    const PersonHealth person{50, Sex::men, 3, 0, stage.data(), care.data(), cycle};
    const double progress = cycle >= 12 && cycle < 15 ? 0.05 : 0.1;
    const double death = cycle == 10 ? 0.0125 : 0.05;
    EXPECT_NEAR(competing_causes(model, person).hazard, progress + death, 1e-15) << cycle;
  }
  const auto next = [&](std::int32_t cycle) {
    return next_care_change(model, {50, Sex::men, 3, 0, stage.data(), care.data(), cycle});
  };
  EXPECT_EQ(next(9), 10);
  EXPECT_EQ(next(10), 11);
  EXPECT_EQ(next(11), 12);
  EXPECT_EQ(next(12), 15);
  EXPECT_EQ(next(15), std::numeric_limits<std::int32_t>::max());
}

TEST(CareEffect, UsualCareGivesTheHazardAsWrittenOnAverage) {
  std::vector<CareEffect> effects = {{"check", "check", "", "illness", "mild", "severe", 0.5, 0, 12},
                                     {"rescue", "check", "", "illness", "mild", "dead", 0.25, 0, 12}};
  effects[0].usual_share = 0.8;
  effects[1].usual_share = 0.4;
  const HealthModel model = built({illness({by_hazard("mild", "severe", 1.2)})}, one_value(0.6), effects);
  const std::array<std::uint8_t, 1> stage = {1};
  std::array<CareWindow, 2> care{};
  const PersonHealth person{50, Sex::men, 3, 0, stage.data(), care.data(), 5};
  const CompetingCauses without = competing_causes(model, person);
  note_care(care[0], 5, 0, 12);
  note_care(care[1], 5, 0, 12);
  const CompetingCauses with = competing_causes(model, person);
  EXPECT_NEAR(0.4 * with.death_hazard + 0.6 * without.death_hazard, 0.05, 1e-15);
  EXPECT_NEAR(0.8 * (with.hazard - with.death_hazard) + 0.2 * (without.hazard - without.death_hazard), 0.1, 1e-15);
}

TEST(CareEffect, RepeatedCareProlongsItWithoutABreak) {
  CareWindow window;
  note_care(window, 0, 2, 4);
  EXPECT_EQ(window, (CareWindow{2, 6}));
  note_care(window, 3, 2, 4);
  EXPECT_EQ(window, (CareWindow{2, 9}));
  EXPECT_TRUE(window.holds(2) && window.holds(8));
  EXPECT_FALSE(window.holds(1) || window.holds(9));
  note_care(window, 20, 2, 4);
  EXPECT_EQ(window, (CareWindow{22, 26}));
  note_care(window, 20, 2, 4);
  EXPECT_EQ(window, (CareWindow{22, 26}));
  // Would begin after the earlier effect has ended, which is still due.
  note_care(window, 21, 9, 4);
  EXPECT_EQ(window, (CareWindow{22, 26}));
  note_care(window, 32000, 600, 600);
  EXPECT_EQ(window, (CareWindow{32600, 32767}));
}

Transition given_survival(const std::string& from, const std::string& to, double per_year) {
  Transition way = by_hazard(from, to, per_year);
  way.given_survival = true;
  return way;
}

/// Words per 2^32 that bring an event to this person.
double chance_of(const HealthModel& model, std::uint8_t stage, HealthEvent event) {
  const PersonHealth person{25, Sex::women, 3, 0, &stage, nullptr, 0};
  std::uint64_t hits = 0;
  constexpr std::uint32_t k_step = 1U << 16;
  for (std::uint64_t word = k_step / 2; word < (std::uint64_t{1} << 32); word += k_step) {
    hits += resolve_event(model, person, static_cast<std::uint32_t>(word)) == event ? 1U : 0U;
  }
  return static_cast<double>(hits) / 65536.0;
}

TEST(GivenSurvival, IsTheTextbookCohortMatrix) {
  // Alarid-Escudero et al. (2023): death first, then 1 - exp(-rate) each, of those who survive.
  Condition one = illness({given_survival("none", "mild", 0.15), given_survival("mild", "none", 0.5),
                           given_survival("mild", "severe", 0.105)});
  one.stages[1].mortality_ratio = 3.0;
  const HealthModel model = built({one}, one_value(0.002), {}, 1);
  const double alive = std::exp(-0.006);
  EXPECT_NEAR(chance_of(model, 1, {Kind::death, 0, 0}), 1.0 - alive, 2e-5);
  EXPECT_NEAR(chance_of(model, 1, {Kind::stage, 0, 0}), alive * (1.0 - std::exp(-0.5)), 2e-5);
  EXPECT_NEAR(chance_of(model, 1, {Kind::stage, 0, 2}), alive * (1.0 - std::exp(-0.105)), 2e-5);
  EXPECT_NEAR(chance_of(model, 0, {Kind::stage, 0, 1}), std::exp(-0.002) * (1.0 - std::exp(-0.15)), 2e-5);
  // Hazards that compete share what there is: fewer of each.
  const HealthModel competing =
      built({illness({by_hazard("mild", "none", 0.5), by_hazard("mild", "severe", 0.105)})}, one_value(0.0), {}, 1);
  EXPECT_NEAR(chance_of(competing, 1, {Kind::stage, 0, 0}), 0.5 / 0.605 * (1.0 - std::exp(-0.605)), 2e-5);
}

TEST(GivenSurvival, IsOfAPlainHazardToAnotherStage) {
  std::vector<Transition> wrong{given_survival("mild", "dead", 0.1), by_probability("mild", "severe", 0.1)};
  wrong[1].given_survival = true;
  std::vector<FieldProblem> problems;
  const std::vector<Condition> conditions{illness(wrong)};
  (void)build_health({.conditions = conditions, .care_effects = {}, .needs = {}, .composition = {}}, problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "conditions.illness.transitions[0].given_survival");
  EXPECT_EQ(problems[1].rule, "must be of a plain hazard per_year to another stage");
}

TEST(Treatment, ChangesCostQualityOfLifeAndHazardsOfItsStages) {
  Condition one = illness({given_survival("mild", "severe", 0.105), by_hazard("severe", "dead", 0.2)});
  one.stages[1].utility = 0.75;
  one.stages[1].cost_per_cycle = 4000.0;
  const HealthModel before = built({one}, one_value(0.01), {}, 1);
  const HealthModel after = treated(before, {.condition = 0,
                                             .stages = {1, 2},
                                             .cost_per_cycle = Money::from_euro(12'000.0),
                                             .utilities = {{1, 0.95}},
                                             .hazard_ratios = {{1, 2, false, 0.6}, {2, 0, true, 0.5}}});
  const auto at = [](std::uint8_t& stage) { return PersonHealth{25, Sex::men, 3, 0, &stage, nullptr, 0}; };
  std::uint8_t mild = 1;
  std::uint8_t severe = 2;
  EXPECT_EQ(stage_cost_per_cycle(after, at(mild)), Money::from_euro(16'000.0));
  EXPECT_EQ(stage_cost_per_cycle(after, at(severe)), Money::from_euro(12'000.0));
  EXPECT_EQ(utility_per_cycle(after, at(mild)), 950'000);
  EXPECT_EQ(utility_per_cycle(after, at(severe)), utility_per_cycle(before, at(severe)));
  EXPECT_DOUBLE_EQ(competing_causes(after, at(mild)).given_survival, -exact::expm1(-0.6 * 0.105));
  EXPECT_DOUBLE_EQ(competing_causes(after, at(mild)).death_hazard, 0.01) << "only of the severe";
  EXPECT_DOUBLE_EQ(competing_causes(after, at(severe)).death_hazard, 0.5 * 0.21) << "every cause of death";
  EXPECT_DOUBLE_EQ(competing_causes(before, at(severe)).death_hazard, 0.21) << "the rest of the region stays as it is";
}

TEST(QualityOfLife, IsTheNormLessDisutilitiesPerCycle) {
  std::vector<Condition> two = {illness({}), illness({})};
  two[1].name = "other";
  two[0].stages[1].disutility = 0.06;
  two[1].stages[2].disutility = 0.12;
  const AgeSexTable norm = one_value(0.9);
  std::vector<FieldProblem> problems;
  const HealthModel model = build_health(
      {.conditions = two, .care_effects = {}, .needs = {}, .utility_norm = &norm, .composition = {}}, problems);
  const std::array<std::uint8_t, 2> stages = {1, 2};
  EXPECT_EQ(utility_per_cycle(model, {70, Sex::women, 3, 0, stages.data(), nullptr, 0}), 75'000 - 5'000 - 10'000);
}

/// The published "Sick-Sicker" model. Source: Krijkamp et al., Medical Decision Making 38(3), 400-422 (2018).
Condition sick_sicker() {
  Condition one;
  one.name = "sick_sicker";
  one.stages = {{"healthy", 0.0, 1.0, 0.0, 1.0, 2000.0, {}},
                {"sick", 0.0, 1.0, 0.0, 0.75, 4000.0, {}},
                {"sicker", 0.0, 1.0, 0.0, 0.5, 15000.0, {}}};
  one.transitions = {by_probability("healthy", "dead", 0.005),
                     by_probability("healthy", "sick", 0.15),
                     by_probability("sick", "healthy", 0.5),
                     by_probability("sick", "sicker", 0.105),
                     by_probability("sick", "dead", 1.0 - std::pow(0.995, 3)),
                     by_probability("sicker", "dead", 1.0 - std::pow(0.995, 10))};
  return one;
}

TEST(SickSicker, GivesThePublishedAnswer) {
  constexpr int k_cycles = 60;
  constexpr double k_cost = 103'759.0;
  constexpr double k_qaly = 18.921;
  // The cohort, followed exactly: what the simulation must average to.
  const double d1 = 1.0 - std::pow(0.995, 3);
  const double d2 = 1.0 - std::pow(0.995, 10);
  std::array<double, 3> share = {1.0, 0.0, 0.0};
  double cost = 0.0;
  double qaly = 0.0;
  for (int t = 0; t <= k_cycles; ++t) {
    const double discount = std::pow(1.03, -t);
    cost += discount * (2000.0 * share[0] + 4000.0 * share[1] + 15000.0 * share[2]);
    qaly += discount * (share[0] + 0.75 * share[1] + 0.5 * share[2]);
    share = {share[0] * (1.0 - 0.155) + share[1] * 0.5, share[0] * 0.15 + share[1] * (1.0 - 0.605 - d1),
             share[1] * 0.105 + share[2] * (1.0 - d2)};
  }
  EXPECT_NEAR(cost, k_cost, 0.5);
  EXPECT_NEAR(qaly, k_qaly, 0.0005);

  const HealthModel model = built({sick_sicker()}, {}, {}, 1);
  PopulationSpec spec;
  spec.municipalities = {{"cohort", "", {0, 0, 1, 0, 0}}};
  spec.cells = {{"cohort", {25, 25}, Sex::women, 100'000}};
  People people = synthesise(spec, {}, 1, k_cycles);
  draw_initial_stages(model, people, 1);
  Living living(model, people, 2018);
  const std::size_t persons = people.birth_cycle.size();
  std::vector<double> costs(persons, 0.0);
  std::vector<double> qalys(persons, 0.0);
  for (std::int32_t t = 0; t <= k_cycles; ++t) {
    const double discount = std::pow(1.03, -t);
    for (std::size_t i = 0; i < persons; ++i) {
      if (living.present(i, t)) {
        costs[i] += discount * stage_cost_per_cycle(model, living.health(i, t)).to_euro();
        qalys[i] += discount * static_cast<double>(utility_per_cycle(model, living.health(i, t))) / 1e6;
      }
    }
    living.step(t, [](std::size_t) {});
  }
  const auto check = [&](const std::vector<double>& values, double expected) {
    double sum = 0.0;
    double squares = 0.0;
    for (const double value : values) {
      sum += value;
      squares += value * value;
    }
    const double n = static_cast<double>(values.size());
    const double mean = sum / n;
    const double error = std::sqrt((squares / n - mean * mean) / n);
    EXPECT_NEAR(mean, expected, 3.0 * error);
    EXPECT_LT(error, 0.005 * expected);
  };
  check(costs, cost);
  check(qalys, qaly);
}

TEST(StageRecord, AContactFindsTheTrueStageWithItsChance) {
  Condition one = illness({});
  one.recorded_per_contact = 0.25;
  const HealthModel model = built({one}, {});
  EXPECT_EQ(recorded_after_contact(model, 0, 2, 0, 0x3fffffffU), 2);
  EXPECT_EQ(recorded_after_contact(model, 0, 2, 0, 0x40000000U), 0);
  EXPECT_EQ(recorded_after_contact(model, 0, 0, 1, 0), 0);
}

}  // namespace
}  // namespace waterbed
