// When demand comes and what it answers to: seasons, own payments, GP contacts that do not take place; staff that
// settings share.
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/engine/visits.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numeric>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_persons = 20'000;

/// Nobody waits; every need is one visit.
Scenario open_clinic(std::int64_t persons = k_persons) {
  Scenario scenario = support::clinic_region(0.0);
  scenario.providers[0].physical_capacity.clear();
  scenario.kinds[0].capacity_unit = CapacityUnit::unlimited;
  scenario.population.cells[0].persons = persons;
  return scenario;
}

const std::vector<double> k_winter{1.6, 1.5, 1.2, 1.0, 0.8, 0.6, 0.5, 0.5, 0.8, 1.0, 1.2, 1.3};

std::vector<std::int64_t> visits_by_cycle(const Model& model) {
  std::vector<std::int64_t> of_cycle(static_cast<std::size_t>(model.time.cycles_per_year), 0);
  visits(model, {}, [&](Visits&& part) {
    for (const std::int16_t cycle : part.cycle) {
      ++of_cycle[static_cast<std::size_t>(cycle)];
    }
  });
  return of_cycle;
}

TEST(Season, GivesEachMonthItsShareOfAYearThatStaysTheSame) {
  Scenario scenario = open_clinic();
  scenario.needs = {support::one_visit("flu", 6.0)};
  scenario.needs[0].seasonality = k_winter;
  const std::vector<std::int64_t> seen = visits_by_cycle(support::compile_clinic(scenario));
  for (std::size_t month = 0; month < seen.size(); ++month) {
    const double mean = static_cast<double>(k_persons) * 0.5 * k_winter[month];
    EXPECT_NEAR(static_cast<double>(seen[month]), mean, 4.0 * std::sqrt(mean)) << month;
  }
  const double year = static_cast<double>(k_persons) * 6.0;
  EXPECT_NEAR(static_cast<double>(std::accumulate(seen.begin(), seen.end(), std::int64_t{0})), year,
              4.0 * std::sqrt(year));
}

TEST(Season, IsTheMeanOfTheMonthsThatACycleSpans) {
  Scenario scenario = open_clinic(10);
  scenario.needs = {support::one_visit("flu", 6.0), support::one_visit("mole", 1.0)};
  scenario.needs[0].seasonality = k_winter;
  for (const CycleLength length : {CycleLength::week, CycleLength::month, CycleLength::quarter, CycleLength::year}) {
    scenario.time.cycle = length;
    const Model model = support::compile_clinic(scenario);
    const auto cycles = static_cast<std::ptrdiff_t>(model.time.cycles_per_year);
    const auto end = model.season.begin() + cycles;
    EXPECT_NEAR(std::accumulate(model.season.begin(), end, 0.0), static_cast<double>(cycles), 1e-9);
    EXPECT_TRUE(std::all_of(end, model.season.end(), [](double factor) { return factor == 1.0; }));
    if (length == CycleLength::quarter) {
      EXPECT_NEAR(model.season[0], (1.6 + 1.5 + 1.2) / 3.0, 1e-12);
    }
    if (length == CycleLength::week) {
      EXPECT_NEAR(model.season[0], 1.6, 1e-12);
      // The fifth week spans 28 to 35 of 364 days, a month 30 1/3: a third of it is in January.
      EXPECT_NEAR(model.season[4], (1.6 + 2.0 * 1.5) / 3.0, 1e-12);
    }
  }
}

TEST(Season, OfOnesChangesNothing) {
  Scenario scenario = open_clinic(500);
  scenario.needs = {support::one_visit("flu", 6.0)};
  const Results plain = simulate(support::compile_clinic(scenario), {.replications = 3});
  scenario.needs[0].seasonality.assign(12, 1.0);
  EXPECT_EQ(results_digest(plain), results_digest(simulate(support::compile_clinic(scenario), {.replications = 3})));
}

/// A deductible of 385 EUR in the usual arm and none in the other; dental visits are exempt.
Scenario with_deductible(double price, double per_person_year, int warm_up_years) {
  Scenario scenario = open_clinic();
  scenario.time.warm_up_years = warm_up_years;
  scenario.kinds[0].list_price = price;
  KindSpec dental = scenario.kinds[0];
  dental.name = "dental";
  scenario.kinds.push_back(dental);
  scenario.providers[0].kinds.emplace_back("dental");
  scenario.needs = {support::one_visit("complaint", per_person_year), support::one_visit("tooth", 1.0, "dental"),
                    support::one_visit("wound", 0.5)};
  scenario.needs[2].urgency = Urgency::urgent;
  scenario.behaviour.own_payment_elasticity = -0.15;
  support::pay_all_at_list(scenario);
  ContractSpec free = scenario.contracts[0];
  free.terms.name = "free";
  std::get<Fee>(scenario.contracts[0].terms.terms[0]).patient_share =
      PatientShare{.first = Money::from_cents(38'500), .exempt = {"dental"}};
  scenario.contracts.push_back(free);
  ArmSpec arm;
  arm.name = "no_deductible";
  arm.contracts = {"free"};
  scenario.arms.push_back(arm);
  return scenario;
}

std::array<double, 3> arisen(const Results& results, std::size_t arm) {
  const Table needs(results, "needs");
  std::array<double, 3> found{};
  for (std::size_t n = 0; n < found.size(); ++n) {
    found[n] = static_cast<double>(needs.at(arm, 0, {0, n, needs.label(2, "arisen")}));
  }
  return found;
}

void near_poisson(double observed, double mean) { EXPECT_NEAR(observed, mean, 4.0 * std::sqrt(mean)); }

TEST(OwnPayment, OfEveryEuroIsFeltInFull) {
  // Nobody ever reaches the deductible: full price against free. (q0 - q1) / (q0 + q1) = .15, so q0 / q1 = 1.15 / .85.
  const Results results = simulate(compile(with_deductible(1.0, 3.0, 0)), {.replications = 1});
  const auto usual = arisen(results, 0);
  const auto free = arisen(results, 1);
  const double persons = static_cast<double>(k_persons);
  near_poisson(usual[0], 3.0 * persons);
  near_poisson(free[0], 3.0 * persons * 1.15 / 0.85);
  // Where nothing is owed in either arm, and where it is urgent, not one case differs.
  near_poisson(usual[1], persons);
  EXPECT_EQ(usual[1], free[1]);
  near_poisson(usual[2], 0.5 * persons);
  EXPECT_EQ(usual[2], free[2]);
}

TEST(OwnPayment, IsFeltByTheChanceToStayBelowTheDeductible) {
  // One visit ends the deductible, so the expected price is the chance of no visit in a year, exp(-1.5) with the
  // urgent ones, whatever was spent before.
  const Results results = simulate(compile(with_deductible(1000.0, 1.0, 2)), {.replications = 1});
  const double share = std::exp(-1.5);
  const double persons = static_cast<double>(k_persons);
  near_poisson(arisen(results, 0)[0], persons);
  near_poisson(arisen(results, 1)[0], persons * std::pow(1.15 / 0.85, share));
}

TEST(OwnPayment, WithoutElasticityChangesNothing) {
  Scenario scenario = with_deductible(1.0, 3.0, 0);
  scenario.behaviour.own_payment_elasticity = 0.0;
  const Results results = simulate(compile(scenario), {.replications = 1});
  EXPECT_EQ(arisen(results, 0), arisen(results, 1));
}

/// A surgeon's hours are shared by operations of four and visits of one; operations come first.
Scenario shared_surgeon(double hours, double operations, double visits) {
  Scenario scenario = support::clinic_region(1e6);
  scenario.population.cells[0].persons = 100;
  scenario.kinds[0].staff_hours = 1.0;
  scenario.kinds[0].admission_order = 1;
  KindSpec theatre = scenario.kinds[0];
  theatre.name = "theatre";
  theatre.staff_hours = 4.0;
  theatre.admission_order = 0;
  scenario.kinds.push_back(theatre);
  scenario.providers[0].kinds.emplace_back("theatre");
  scenario.providers[0].physical_capacity["theatre"] = 1e6;
  scenario.providers[0].staff_pools = {{"surgeons", hours, {"clinic", "theatre"}}};
  scenario.needs = {support::one_visit("mole", visits * 12.0 / 100.0),
                    support::one_visit("hip", operations * 12.0 / 100.0, "theatre")};
  return scenario;
}

TEST(StaffPool, IsSharedOutInOrderToTheLastHour) {
  // 100 hours a month for 10 operations (40 hours) and 200 visits: operations are never short, visits get the rest.
  const Results results = simulate(support::compile_clinic(shared_surgeon(100.0, 10.0, 200.0)), {.replications = 20});
  const Table hours(results, "hours");
  const Table visits(results, "visits");
  const Table waiting(results, "waiting");
  for (std::int64_t r = 0; r < 20; ++r) {
    const std::int64_t seen = visits.at(0, r, {0, 0});
    const std::int64_t operated = visits.at(0, r, {0, 1});
    EXPECT_EQ(hours.at(0, r, {0}), 1'200'000);
    EXPECT_EQ(seen, 1200 - 4 * operated);
    EXPECT_EQ(waiting.at(0, r, {0, 1}), 0);
    EXPECT_GT(waiting.at(0, r, {0, 0}), 0);
  }
}

TEST(StaffPool, OfAClosedTheatreServesTheClinic) {
  Scenario scenario = shared_surgeon(100.0, 10.0, 200.0);
  scenario.needs[1].per_person_year = support::constant_rate(1e-9, 1e-9);
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 1});
  const Table visits(results, "visits");
  EXPECT_EQ(visits.at(0, 0, {0, 0}), 1200);
}

TEST(StaffPool, NeverOpensAnOperationForThreeHours) {
  // 7 hours: one operation of four, and three visits; never two operations.
  const Results results = simulate(support::compile_clinic(shared_surgeon(7.0, 50.0, 200.0)), {.replications = 5});
  const Table visits(results, "visits");
  for (std::int64_t r = 0; r < 5; ++r) {
    EXPECT_EQ(visits.at(0, r, {0, 1}), 12);
    EXPECT_EQ(visits.at(0, r, {0, 0}), 36);
  }
}

TEST(LostContact, WithTheGpComesBackAtTheEmergencyDepartmentByChance) {
  constexpr double k_chance = 0.3;
  Scenario scenario = open_clinic();
  KindSpec gp = scenario.kinds[0];
  gp.name = "gp_consult";
  gp.first = DecisionType::own_volume;
  gp.follow_up = DecisionType::own_volume;
  gp.list_price_follow_up = gp.list_price;
  KindSpec emergency = scenario.kinds[0];
  emergency.name = "emergency_department";
  scenario.kinds = {gp, emergency};
  scenario.providers[0].kinds = {"emergency_department"};
  ProviderSpec group;
  group.name = "group";
  group.type = "gp_group";
  group.kinds = {"gp_consult"};
  scenario.providers.push_back(group);
  scenario.gp_kinds = {"gp_consult"};
  scenario.population.gp_groups = {{"group", "here", 1.0}};
  scenario.needs = {support::one_visit("complaint", 2.0, "gp_consult")};
  scenario.needs[0].pathways = {{.from_kind = "gp_consult",
                                 .from_step = EpisodeStep::first,
                                 .to_kind = "gp_consult",
                                 .to_step = EpisodeStep::follow_up,
                                 .probability = 0.5}};
  scenario.behaviour.incentives = true;
  scenario.behaviour.theta_own_volume = 2.0;
  scenario.behaviour.emergency_kind = "emergency_department";
  scenario.behaviour.emergency_per_lost_gp_contact = k_chance;
  support::pay_all_at_list(scenario);
  ContractSpec little = scenario.contracts[0];
  little.terms.name = "little";
  std::get<Fee>(little.terms.terms[0]).prices[0].price = Money::from_cents(1);
  scenario.contracts.push_back(little);
  ArmSpec arm;
  arm.name = "little";
  arm.contracts = {"little"};
  scenario.arms.push_back(arm);
  const Results results = simulate(compile(scenario), {.replications = 1});
  const Table moves(results, "moves");
  const Table visits(results, "visits");
  const Table needs(results, "needs");
  const std::size_t again = moves.label(1, "group.gp_consult,group.gp_consult");
  const std::size_t urgently = visits.label(1, "hospital.emergency_department");
  const auto lost = static_cast<double>(moves.at(0, 0, {0, again}) - moves.at(1, 0, {0, again}));
  EXPECT_GT(lost, 1000.0);
  EXPECT_EQ(visits.at(0, 0, {0, urgently}), 0);
  // Those of the last month are on their way.
  const auto sent =
      static_cast<double>(visits.at(1, 0, {0, urgently}) + needs.at(1, 0, {0, 0, needs.label(2, "open")}));
  EXPECT_NEAR(sent, k_chance * lost, 4.0 * std::sqrt(k_chance * (1.0 - k_chance) * lost));
}

TEST(Adherence, LetsAnEffectTakeHoldInAShareOfPeople) {
  Scenario scenario = open_clinic();
  Condition condition;
  condition.name = "gout";
  condition.stages = {{.name = "none"}, {.name = "mild"}, {.name = "worse"}};
  condition.stages[0].initial_share = 0.0;
  condition.stages[1].initial_share = 1.0;
  condition.prevalence = support::constant_rate(1.0, 1.0);
  condition.transitions = {{.from = "mild", .to = "worse", .per_year = support::constant_rate(1.0, 1.0), .ratios = {}}};
  scenario.conditions = {condition};
  scenario.needs = {support::one_visit("visit", 400.0)};  // everybody is seen in the first month
  scenario.care_effects = {{.name = "pill",
                            .need = "visit",
                            .kind = "",
                            .condition = "gout",
                            .from_stage = "mild",
                            .to_stage = "worse",
                            .hazard_ratio = 0.0,
                            .delay_cycles = 0,
                            .lasts_cycles = 12,
                            .adherence = 0.6}};
  scenario.population.cells[0].persons = 5000;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 1});
  const Table onsets(results, "onsets");
  const auto worse = static_cast<double>(onsets.at(0, 0, {0, onsets.label(1, "gout.worse")}));
  // In the first month nobody has been seen yet; then four in ten go on as before.
  const double month = std::exp(-1.0 / 12.0);
  const double chance = 1.0 - month + month * 0.4 * (1.0 - std::exp(-11.0 / 12.0));
  EXPECT_NEAR(worse, 5000.0 * chance, 4.0 * std::sqrt(5000.0 * chance * (1.0 - chance)));
}

}  // namespace
}  // namespace waterbed
