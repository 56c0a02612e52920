// Luck and what is paid at expected spending, over replications of results made by hand.
#include "waterbed/analysis/settlement_causes.hpp"

#include "analysis/sample_results.hpp"
#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr std::int64_t k_euro = Money::k_micro_per_euro;

/// Half of savings, no share in losses; a contract that looks back and cuts, as the results were made with.
SettlingTerms half_of_savings() {
  SettlingTerms terms;
  terms.label = "deal";
  Layers layers;
  layers.up = {Layer{}};
  layers.up.front().share.constant = Rate{Rate::k_one / 2};
  Truncate truncate;
  truncate.amount = Money{100 * k_euro};
  terms.contract.terms = {Reference{{History{}}}, truncate, layers};
  return terms;
}

using Steps = std::map<std::string, std::array<std::int64_t, 3>>;  // item -> EUR in each of three replications

Results made(const Steps& steps) {
  const Dimension year{"year", {"2023"}};
  const Dimension contract{"contract", {"deal"}};
  const Dimension causes{"item", {"paid", "registered", "true_risk", "uncut", "full_quality", "benchmark", "counted"}};
  return sample::filled(
      {{"settlement_causes", "micro_eur", "", {year, contract, causes}},
       {"attribution", "persons", "", {year, contract, {"item", {"people"}}}}},
      3, [&](const sample::Cell& cell) -> std::int64_t {
        if (cell.table == "attribution") {
          return 10;
        }
        const auto found = steps.find(cell.labels[2]);
        return found == steps.end() ? 0 : found->second.at(static_cast<std::size_t>(cell.replication)) * k_euro;
      });
}

TEST(SettlementCauses, AContractThatSharesNoLossesPaysForChance) {
  // Nobody saves: 1,000 on average against a benchmark of 1,000. One replication in three is paid for its luck.
  const Steps steps{{"paid", {50, 0, 0}},          {"registered", {50, 0, 0}},   {"true_risk", {50, 0, 0}},
                    {"uncut", {50, 0, 0}},         {"full_quality", {50, 0, 0}}, {"benchmark", {1000, 1000, 1000}},
                    {"counted", {900, 1000, 1100}}};
  const std::vector<SettlingTerms> terms{half_of_savings()};
  const std::vector<ContractParts> found = settlement_parts(made(steps), "squeezed", terms);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].contract, "deal");
  EXPECT_EQ(found[0].year, "2023");
  const std::array<std::int64_t, 3> luck{50, 0, 0};
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(found[0].parts[r].luck, Money{luck.at(r) * k_euro});
    EXPECT_EQ(found[0].parts[r].remainder, Money{});
  }
}

TEST(SettlementCauses, EveryPartIsADifferenceOfStepsAndNothingIsLost) {
  // At the means B = 1,000 and S = 900 half of 100 is paid.
  const Steps steps{{"paid", {90, -3, 17}},      {"registered", {70, -3, 12}},   {"true_risk", {66, 5, 20}},
                    {"uncut", {60, 40, 20}},     {"full_quality", {75, 50, 25}}, {"benchmark", {1000, 990, 1010}},
                    {"counted", {850, 890, 960}}};
  const std::vector<SettlingTerms> terms{half_of_savings()};
  const std::vector<ContractParts> found = settlement_parts(made(steps), "usual", terms);
  const SettlementParts& first = found[0].parts[0];
  EXPECT_EQ(first.attribution, Money{20 * k_euro});
  EXPECT_EQ(first.coding, Money{4 * k_euro});
  EXPECT_EQ(first.truncation, Money{6 * k_euro});
  EXPECT_EQ(first.quality, Money{-15 * k_euro});
  EXPECT_EQ(first.luck, Money{25 * k_euro});
  EXPECT_EQ(first.remainder, Money{50 * k_euro});
  for (std::size_t r = 0; r < 3; ++r) {
    EXPECT_EQ(found[0].parts[r].sum(), Money{steps.at("paid").at(r) * k_euro});
    EXPECT_EQ(found[0].parts[r].remainder, first.remainder);
  }
}

TEST(SettlementCauses, WantsTheTermsOfEveryContract) {
  EXPECT_THROW((void)settlement_parts(made({}), "usual", {}), InvalidArgument);
  const std::vector<SettlingTerms> terms{half_of_savings()};
  EXPECT_THROW((void)settlement_parts(made({}), "nobody", terms), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
