// Whom a decision maker treats less, and how stays and ceilings answer.
#include "engine/selection.hpp"

#include "support/differ.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace waterbed {
namespace {

using support::Table;
using support::tables_that_differ;

TEST(Selection, ExpectsOfAClassTheMeanTimesItsRelativeRisk) {
  std::vector<engine::ClassCost> year(engine::k_selection_classes);
  year[0] = {.cycles = 1200, .spent = 100'000, .risk = 1200};  // 100 person-years, 1,000 each
  year[3] = {.cycles = 600, .spent = 200'000, .risk = 600};    // 50 person-years, 4,000 each
  // The mean is 300,000 / 150 = 2,000.
  std::vector<double> excess = engine::excess_by_class({year}, 12);
  EXPECT_DOUBLE_EQ(excess[0], -1000.0);
  EXPECT_DOUBLE_EQ(excess[3], 2000.0);
  EXPECT_EQ(excess[5], 0.0);
  // A benchmark that knows that the second class costs four times as much expects no loss on anybody.
  year[3].risk = 2400;
  excess = engine::excess_by_class({year, year}, 12);
  EXPECT_NEAR(excess[0], 0.0, 1e-9);
  EXPECT_NEAR(excess[3], 0.0, 1e-9);
}

TEST(Selection, MultipliesTheOddsOfTreating) {
  std::array<double, 3> chances{0.2, 0.5, 0.3};
  const double factor = std::exp(-0.05 * 3.0);  // EUR 3,000 expected to be lost
  engine::tilt(chances, std::array<double, 3>{1.0, factor, 1.0});
  EXPECT_NEAR(chances[1] / (1.0 - chances[1]), factor * 1.0, 1e-12);  // odds were 1
  EXPECT_NEAR(chances[0] / chances[2], 0.2 / 0.3, 1e-12);
  EXPECT_NEAR(chances[0] + chances[1] + chances[2], 1.0, 1e-12);
}

/// The hospital bears half of what its people cost beyond their history, and the old cost more.
Scenario hospital_at_risk(double per_1000) {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  support::keep_arms(scenario, {"usual"});
  scenario.behaviour.theta_care_borne = 0.0;
  scenario.behaviour.theta_elective_specialist = 0.0;
  scenario.behaviour.selection_per_1000 = per_1000;
  for (NeedSpec& need : scenario.needs) {
    if (need.name == "skin_complaint") {
      need.per_person_year.bands = {{0, 64}, {65, k_max_age}};
      need.per_person_year.values = {std::vector<double>{0.3, 1.5}, std::vector<double>{0.3, 1.5}};
      for (PathwaySpec& path : need.pathways) {
        path.probability = path.to_kind == "ward" ? 0.3 : path.probability;
      }
    }
  }
  ContractSpec risk;
  risk.terms.name = "at_risk";
  risk.payers = {"insurer_a", "insurer_b"};
  risk.holders = {"hospital_in"};
  risk.terms.terms = {
      Scope{.who = {},
            .services = {"hospital"},
            .price = PriceBasis::list,
            .attribution = {.rule = AttributionRule::plurality_visits, .timing = AttributionTiming::retrospective}},
      Reference{{History{.years = 2, .weights = {Rate::from_double(0.5), Rate::from_double(0.5)}}}},
      Layers{{{.share = Share::of(Rate::from_double(0.5))}}, {{.share = Share::of(Rate::from_double(0.5))}}}};
  scenario.contracts.push_back(risk);
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "at_risk";
  arm.contracts.push_back("at_risk");
  scenario.arms.push_back(arm);
  Who old;
  old.kind = Who::Kind::age;
  old.low = 65;
  old.high = k_max_age;
  scenario.strata = {{.name = "old", .title = "Old", .who = old}};
  return scenario;
}

/// List spending of the old as a share of everybody's, over years and replications.
double share_of_old(const Results& results, const std::string& arm) {
  const Table spending(results, "stratum_spending");
  double old = 0.0;
  double all = 0.0;
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t year = 0; year < spending.length(0); ++year) {
      const auto of = static_cast<std::size_t>(results.arm_index(arm));
      all += static_cast<double>(spending.at(of, r, {year, spending.label(1, "everybody")}));
      old += static_cast<double>(spending.at(of, r, {year, spending.label(1, "old")}));
    }
  }
  return old / all;
}

TEST(Selection, TurnsCareAwayFromThoseOnWhomAHospitalLoses) {
  double before = 1.0;
  for (const double per_1000 : {0.0, -0.3, -1.0}) {
    const Results results = simulate(compile(hospital_at_risk(per_1000)), {.replications = 2});
    const double share = share_of_old(results, "at_risk") - share_of_old(results, "usual");
    EXPECT_LT(share, before) << per_1000;
    before = share;
    const std::set<std::string> names = tables_that_differ(results, 0, results, 1);
    EXPECT_EQ(names.contains("visits"), per_1000 != 0.0);
  }
}

TEST(Selection, LeavesArmsAloneInWhichNobodyBearsWhatPeopleCost) {
  const Results none = simulate(compile(hospital_at_risk(0.0)), {.arms = {"usual"}, .replications = 1});
  const Results some = simulate(compile(hospital_at_risk(-1.0)), {.arms = {"usual"}, .replications = 1});
  EXPECT_EQ(results_digest(none), results_digest(some));
}

TEST(Selection, IsHeldWhereIncentivesAre) {
  const Results parts = decompose(compile(hospital_at_risk(-1.0)), "at_risk", {.replications = 1});
  const auto held = static_cast<std::size_t>(parts.arm_index("at_risk: none free"));
  const std::set<std::string> names = tables_that_differ(parts, 0, parts, held);
  EXPECT_TRUE(support::only_money(names)) << *names.begin();
}

/// Rehabilitation of ten days on average at 100 a day, and an arm that pays for it by a lump sum.
Scenario rehabilitation(double theta_stay) {
  Scenario scenario = support::empty_region(2000);
  KindSpec nursing;
  nursing.name = "nursing";
  nursing.sector = "hospital";
  nursing.funder = "insurer";
  nursing.first = DecisionType::elective_specialist;
  nursing.list_price = 100.0;
  nursing.per_day = true;
  scenario.kinds = {nursing};
  ProviderSpec home;
  home.name = "home";
  home.type = "other";
  home.kinds = {"nursing"};
  scenario.providers = {home};
  NeedSpec need;
  need.name = "rehabilitation";
  need.per_person_year = support::constant_rate(1.0, 1.0);
  need.enters = {{"nursing", 1.0}};
  need.stay_days = {{"nursing", 10.0}};
  scenario.needs = {need};
  support::pay_all_at_list(scenario);
  ContractSpec lump = scenario.contracts[0];
  lump.terms.name = "lump";
  lump.terms.terms = {Lump{.amount = Money::from_euro(2e6), .services = {"all"}}};
  scenario.contracts.push_back(lump);
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "lump";
  arm.contracts = {"lump"};
  scenario.arms.push_back(arm);
  scenario.behaviour.incentives = true;
  scenario.behaviour.half_life_months = 0.01;  // all of the gap at the first refresh
  scenario.behaviour.theta_stay = theta_stay;
  return scenario;
}

/// Days of a mean stay.
double mean_stay(const Results& results, const std::string& arm) {
  const Table visits(results, "visits");
  const Table needs(results, "needs");
  const auto of = static_cast<std::size_t>(results.arm_index(arm));
  double days = 0.0;
  double stays = 0.0;
  for (std::int64_t r = 0; r < results.replications; ++r) {
    days += static_cast<double>(visits.at(of, r, {0}));
    stays += static_cast<double>(needs.at(of, r, {0, 0, needs.label(2, "arisen")}));
  }
  return days / stays;
}

TEST(Stay, IsShorterByTheExponentialOfWhatADayNoLongerPays) {
  // One more day paid 100 % of its price and now pays nothing: 10 days times exp(-0.5).
  const Results results = simulate(compile(rehabilitation(0.5)), {.replications = 10});
  // A geometric stay of mean m has a standard deviation of sqrt(m (m - 1)); some 20,000 stays.
  EXPECT_NEAR(mean_stay(results, "usual"), 10.0, 4.0 * std::sqrt(90.0 / 20'000));
  const double expected = 10.0 * std::exp(-0.5);
  EXPECT_NEAR(mean_stay(results, "lump"), expected, 4.0 * std::sqrt(expected * (expected - 1.0) / 20'000));
}

TEST(Stay, IsHeldWhereIncentivesAre) {
  const Results parts = decompose(compile(rehabilitation(0.5)), "lump", {.replications = 1});
  const auto held = static_cast<std::size_t>(parts.arm_index("lump: none free"));
  EXPECT_FALSE(tables_that_differ(parts, 0, parts, held).contains("visits"));
}

TEST(Stay, AnswersToNothingAtZero) {
  const Results results = simulate(compile(rehabilitation(0.0)), {.replications = 1});
  EXPECT_FALSE(tables_that_differ(results, 0, results, 1).contains("visits"));
}

TEST(Anticipation, RaisesNewCeilingsOnExpectedTurnoverAlone) {
  Scenario scenario = support::shipped("two_clinics");
  const auto ceiling = [&](double anticipation, std::size_t arm) {
    scenario.behaviour.anticipation = anticipation;
    const Model model = compile(scenario);
    for (const ContractModel& contract : model.arms[arm].contracts) {
      if (const Ceiling* found = find_term<Ceiling>(contract.contract)) {
        return found->of_expected_turnover->to_double();
      }
    }
    return 0.0;
  };
  EXPECT_EQ(ceiling(0.0, 0), 1.02);
  EXPECT_EQ(ceiling(0.02, 0), 1.02);
  EXPECT_EQ(ceiling(0.0, 1), 0.969);
  EXPECT_NEAR(ceiling(0.02, 1), 0.969 * 1.02, 1e-9);
}

}  // namespace
}  // namespace waterbed
