// Agreements of several years: where a year stands, what is looked back on, what rebasing gives back.
#include "engine/agreement.hpp"

#include "support/region.hpp"
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/engine/agreement.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using support::Table;

TEST(AgreementYear, CountsFromTheStartOfTheAgreement) {
  const Agreement three{.years = 3, .rebase = true};
  const int expected[][3] = {{1, 1, 0}, {1, 2, 0}, {1, 3, 0}, {2, 1, 3}, {2, 2, 3}, {2, 3, 3}, {3, 1, 6}};
  for (int year = 0; year < 7; ++year) {
    const AgreementYear place = agreement_year(three, 0, year);
    EXPECT_EQ(place.number, expected[year][0]) << year;
    EXPECT_EQ(place.performance_year, expected[year][1]) << year;
    EXPECT_EQ(place.base_until, expected[year][2]) << year;
  }
}

TEST(AgreementYear, OfAContractThatEntersLater) {
  const AgreementYear place = agreement_year({.years = 2, .rebase = true}, 1, 4);
  EXPECT_EQ(place.number, 2);
  EXPECT_EQ(place.performance_year, 2);
  EXPECT_EQ(place.base_until, 3);
}

TEST(AgreementYear, WithoutRebasingLooksBackOnTheYearsBeforeTheFirst) {
  const AgreementYear place = agreement_year({.years = 2, .rebase = false}, 1, 4);
  EXPECT_EQ(place.number, 2);
  EXPECT_EQ(place.performance_year, 4);  // years since the last base year: a trend goes on
  EXPECT_EQ(place.base_until, 1);
}

TEST(AgreementYear, OneAgreementForAsLongAsTheRunLasts) {
  const AgreementYear place = agreement_year({}, 0, 6);
  EXPECT_EQ(place.number, 1);
  EXPECT_EQ(place.performance_year, 7);
  EXPECT_EQ(place.base_until, 0);
}

/// Half of what is saved or lost against the mean of three years, for one payer and holder.
Contract half_of_history(bool rebase) {
  Contract contract;
  contract.name = "half";
  contract.payer = "insurer_a";
  contract.holder = "gp_group_1";
  contract.agreement = {.years = 3, .rebase = rebase};
  const Share half{.constant = Rate::from_double(0.5)};
  contract.terms = {Reference{{History{.years = 3, .weights = {}}}}, Layers{{{.share = half}}, {{.share = half}}}};
  return contract;
}

/// An arm with one contract, and as many past years as are handed in, of 100 person-years each.
struct MadeUp {
  Model model;
  engine::ArmState state;
};

MadeUp made_up(const Contract& contract, const std::vector<double>& per_person_year) {
  MadeUp made;
  made.model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 3, .years = 9};
  made.model.insurers = 1;
  ArmModel& arm = made.model.arms.emplace_back();
  ContractModel& held = arm.contracts.emplace_back();
  held.contract = contract;
  held.payer = 0;
  held.settles = true;
  held.compares = looks_outside(*find_term<Reference>(contract));
  for (const double amount : per_person_year) {
    engine::PastYear& year = made.state.past.emplace_back();
    year.counted = {Money::from_euro(amount * 100.0).micro};
    year.cycles = {1200};
    year.saving = {0};
    // As many others, who cost 1,000 more and grow as the number of years.
    const double others = 11'000.0 + 100.0 * static_cast<double>(made.state.past.size());
    year.outside = {{.payer_counted = year.counted[0] + Money::from_euro(others * 100.0).micro,
                     .payer_cycles = 2400,
                     .own_counted = year.counted[0],
                     .all_counted = Money::from_euro(2'500'000.0).micro,
                     .all_cycles = 3000}};
  }
  return made;
}

/// What a contract pays in each of six years in which one person costs `spent`, after three base years at 10,000.
std::vector<double> paid_per_person(const Contract& contract, const std::vector<double>& spent) {
  std::vector<double> past(3, 10'000.0);
  std::vector<double> paid;
  for (std::size_t y = 0; y < spent.size(); ++y) {
    MadeUp made = made_up(contract, past);
    made.state.arm = made.model.arms.data();
    made.state.cycle = (3 + static_cast<int>(y)) * 12 + 11;
    Facts facts;
    engine::add_agreement_facts(made.model, made.state, 0, made.state.past.back(), facts);
    facts.person_time = PersonTime{1200, 12};
    facts.assigned = 100;
    facts.counted.total = Money::from_euro(spent[y] * 100.0);
    paid.push_back(settle(contract, facts).settlement.to_euro() / 100.0);
    past.push_back(spent[y]);
  }
  return paid;
}

std::vector<double> paid_per_person(bool rebase, const std::vector<double>& spent) {
  return paid_per_person(half_of_history(rebase), spent);
}

TEST(Ratchet, TermsByYearRestartWithEachAgreement) {
  // 400 is shared of 800 saved. The limit by year is 0, 3 % (300) and nothing to speak of: rebased or not it starts
  // again with the fourth year. Rebased, 800 less is the benchmark of the second agreement, and nothing is saved.
  const std::vector<double> saves(6, 9'200.0);
  const auto limited = [&](bool rebase) {
    Contract contract = half_of_history(rebase);
    const LimitPart part{LimitBase::reference, {Rate{}, Rate::from_double(0.03), Rate::from_double(0.9)}, {}};
    contract.terms.emplace_back(Limit{{part}, {part}});
    return paid_per_person(contract, saves);
  };
  EXPECT_EQ(limited(false), (std::vector<double>{0, 300, 400, 0, 300, 400}));
  EXPECT_EQ(limited(true), (std::vector<double>{0, 300, 400, 0, 0, 0}));
  // A share of 10 % a year of the agreement, of 800.
  Contract contract = half_of_history(false);
  const Share share{.formula = parse_formula("0.1*year")};
  std::get<Layers>(contract.terms[1]) = Layers{{{.share = share}}, {{.share = share}}};
  EXPECT_EQ(paid_per_person(contract, saves), (std::vector<double>{80, 160, 240, 80, 160, 240}));
}

TEST(Ratchet, WithoutRebasingATrendRunsOnOverTheAgreements) {
  // 1,000 a year is what people cost before, and 10 % a year is added; half is shared of what is not spent.
  Contract contract = half_of_history(false);
  std::get<Reference>(contract.terms[0]).steps = {History{.years = 1, .weights = {}},
                                                  Trend{.factor = Rate::from_double(1.1)}};
  // 10,000 x 1.1^t: 11,000, 12,100, 13,310, 14,641.
  EXPECT_EQ(paid_per_person(contract, std::vector<double>(4, 10'000.0)),
            (std::vector<double>{500, 1'050, 1'655, 2'320.5}));
}

TEST(Ratchet, RebasingTakesBackWhatWasSaved) {
  const std::vector<double> saves(6, 9'000.0);
  EXPECT_EQ(paid_per_person(true, saves), (std::vector<double>{500, 500, 500, 0, 0, 0}));
  EXPECT_EQ(paid_per_person(false, saves), (std::vector<double>{500, 500, 500, 500, 500, 500}));
}

TEST(Ratchet, LeavesNoGainFromAEuroSavedInABaseYear) {
  // One euro less in the third year pays share = 0.50 at once and costs share x 1/3 in each of the three years of the
  // next agreement: nothing is left.
  const std::vector<double> usual(6, 10'000.0);
  std::vector<double> saves = usual;
  saves[2] -= 300.0;
  const std::vector<double> paid = paid_per_person(true, saves);
  EXPECT_EQ(paid, (std::vector<double>{0, 0, 150, -50, -50, -50}));
  EXPECT_EQ(paid_per_person(false, saves), (std::vector<double>{0, 0, 150, 0, 0, 0}));
}

/// Facts of the fifth year of the run, the second of the second agreement of three years.
Facts second_agreement(const std::vector<ReferenceStep>& steps, std::vector<std::int64_t> savings = {}) {
  Contract contract = half_of_history(true);
  std::get<Reference>(contract.terms[0]).steps = steps;
  MadeUp made = made_up(contract, {9'000, 9'300, 9'700, 9'600, 9'500, 9'400, 9'200});
  made.state.arm = made.model.arms.data();
  for (std::size_t y = 0; y < savings.size(); ++y) {
    made.state.past[3 + y].saving[0] = savings[y] * Money::k_micro_per_euro;
  }
  made.state.cycle = 7 * 12 + 11;
  engine::PastYear now = made.state.past.back();
  now.outside[0].payer_counted = now.counted[0] + Money::from_euro(1'210'000.0).micro;
  Facts facts;
  engine::add_agreement_facts(made.model, made.state, 0, now, facts);
  return facts;
}

TEST(AgreementFacts, AreTheYearsJustBefore) {
  const Facts facts = second_agreement({History{.years = 3, .weights = {}}});
  EXPECT_EQ(facts.agreement_number, 2);
  EXPECT_EQ(facts.performance_year, 2);
  ASSERT_EQ(facts.base_years.size(), 3U);
  EXPECT_EQ(facts.base_years[0].counted.total, Money::from_euro(960'000));  // years 1 to 3 of the run
  EXPECT_EQ(facts.base_years[2].counted.total, Money::from_euro(940'000));
  EXPECT_EQ(facts.base_years[2].person_time.years(), 100.0);
  EXPECT_TRUE(facts.indices.empty());  // no step asks
}

TEST(AgreementFacts, PriorSavingsAreTheMeanOfTheThreeYearsBefore) {
  EXPECT_EQ(second_agreement({History{}, PriorSavings{}}, {150, -30, 0}).prior_savings_per_person_year,
            Money::from_euro(40));
  // A fourth year, of this agreement, does not count.
  EXPECT_EQ(second_agreement({History{}, PriorSavings{}}, {150, -30, 0, 999}).prior_savings_per_person_year,
            Money::from_euro(40));
}

TEST(AgreementFacts, IndicesCompareWithPeopleOutside) {
  const Facts facts = second_agreement({History{.years = 3, .weights = {}}, Trend{.index = "comparison"}});
  // Others cost 11,400, 11,500 and 11,600 in the base years and 12,100 in the year itself.
  ASSERT_EQ(facts.indices[0].name, "comparison");
  EXPECT_EQ(facts.indices[0].factors,
            (std::vector{Rate::from_double(116.0 / 114.0), Rate::from_double(116.0 / 115.0), Rate{Rate::k_one}}));
  ASSERT_EQ(facts.updates[0].name, "comparison");
  EXPECT_EQ(facts.updates[0].value, Rate::from_double(121.0 / 116.0));
  // With the contract's own people, who cost 9,600, 9,500 and 9,400 and now 9,200.
  ASSERT_EQ(facts.indices[1].name, "region");
  EXPECT_EQ(facts.indices[1].factors[0], Rate::from_double(210.0 / 210.0));
  EXPECT_EQ(facts.updates[1].value, Rate::from_double(213.0 / 210.0));
  EXPECT_EQ(facts.regional_per_person_year, Money::from_euro(10'500));
  EXPECT_EQ(facts.national_per_person_year, Money::from_euro(10'000));
  EXPECT_EQ(facts.market_share, Rate::from_double(0.5));
}

/// two_clinics with one insurer and one GP group, whom one contract settles with, and needs that grow by a factor.
Scenario one_of_each(const Agreement& agreement, double growth, int years) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual", "shared_savings"});
  support::no_incentives(scenario);
  scenario.time.years = years;
  scenario.payers = {{.name = "insurer_a", .insurer = true, .market_share = 1.0}};
  std::erase_if(scenario.population.gp_groups, [](const GpGroupShare& g) { return g.provider != "gp_group_1"; });
  for (GpGroupShare& group : scenario.population.gp_groups) {
    group.share = 1.0;
  }
  for (ContractSpec& contract : scenario.contracts) {
    contract.payers = {"insurer_a"};
    std::erase(contract.holders, "gp_group_2");
  }
  std::erase_if(scenario.providers, [](const ProviderSpec& p) { return p.name == "gp_group_2"; });
  for (NeedSpec& need : scenario.needs) {
    need.growth_per_year = growth;
  }
  ContractSpec& contract = support::contract_of(scenario, "gp_shared_savings");
  contract.terms.agreement = agreement;
  contract.terms.terms = {Scope{}, Reference{{History{.years = 2, .weights = {}}}},
                          Layers{{{.share = Share{.constant = Rate::from_double(0.5)}}}, {}}};
  return scenario;
}

struct SettledYear {
  double benchmark, counted, paid, person_years;
};

std::vector<SettledYear> settled(const Scenario& scenario) {
  const Results results = simulate(compile(scenario), {.replications = 1});
  const Table table(results, "settlement");
  const Table people(results, "population");
  const auto arm = static_cast<std::size_t>(results.arm_index("shared_savings"));
  std::vector<SettledYear> years;
  for (std::size_t y = 0; y < table.length(0); ++y) {
    const auto item = [&](std::size_t i) { return static_cast<double>(table.at(arm, 0, {y, 0, i})) / 1e6; };
    years.push_back({item(0), item(1), item(2), static_cast<double>(people.at(arm, 0, {y})) / 12.0});
  }
  return years;
}

TEST(SimulatedAgreement, RebasesOnTheYearsJustBefore) {
  const std::vector<SettledYear> years = settled(one_of_each({.years = 2, .rebase = true}, 0.0, 4));
  const double mean = (years[0].counted / years[0].person_years + years[1].counted / years[1].person_years) / 2.0;
  for (const std::size_t y : {2U, 3U}) {
    EXPECT_NEAR(years[y].benchmark, mean * years[y].person_years, 0.02) << y;  // to the cent, and a double's last digit
  }
  // The first agreement looks back on the two years before the run, in both of its years alike.
  EXPECT_NEAR(years[0].benchmark / years[0].person_years, years[1].benchmark / years[1].person_years, 1e-5);
}

TEST(SimulatedAgreement, WhereCareShrinksRebasingTakesTheSavingsBack) {
  const std::vector<SettledYear> rebased = settled(one_of_each({.years = 2, .rebase = true}, -0.08, 4));
  const std::vector<SettledYear> kept = settled(one_of_each({.years = 2, .rebase = false}, -0.08, 4));
  for (std::size_t y = 0; y < rebased.size(); ++y) {
    EXPECT_EQ(rebased[y].counted, kept[y].counted) << y;  // nobody responds here: the money alone differs
    EXPECT_GT(kept[y].paid, 0.0) << y;
    if (y < 2) {
      EXPECT_EQ(rebased[y].paid, kept[y].paid) << y;
    } else {
      EXPECT_LT(rebased[y].paid, kept[y].paid) << y;
    }
  }
}

/// Benchmark and counted spending in two years of half of what one GP group saves, against the growth of the payer's
/// other people, with or without reinsurance.
std::vector<SettledYear> compared(const std::optional<Reinsure>& reinsure) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = support::add_sharing(scenario, "sharing", {"gp_group_1"}, {});
  contract.terms.terms = {
      Scope{}, Reference{{History{.years = 2, .weights = {}}, Trend{.index = "comparison"}, Update{{{"comparison"}}}}},
      Layers{{{.share = Share{.constant = Rate::from_double(0.5)}}}, {}}};
  if (reinsure) {
    contract.terms.terms.emplace_back(*reinsure);
  }
  const Results results = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
  const Table table(results, "settlement");
  std::vector<SettledYear> years;
  for (std::size_t y = 0; y < table.length(0); ++y) {
    for (std::size_t c = 0; c < table.length(1); ++c) {
      if (table.labels(1)[c].starts_with("sharing")) {
        const auto item = [&](std::size_t i) { return static_cast<double>(table.at(0, 0, {y, c, i})) / 1e6; };
        years.push_back({item(0), item(1), item(2), 0.0});
      }
    }
  }
  return years;
}

TEST(SimulatedAgreement, ReinsuranceOfTheHolderLeavesTheComparisonAlone) {
  const std::vector<SettledYear> whole = compared({});
  const std::vector<SettledYear> reinsured =
      compared(Reinsure{.attach = Money::from_euro(100), .share = Rate{Rate::k_one}});
  ASSERT_GE(whole.size(), 2U);
  for (std::size_t y = 0; y < whole.size(); ++y) {
    EXPECT_LT(reinsured[y].counted, whole[y].counted) << y;  // it bears something
    EXPECT_EQ(reinsured[y].benchmark, whole[y].benchmark) << y;
  }
}

double paid_by(const Results& results, const std::string& arm, const std::string& contract, std::size_t year) {
  const Table payments(results, "payments");
  double sum = 0.0;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    if (payments.labels(1)[e].starts_with(contract + "/")) {
      sum += static_cast<double>(payments.at(static_cast<std::size_t>(results.arm_index(arm)), 0, {year, e})) / 1e6;
    }
  }
  return sum;
}

TEST(EntryAndExit, TheNextContractByPrecedencePaysOutsideTheYears) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  ContractSpec late = support::contract_of(scenario, "hospital_ceiling");
  late.terms.name = "hospital_fees";
  late.terms.precedence = 2;
  std::erase_if(late.terms.terms, [](const Term& term) { return std::holds_alternative<Ceiling>(term); });
  late.from = 2024;
  late.until = 2024;
  scenario.contracts.push_back(late);
  support::arm_of(scenario, "usual").contracts.emplace_back("hospital_fees");
  scenario.time.years = 3;
  const Results results = simulate(compile(scenario), {.replications = 1});
  for (const std::size_t year : {0U, 2U}) {
    EXPECT_EQ(paid_by(results, "usual", "hospital_fees", year), 0.0) << year;
    EXPECT_GT(paid_by(results, "usual", "hospital_ceiling", year), 0.0) << year;
  }
  EXPECT_GT(paid_by(results, "usual", "hospital_fees", 1), 0.0);
  EXPECT_EQ(paid_by(results, "usual", "hospital_ceiling", 1), 0.0);
}

TEST(EntryAndExit, SettlesInItsYearsOnly) {
  Scenario scenario = one_of_each({}, -0.08, 3);
  support::contract_of(scenario, "gp_shared_savings").from = 2024;
  support::contract_of(scenario, "gp_shared_savings").until = 2024;
  const std::vector<SettledYear> years = settled(scenario);
  EXPECT_EQ(years[0].benchmark, 0.0);
  EXPECT_EQ(years[2].benchmark, 0.0);
  EXPECT_GT(years[1].paid, 0.0);
}

TEST(EntryAndExit, AYearWithoutContractIsAFault) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  support::contract_of(scenario, "medicines").until = 2023;
  try {
    (void)compile(scenario);
    FAIL() << "nobody pays for medicines in 2024";
  } catch (const ScenarioError& error) {
    EXPECT_NE(std::string(error.what()).find("nothing for chemist.pharmacy for insured of insurer_a in 2024"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace waterbed
