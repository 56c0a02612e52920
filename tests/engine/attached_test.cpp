// Tests and drugs that visits emit, as an answer to what one more of them pays or costs.
#include "engine/attached.hpp"

#include "support/differ.hpp"
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace waterbed {
namespace {

using support::Table;

constexpr double k_per_visit = 0.3;

/// A hospital that makes tests at three of ten visits; arms that pay for none of them by a lump sum, or twice their
/// price.
Scenario tested(double theta) {
  Scenario scenario = support::clinic_region(0.0);
  scenario.providers[0].physical_capacity.clear();
  scenario.kinds[0].capacity_unit = CapacityUnit::unlimited;
  scenario.population.cells[0].persons = 20'000;
  KindSpec laboratory = scenario.kinds[0];
  laboratory.name = "laboratory";
  laboratory.list_price = 40.0;
  scenario.kinds.push_back(laboratory);
  scenario.providers[0].kinds.emplace_back("laboratory");
  scenario.needs = {support::one_visit("complaint", 1.0)};
  scenario.needs[0].attached = {{.at_kind = "clinic", .kind = "laboratory", .per_visit = k_per_visit}};
  scenario.behaviour.incentives = true;
  scenario.behaviour.half_life_months = 0.01;  // all of the gap at the first refresh
  scenario.behaviour.theta_elective_specialist = 0.0;
  scenario.behaviour.theta_attached = theta;
  support::pay_all_at_list(scenario);
  ContractSpec lump = scenario.contracts[0];
  lump.terms.name = "lump";
  lump.terms.terms = {Lump{.amount = Money::from_euro(2e6), .services = {"all"}}};
  ContractSpec twice = scenario.contracts[0];
  twice.terms.name = "twice";
  std::get<Fee>(twice.terms.terms[0]).prices = {{.service = "clinic"},
                                                {.service = "laboratory", .price = Money::from_euro(80.0)}};
  for (const ContractSpec& contract : {lump, twice}) {
    scenario.contracts.push_back(contract);
    ArmSpec arm = support::arm_of(scenario, "usual");
    arm.name = contract.terms.name;
    arm.contracts = {contract.terms.name};
    scenario.arms.push_back(arm);
  }
  return scenario;
}

struct Tests {
  double visits = 0.0;
  double made = 0.0;
};

Tests of_arm(const Results& results, const std::string& arm) {
  const Table visits(results, "visits");
  const auto of = static_cast<std::size_t>(results.arm_index(arm));
  const auto count = [&](const char* name) {
    return static_cast<double>(visits.at(of, 0, {0, visits.label(1, name)}));
  };
  return {.visits = count("hospital.clinic"), .made = count("hospital.laboratory")};
}

TEST(Attached, ChangeByTheExponentialOfWhatOneMorePays) {
  const Results results = simulate(compile(tested(0.5)), {.replications = 1});
  const Tests usual = of_arm(results, "usual");
  EXPECT_NEAR(usual.made, k_per_visit * usual.visits, 4.0 * std::sqrt(0.21 * usual.visits));
  // 100 % of the price falls away: three in ten times exp(-0.5). The visits are the same.
  const Tests lump = of_arm(results, "lump");
  EXPECT_EQ(lump.visits, usual.visits);
  const double fewer = k_per_visit * std::exp(-0.5);
  EXPECT_NEAR(lump.made, fewer * usual.visits, 4.0 * std::sqrt(fewer * (1.0 - fewer) * usual.visits));
  // 100 % more: times exp(0.5), of which what is beyond practice has a chance of its own.
  const Tests twice = of_arm(results, "twice");
  const double more = k_per_visit * (std::exp(0.5) - 1.0);
  EXPECT_NEAR(twice.made - usual.made, more * usual.visits, 4.0 * std::sqrt(more * (1.0 - more) * usual.visits));
  // And they are paid for, each.
  const Table payments(results, "payments");
  const auto paid = static_cast<double>(payments.at(2, 0, {0}));
  EXPECT_EQ(paid, (100.0 * twice.visits + 80.0 * twice.made) * 1e6);
}

TEST(Attached, AnswerToNothingAtZero) {
  const Results results = simulate(compile(tested(0.0)), {.replications = 1});
  EXPECT_EQ(of_arm(results, "lump").made, of_arm(results, "usual").made);
  EXPECT_EQ(of_arm(results, "twice").made, of_arm(results, "usual").made);
}

TEST(Attached, AreHeldWhereIncentivesAre) {
  const Results parts = decompose(compile(tested(0.5)), "lump", {.replications = 1});
  const auto held = static_cast<std::size_t>(parts.arm_index("lump: none free"));
  EXPECT_FALSE(support::tables_that_differ(parts, 0, parts, held).contains("visits"));
}

TEST(Attached, CostWhoBearsWhatPeopleUse) {
  // GPs who bear 30 % of what insurer_a's people use, nine in ten of whom belong to their contract: so much of a drug's
  // price is a loss for them, although a pharmacy sells it; of all patients, the insurer has its market share.
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  scenario.behaviour.theta_attached = 0.5;
  const Model model = compile(scenario);
  bool some = false;
  for (const ArmModel& arm : model.arms) {
    const PayTable& pays = arm.pay_in(model.time.burn_in_years());
    std::vector<engine::ContractPosition> positions = engine::expected_positions(model, arm, 0.5);
    for (std::size_t c = 0; c < positions.size(); ++c) {
      const ContractModel& contract = arm.contracts[c];
      if (contract.settles && model.providers[static_cast<std::size_t>(contract.holder)].name == "gp_group_1") {
        positions[c].member_slopes = {-0.3};
        positions[c].group_share = {0.9, 0.0};
        double share = 0.0;
        for (const engine::Bearer& bearer : engine::bearers_of(model, arm, positions)) {
          share += bearer.contract == c ? model.market_share[bearer.insurer] : 0.0;
        }
        const std::vector<double> margins =
            engine::attached_margins(model, arm, pays, positions, engine::bearers_of(model, arm, positions));
        const SpendAccumulator& counter = model.spend[static_cast<std::size_t>(contract.spend_accumulator)];
        for (std::size_t r = 0; r < model.network.rows.size(); ++r) {
          const RowModel& row = model.network.rows[r];
          const int group =
              model.network
                  .group_of_route[static_cast<std::size_t>(model.network.chain_of_row[r] % model.network.routes)];
          for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
            const AttachedModel& attached = model.network.attached[static_cast<std::size_t>(a)];
            const bool own = row.decider == contract.holder && group == 0 &&
                             counter.counts_attached[static_cast<std::size_t>(a)] != 0;
            const bool sells =
                model.network.settings[static_cast<std::size_t>(attached.setting)].provider == row.decider;
            if (own && !sells) {
              EXPECT_NEAR(margins[static_cast<std::size_t>(a)],
                          -0.3 * 0.9 * share * static_cast<double>(attached.list_price) / 1e6, 1e-9);
              some = true;
            }
          }
        }
        positions[c].member_slopes.clear();
      }
    }
  }
  EXPECT_TRUE(some);
}

}  // namespace
}  // namespace waterbed
