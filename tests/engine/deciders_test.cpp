// Who decides, under which contract with the owner: what must hold whatever the numbers.
#include "engine/income.hpp"
#include "support/differ.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using support::Table;
using support::tables_that_differ;

/// Two clinics, where a partnership of specialists decides about elective care in the hospital, and an arm in which the
/// payers give the hospital a lump sum.
Scenario partnership() {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  support::keep_arms(scenario, {"usual"});
  // No squeeze on supply either: what moves is the decision of those who treat.
  support::ceiling_of(support::contract_of(scenario, "hospital_ceiling")).of_expected_turnover = Rate::from_double(9.0);
  ProviderSpec specialists;
  specialists.name = "specialists";
  specialists.type = "other";
  scenario.providers.push_back(specialists);
  for (ProviderSpec& provider : scenario.providers) {
    if (provider.name == "hospital_in") {
      provider.decided_by = {{"dermatology_clinic", "specialists"}, {"ward", "specialists"}};
    }
  }
  ContractSpec lump = support::contract_of(scenario, "hospital_ceiling");
  lump.terms.name = "hospital_lump";
  lump.terms.terms = {Lump{.amount = Money::from_euro(3e6), .services = {"hospital"}}};
  scenario.contracts.push_back(lump);
  ArmSpec arm = support::arm_of(scenario, "usual");
  arm.name = "lump";
  std::replace(arm.contracts.begin(), arm.contracts.end(), std::string("hospital_ceiling"), lump.terms.name);
  scenario.arms.push_back(arm);
  return scenario;
}

/// Adds an arm as another one is, with one programme of the same name for those who decide.
void add_programme_arm(Scenario& scenario, const std::string& name, const std::string& like,
                       const EngagementSpec& engagement) {
  ProgrammeSpec programme;
  programme.name = name;
  programme.engagement = engagement;
  scenario.programmes.push_back(programme);
  ArmSpec arm = support::arm_of(scenario, like);
  arm.name = name;
  arm.programmes = {name};
  scenario.arms.push_back(arm);
}

InternalContractSpec agreed(const std::string& name, double fee_share, double result_share, double salary) {
  return {.name = name,
          .owner = "hospital_in",
          .decision_maker = "specialists",
          .fee_share = fee_share,
          .result_share = result_share,
          .salary = salary};
}

/// Visits to the hospital's elective clinic over all years and replications.
std::int64_t clinic_visits(const Results& results, const std::string& arm) {
  const Table visits(results, "visits");
  const std::size_t clinic = visits.label(1, "hospital_in.dermatology_clinic");
  std::int64_t sum = 0;
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t year = 0; year < visits.length(0); ++year) {
      sum += visits.at(static_cast<std::size_t>(results.arm_index(arm)), r, {year, clinic});
    }
  }
  return sum;
}

/// The same under the lump sum, by what the specialists have agreed with the hospital in each arm.
std::int64_t visits_under(const InternalContractSpec& usual, const InternalContractSpec& lump) {
  Scenario scenario = partnership();
  scenario.internal_contracts = {usual, lump};
  if (usual.name == lump.name) {
    scenario.internal_contracts.pop_back();
  }
  support::arm_of(scenario, "usual").internal_contracts = {usual.name};
  support::arm_of(scenario, "lump").internal_contracts = {lump.name};
  return clinic_visits(simulate(compile(scenario), {.replications = 2}), "lump");
}

TEST(InternalContract, KeepsCareAsItIsWhereWhoDecidesStaysOnFees) {
  // Maryland: a budget for the hospital, fees for the physicians as before.
  Scenario scenario = partnership();
  scenario.internal_contracts = {agreed("fees", 0.8, 0.0, 0.0)};
  for (ArmSpec& arm : scenario.arms) {
    arm.internal_contracts = {"fees"};
  }
  const Results results = simulate(compile(scenario), {.replications = 2});
  const std::set<std::string> names = tables_that_differ(results, 0, results, 1);
  EXPECT_TRUE(support::only_money(names)) << *names.begin();
  EXPECT_TRUE(names.contains("payments"));
}

TEST(InternalContract, LowersVolumeAsFarAsTheFeesWereThatASalaryReplaces) {
  // Dutch lump sums with an income guarantee for specialists: fees before, a salary after.
  const InternalContractSpec salary = agreed("salary", 0.0, 0.0, 1e6);
  const std::int64_t unchanged = visits_under(salary, salary);
  const std::int64_t some = visits_under(agreed("fees", 0.5, 0.0, 0.0), salary);
  const std::int64_t all = visits_under(agreed("fees", 1.0, 0.0, 0.0), salary);
  EXPECT_LT(some, unchanged);
  EXPECT_LT(all, some);
}

TEST(InternalContract, OfTheWholeResultIsTheOwnersMargin) {
  Scenario scenario = partnership();
  const std::vector<double> without = compile(scenario).frozen.own_value;
  scenario.internal_contracts = {agreed("partners", 0.0, 1.0, 0.0)};
  for (ArmSpec& arm : scenario.arms) {
    arm.internal_contracts = {"partners"};
  }
  EXPECT_EQ(compile(scenario).frozen.own_value, without);
  // Half of it is half.
  scenario.internal_contracts[0].result_share = 0.5;
  const std::vector<double> half = compile(scenario).frozen.own_value;
  Scenario whole = scenario;
  whole.internal_contracts[0].result_share = 1.0;
  const Model model = compile(whole);
  bool some = false;
  for (const RowModel& row : model.network.rows) {
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      const auto i = static_cast<std::size_t>(o);
      if (row.decider >= 0 && model.providers[static_cast<std::size_t>(row.decider)].name == "specialists") {
        EXPECT_NEAR(half[i], 0.5 * model.frozen.own_value[i], 1e-9);
        some = some || model.frozen.own_value[i] != 0.0;
      }
    }
  }
  EXPECT_TRUE(some);
}

TEST(Engagement, MultipliesWhatIsPassedThrough) {
  Scenario halved = support::shipped("two_clinics");
  Scenario engaged = halved;
  for (ProviderSpec& provider : halved.providers) {
    provider.pass_through *= 0.5;
  }
  for (ProviderSpec& provider : engaged.providers) {
    provider.engagement = 0.5;
  }
  EXPECT_EQ(results_digest(simulate(compile(halved), {.replications = 1})),
            results_digest(simulate(compile(engaged), {.replications = 1})));
}

TEST(Engagement, OfAProgrammeMovesNothingWithoutAnotherContract) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  add_programme_arm(
      scenario, "led", "usual",
      {.providers = {"hospital_in"}, .engagement = 1.0, .cost_per_year = 120'000.0, .paid_by = "insurer_a"});
  const Results results = simulate(compile(scenario), {.replications = 1});
  const std::set<std::string> names = tables_that_differ(results, 0, results, 1);
  EXPECT_FALSE(names.contains("visits"));
  // The payer's money reaches the hospital, which spends it.
  const Table result(results, "provider_result");
  const std::size_t hospital = result.label(1, "hospital_in");
  const auto item = [&](std::size_t of_arm, const char* name) {
    return result.at(of_arm, 0, {0, hospital, result.label(2, name)});
  };
  EXPECT_EQ(item(1, "revenue") - item(0, "revenue"), Money::from_euro(120'000).micro);
  EXPECT_EQ(item(1, "fixed_cost") - item(0, "fixed_cost"), Money::from_euro(120'000).micro);
  EXPECT_EQ(item(1, "result"), item(0, "result"));
  const Table cash(results, "cash_spending");
  std::int64_t more = 0;
  for (std::size_t sector = 0; sector < cash.length(1); ++sector) {
    const std::size_t payer = cash.label(2, "insurer_a");
    more += cash.at(1, 0, {0, sector, payer}) - cash.at(0, 0, {0, sector, payer});
  }
  EXPECT_EQ(more, Money::from_euro(120'000).micro);
}

TEST(Engagement, OfAProgrammeStrengthensTheAnswerToAContract) {
  Scenario scenario = partnership();
  scenario.internal_contracts = {agreed("fees", 1.0, 0.0, 0.0), agreed("salary", 0.0, 0.0, 1e6)};
  support::arm_of(scenario, "usual").internal_contracts = {"fees"};
  support::arm_of(scenario, "lump").internal_contracts = {"salary"};
  for (ProviderSpec& provider : scenario.providers) {
    provider.engagement = provider.name == "specialists" ? 0.3 : 1.0;
  }
  add_programme_arm(scenario, "led_lump", "lump", {.providers = {"specialists"}, .engagement = 1.0});
  const Results results = simulate(compile(scenario), {.replications = 2});
  EXPECT_LT(clinic_visits(results, "lump"), clinic_visits(results, "usual"));
  EXPECT_LT(clinic_visits(results, "led_lump"), clinic_visits(results, "lump"));
}

/// Twice as many specialists in an arm, all else as usual.
Results twice_as_many(double effort, const InternalContractSpec& usual) {
  Scenario scenario = partnership();
  std::erase_if(scenario.arms, [](const ArmSpec& arm) { return arm.name != "usual"; });
  scenario.behaviour.income_effort = effort;
  scenario.internal_contracts = {usual};
  support::arm_of(scenario, "usual").internal_contracts = {usual.name};
  add_programme_arm(scenario, "more", "usual", {.providers = {"specialists"}, .decision_makers = 2.0});
  return simulate(compile(scenario), {.replications = 2});
}

TEST(IncomeEffort, MakesMoreDecisionMakersOnFeesDoMoreEach) {
  const Results fees = twice_as_many(1.0, agreed("fees", 1.0, 0.0, 0.0));
  EXPECT_GT(clinic_visits(fees, "more"), clinic_visits(fees, "usual"));
  const Results stronger = twice_as_many(2.0, agreed("fees", 1.0, 0.0, 0.0));
  EXPECT_GT(clinic_visits(stronger, "more"), clinic_visits(fees, "more"));
}

TEST(IncomeEffort, LeavesSalariedDecisionMakersAsTheyAre) {
  const Results salaried = twice_as_many(1.0, agreed("salary", 0.0, 0.0, 1e6));
  EXPECT_EQ(clinic_visits(salaried, "more"), clinic_visits(salaried, "usual"));
}

TEST(IncomeEffort, AtZeroKnowsNoNumberOfDecisionMakers) {
  const Results none = twice_as_many(0.0, agreed("fees", 1.0, 0.0, 0.0));
  EXPECT_EQ(tables_that_differ(none, 0, none, 1), std::set<std::string>{});
}

TEST(IncomeEffort, WeighsAEuroAsOneInAnAverageYearUnderTheReferenceContracts) {
  // One hand-made contract: 1,000 a year expected, and fees so far just on course.
  Model model;
  model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 1};
  model.behaviour.income_effort = 0.5;
  model.providers.emplace_back().name = "group";
  model.costs.emplace_back();
  ArmModel& arm = model.arms.emplace_back();
  arm.deciders.emplace_back();
  arm.expected_bills = {0.0};
  ContractModel& contract = arm.contracts.emplace_back();
  contract.holder = 0;
  contract.members = {0};
  contract.expected_turnover = {1000.0};
  contract.expected_elective = {0.0};
  contract.expected_capitation = {600.0};
  arm.entries = {{PartyId{0}, PartyId{2}, ContractId{0}, TermKind::fee, SectorId{0}, 0}};
  model.frozen.decided_list = {1000.0};
  for (const double gone : {0.0, 0.25, 0.5, 0.75}) {
    const std::vector<double> target = engine::target_income(model, 0, gone);
    EXPECT_DOUBLE_EQ(target[0], 1600.0);
    model.frozen.target_income.push_back(target[0]);
  }
  model.behaviour.refresh_cycles = 3;
  engine::ArmState state;
  state.arm = &model.arms[0];
  state.cycle = 6;
  state.year.usage = {Money::from_euro(500).micro};
  state.year.withheld = {0};
  EXPECT_DOUBLE_EQ(engine::income_weights(model, state, 0, 0.5)[0], 1.0);
  // 300 came in half a year, so 300 + 500 + 600 = 1,400 are to be expected: (1600 / 1400)^0.5.
  state.year.usage = {Money::from_euro(300).micro};
  EXPECT_NEAR(engine::income_weights(model, state, 0, 0.5)[0], 1.0690449676496976, 1e-12);
  // A tenth more of them: each expects a tenth less.
  model.arms[0].deciders[0].number = 1.1;
  EXPECT_NEAR(engine::income_weights(model, state, 0, 0.5)[0], 1.1212238211627763, 1e-12);
}

}  // namespace
}  // namespace waterbed
