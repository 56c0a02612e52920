// Programmes of care: who is enrolled when, what it costs and who pays, what it does. Expected values by hand.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_persons = 40000;
constexpr double k_rate = 2.0;      // complaints a person-year
constexpr double k_referred = 0.3;  // of consults, to the clinic

/// 40,000 women of 30 who neither die nor fall ill, half of them living here and half there, all registered with one
/// practice. They complain twice a year; the practice sends three in ten on to the clinic. The arm "enrolled" has the
/// programme "nurse", which takes everybody at once and does nothing.
Scenario nursed() {
  Scenario s = support::empty_region(k_persons / 2);
  s.population.municipalities.push_back({.name = "there", .title = "There"});
  s.population.cells.push_back(
      {.municipality = "there", .ages = {30, 30}, .sex = Sex::women, .persons = k_persons / 2});
  s.population.gp_groups = {{.provider = "practice", .municipality = "here", .share = 1.0},
                            {.provider = "practice", .municipality = "there", .share = 1.0}};
  s.payers = {{.name = "insurer_a", .insurer = true, .market_share = 0.6},
              {.name = "insurer_b", .insurer = true, .market_share = 0.4}};
  KindSpec consult{.name = "consult", .sector = "hospital", .funder = "insurer", .list_price = 12.0};
  KindSpec clinic{.name = "clinic", .sector = "hospital", .funder = "insurer", .list_price = 210.0};
  s.kinds = {consult, clinic};
  s.gp_kinds = {"consult"};
  ProviderSpec practice;
  practice.name = "practice";
  practice.type = "gp_group";
  practice.kinds = {"consult"};
  ProviderSpec hospital;
  hospital.name = "hospital";
  hospital.type = "hospital";
  hospital.kinds = {"clinic"};
  s.providers = {practice, hospital};
  NeedSpec need;
  need.name = "complaint";
  need.per_person_year = support::constant_rate(k_rate, k_rate);
  need.enters = {{"consult", 1.0}};
  need.pathways = {{.from_kind = "consult", .to_kind = "clinic", .probability = k_referred}};
  s.needs = {need};
  support::pay_all_at_list(s);
  ProgrammeSpec nurse{.name = "nurse", .title = "Nurse", .case_finding = {}, .coding = {}, .treatment = {}};
  nurse.care = CareProgrammeSpec{};
  s.programmes = {nurse};
  ArmSpec arm = s.arms.front();
  arm.name = "enrolled";
  arm.programmes = {"nurse"};
  s.arms.push_back(arm);
  return s;
}

CareProgrammeSpec& care_of(Scenario& s) { return *s.programmes.front().care; }

Results run(const Scenario& s) {
  RunOptions options;
  options.replications = 1;
  return simulate(compile(s), options);
}

std::int64_t people(const Results& results, std::size_t year, const std::string& item) {
  const Table table(results, "programme_persons");
  return table.at(1, 0, {year, 0, table.label(2, item)});
}

std::int64_t visits(const Results& results, std::size_t arm, const std::string& setting) {
  const Table table(results, "visits");
  return table.at(arm, 0, {0, table.label(1, setting)});
}

std::int64_t entry(const Results& results, std::size_t arm, const std::string& label) {
  const Table table(results, "payments");
  return table.at(arm, 0, {0, table.label(1, label)});
}

std::int64_t result_of(const Results& results, std::size_t arm, const std::string& provider, const std::string& item) {
  const Table table(results, "provider_result");
  return table.at(arm, 0, {0, table.label(1, provider), table.label(2, item)});
}

void expect_near(std::int64_t seen, double expected, double within) {
  EXPECT_NEAR(static_cast<double>(seen), expected, within);
}

/// Four standard deviations of a number that is binomial.
double four_sd(double n, double p) { return 4.0 * std::sqrt(n * p * (1.0 - p)); }

/// Whether two arms agree in every cell of every table but those named.
void expect_same(const Results& results, const std::vector<std::string>& but) {
  for (std::size_t t = 0; t < results.tables.size(); ++t) {
    if (std::find(but.begin(), but.end(), results.tables[t].name) == but.end()) {
      const auto usual = results.cells(static_cast<Index>(t), 0, 0);
      const auto arm = results.cells(static_cast<Index>(t), 1, 0);
      EXPECT_TRUE(std::equal(usual.begin(), usual.end(), arm.begin())) << results.tables[t].name;
    }
  }
}

TEST(CareProgramme, EnrolsInTheTimeThatAskingTakes) {
  Scenario s = nursed();
  s.time.years = 2;
  care_of(s).uptake = 0.6;
  care_of(s).asked_per_year = 0.5;
  const Results results = run(s);
  // Asked by the end of year y: 1 - 0.5^y; six in ten of them take part.
  const double n = k_persons;
  expect_near(people(results, 0, "asked"), 0.5 * n, four_sd(n, 0.5));
  expect_near(people(results, 0, "enrolled"), 0.3 * n, four_sd(n, 0.3));
  expect_near(people(results, 1, "enrolled"), 0.45 * n, four_sd(n, 0.45));
  // Cycles enrolled in the first year: 12 - m of those asked in month m = 0, 1, ...
  const double monthly = 1.0 - std::pow(0.5, 1.0 / 12.0);
  double mean = 0.0;
  double square = 0.0;
  for (int m = 0; m < 12; ++m) {
    const double p = 0.6 * monthly * std::pow(1.0 - monthly, m);
    mean += p * (12 - m);
    square += p * (12 - m) * (12 - m);
  }
  expect_near(people(results, 0, "person_cycles"), n * mean, 4.0 * std::sqrt(n * (square - mean * mean)));
}

TEST(CareProgramme, LosesThoseWhoDropOut) {
  Scenario s = nursed();
  care_of(s).drop_out_per_year = 0.4;
  const Results results = run(s);
  // Everybody joins in the first month; eleven months follow in which one may leave.
  const double stays = std::pow(0.6, 11.0 / 12.0);
  EXPECT_EQ(people(results, 0, "joined"), k_persons);
  expect_near(people(results, 0, "enrolled"), stays * k_persons, four_sd(k_persons, stays));
  EXPECT_EQ(people(results, 0, "enrolled") + people(results, 0, "dropped_out"), k_persons);
}

TEST(CareProgramme, CountsEverybodyWhoLeaves) {
  Scenario s = nursed();
  s.time.years = 3;
  s.mortality = support::constant_rate(0.05, 0.05);
  s.population.flows.departures_per_year = 0.02;
  care_of(s).drop_out_per_year = 0.1;
  care_of(s).asked_per_year = 0.7;
  care_of(s).who = {.kind = Who::Kind::age, .children = {}, .low = 0, .high = 31, .names = {}, .stages = {}};
  const Results results = run(s);
  std::int64_t enrolled = 0;
  for (std::size_t year = 0; year < 3; ++year) {
    enrolled += people(results, year, "joined");
    for (const char* const item : {"not_eligible", "dropped_out", "died", "moved_away"}) {
      enrolled -= people(results, year, item);
    }
    EXPECT_EQ(people(results, year, "enrolled"), enrolled) << year;
  }
  EXPECT_GT(people(results, 0, "died"), 0);
  EXPECT_GT(people(results, 1, "not_eligible"), 0);
}

TEST(CareProgramme, CostsPersonsTimesTimeTimesPrice) {
  Scenario s = nursed();
  care_of(s).uptake = 0.5;
  care_of(s).asked_per_year = 0.8;
  care_of(s).costs = {.per_person_year = 120.0, .per_year = 50000.0, .payer = "insurer"};
  care_of(s).staff_hours = 3.0;
  const Results results = run(s);
  const std::int64_t cycles = people(results, 0, "person_cycles");
  const Table costs(results, "programme_costs");
  EXPECT_EQ(costs.at(1, 0, {0, 0, 0}), cycles * 10'000'000);  // EUR 10 a month
  EXPECT_EQ(costs.at(1, 0, {0, 0, 1}), 50'000'000'000);
  EXPECT_EQ(Table(results, "programme_hours").at(1, 0, {0, 0}), cycles * 250);
  const Table hours(results, "hours");
  const std::size_t consult = hours.label(1, "practice.consult");
  EXPECT_EQ(hours.at(1, 0, {0, consult}) - hours.at(0, 0, {0, consult}), cycles * 250);
  // Each insurer pays for its own people, and the fixed cost by its share of the market.
  const std::int64_t a = entry(results, 1, "programme,programme,insurer_a,practice,hospital");
  const std::int64_t b = entry(results, 1, "programme,programme,insurer_b,practice,hospital");
  EXPECT_EQ(a + b, cycles * 10'000'000 + 50'000'000'000);
  const double of_a = static_cast<double>(a - 30'000'000'000) / (10e6 * static_cast<double>(cycles));
  EXPECT_NEAR(of_a, 0.6, 4.0 * std::sqrt(0.24 * 12.0 / static_cast<double>(cycles)));
  // What comes in goes out: the practice earns nothing on it, and the books balance.
  EXPECT_EQ(result_of(results, 1, "practice", "variable_cost") - result_of(results, 0, "practice", "variable_cost"),
            cycles * 10'000'000);
  EXPECT_EQ(result_of(results, 1, "practice", "fixed_cost") - result_of(results, 0, "practice", "fixed_cost"),
            50'000'000'000);
  EXPECT_EQ(result_of(results, 1, "practice", "result"), result_of(results, 0, "practice", "result"));
  EXPECT_EQ(result_of(results, 1, "practice", "revenue") - result_of(results, 0, "practice", "revenue"), a + b);
  expect_same(results, {"payments", "payments_dated", "cash_spending", "reserves", "provider_result", "hours",
                        "programme_persons", "programme_costs", "programme_hours"});
}

TEST(CareProgramme, IsBorneByTheProviderWhereNobodyPays) {
  Scenario s = nursed();
  care_of(s).costs = {.per_person_year = 120.0, .per_year = 0.0, .payer = "provider"};
  const Results results = run(s);
  EXPECT_EQ(result_of(results, 1, "practice", "result") - result_of(results, 0, "practice", "result"),
            -120'000'000 * k_persons);
  expect_same(results, {"provider_result", "programme_persons", "programme_costs", "programme_hours"});
}

TEST(CareProgramme, PaysFromTheBudgetThatIsNamed) {
  Scenario s = nursed();
  s.payers.push_back({.name = "municipality", .insurer = false, .market_share = 0.0});
  care_of(s).delivered_by = "hospital";
  care_of(s).costs = {.per_person_year = 12.0, .per_year = 1000.0, .payer = "municipality"};
  const Results results = run(s);
  EXPECT_EQ(entry(results, 1, "programme,programme,municipality,hospital,hospital"),
            12'000'000 * k_persons + 1'000'000'000);
}

TEST(CareProgramme, DoesNothingWhereNobodyTakesPartOrRatiosAreOne) {
  Scenario s = nursed();
  care_of(s).effects.needs = {{"complaint", 0.5}};
  care_of(s).effects.referrals = {{"clinic", 0.2}};
  care_of(s).uptake = 0.0;
  expect_same(run(s), {"programme_persons"});
  care_of(s).uptake = 1.0;
  care_of(s).effects.needs = {{"complaint", 1.0}};
  care_of(s).effects.referrals = {{"clinic", 1.0}};
  expect_same(run(s), {"programme_persons"});
}

TEST(CareProgramme, ThinsNeeds) {
  Scenario s = nursed();
  care_of(s).effects.needs = {{"complaint", 0.7}};
  const Results results = run(s);
  const auto usual = static_cast<double>(visits(results, 0, "practice.consult"));
  expect_near(visits(results, 1, "practice.consult"), 0.7 * usual, four_sd(usual, 0.7));
}

TEST(CareProgramme, AddsNeedsWithDrawsOfTheirOwn) {
  Scenario s = nursed();
  care_of(s).effects.needs = {{"complaint", 1.5}};
  const Results results = run(s);
  const auto usual = visits(results, 0, "practice.consult");
  const double added = 0.5 * k_rate * k_persons;
  expect_near(visits(results, 1, "practice.consult") - usual, added, 4.0 * std::sqrt(added));
}

TEST(CareProgramme, ChangesTheOddsOfReferral) {
  Scenario s = nursed();
  care_of(s).effects.referrals = {{"clinic", 0.59}};
  const Results results = run(s);
  // The same consults; 0.59 x 0.3/0.7 are odds of 0.2529, a chance of 0.2018: of those sent on, 67 % still are.
  EXPECT_EQ(visits(results, 1, "practice.consult"), visits(results, 0, "practice.consult"));
  const auto sent = static_cast<double>(visits(results, 0, "hospital.clinic"));
  const double still = 0.2018479 / 0.3;
  expect_near(visits(results, 1, "hospital.clinic"), still * sent, four_sd(sent, still));
}

TEST(CareProgramme, RaisesTheOddsOfReferral) {
  Scenario s = nursed();
  care_of(s).effects.referrals = {{"clinic", 2.0}};
  const Results results = run(s);
  const auto consults = static_cast<double>(visits(results, 1, "practice.consult"));
  const double chance = 0.6 / 1.3;
  expect_near(visits(results, 1, "hospital.clinic"), chance * consults, four_sd(consults, chance));
  EXPECT_GT(visits(results, 1, "hospital.clinic"), visits(results, 0, "hospital.clinic"));
}

TEST(CareProgramme, LeavesOtherPeopleAsTheyAre) {
  Scenario s = nursed();
  s.strata = {
      {.name = "elsewhere",
       .title = "",
       .who = {
           .kind = Who::Kind::municipality, .children = {}, .low = 0, .high = 0, .names = {"there"}, .stages = {}}}};
  care_of(s).who = {
      .kind = Who::Kind::municipality, .children = {}, .low = 0, .high = 0, .names = {"here"}, .stages = {}};
  care_of(s).effects.needs = {{"complaint", 1.5}};
  care_of(s).effects.referrals = {{"clinic", 0.2}};
  const Results results = run(s);
  const Table spending(results, "stratum_spending");
  const std::size_t elsewhere = spending.label(1, "elsewhere");
  EXPECT_EQ(people(results, 0, "joined"), k_persons / 2);
  EXPECT_EQ(spending.at(0, 0, {0, elsewhere}), spending.at(1, 0, {0, elsewhere}));
  EXPECT_NE(spending.at(0, 0, {0, 0}), spending.at(1, 0, {0, 0}));
}

/// `nursed` with an illness that one in ten a year fall into, and death at one in twenty a year.
Scenario falling_ill() {
  Scenario s = nursed();
  Condition gout;
  gout.name = "gout";
  gout.stages = {{.name = "none"}, {.name = "ill", .initial_share = 1.0}};
  gout.prevalence = support::constant_rate(0.0, 0.0);
  Transition onset;
  onset.from = "none";
  onset.to = "ill";
  onset.per_year = support::constant_rate(0.1, 0.1);
  gout.transitions = {onset};
  s.conditions = {gout};
  return s;
}

TEST(CareProgramme, LowersHazards) {
  Scenario s = falling_ill();
  care_of(s).effects.hazard_ratios = {{.condition = "gout", .from = "none", .to = "ill", .ratio = 0.5}};
  const Results results = run(s);
  const Table onsets(results, "onsets");
  const std::size_t ill = onsets.label(1, "gout.ill");
  // A cohort of a constant hazard: 1 - exp(-H).
  const double usual = 1.0 - std::exp(-0.1);
  const double halved = 1.0 - std::exp(-0.05);
  expect_near(onsets.at(0, 0, {0, ill}), usual * k_persons, four_sd(k_persons, usual));
  expect_near(onsets.at(1, 0, {0, ill}), halved * k_persons, four_sd(k_persons, halved));
}

TEST(CareProgramme, LowersDeath) {
  Scenario s = nursed();
  s.mortality = support::constant_rate(0.05, 0.05);
  care_of(s).effects.hazard_ratios = {{.condition = "", .from = "", .to = "dead", .ratio = 0.4}};
  const Results results = run(s);
  const double usual = 1.0 - std::exp(-0.05);
  const double lower = 1.0 - std::exp(-0.02);
  const Table deaths(results, "deaths");
  expect_near(deaths.at(0, 0, {0}), usual * k_persons, four_sd(k_persons, usual));
  expect_near(deaths.at(1, 0, {0}), lower * k_persons, four_sd(k_persons, lower));
  EXPECT_EQ(people(results, 0, "died"), deaths.at(1, 0, {0}));
}

/// QALYs that the arm adds in a year, per person, in micro-QALY.
double gained(const Scenario& s, std::size_t year = 0) {
  const Results results = run(s);
  const Table qalys(results, "qalys");
  return static_cast<double>(qalys.at(1, 0, {year, 0}) - qalys.at(0, 0, {year, 0})) / static_cast<double>(k_persons);
}

TEST(CareProgramme, AddsToQualityOfLifeWithDelayLearningAndFade) {
  Scenario s = nursed();
  s.utility_norm = support::constant_rate(0.8, 0.8);
  s.strata = {{.name = "all", .title = "", .who = {}}};
  CareOutcomeSpec& effects = care_of(s).effects;
  effects.utility = 0.06;  // 5,000 micro-QALY a month
  EXPECT_EQ(gained(s), 60000.0);
  effects.delay_cycles = 5;
  EXPECT_EQ(gained(s), 7 * 5000.0);
  effects.delay_cycles = 0;
  const auto sum = [](const auto& strength) {
    double total = 0.0;
    for (int m = 0; m < 12; ++m) {
      total += std::round(5000.0 * strength(m));
    }
    return total;
  };
  effects.learning_half_life_months = 6.0;
  EXPECT_EQ(gained(s), sum([](int m) { return 1.0 - std::pow(0.5, m / 6.0); }));
  effects.learning_half_life_months = 0.0;
  effects.fade_half_life_months = 4.0;
  EXPECT_EQ(gained(s), sum([](int m) { return std::pow(0.5, m / 4.0); }));
  // Everybody leaves at the second month: what is left halves every three months.
  effects.fade_half_life_months = 0.0;
  effects.lingering_half_life_months = 3.0;
  care_of(s).drop_out_per_year = 1.0;
  EXPECT_EQ(gained(s), sum([](int m) { return m == 0 ? 1.0 : std::pow(0.5, (m - 1) / 3.0); }));
}

/// As many as are asked in a year at a chance of one in two, by what the practice is paid for somebody who costs 100.
Results asked_at(const std::string& payer, double price) {
  Scenario s = nursed();
  s.behaviour.incentives = true;
  s.behaviour.theta_own_volume = 0.0;
  s.behaviour.theta_treat_or_refer = 0.0;
  s.behaviour.theta_care_borne = 0.0;
  s.behaviour.theta_elective_specialist = 0.0;
  s.behaviour.theta_enrolment = 0.4;
  s.providers[0].pass_through = 0.5;
  care_of(s).asked_per_year = 0.5;
  care_of(s).costs = {.per_person_year = 100.0, .price_per_person_year = price, .payer = payer};
  return run(s);
}

TEST(CareProgramme, AsksFasterWhereItPays) {
  const double n = k_persons;
  const auto asked = [&](const std::string& payer, double price) { return people(asked_at(payer, price), 0, "asked"); };
  // What it costs is paid: the pace as stated. 50 % more: exp(0.4 x 0.5 x 0.5) times as fast. Nothing: exp(-0.4 x 0.5).
  const auto by = [](double pace) { return 1.0 - std::pow(0.5, pace); };
  expect_near(asked("insurer", -1.0), n * by(1.0), four_sd(n, 0.5));
  expect_near(asked("insurer", 150.0), n * by(std::exp(0.1)), four_sd(n, by(std::exp(0.1))));
  expect_near(asked("provider", -1.0), n * by(std::exp(-0.2)), four_sd(n, by(std::exp(-0.2))));
  EXPECT_GT(asked("insurer", 150.0), asked("insurer", -1.0));
  EXPECT_GT(asked("insurer", -1.0), asked("provider", -1.0));
}

TEST(CareProgramme, EarnsWhatItIsPaidBeyondItsCost) {
  const Results results = asked_at("insurer", 150.0);
  const auto more = [&](const char* item) {
    return result_of(results, 1, "practice", item) - result_of(results, 0, "practice", item);
  };
  const double person_years = static_cast<double>(people(results, 0, "person_cycles")) / 12.0;
  expect_near(more("revenue"), 150.0e6 * person_years, 1e3);
  expect_near(more("variable_cost"), 100.0e6 * person_years, 1e3);
}

TEST(CareProgramme, IsTheSameOnAnyThreadsAndBlocks) {
  Scenario s = falling_ill();
  care_of(s).uptake = 0.4;
  care_of(s).asked_per_year = 0.6;
  care_of(s).effects.needs = {{"complaint", 1.3}};
  care_of(s).effects.hazard_ratios = {{.condition = "gout", .from = "none", .to = "ill", .ratio = 0.5}};
  const Model model = compile(s);
  RunOptions options;
  options.replications = 1;
  options.threads = 1;
  const std::string one = results_digest(simulate(model, options));
  options.threads = 2;
  options.block_size = 777;
  EXPECT_EQ(results_digest(simulate(model, options)), one);
}

}  // namespace
}  // namespace waterbed
