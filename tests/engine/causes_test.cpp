// Settled with one cause after another taken away: where a cause is absent, nothing changes.
#include "support/sharing.hpp"
#include "support/table.hpp"
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

constexpr std::size_t k_years = 2;

/// Half of savings and losses of the first GP group, nobody cut, without a gate; "tested" is the arm.
ContractSpec& add_plain(Scenario& scenario, Attribution attribution) {
  ContractSpec& contract = support::add_sharing(scenario, "sharing", {"gp_group_1"}, std::move(attribution));
  std::erase_if(contract.terms.terms, [](const Term& term) {
    return std::holds_alternative<Truncate>(term) || std::holds_alternative<Gate>(term);
  });
  support::term_of<Reference>(contract) = {{History{.years = 2, .weights = {}}}};
  Layers& layers = support::term_of<Layers>(contract);
  layers.up = {Layer{}};
  layers.up.front().share.constant = Rate::from_double(0.5);
  layers.down = layers.up;
  return contract;
}

Results run(const Scenario& scenario) { return simulate(compile(scenario), {.arms = {"tested"}, .replications = 1}); }

/// One item of every contract and year.
std::vector<std::int64_t> items(const Results& results, const char* table_name, const char* name) {
  const Table table(results, table_name);
  std::vector<std::int64_t> found;
  for (std::size_t year = 0; year < k_years; ++year) {
    for (std::size_t c = 0; c < table.length(1); ++c) {
      if (table.labels(1)[c].starts_with("sharing")) {
        found.push_back(table.at(0, 0, {year, c, table.label(2, name)}));
      }
    }
  }
  return found;
}

std::vector<std::int64_t> causes(const Results& results, const char* name) {
  return items(results, "settlement_causes", name);
}

TEST(Causes, LeavesASettlementAloneThatHasNoneOfThem) {
  Scenario scenario = support::small_clinics();
  add_plain(scenario, {});
  const Results results = run(scenario);
  const std::vector<std::int64_t> paid = causes(results, "paid");
  EXPECT_TRUE(std::any_of(paid.begin(), paid.end(), [](std::int64_t amount) { return amount != 0; }));
  for (const char* const step : {"registered", "true_risk", "uncut", "full_quality"}) {
    EXPECT_EQ(causes(results, step), paid) << step;
  }
  EXPECT_EQ(items(results, "settlement", "paid"), paid);
  EXPECT_EQ(items(results, "settlement", "benchmark"), causes(results, "benchmark"));
  EXPECT_EQ(items(results, "settlement", "counted"), causes(results, "counted"));
}

TEST(Causes, SettlesOnAllWhoAreRegisteredInsteadOfThoseWhoSignedUp) {
  // Found when the year has ended, so that who came during the year is there too.
  const auto signing_up = [](double uptake) {
    Attribution attribution;
    attribution.rule = AttributionRule::enrolment;
    attribution.timing = AttributionTiming::retrospective;
    attribution.uptake = uptake;
    return attribution;
  };
  Scenario everybody = support::small_clinics();
  add_plain(everybody, signing_up(1.0));
  const Results all = run(everybody);
  EXPECT_EQ(causes(all, "registered"), causes(all, "paid"));

  Scenario half = support::small_clinics();
  add_plain(half, signing_up(0.5));
  const Results some = run(half);
  EXPECT_NE(causes(some, "registered"), causes(some, "paid"));
  // All registered, over the time of those who signed up: the same spending per person-year as when all sign up.
  const std::vector<std::int64_t> time_all = items(all, "attribution", "person_cycles");
  const std::vector<std::int64_t> time_some = items(some, "attribution", "person_cycles");
  const std::vector<std::int64_t> paid_all = causes(all, "registered");
  const std::vector<std::int64_t> paid_some = causes(some, "registered");
  for (std::size_t i = 0; i < paid_all.size(); ++i) {
    const double scaled =
        static_cast<double>(paid_all[i]) * static_cast<double>(time_some[i]) / static_cast<double>(time_all[i]);
    EXPECT_NEAR(static_cast<double>(paid_some[i]), scaled, 10'000.0);  // each is rounded to a cent
  }
}

TEST(Causes, TakesOffTheCutOfTheYearAndOfTheBaseYears) {
  Scenario cut = support::small_clinics();
  ContractSpec& contract = add_plain(cut, {});
  support::term_of<Truncate>(contract).amount = Money::from_euro(1000.0);
  const Results results = run(cut);
  Scenario plain = support::small_clinics();
  add_plain(plain, {});
  EXPECT_EQ(causes(results, "true_risk"), causes(results, "paid"));
  EXPECT_NE(causes(results, "uncut"), causes(results, "paid"));
  EXPECT_EQ(causes(results, "uncut"), causes(run(plain), "paid"));
}

TEST(Causes, TakesOffACutAtALevelFoundInThePeopleAndReinsurance) {
  Scenario cut = support::small_clinics();
  ContractSpec& contract = add_plain(cut, {});
  support::term_of<Truncate>(contract).percentile = Rate::from_double(0.95);
  support::term_of<Reinsure>(contract) = {.attach = Money::from_euro(500.0), .share = Rate::from_double(0.5)};
  const Results results = run(cut);
  Scenario plain = support::small_clinics();
  add_plain(plain, {});
  EXPECT_EQ(causes(results, "registered"), causes(results, "paid"));
  EXPECT_EQ(causes(results, "uncut"), causes(run(plain), "paid"));
}

TEST(Causes, JudgesRiskByTrueStages) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = add_plain(scenario, {});
  Risk risk;
  risk.classes = {{"diabetes", "{condition: diabetes}", Rate::from_double(3.0)}};
  support::term_of<Reference>(contract).steps.emplace_back(risk);
  const Results coded = run(scenario);
  EXPECT_EQ(causes(coded, "registered"), causes(coded, "paid"));
  EXPECT_NE(causes(coded, "true_risk"), causes(coded, "paid"));
  EXPECT_EQ(causes(coded, "uncut"), causes(coded, "true_risk"));
  // Age needs nobody to write it down.
  std::get<Risk>(support::term_of<Reference>(contract).steps.back()).classes = {
      {"old", "{age: [65, 120]}", Rate::from_double(3.0)}};
  const Results by_age = run(scenario);
  EXPECT_NE(causes(by_age, "paid"), causes(coded, "paid"));
  EXPECT_EQ(causes(by_age, "true_risk"), causes(by_age, "paid"));
}

TEST(Causes, TakesOffAScoreThatIsNotFull) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = add_plain(scenario, {});
  Quality& quality = support::term_of<Quality>(contract);
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  quality.target = QualityTarget::layers_both;
  contract.quality_score = Rate::from_double(0.5);
  const Results results = run(scenario);
  const std::vector<std::int64_t> before = causes(results, "uncut");
  const std::vector<std::int64_t> after = causes(results, "full_quality");
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(after[i]), 2.0 * static_cast<double>(before[i]), 10'000.0);  // half a cent, twice
  }
}

}  // namespace
}  // namespace waterbed
