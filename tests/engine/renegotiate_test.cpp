// Next year's ceilings and prices follow the margin of the last one.
#include "engine/renegotiate.hpp"

#include "support/differ.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using support::Table;

Money ceiling_amount_of(const ArmModel& arm, std::size_t contract) {
  return *find_term<Ceiling>(arm.contracts[contract].contract)->amount;
}

TEST(Renegotiate, MovesByAShareOfTheMarginGapEitherWay) {
  // By hand. A provider expects to keep 2 % of its revenue. In the first year it loses 10,000 of 1,000,000, 1 %: the
  // gap is 3 % and half of it, 1.5 %, comes on top of what is agreed. In the second it keeps 50,750 of 1,015,000, 5 %:
  // 3 % too much, of which half is taken off.
  Model model;
  model.providers.resize(1);
  model.costs = {{.margin = 0.02}};
  model.network.rows.resize(1);
  ArmModel arm;
  arm.contracts.resize(3);
  for (ContractModel& contract : arm.contracts) {
    contract.holder = 0;
    contract.contract.agreement.renegotiate = Rate::from_double(0.5);
    contract.expected_turnover = {1'000'000.0, 1'000'000.0};
  }
  arm.contracts[0].contract.terms = {Fee{}, Ceiling{.amount = Money::from_euro(1'000'000)}};
  arm.contracts[1].contract.terms = {Fee{}};
  arm.contracts[2].contract.terms = {Fee{}};
  arm.contracts[2].contract.agreement.renegotiate = Rate{};
  for (std::int32_t c = 0; c < 3; ++c) {
    arm.pay.emplace_back().rows = {{.contract = c, .slot = 0, .price = Money::from_euro(100).micro}};
  }
  const auto price = [&](std::size_t c) { return arm.pay[c].rows.front().price; };
  const std::int64_t million = Money::from_euro(1'000'000).micro;

  engine::renegotiate(model, {{.revenue = million, .result = -million / 100}}, arm);
  EXPECT_EQ(ceiling_amount_of(arm, 0), Money::from_euro(1'015'000));
  EXPECT_EQ(price(0), Money::from_euro(100).micro);  // the ceiling moves, not the prices under it
  EXPECT_EQ(price(1), Money::from_cents(10'150).micro);
  EXPECT_EQ(price(2), Money::from_euro(100).micro);
  EXPECT_DOUBLE_EQ(arm.contracts[1].expected_turnover[1], 1'015'000.0);

  engine::renegotiate(model, {{.revenue = 1'015 * million / 1000, .result = 50'750'000'000}}, arm);
  EXPECT_EQ(ceiling_amount_of(arm, 0), Money::from_euro(999'775));  // 1,015,000 x 0.985
  EXPECT_EQ(price(1), 99'977'500);
  EXPECT_EQ(price(2), Money::from_euro(100).micro);
}

TEST(Renegotiate, AProviderWithoutRevenueHasNoGap) {
  EXPECT_EQ(engine::margin_gap({.margin = 0.02}, {.revenue = 0, .result = -5}), 0.0);
}

/// Two clinics with a hospital ceiling so low that it binds in every year.
Scenario bound(double share) {
  Scenario scenario = support::shipped("two_clinics");
  support::keep_arms(scenario, {"usual", "squeezed_ceiling"});
  ContractSpec& contract = support::contract_of(scenario, "hospital_ceiling_squeezed");
  support::ceiling_of(contract).of_expected_turnover = Rate::from_double(0.8);
  contract.terms.agreement.renegotiate = Rate::from_double(share);
  scenario.time.years = 3;
  return scenario;
}

TEST(Renegotiate, CeilingOfAYearFollowsTheResultOfTheYearBefore) {
  const Model model = compile(bound(0.5));
  const Results results = simulate(model, {.replications = 1});
  const auto arm = static_cast<std::size_t>(results.arm_index("squeezed_ceiling"));
  const Table payments(results, "payments");
  const Table provider(results, "provider_result");
  const std::size_t hospital = provider.label(1, "hospital_in");
  const double margin = model.costs[hospital].margin;
  std::int64_t rate = 800'000'000;  // of expected turnover
  for (std::size_t year = 0; year < payments.length(0); ++year) {
    for (const ContractModel& contract : model.arms[arm].contracts) {
      if (find_term<Ceiling>(contract.contract) == nullptr) {
        continue;
      }
      std::int64_t paid = 0;
      for (std::size_t e = 0; e < payments.length(1); ++e) {
        paid += payments.labels(1)[e].starts_with(contract.contract.name + ",") ? payments.at(arm, 0, {year, e}) : 0;
      }
      const double agreed = static_cast<double>(rate) / 1e9 * contract.expected_turnover[year];
      EXPECT_NEAR(static_cast<double>(paid) / 1e6, agreed, 0.02) << contract.contract.name << " in year " << year;
    }
    const auto revenue = static_cast<double>(provider.at(arm, 0, {year, hospital, 0}));
    const auto result = static_cast<double>(provider.at(arm, 0, {year, hospital, 4}));
    EXPECT_LT(result / revenue, margin);  // it loses by the squeeze, so that ceilings rise
    rate = std::llround(static_cast<double>(rate) * (1.0 + 0.5 * (margin - result / revenue)));
  }
  EXPECT_GT(rate, 800'000'000);
}

TEST(Renegotiate, LeavesTheFirstYearAndOtherArmsAlone) {
  const Results kept = simulate(compile(bound(0.0)), {.replications = 1});
  const Results moved = simulate(compile(bound(0.5)), {.replications = 1});
  EXPECT_EQ(support::tables_that_differ(kept, 0, moved, 0), std::set<std::string>{});
  const Table before(kept, "provider_result");
  const Table after(moved, "provider_result");
  for (std::size_t p = 0; p < before.length(1); ++p) {
    for (std::size_t item = 0; item < before.length(2); ++item) {
      EXPECT_EQ(after.at(1, 0, {0, p, item}), before.at(1, 0, {0, p, item}));
    }
  }
  const std::size_t hospital = before.label(1, "hospital_in");
  EXPECT_GT(after.at(1, 0, {1, hospital, 0}), before.at(1, 0, {1, hospital, 0}));
}

TEST(Renegotiate, MovesNoMoneyThatNobodyPays) {
  const Results results = simulate(compile(bound(1.0)), {.replications = 1});
  const Table cash(results, "cash_spending");
  const Table provider(results, "provider_result");
  for (std::size_t year = 0; year < cash.length(0); ++year) {
    std::int64_t revenue = 0;
    for (std::size_t p = 0; p < provider.length(1); ++p) {
      revenue += provider.at(1, 0, {year, p, 0});
    }
    EXPECT_EQ(cash.at(1, 0, {year}), revenue) << year;
  }
}

}  // namespace
}  // namespace waterbed
