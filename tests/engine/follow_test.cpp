// Insurers that follow another one's contract: the same terms, for their own people, less a discount.
#include "engine/follow.hpp"

#include "support/region.hpp"
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace waterbed {
namespace {

using support::Table;

constexpr Rate k_all{Rate::k_one};

TEST(Follow, PaysTheLeadersAmountPerOwnPersonLessTheDiscount) {
  // docs/model/insurers.md: 286,000.00 for 10,000 people; the follower insures 2,500 and takes off a fifth.
  const Rate four_fifths = Rate::from_double(0.8);
  EXPECT_EQ(engine::follow_payment(Money::from_euro(286000), four_fifths, 30'000, 120'000), Money::from_euro(57200));
  EXPECT_EQ(engine::follow_payment(Money::from_euro(-286000), four_fifths, 30'000, 120'000), Money::from_euro(-57200));
  EXPECT_EQ(engine::follow_payment(Money::from_euro(286000), k_all, 120'000, 120'000), Money::from_euro(286000));
  EXPECT_EQ(engine::follow_payment(Money::from_euro(286000), Rate{}, 30'000, 120'000), Money{});
  EXPECT_EQ(engine::follow_payment(Money::from_euro(100.01), k_all, 1, 3), Money::from_euro(33.34));
  EXPECT_EQ(engine::follow_payment(Money::from_euro(100), k_all, 1, 0), Money{});  // no people, no amount a person
}

/// small_clinics without responses to money, in which insurer_a shares savings and losses with gp_group_1.
struct Region {
  Region() : contract(support::add_sharing(scenario, "together", {"gp_group_1"}, {})) {
    support::no_incentives(scenario);
    support::term_of<Layers>(contract).down = {Layer{}};
    support::term_of<Layers>(contract).down.front().share.constant = Rate::from_double(0.5);
  }
  void follow(const std::vector<std::string>& terms, double discount) {
    contract.payers = {"insurer_a"};
    contract.follows = {{.payer = "insurer_b", .terms = terms, .discount = Rate::from_double(discount)}};
  }
  [[nodiscard]] Results run() const { return simulate(compile(scenario), {.arms = {"tested"}, .replications = 1}); }

  Scenario scenario = support::small_clinics();
  ContractSpec& contract;
};

std::int64_t paid(const Results& results, const char* table, std::size_t year, const std::string& entry) {
  const Table payments(results, table);
  return payments.at(0, 0, {year, payments.label(1, entry)});
}

std::int64_t cycles(const Results& results, std::size_t year, const std::string& contract) {
  const Table people(results, "attribution");
  return people.at(0, 0, {year, people.label(1, contract), people.label(2, "person_cycles")});
}

TEST(Follow, SettlesForItsOwnPeopleInASimulation) {
  Region both;
  const Results apart = both.run();
  Region region;
  region.follow({"settlement"}, 0.25);
  const Results results = region.run();
  for (std::size_t year = 0; year < 2; ++year) {
    const std::int64_t leading =
        paid(results, "payments", year, "together/insurer_a/gp_group_1,settlement,insurer_a,gp_group_1,gp");
    EXPECT_NE(leading, 0);
    EXPECT_EQ(leading,
              paid(apart, "payments", year, "together/insurer_a/gp_group_1,settlement,insurer_a,gp_group_1,gp"));
    const auto own = static_cast<double>(cycles(apart, year, "together/insurer_b/gp_group_1"));
    const auto of_leading = static_cast<double>(cycles(apart, year, "together/insurer_a/gp_group_1"));
    // One rounding to micro-euro and one to the cent.
    EXPECT_NEAR(static_cast<double>(paid(results, "payments", year,
                                         "together/insurer_b/gp_group_1,settlement,insurer_b,gp_group_1,gp")),
                0.75 * static_cast<double>(leading) * own / of_leading, 5001.0);
  }
}

TEST(Follow, PaysOnTheLeadersDates) {
  Region region;
  region.follow({"settlement"}, 0.25);
  support::term_of<Adjust>(region.contract).pay_month = 22;
  support::term_of<Adjust>(region.contract).owe_month = 24;
  const Results results = region.run();
  const std::string entry = "together/insurer_b/gp_group_1,settlement,insurer_b,gp_group_1,gp";
  EXPECT_EQ(paid(results, "payments_dated", 0, entry), 0);
  EXPECT_EQ(paid(results, "payments_dated", 1, entry), paid(results, "payments", 0, entry));
  EXPECT_EQ(paid(results, "payments_dated", 2, entry), paid(results, "payments", 1, entry));
}

TEST(Follow, SharesOutAsTheLeaderDoes) {
  Region region;
  region.follow({"settlement"}, 0.25);
  support::term_of<Split>(region.contract).parts = {{"gp_group_1", k_all}, {"hospital_in", Rate{3 * Rate::k_one}}};
  const Results results = region.run();
  const std::int64_t group =
      paid(results, "payments", 0, "together/insurer_b/gp_group_1,settlement,insurer_b,gp_group_1,gp");
  const std::int64_t hospital =
      paid(results, "payments", 0, "together/insurer_b/gp_group_1,settlement,insurer_b,hospital_in,hospital");
  EXPECT_NE(group, 0);
  EXPECT_LE(std::abs(hospital - 3 * group), 3 * Money::k_micro_per_cent);  // whole cents
}

TEST(Follow, PaysTheLeadersPricesLessTheDiscount) {
  Region apart;
  const Results plain = apart.run();
  Region region;
  ContractSpec& fees = support::contract_of(region.scenario, "gp_capitation");
  fees.payers = {"insurer_a"};
  fees.follows = {{.payer = "insurer_b", .terms = {"fee", "capitation"}, .discount = Rate::from_double(0.1)}};
  const Results results = region.run();
  for (const char* term : {"fee", "capitation"}) {
    const std::string entry = std::string("gp_capitation/insurer_b/gp_group_1,") + term + ",insurer_b,gp_group_1,gp";
    // Prices in whole cents are exact in micro-euro less a tenth: only the two sums are rounded, to the cent.
    EXPECT_NEAR(static_cast<double>(paid(results, "payments", 0, entry)),
                0.9 * static_cast<double>(paid(plain, "payments", 0, entry)), 9500.0)
        << term;
    const std::string leading = std::string("gp_capitation/insurer_a/gp_group_1,") + term + ",insurer_a,gp_group_1,gp";
    EXPECT_EQ(paid(results, "payments", 0, leading), paid(plain, "payments", 0, leading)) << term;
  }
}

TEST(Follow, PaysALumpSumPerOwnPerson) {
  Region apart;
  const Results plain = apart.run();
  Region region;
  ContractSpec lump;
  lump.terms.name = "lump";
  lump.terms.terms = {Lump{.amount = Money::from_euro(12000), .services = {}}};
  lump.payers = {"insurer_a"};
  lump.holders = {"gp_group_1"};
  lump.follows = {{.payer = "insurer_b", .terms = {"lump"}, .discount = Rate{}}};
  region.scenario.contracts.push_back(lump);
  support::arm_of(region.scenario, "tested").contracts.emplace_back("lump");
  const Results results = region.run();
  EXPECT_EQ(paid(results, "payments", 0, "lump/insurer_a/gp_group_1,lump,insurer_a,gp_group_1,gp"),
            Money::from_euro(12000).micro);
  const auto own = static_cast<double>(cycles(plain, 0, "together/insurer_b/gp_group_1"));
  const auto of_leading = static_cast<double>(cycles(plain, 0, "together/insurer_a/gp_group_1"));
  EXPECT_NEAR(
      static_cast<double>(paid(results, "payments", 0, "lump/insurer_b/gp_group_1,lump,insurer_b,gp_group_1,gp")),
      12000e6 * own / of_leading, 5001.0);
}

TEST(Follow, LumpSumsOfFollowersPayForCosts) {
  const auto costs = [](const Scenario& scenario) {
    const Model model = compile(scenario);
    const ProviderCost& cost = model.costs.front();
    return cost.fixed + cost.step_total + cost.variable_per_list * cost.base_list_value;
  };
  Region region;
  EXPECT_EQ(region.scenario.providers.front().name, "gp_group_1");
  const double margin = region.scenario.providers.front().cost.margin;
  const double before = costs(region.scenario);
  ContractSpec lump;
  lump.terms.name = "lump";
  lump.terms.terms = {Lump{.amount = Money::from_euro(12000), .services = {}}};
  lump.payers = {"insurer_a"};
  lump.holders = {"gp_group_1"};
  lump.follows = {{.payer = "insurer_b", .terms = {"lump"}, .discount = Rate::from_double(0.25)}};
  region.scenario.contracts.push_back(lump);
  support::arm_of(region.scenario, "usual").contracts.emplace_back("lump");
  // 12,000 of a market share of 0.6 and 0.75 x 12,000 x 0.4 / 0.6 = 6,000 of the follower.
  EXPECT_NEAR(costs(region.scenario) - before, (1.0 - margin) * 18'000.0, 1e-6);
}

TEST(Follow, HoldersFeelTheFollowersToo) {
  Region region;
  region.follow({"settlement"}, 0.25);
  const Model model = compile(region.scenario);
  const auto arm =
      std::find_if(model.arms.begin(), model.arms.end(), [](const ArmModel& one) { return one.name == "tested"; });
  const auto leading = std::find_if(arm->contracts.begin(), arm->contracts.end(), [](const ContractModel& contract) {
    return contract.contract.name == "together/insurer_a/gp_group_1";
  });
  // Shares of the market 0.6 and 0.4: a euro of the leader's settlement comes with 0.75 x 0.4 / 0.6 = 0.5 more.
  EXPECT_DOUBLE_EQ(leading->followed, 1.5);
}

}  // namespace
}  // namespace waterbed
