// One contract of several providers: whose people, what is paid at the visit, who shares; and bundles whose holder pays
// others for what is inside.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/contracts/split.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

const std::vector<std::string> k_everybody{"gp_group_1", "gp_group_2", "hospital_in"};

ContractSpec& add_coalition(Scenario& scenario, const std::vector<std::string>& members,
                            const std::vector<std::int64_t>& weights) {
  ContractSpec& contract = support::add_sharing(scenario, "together", {members.front()}, {});
  contract.coalition = members;
  for (std::size_t m = 0; m < members.size(); ++m) {
    support::term_of<Split>(contract).parts.push_back({members[m], Rate{weights[m] * Rate::k_one}});
  }
  support::term_of<Layers>(contract).down = {Layer{}};
  support::term_of<Layers>(contract).down.front().share.constant = Rate::from_double(0.5);
  return contract;
}

/// Adds a capitation that pays for GP and hospital care, above the members' other contracts.
void pay_by_capitation(ContractSpec& contract, Money young, Money old) {
  contract.terms.precedence = 9;
  support::term_of<Scope>(contract).price = PriceBasis::paid;
  support::term_of<Capitation>(contract) = {
      .period = Period::quarter,
      .classes = {{"young", "{age: [0, 64]}", young}, {"old", "{age: [65, 120]}", old}},
      .services = {"gp_consult", "hospital"}};
}

Results run(const Scenario& scenario) { return simulate(compile(scenario), {.arms = {"tested"}, .replications = 1}); }

/// Sum of the entries whose label holds all of these parts.
std::int64_t paid(const Results& results, std::size_t year, const std::vector<std::string>& parts) {
  const Table payments(results, "payments");
  std::int64_t sum = 0;
  for (std::size_t e = 0; e < payments.length(1); ++e) {
    const std::string& label = payments.labels(1)[e];
    const bool wanted = std::all_of(parts.begin(), parts.end(),
                                    [&](const auto& part) { return label.find(part) != std::string::npos; });
    sum += wanted ? payments.at(0, 0, {year, e}) : 0;
  }
  return sum;
}

std::int64_t item(const Results& results, const char* table_name, std::size_t year, const std::string& contract,
                  const char* name) {
  const Table table(results, table_name);
  return table.at(0, 0, {year, table.label(1, contract), table.label(2, name)});
}

TEST(Coalition, HasThePeopleOfItsPractices) {
  Scenario scenario = support::small_clinics();
  add_coalition(scenario, {"gp_group_1", "hospital_in"}, {1, 1});
  support::add_sharing(scenario, "other", {"gp_group_2"}, {});
  const Results results = run(scenario);
  const Table people(results, "attribution");
  const Table population(results, "population");
  for (std::size_t year = 0; year < people.length(0); ++year) {
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < people.length(1); ++c) {
      sum += people.at(0, 0, {year, c, people.label(2, "person_cycles")});
    }
    EXPECT_EQ(sum, population.at(0, 0, {year}));
  }
}

TEST(Coalition, DividesTheSettlementToTheCent) {
  Scenario scenario = support::small_clinics();
  const ContractSpec& contract = add_coalition(scenario, k_everybody, {1, 1, 5});
  const Split split = *find_term<Split>(contract.terms);
  const Results results = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    for (const std::string payer : {"insurer_a", "insurer_b"}) {
      const Money whole{item(results, "settlement", year, "together/" + payer + "/gp_group_1", "paid")};
      EXPECT_NE(whole.micro, 0);
      std::int64_t sum = 0;
      for (const PartyAmount& part : divide(split, whole)) {
        const std::int64_t booked = paid(results, year, {"together/", ",settlement," + payer + "," + part.party + ","});
        EXPECT_EQ(booked, part.amount.micro) << part.party;
        sum += booked;
      }
      EXPECT_EQ(sum, whole.micro);
    }
  }
}

/// 1 % of the benchmark times the score.
void add_quality(ContractSpec& contract) {
  Quality& quality = support::term_of<Quality>(contract);
  quality.target = QualityTarget::amount;
  quality.met = QualityFactor::of_score();
  quality.amount = QualityAmount{.of_reference = Rate::from_double(0.01)};
  contract.quality_score = Rate::from_double(0.5);
}

TEST(Coalition, DividesWhatQualityAddsWithTheSettlement) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = add_coalition(scenario, k_everybody, {1, 1, 5});
  add_quality(contract);
  const Split split = *find_term<Split>(contract.terms);
  const Results results = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    const std::string name = "together/insurer_a/gp_group_1";
    const Money quality = round_to_cents(Money{item(results, "settlement", year, name, "benchmark") / 200});
    const Money whole{item(results, "settlement", year, name, "paid") + quality.micro};
    for (const PartyAmount& part : divide(split, whole)) {
      EXPECT_EQ(paid(results, year, {"together/", ",settlement,insurer_a," + part.party + ","}), part.amount.micro);
    }
  }
}

TEST(Quality, IsPaidToTheHolderBesideTheSettlement) {
  Scenario scenario = support::small_clinics();
  add_quality(support::add_sharing(scenario, "sharing", {"gp_group_1"}, {}));
  const Results results = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    const std::int64_t benchmark = item(results, "settlement", year, "sharing/insurer_a/gp_group_1", "benchmark");
    EXPECT_EQ(paid(results, year, {"sharing/", ",quality,insurer_a,gp_group_1,"}),
              round_to_cents(Money{benchmark / 200}).micro);
  }
}

TEST(Split, OfOneHolderPaysThePayerNothingForItsPart) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = support::add_sharing(scenario, "sharing", {"gp_group_1"}, {});
  contract.payers = {"insurer_a"};
  Split& split = support::term_of<Split>(contract);
  split.waterfall = {{"insurer_a", Money::from_cents(100'000)}, {"gp_group_1", std::nullopt}};
  const Results results = run(scenario);
  const Money whole{item(results, "settlement", 1, "sharing/insurer_a/gp_group_1", "paid")};
  EXPECT_GT(whole.micro, 0);
  EXPECT_EQ(paid(results, 1, {"sharing/", ",settlement,"}),
            std::max(Money{}, whole - Money::from_cents(100'000)).micro);
}

TEST(Coalition, IsPaidPerPersonAndNotPerVisitOfItsOwn) {
  Scenario scenario = support::small_clinics();
  pay_by_capitation(add_coalition(scenario, k_everybody, {1, 1, 2}), Money::from_cents(10'000),
                    Money::from_cents(50'000));
  const Results results = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    // All people are of its practices, so its members see nobody else.
    for (const std::string& member : k_everybody) {
      EXPECT_EQ(paid(results, year, {",fee,", "," + member + ","}), 0) << member;
      EXPECT_EQ(paid(results, year, {",bundle,", "," + member + ","}), 0) << member;
    }
    EXPECT_GT(paid(results, year, {",bundle,", ",hospital_out,"}), 0);
    const std::int64_t whole = paid(results, year, {"together/", ",capitation,"});
    EXPECT_GT(whole, 0);
    // Half to the hospital and a quarter to each group, of each payer's payment apart: within a cent.
    EXPECT_NEAR(static_cast<double>(paid(results, year, {"together/", ",capitation,", ",hospital_in,"})),
                static_cast<double>(whole) / 2.0, 2.0 * Money::k_micro_per_cent);
    EXPECT_NEAR(static_cast<double>(paid(results, year, {"together/", ",capitation,", ",gp_group_2,"})),
                static_cast<double>(whole) / 4.0, 2.0 * Money::k_micro_per_cent);
  }
}

TEST(Coalition, AnswersForWhatOthersWerePaidForItsPeople) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = add_coalition(scenario, k_everybody, {1, 1, 2});
  pay_by_capitation(contract, Money::from_cents(10'000), Money::from_cents(50'000));
  std::erase_if(contract.terms.terms, [](const Term& term) { return std::holds_alternative<Truncate>(term); });
  const Results results = run(scenario);
  for (std::size_t year = 0; year < 2; ++year) {
    for (const std::string payer : {"insurer_a", "insurer_b"}) {
      EXPECT_EQ(item(results, "settlement", year, "together/" + payer + "/gp_group_1", "counted"),
                paid(results, year, {",bundle," + payer + ",hospital_out,"}) +
                    paid(results, year, {",fee," + payer + ",chemist,"}));
    }
  }
}

TEST(Coalition, OfOneWithAllTheWeightActsAsThatOneAlone) {
  Scenario scenario = support::shipped("two_clinics");
  support::add_sharing(scenario, "alone", {"gp_group_1"}, {});
  const Results alone = run(scenario);
  Scenario joint = support::shipped("two_clinics");
  add_coalition(joint, {"gp_group_1", "chemist"}, {1, 0});
  support::term_of<Layers>(support::contract_of(joint, "together")).down.clear();
  const Results together = run(joint);
  for (const char* name : {"visits", "waiting", "moves", "provider_result"}) {
    EXPECT_TRUE(std::ranges::equal(Table(alone, name).cells(0, 0), Table(together, name).cells(0, 0))) << name;
  }
}

TEST(Coalition, MakesEachMemberFeelItsShare) {
  // A hospital with a share in what its people cost does less for them than one without.
  const auto visits = [](std::int64_t weight) {
    Scenario scenario = support::shipped("two_clinics");
    scenario.behaviour.theta_care_borne = 2.0;
    add_coalition(scenario, k_everybody, {0, 0, weight});
    support::term_of<Split>(support::contract_of(scenario, "together")).parts[0].weight =
        Rate{(9 - weight) * Rate::k_one};
    const Results results = run(scenario);
    const Table table(results, "visits");
    return table.at(0, 0, {1, table.label(1, "hospital_in.dermatology_clinic")});
  };
  EXPECT_NE(visits(9), visits(0));
}

TEST(Coalition, IsTheSameForAnyThreadsAndBlocks) {
  Scenario scenario = support::small_clinics();
  scenario.behaviour.incentives = true;
  pay_by_capitation(add_coalition(scenario, {"gp_group_1", "hospital_in"}, {1, 2}), Money::from_cents(10'000),
                    Money::from_cents(50'000));
  const Model model = compile(scenario);
  EXPECT_EQ(results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 1})),
            results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 3, .block_size = 500})));
}

TEST(RiskOfPeople, IsOneWhereEverybodyIsInOneClass) {
  const auto settled = [](Rate weight) {
    Scenario scenario = support::small_clinics();
    ContractSpec& contract = support::add_sharing(scenario, "sharing", {"gp_group_1"}, {});
    Risk risk;
    risk.classes = {{"all", "{age: [0, 120]}", weight}};
    support::term_of<Reference>(contract).steps.emplace_back(risk);
    return item(run(scenario), "settlement", 1, "sharing/insurer_a/gp_group_1", "benchmark");
  };
  Scenario plain = support::small_clinics();
  support::add_sharing(plain, "sharing", {"gp_group_1"}, {});
  const std::int64_t without = item(run(plain), "settlement", 1, "sharing/insurer_a/gp_group_1", "benchmark");
  EXPECT_EQ(settled(Rate{Rate::k_one}), without);
  EXPECT_EQ(settled(Rate{3 * Rate::k_one}), without);
}

TEST(RiskOfPeople, RaisesTheBenchmarkAsTheyAge) {
  // Nobody comes, so that the people of the base years are all older now.
  Scenario scenario = support::small_clinics();
  support::close_borders(scenario);
  ContractSpec& contract = support::add_sharing(scenario, "sharing", {"gp_group_1"}, {});
  const std::int64_t without = item(run(scenario), "settlement", 1, "sharing/insurer_a/gp_group_1", "benchmark");
  Risk risk;
  risk.classes = {{"old", "{age: [65, 120]}", Rate{4 * Rate::k_one}}, {"young", "{age: [0, 64]}", Rate{Rate::k_one}}};
  support::term_of<Reference>(contract).steps.emplace_back(risk);
  EXPECT_GT(item(run(scenario), "settlement", 1, "sharing/insurer_a/gp_group_1", "benchmark"), without);
}

/// GP groups that have one price per patient with diabetes and quarter, skin care in hospital included.
Scenario with_wide_bundle() {
  Scenario scenario = support::small_clinics();
  ContractSpec open = support::contract_of(scenario, "hospital_outside");
  open.terms.name = "hospital_open";
  open.holders = {"hospital_in"};
  scenario.contracts.push_back(open);
  ContractSpec bundle;
  bundle.terms.name = "wide";
  bundle.terms.precedence = 5;
  Bundle& inside = support::term_of<Bundle>(bundle);
  inside.trigger = BundleTrigger::enrolled;
  inside.who = "{condition: diabetes}";
  inside.services = {"gp_consult", "dermatology_clinic"};
  inside.price = Money::from_cents(30'000);
  inside.pays_others = true;
  bundle.payers = {"insurer_a", "insurer_b"};
  bundle.holders = {"gp_group_1", "gp_group_2"};
  scenario.contracts.push_back(bundle);
  ArmSpec arm = support::arm_of(scenario, "usual");
  std::replace(arm.contracts.begin(), arm.contracts.end(), std::string("hospital_ceiling"),
               std::string("hospital_open"));
  arm.name = "open";
  scenario.arms.push_back(arm);
  arm.name = "wide";
  arm.contracts.emplace_back("wide");
  scenario.arms.push_back(arm);
  return scenario;
}

TEST(WideBundle, PaysOtherProvidersWhatThePayerWouldHavePaid) {
  const Results results = simulate(compile(with_wide_bundle()), {.arms = {"open", "wide"}, .replications = 1});
  const Table result(results, "provider_result");
  const Table payments(results, "payments");
  for (std::size_t year = 0; year < 2; ++year) {
    for (const char* hospital : {"hospital_in", "hospital_out"}) {
      const std::size_t p = result.label(1, hospital);
      EXPECT_EQ(result.at(1, 0, {year, p, 0}), result.at(0, 0, {year, p, 0})) << hospital;
    }
    std::int64_t passed_on = 0;
    for (std::size_t e = 0; e < payments.length(1); ++e) {
      const std::string& label = payments.labels(1)[e];
      if (label.find(",cost,gp_group_") != std::string::npos) {
        passed_on += payments.at(1, 0, {year, e});
        EXPECT_EQ(payments.at(0, 0, {year, e}), 0);
        EXPECT_NE(label.find(",hospital_"), std::string::npos) << label;
      }
    }
    EXPECT_GT(passed_on, 0);
  }
}

TEST(WideBundle, MakesTheHolderThinkOfWhatItPays) {
  Scenario scenario = with_wide_bundle();
  scenario.behaviour.incentives = true;
  scenario.behaviour.theta_treat_or_refer = 2.0;
  const Results results = simulate(compile(scenario), {.arms = {"open", "wide"}, .replications = 1});
  const Table visits(results, "visits");
  const std::size_t clinic = visits.label(1, "hospital_in.dermatology_clinic");
  EXPECT_LT(visits.at(1, 0, {1, clinic}), visits.at(0, 0, {1, clinic}));
}

}  // namespace
}  // namespace waterbed
