// Insurers: premiums, risk equalisation from last year's simulated claims, results.
#include "engine/insurer.hpp"

#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/engine/class_moments.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_euro = Money::k_micro_per_euro;

/// Normative spending less what insurers are to find themselves, in million euro.
double equalisation_of(double normative, double standard_premium, double deductible) {
  Contract contract;
  contract.terms = {Capitation{.period = Period::year, .classes = {{"insured", "", Money{}}}, .services = {}},
                    Adjust{.less = {"standard_premium", "expected_deductible"}}};
  Facts facts;
  facts.capitation_income = Money::from_euro(normative * 1e6);
  facts.deductions = {{"standard_premium", Money::from_euro(standard_premium * 1e6)},
                      {"expected_deductible", Money::from_euro(deductible * 1e6)}};
  return settle(contract, facts).total().to_euro() / 1e6;
}

TEST(Equalisation, IsTheIdentityOfThePublishedTotals) {
  // Regeling risicoverevening 2018 (Stcrt. 2017, 56601) and 2021, million euro.
  EXPECT_DOUBLE_EQ(equalisation_of(46'014.8, 18'178.5, 3'207.7), 24'628.6);
  // The parts of 2021 as published, 24,895.5, differ from their total by 0.1 of rounding.
  EXPECT_DOUBLE_EQ(equalisation_of(48'231.4, 20'108.6, 3'227.2), 24'895.6);
}

/// Persons of one insurer with a drug group (more than two units) and a cost group (top fifth, two years running).
struct Claims {
  explicit Claims(std::size_t persons) {
    model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 9};
    model.payers = {"insurer_a", std::string(k_equalisation_fund)};
    model.insurers = 1;
    model.spend.resize(1);
    model.people.birth_cycle.assign(persons, -360);
    model.people.sex.assign(persons, Sex::women);
    model.people.payer.assign(persons, 0);
    InsuranceModel& insurance = model.insurance;
    insurance.present = true;
    insurance.classes = {"everybody", "drugs", "costs"};
    insurance.class_amount = {1, 10, 100};
    insurance.use_groups = {{.above = 2}};
    insurance.spending_groups = {{.top_share = 0.2, .years = 2}};
    insurance.spend_accumulator = 0;
    state.insured = engine::no_claims(model);
    state.presence.assign(persons, engine::Presence::here);
    state.spend.assign(persons, 0);
  }

  /// One year in which persons spend this much; then the classes of the next.
  void year(const std::vector<std::int64_t>& spending) {
    state.spend = spending;
    engine::renew_classes(model, state);
    std::fill(state.spend.begin(), state.spend.end(), 0);
  }
  [[nodiscard]] std::vector<int> classes(std::size_t person) const { return engine::classes_of(model, state, person); }

  Model model;
  engine::ArmState state;
};

using Classes = std::vector<int>;

TEST(Equalisation, DrugGroupsFollowLastYearsUnits) {
  Claims claims(2);
  engine::note_claim(claims.model, claims.state, 0, 1, 2);
  engine::note_claim(claims.model, claims.state, 1, 1, 3);
  EXPECT_EQ(claims.classes(1), Classes{0});  // of this year: nothing changes before it ends
  claims.year({0, 0});
  EXPECT_EQ(claims.classes(0), Classes{0});  // two is not more than two
  EXPECT_EQ(claims.classes(1), (Classes{0, 1}));
  claims.year({0, 0});
  EXPECT_EQ(claims.classes(1), Classes{0});  // no claims, no group
}

TEST(Equalisation, CountsNoFurtherThanAByte) {
  Claims claims(1);
  engine::note_claim(claims.model, claims.state, 0, 1, 250);
  engine::note_claim(claims.model, claims.state, 0, 1, 250);
  EXPECT_EQ(claims.state.insured.used[0], 255);
}

TEST(Equalisation, CostGroupsAskForYearsInARow) {
  Claims claims(5);  // the top fifth is one person
  const std::vector<std::int64_t> first{1, 2, 3, 4, 90};
  claims.year(first);
  EXPECT_EQ(claims.classes(4), Classes{0});
  claims.year(first);
  EXPECT_EQ(claims.classes(4), (Classes{0, 2}));
  EXPECT_EQ(claims.classes(3), Classes{0});
  claims.year({1, 2, 3, 90, 4});
  EXPECT_EQ(claims.classes(4), Classes{0});  // a year out of the top begins anew
  claims.year(first);
  EXPECT_EQ(claims.classes(4), Classes{0});
}

TEST(Equalisation, NobodyIsInTheTopByCostingNothing) {
  Claims claims(5);
  claims.year({0, 0, 0, 0, 0});
  claims.year({0, 0, 0, 0, 0});
  EXPECT_EQ(claims.classes(0), Classes{0});
}

TEST(Insurers, ResultOfAYearByHand) {
  // docs/model/insurers.md: three adults and half a year of a child, one adult in the drug group.
  Claims claims(4);
  Model& model = claims.model;
  model.insurance.adult_from_age = 18;
  model.insurance.premium = 1400 * k_euro;
  model.insurance.standard_premium = 1350 * k_euro;
  model.insurance.expected_deductible = 200 * k_euro;
  model.insurance.classes = {"child", "adult", "drugs"};
  model.insurance.class_amount = {510 * k_euro, 1020 * k_euro, 2448 * k_euro};  // closing factor 1.02
  model.insurance.spending_groups.clear();
  for (std::size_t sex = 0; sex < 2; ++sex) {
    std::fill(model.insurance.class_of_age[sex].begin() + 18, model.insurance.class_of_age[sex].end(), 1);
  }
  model.people.birth_cycle[3] = 0;
  model.people.enters_cycle = {0, 0, 0, 18};
  claims.state.gone_at.assign(4, std::numeric_limits<std::int16_t>::max());
  model.providers.resize(1);
  ArmModel& arm = model.arms.emplace_back();
  arm.insurers.resize(1);
  arm.insurers[0].premium = 0;
  arm.insurers[0].equalisation = 1;
  const PartyId insurer = model.payer_party(0);
  arm.entries = {{model.household_party(), insurer, ContractId{}, TermKind::premium, SectorId{}, 0},
                 {model.payer_party(1), insurer, ContractId{}, TermKind::premium, SectorId{}, 0},
                 {model.household_party(), insurer, ContractId{}, TermKind::patient_share, SectorId{0}, 0},
                 {insurer, model.provider_party(0), ContractId{0}, TermKind::fee, SectorId{0}, 0}};
  engine::ArmState& state = claims.state;
  state.arm = &arm;
  state.cycle = 11;
  engine::note_claim(model, state, 0, 1, 3);
  engine::renew_classes(model, state);
  state.cycle = 23;
  state.spend = {5500 * k_euro, 300 * k_euro, 0, 50 * k_euro};
  state.year.usage = {0, 0, 385 * k_euro, 5900 * k_euro};
  engine::pay_insurers(model, state);
  const TableInfo info = engine::insurer_infos(model).front();
  std::vector<std::int64_t> values(info.cells(), 0);
  engine::write_insurers(model, state, values);
  std::vector<std::int64_t> euros;
  for (std::size_t item = 0; item < info.dims[2].labels.size(); ++item) {
    const std::int64_t micro = values[info.dims[2].labels.size() + item];  // of the second year
    EXPECT_EQ(micro % k_euro, 0);
    euros.push_back(micro / k_euro);
  }
  EXPECT_EQ(info.dims[2].labels,
            (std::vector<std::string>{"premium", "supplementary_premium", "deductible", "counted", "cash",
                                      "supplementary_cash", "result_gross", "normative_spending", "standard_premium",
                                      "expected_deductible", "equalisation", "result_net"}));
  EXPECT_EQ(euros, (std::vector<std::int64_t>{4200, 0, 385, 5850, 5900, 0, -1315, 5763, 4050, 600, 1113, -202}));
}

/// two_clinics with an insurance: everybody weighs `everybody` EUR a year, members of a group `member` EUR more.
Scenario insured(double everybody, double member, int above = 2) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  InsuranceSpec insurance;
  insurance.premium = 1400.0;
  insurance.standard_premium = 1350.0;
  insurance.expected_deductible = 200.0;
  insurance.equalisation.age_sex = support::constant_rate(everybody, everybody);
  insurance.equalisation.groups = {{.name = "diabetes_drugs",
                                    .by = EqualisationBy::use,
                                    .services = {"pharmacy"},
                                    .needs = {"diabetes_check"},
                                    .above = above}};
  insurance.equalisation.weights = {{"diabetes_drugs", member}};
  scenario.insurance = insurance;
  return scenario;
}

std::int64_t sum_of(const Results& results, const char* item, std::size_t year) {
  const Table table(results, "insurer_result");
  std::int64_t sum = 0;
  for (std::size_t p = 0; p < table.length(1); ++p) {
    sum += table.at(0, 0, {year, p, table.label(2, item)});
  }
  return sum;
}

TEST(Insurers, AWeightForEverybodyComesToPersonYears) {
  const Results results = simulate(compile(insured(120.0, 0.0)), {.replications = 1});
  const Table people(results, "population");
  for (std::size_t year = 0; year < 2; ++year) {
    // 120 EUR a year is 10 a person-month; two insurers, each rounded to the cent.
    EXPECT_NEAR(static_cast<double>(sum_of(results, "normative_spending", year)),
                static_cast<double>(people.at(0, 0, {year})) * 10e6, 1e4);
  }
}

TEST(Insurers, TheFundPaysTheClosingFactorTimesTheWeights) {
  Scenario scenario = insured(120.0, 12.0);
  const Results one = simulate(compile(scenario), {.replications = 1});
  scenario.insurance->equalisation.closing_factor = 1.25;
  const Results more = simulate(compile(scenario), {.replications = 1});
  for (std::size_t year = 0; year < 2; ++year) {
    const std::int64_t paid = sum_of(more, "equalisation", year) + sum_of(more, "standard_premium", year) +
                              sum_of(more, "expected_deductible", year);
    EXPECT_EQ(paid, sum_of(more, "normative_spending", year));
    // Two insurers' sums are rounded to half a cent, with and without the factor.
    EXPECT_NEAR(static_cast<double>(paid), 1.25 * static_cast<double>(sum_of(one, "normative_spending", year)),
                2 * (1.0 + 1.25) * 5000.0);
  }
}

TEST(Insurers, CountedCareIsTheListSpendingOfTheirPeople) {
  const Results results = simulate(compile(insured(120.0, 0.0)), {.replications = 1});
  const Table list(results, "list_spending");
  const Table insurers(results, "insurer_result");
  for (std::size_t year = 0; year < 2; ++year) {
    for (std::size_t payer = 0; payer < insurers.length(1); ++payer) {
      std::int64_t spent = 0;  // insurers fund every kind of care in two_clinics
      for (std::size_t setting = 0; setting < list.length(1); ++setting) {
        spent += list.at(0, 0, {year, setting, payer});
      }
      EXPECT_EQ(insurers.at(0, 0, {year, payer, insurers.label(2, "counted")}), spent);
    }
  }
}

TEST(Insurers, AdultsPayThePremium) {
  Scenario scenario = insured(0.0, 0.0);
  scenario.insurance->adult_from_age = 0;
  const Results all = simulate(compile(scenario), {.replications = 1});
  const Table people(all, "population");
  EXPECT_NEAR(static_cast<double>(sum_of(all, "premium", 0)), static_cast<double>(people.at(0, 0, {0})) * 1400e6 / 12.0,
              1e4);
  Scenario from_twenty = insured(0.0, 0.0);
  from_twenty.insurance->adult_from_age = 20;
  const Results adults = simulate(compile(from_twenty), {.replications = 1});
  const double years = static_cast<double>(sum_of(adults, "premium", 0)) / 1400e6;
  double lived = 0.0;
  for (std::size_t sex = 0; sex < 2; ++sex) {
    for (std::size_t group = people.label(2, "20-29"); group < people.length(2); ++group) {
      lived += static_cast<double>(people.at(0, 0, {0, sex, group})) / 12.0;
    }
  }
  const std::size_t teens = people.label(2, "10-19");
  const double cohort = static_cast<double>(people.at(0, 0, {0, 0, teens}) + people.at(0, 0, {0, 1, teens})) / 120.0;
  // The age at the end of the year counts: those who turn 20 pay for all of it, half a year too much on average.
  EXPECT_GT(years, lived);
  EXPECT_LT(years, lived + cohort);
}

TEST(Insurers, GroupsAreMadeOfSimulatedClaims) {
  const Results results = simulate(compile(insured(0.0, 12.0)), {.replications = 1});
  const double members = static_cast<double>(sum_of(results, "normative_spending", 1)) / 12e6;
  const Table stages(results, "prevalence");
  double ill = 0.0;
  for (const char* stage : {"diabetes.uncomplicated", "diabetes.complicated"}) {
    ill += static_cast<double>(stages.at(0, 0, {1, stages.label(1, stage)})) / 12.0;
  }
  // Four checks a year, of which 0.98 x 0.9 bring a drug: Poisson of 3.5, above two in 0.68 of those ill all year.
  EXPECT_NEAR(members / ill, 0.65, 0.05);
  const Results none = simulate(compile(insured(0.0, 12.0, 250)), {.replications = 1});
  EXPECT_EQ(sum_of(none, "normative_spending", 1), 0);
}

TEST(Insurers, WeightsOfLeastSquaresPayForEachClassAsAWhole) {
  Scenario scenario = insured(0.0, 0.0);
  const ClassMoments moments = class_moments(compile(scenario), {.replications = 1});
  // Two classes of age and sex and one group: women and men, with and without drugs, solved by hand.
  ASSERT_EQ(moments.classes, (std::vector<std::string>{"women.0-120", "men.0-120", "diabetes_drugs"}));
  const auto cycles = [&](std::size_t a, std::size_t b) { return static_cast<double>(moments.cycles[a * 3 + b]); };
  const auto spent = [&](std::size_t a) { return static_cast<double>(moments.spending[a]) / 1e6; };
  EXPECT_EQ(cycles(0, 1), 0.0);
  EXPECT_EQ(cycles(0, 2) + cycles(1, 2), cycles(2, 2));
  // Substituting the first two equations in the third leaves one unknown, EUR per person-cycle.
  const double women = cycles(0, 2) / cycles(0, 0);
  const double men = cycles(1, 2) / cycles(1, 1);
  const double member =
      (spent(2) - women * spent(0) - men * spent(1)) / (cycles(2, 2) - women * cycles(0, 2) - men * cycles(1, 2));
  EXPECT_GT(member, 0.0);
  scenario.insurance->equalisation.age_sex.values = {
      std::vector<double>{12.0 * (spent(0) - member * cycles(0, 2)) / cycles(0, 0)},
      std::vector<double>{12.0 * (spent(1) - member * cycles(1, 2)) / cycles(1, 1)}};
  scenario.insurance->equalisation.weights[0].amount = 12.0 * member;
  const Results results = simulate(compile(scenario), {.replications = 1});
  const Table list(results, "list_spending");
  const double all = static_cast<double>(sum_of(results, "normative_spending", 0)) +
                     static_cast<double>(sum_of(results, "normative_spending", 1));
  const double total = static_cast<double>(list.at(0, 0, {0}) + list.at(0, 0, {1}));
  EXPECT_EQ(spent(0) + spent(1), total / 1e6);
  // Weights are kept to the micro-euro a year, for 1e6 person-years at most; sums to the cent.
  EXPECT_NEAR(all, total, 1e6);
}

TEST(Insurers, BeingPaidChangesNothingOfCare) {
  Scenario without = insured(120.0, 12.0);
  const Results with = simulate(compile(without), {.replications = 1});
  without.insurance.reset();
  const Results bare = simulate(compile(without), {.replications = 1});
  for (const char* name : {"visits", "list_spending", "provider_result", "needs", "qalys"}) {
    EXPECT_TRUE(std::ranges::equal(Table(with, name).cells(0, 0), Table(bare, name).cells(0, 0))) << name;
  }
  EXPECT_THROW(Table(bare, "insurer_result"), std::exception);
}

TEST(Insurers, SpendingOfStrataIsThatOfAllBudgets) {
  // Leiden has care that insurers do not pay, which the insurers' own counter leaves out.
  Scenario scenario = support::shipped("leiden_region");
  support::trim(scenario, 0.01);
  support::keep_arms(scenario, {"usual"});
  scenario.time = {.cycle = CycleLength::month, .start_year = 2023, .warm_up_years = 1, .base_years = 3, .years = 1};
  ASSERT_TRUE(scenario.insurance.has_value());
  const Results with = simulate(compile(scenario), {.replications = 1});
  scenario.insurance.reset();
  const Results bare = simulate(compile(scenario), {.replications = 1});
  const Table spending(with, "stratum_spending");
  EXPECT_TRUE(std::ranges::equal(spending.cells(0, 0), Table(bare, "stratum_spending").cells(0, 0)));
}

}  // namespace
}  // namespace waterbed
