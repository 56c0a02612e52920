// Policies: bills without a contract, deductibles by choice, supplements.
#include "engine/policy.hpp"

#include "engine/insurer.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/random/categorical.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_euro = Money::k_micro_per_euro;

std::vector<std::uint64_t> words_of(const std::vector<double>& shares) {
  std::vector<std::uint64_t> words(shares.size());
  cumulative_thresholds(shares, words);
  return words;
}

/// Adults of one insurer who all spent as much on hospital care, in the middle of a run.
struct People {
  explicit People(std::size_t persons) {
    model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 2};
    model.payers = {"insurer_a", std::string(k_equalisation_fund), "council"};
    model.insurers = 1;
    model.spend.resize(2);
    model.people.birth_cycle.assign(persons, -360);
    model.people.payer.assign(persons, 0);
    model.insurance.present = true;
    model.insurance.policies = words_of({1.0});
    model.insurance.reimbursed = {Rate::from_double(0.75)};
    state.cycle = 11;
    state.presence.assign(persons, engine::Presence::here);
    state.spend.assign(2 * persons, 0);
    state.insured = engine::no_claims(model);
  }

  /// What the first person owes of 385 EUR compulsory, or by another share, and what it chose beyond.
  [[nodiscard]] std::int64_t owes() const {
    const DeductibleModel deductible{.payer = 0, .spend_accumulator = 0, .share = share, .slot = 0};
    return engine::own_payment(model, state, deductible, 0) / k_euro;
  }
  void choose(std::int64_t amount) {
    model.insurance.deductible_options = {{.amount = amount * k_euro, .rebate = 0}};
    model.insurance.chooses_deductible = {words_of({1.0}), words_of({1.0})};
  }

  Model model;
  engine::ArmState state;
  PatientShare share{.first = Money::from_cents(38'500), .exempt = {}};
};

TEST(Policy, PaysBackItsShareOfABill) {
  People people(1);
  EXPECT_EQ(engine::paid_back(people.model, people.state, 0, 1000 * k_euro), 750 * k_euro);
  people.model.insurance.reimbursed = {Rate{Rate::k_one}};  // restitution
  EXPECT_EQ(engine::paid_back(people.model, people.state, 0, 1000 * k_euro), 1000 * k_euro);
}

TEST(Policy, WhatIsPaidBackCountsForTheDeductible) {
  People people(1);
  people.state.spend[0] = 100 * k_euro;
  EXPECT_EQ(people.owes(), 100);
  engine::note_bill(people.state, 0, 200 * k_euro, true);  // 150 comes back
  EXPECT_EQ(people.owes(), 250);
  engine::note_bill(people.state, 0, 400 * k_euro, false);  // exempt care
  EXPECT_EQ(people.owes(), 250);
  engine::note_bill(people.state, 0, 400 * k_euro, true);
  EXPECT_EQ(people.owes(), 385);
}

TEST(Policy, AChosenDeductibleComesOnTopOfTheCompulsoryOne) {
  // docs/model/insurers.md: 700 of care.
  People people(1);
  people.state.spend[0] = 700 * k_euro;
  EXPECT_EQ(people.owes(), 385);
  people.choose(200);
  EXPECT_EQ(people.owes(), 585);
  people.choose(500);
  EXPECT_EQ(people.owes(), 700);
  people.state.spend[0] = 2000 * k_euro;
  EXPECT_EQ(people.owes(), 885);
}

TEST(Policy, AShareOfWhatComesAfterTheFirstEurosIsOwedUpToTheMost) {
  People people(1);
  people.share = {.first = Money::from_cents(10'000), .exempt = {}, .share = Rate::from_double(0.1)};
  const auto owed_of = [&](std::int64_t spent) {
    people.state.spend[0] = spent * k_euro;
    return people.owes();
  };
  EXPECT_EQ(owed_of(80), 80);
  EXPECT_EQ(owed_of(600), 150);  // 100 + 0.1 * 500
  EXPECT_EQ(owed_of(5000), 590);
  people.share.most = Money::from_cents(25'000);
  EXPECT_EQ(owed_of(600), 150);
  EXPECT_EQ(owed_of(5000), 250);
  people.choose(200);  // all of it comes on top: first 300, most 450
  EXPECT_EQ(owed_of(250), 250);
  EXPECT_EQ(owed_of(600), 330);
  EXPECT_EQ(owed_of(5000), 450);
}

TEST(Policy, SupplementPaysItsShareUpToItsAmount) {
  // docs/model/insurers.md: three quarters, up to 250.
  const SupplementModel supplement{.reimbursed = Rate::from_double(0.75), .up_to = 250 * k_euro};
  EXPECT_EQ(engine::supplement_pays(supplement, 200 * k_euro), 150 * k_euro);
  EXPECT_EQ(engine::supplement_pays(supplement, 400 * k_euro), 250 * k_euro);
}

TEST(Policy, ChoicesHaveTheirSharesAndGroupsTheirOwn) {
  constexpr std::size_t k_persons = 20'000;
  People people(k_persons);
  people.model.insurance.deductible_options = {{}, {.amount = 500 * k_euro, .rebate = 250 * k_euro}};
  people.model.insurance.chooses_deductible = {words_of({0.8, 0.2}), words_of({0.96, 0.04})};
  people.model.insurance.supplements = {{.takers = words_of({0.6, 0.4}).front()}};
  const auto share_of = [&](const auto& holds) {
    double count = 0.0;
    for (std::size_t person = 0; person < k_persons; ++person) {
      count += holds(person) ? 1.0 : 0.0;
    }
    return count / k_persons;
  };
  const auto chooses = [&](std::size_t person) {
    return engine::deductible_of(people.model, people.state, person).amount > 0;
  };
  const auto within = [](double p) { return 4.0 * std::sqrt(p * (1.0 - p) / k_persons); };  // four standard errors
  EXPECT_NEAR(share_of(chooses), 0.2, within(0.2));
  const auto takes = [&](std::size_t person) { return engine::has_supplement(people.model, people.state, person, 0); };
  EXPECT_NEAR(share_of(takes), 0.6, within(0.6));
  // Two draws: who takes one is no more likely to take the other.
  EXPECT_NEAR(share_of([&](std::size_t person) { return chooses(person) && takes(person); }), 0.12, within(0.12));
  people.state.insured.groups.assign(k_persons, 1);
  EXPECT_NEAR(share_of(chooses), 0.04, within(0.04));
}

/// two_clinics in which insurer_b has no contract with the hospital outside.
Scenario without_contract() {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual"});
  support::no_incentives(scenario);
  support::contract_of(scenario, "hospital_outside").payers = {"insurer_a"};
  InsuranceSpec insurance;
  insurance.premium = 1400.0;
  insurance.equalisation.age_sex = support::constant_rate(0.0, 0.0);
  insurance.without_contract = {{.payer = "insurer_b", .providers = {"hospital_out"}}};
  insurance.policies = {{.name = "in_kind", .share = 1.0, .reimbursed = Rate::from_double(0.75)}};
  scenario.insurance = insurance;
  return scenario;
}

std::int64_t paid(const Results& results, const std::string& entry) {
  const Table payments(results, "payments");
  return payments.at(0, 0, {0, payments.label(1, entry)});
}

std::int64_t item(const Results& results, const char* payer, const char* name) {
  const Table table(results, "insurer_result");
  return table.at(0, 0, {0, table.label(1, payer), table.label(2, name)});
}

TEST(Policy, PatientsGetTheBillAndAShareBack) {
  const Results results = simulate(compile(without_contract()), {.replications = 1});
  const Table list(results, "list_spending");
  std::int64_t bills = 0;
  for (std::size_t s = 0; s < list.length(1); ++s) {
    if (list.labels(1)[s].starts_with("hospital_out")) {
      bills += list.at(0, 0, {0, s, list.label(2, "insurer_b")});
    }
  }
  EXPECT_GT(bills, 0);
  const std::int64_t paid_by_patients = paid(results, "without_contract,fee,household,hospital_out,hospital");
  EXPECT_EQ(paid_by_patients, bills);  // list prices are whole cents
  // Three quarters of a cent are exact in micro-euro: only the sum is rounded.
  EXPECT_NEAR(static_cast<double>(paid(results, "without_contract,fee,insurer_b,household,hospital")),
              0.75 * static_cast<double>(bills), 5000.0);
  EXPECT_EQ(paid(results, "without_contract,fee,insurer_a,household,hospital"), 0);
}

/// Costs of a provider in the base year, EUR.
double costs_of(const Model& model, const std::string& name) {
  for (std::size_t p = 0; p < model.providers.size(); ++p) {
    if (model.providers[p].name == name) {
      const ProviderCost& cost = model.costs[p];
      return cost.fixed + cost.step_total + cost.variable_per_list * cost.base_list_value;
    }
  }
  return 0.0;
}

TEST(Policy, BillsPayTheCostsOfAProviderAsAContractDoes) {
  const Scenario bills = without_contract();
  Scenario contracts = bills;
  support::contract_of(contracts, "hospital_outside").payers = {"insurer_a", "insurer_b"};
  const double costs = costs_of(compile(contracts), "hospital_out");
  EXPECT_GT(costs, 0.0);
  // The contract pays list prices, and so does who gets the bill; sums differ in their order alone.
  EXPECT_NEAR(costs_of(compile(bills), "hospital_out"), costs, 1e-9 * costs);
}

TEST(Policy, BillsMoveDecisionsAsTheListPriceDoes) {
  Scenario bills = without_contract();
  bills.behaviour.incentives = true;
  Scenario contracts = bills;
  support::contract_of(contracts, "hospital_outside").payers = {"insurer_a", "insurer_b"};
  const std::vector<double> by_bill = compile(bills).frozen.own_value;
  const std::vector<double> by_contract = compile(contracts).frozen.own_value;
  ASSERT_EQ(by_bill.size(), by_contract.size());
  for (std::size_t i = 0; i < by_bill.size(); ++i) {
    // Slopes are whole in both; margins differ by the rounding of costs alone.
    EXPECT_NEAR(by_bill[i], by_contract[i], 1e-6) << i;
  }
}

TEST(Policy, ChoicesAndBillsAreTheSameOnAnyNumberOfThreads) {
  Scenario scenario = support::shipped("multi_year");
  support::trim(scenario, 0.05);
  const Model model = compile(scenario);
  const std::string one = results_digest(simulate(model, {.replications = 2, .threads = 1}));
  EXPECT_EQ(results_digest(simulate(model, {.replications = 2, .threads = 3, .block_size = 500})), one);
}

TEST(Policy, WithoutAContractAnArmIsRefusedUnlessThereIsAPolicy) {
  Scenario scenario = without_contract();
  scenario.insurance->without_contract.clear();
  scenario.insurance->policies.clear();
  EXPECT_THROW(compile(scenario), std::exception);
}

TEST(Policy, RebatesComeOffThePremium) {
  Scenario scenario = without_contract();
  for (Term& term : support::contract_of(scenario, "medicines").terms.terms) {
    if (Fee* fee = std::get_if<Fee>(&term)) {
      fee->patient_share = PatientShare{.first = Money::from_euro(50), .exempt = {}};
    }
  }
  const Results plain = simulate(compile(scenario), {.replications = 1});
  scenario.insurance->deductible_choices = {{.amount = 500.0, .rebate = 280.0, .share = 1.0, .share_in_group = 1.0}};
  const Results all_choose = simulate(compile(scenario), {.replications = 1});
  // Everybody's 280 off 1,400 is a fifth; three sums are rounded to half a cent, one of them times 0.8.
  EXPECT_NEAR(static_cast<double>(item(all_choose, "insurer_a", "premium")),
              0.8 * static_cast<double>(item(plain, "insurer_a", "premium")), 14'000.0);
  EXPECT_GT(item(all_choose, "insurer_a", "deductible"), item(plain, "insurer_a", "deductible"));
}

TEST(Policy, SupplementsPayWhoFundsTheServices) {
  Scenario scenario = without_contract();
  scenario.payers.push_back({.name = "patients", .insurer = false});
  for (KindSpec& kind : scenario.kinds) {
    kind.funder = kind.name == "pharmacy" ? "patients" : kind.funder;
  }
  support::contract_of(scenario, "medicines").payers = {"patients"};
  scenario.insurance->supplements = {{.name = "medicines",
                                      .services = {"pharmacy"},
                                      .reimbursed = Rate::from_double(0.5),
                                      .up_to = 1e6,
                                      .share = 1.0,
                                      .premium = 70.0}};
  const Results results = simulate(compile(scenario), {.replications = 1});
  const std::int64_t cost = paid(results, "medicines/patients/chemist,fee,patients,chemist,pharmacy");
  EXPECT_GT(cost, 0);
  // Everybody is covered for half, far below the limit; two insurers' sums are rounded to half a cent.
  EXPECT_NEAR(static_cast<double>(item(results, "insurer_a", "supplementary_cash") +
                                  item(results, "insurer_b", "supplementary_cash")),
              0.5 * static_cast<double>(cost), 10'000.0);
  // 70 to the 1,400 of the policy itself; both are rounded to half a cent.
  EXPECT_NEAR(static_cast<double>(item(results, "insurer_a", "supplementary_premium")),
              0.05 * static_cast<double>(item(results, "insurer_a", "premium")), 5250.0);
}

}  // namespace
}  // namespace waterbed
