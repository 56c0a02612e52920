#include "waterbed/contracts/settle_many.hpp"

#include "support.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <set>

namespace waterbed {
namespace {

using ::testing::ElementsAre;
using testing::euro;
using testing::given;
using ::testing::HasSubstr;
using testing::named;
using testing::one_layer;
using ::testing::Pair;
using testing::percent;
using ::testing::UnorderedElementsAre;
using testing::year;

Contract shared_with_split() {
  Contract contract = testing::mssp_enhanced();
  contract.terms.emplace_back(Split{{{"group", percent(60)}, {"hospital", percent(40)}}, {}});
  return contract;
}

/// What the two forms must agree on, row by row.
void expect_row(const ManySettlements& many, std::size_t row, const Settlement& one) {
  EXPECT_EQ(many.total.at(row), one.total());
  EXPECT_EQ(many.settlement.at(row), one.settlement);
  EXPECT_EQ(many.benchmark.at(row), one.benchmark);
  EXPECT_EQ(many.counted.at(row), one.counted);
  EXPECT_EQ(many.gain.at(row), one.gain);
  EXPECT_EQ(many.before_adjustment.at(row), one.before_adjustment);
  EXPECT_EQ(many.gate_passed.at(row) == 1, one.gate_passed);
  ASSERT_EQ(many.parties.size(), one.split.size());
  for (std::size_t i = 0; i < one.split.size(); ++i) {
    EXPECT_EQ(many.parties[i], one.split[i].party);
    EXPECT_EQ(many.split.at(row * many.parties.size() + i), one.split[i].amount);
  }
}

std::string message(const Contract& contract, const Facts& shared, const std::vector<FactColumn>& columns) {
  try {
    settle_many(contract, shared, columns);
  } catch (const CasesError& error) {
    return error.what();
  }
  return "settled";
}

RC_GTEST_PROP(SettleMany, PaysEachCaseWhatSettlePaysIt, ()) {
  const auto rows = *rc::gen::inRange<std::size_t>(1, 12);
  std::vector<double> people;
  std::vector<double> spend;
  std::vector<double> score;
  std::vector<double> standard;
  std::vector<Facts> cases;
  for (std::size_t row = 0; row < rows; ++row) {
    people.push_back(*rc::gen::inRange(4900, 40'000));
    // Cents, so that the double says what the integer says.
    const auto total = *rc::gen::inRange<std::int64_t>(3'000'000'000, 50'000'000'000);
    spend.push_back(static_cast<double>(total) / 100.0);
    score.push_back(*rc::gen::inRange(0, 101) / 100.0);
    standard.push_back(*rc::gen::inRange(0, 3));
    Facts facts = year(static_cast<std::int64_t>(people.back()), euro(11'000), Money{});
    facts.counted.total = Money::from_cents(total);
    facts.quality_score = Rate::from_double(score.back());
    facts.quality_standard = static_cast<QualityStandard>(static_cast<int>(standard.back()));
    cases.push_back(facts);
  }
  const Contract contract = shared_with_split();
  const std::vector<FactColumn> columns = {{"person_time", people},
                                           {"assigned", people},
                                           {"counted", spend},
                                           {"quality_score", score},
                                           {"quality_standard", standard}};
  const ManySettlements from_columns = settle_many(contract, year(1, euro(11'000), Money{}), columns);
  const ManySettlements from_facts = settle_many(contract, cases);
  RC_ASSERT(from_columns.total.size() == rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const Settlement one = settle(contract, cases[row], Detail::amounts);
    expect_row(from_columns, row, one);
    expect_row(from_facts, row, one);
  }
}

TEST(SettleMany, SettlesTheWorkedExamplesOfLevelE) {
  // Examples 1 and 3: 8,000 people save, 12,000 lose with revenue 30 and 90 million.
  const std::vector<double> people = {8000, 12'000, 12'000};
  const std::vector<double> benchmark = {10'800, 10'000, 10'000};
  const std::vector<double> spend = {8000 * 10'300.0, 12'000 * 10'900.0, 12'000 * 10'900.0};
  const std::vector<double> revenue = {30e6, 30e6, 90e6};
  const std::vector<FactColumn> columns = {{"person_time", people},
                                           {"assigned", people},
                                           {"benchmark_per_person_year", benchmark},
                                           {"counted.total", spend},
                                           {"own_revenue", revenue}};
  Facts shared;
  shared.quality_standard = QualityStandard::met;
  const ManySettlements many = settle_many(testing::mssp_basic_e(), shared, columns);
  EXPECT_THAT(many.before_adjustment, ElementsAre(euro(2'000'000), euro(-2'400'000), euro(-3'240'000)));
  EXPECT_THAT(many.settlement, ElementsAre(euro(1'960'000), euro(-2'400'000), euro(-3'240'000)));
  EXPECT_THAT(many.gate_passed, ElementsAre(1, 1, 1));
  EXPECT_TRUE(many.parties.empty());
}

TEST(SettleMany, OneValueHoldsInEveryCase) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const std::vector<double> people = {1000};
  const std::vector<double> spend = {900'000, 1'000'000, 1'200'000};
  const std::vector<FactColumn> columns = {{"person_time", people}, {"counted", spend}};
  const ManySettlements many = settle_many(contract, year(7, euro(1000), Money{}), columns);
  EXPECT_THAT(many.settlement, ElementsAre(euro(50'000), euro(0), euro(-100'000)));
  EXPECT_EQ(settle_many(contract, year(1000, euro(1000), euro(900)), {}).settlement.size(), 1U);
  const std::vector<double> none;
  const std::vector<FactColumn> empty = {{"counted", none}};
  EXPECT_TRUE(settle_many(contract, year(7, euro(1000), Money{}), empty).total.empty());
}

TEST(SettleMany, KeepsPartsOfAPersonYear) {
  const Contract contract = named({given(), one_layer(Share::of(percent(100)), Share::of(percent(100)))});
  const std::vector<double> years = {8000.25};
  const std::vector<double> spend = {0};
  const std::vector<FactColumn> columns = {{"person_time", years}, {"counted", spend}};
  EXPECT_EQ(settle_many(contract, year(1, euro(1000), Money{}), columns).benchmark[0], euro(8'000'250));
}

TEST(SettleMany, ATotalReplacesPersonsOfTheSharedFacts) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  Facts shared = year(1000, euro(1000), Money{});
  shared.counted.total.reset();
  shared.counted.groups = {{1000, euro(1)}};
  const std::vector<double> spend = {900'000};
  EXPECT_EQ(settle_many(contract, shared, std::vector<FactColumn>{{"counted", spend}}).counted[0], euro(900'000));
}

TEST(SettleMany, NamesEveryFaultWithItsRows) {
  const std::vector<double> spend = {1, std::numeric_limits<double>::quiet_NaN(), 3, 1e300};
  const std::vector<double> people = {6000, 6000, 6000.5, -1};
  const std::vector<double> score = {0.5, 0.5, 1.5, 0.5};
  Facts shared;
  shared.benchmark_per_person_year = euro(1);
  shared.own_revenue = euro(1);
  const std::vector<FactColumn> columns = {{"counted", spend}, {"assigned", people}, {"quality_score", score}};
  try {
    settle_many(testing::mssp_basic_e(), shared, columns);
    FAIL() << "settled";
  } catch (const CasesError& error) {
    std::vector<std::pair<std::string, std::vector<std::ptrdiff_t>>> told;
    for (const CaseProblem& problem : error.problems()) {
      told.emplace_back(problem.fact, problem.rows);
    }
    const std::vector<std::ptrdiff_t> all = {0, 1, 2, 3};
    EXPECT_THAT(told, UnorderedElementsAre(Pair("person_time", all), Pair("quality_standard", all),
                                           Pair("counted", ElementsAre(1, 3)), Pair("assigned", ElementsAre(2, 3)),
                                           Pair("quality_score", ElementsAre(2))));
    EXPECT_THAT(error.what(), HasSubstr("\n  counted: amount must be finite and below 9e12 EUR in size "
                                        "(rows 1, 3; got nan)"));
    EXPECT_THAT(error.what(), HasSubstr("\n  assigned: must be a whole number of 0 or more (rows 2, 3; got 6000.5)"));
  }
}

TEST(SettleMany, ChecksFactsWithTheirValues) {
  const std::vector<double> score = {0.5, 1.5, 0.5, -1};
  const Facts shared = year(6000, euro(1000), euro(900));
  EXPECT_EQ(message(testing::mssp_enhanced(), shared, {{"quality_score", score}}),
            "cases cannot be settled:\n  quality_score: must be in [0, 1] (rows 1, 3; got 1.5)");
}

TEST(SettleMany, RefusesColumnsThatDoNotFit) {
  const std::vector<double> two = {1, 2};
  const std::vector<double> three = {1, 2, 3};
  EXPECT_EQ(message(testing::mssp_basic_e(), Facts{},
                    {{"counted", three}, {"assigned", two}, {"counted.total", three}, {"spend", two}}),
            "cases cannot be settled:\n"
            "  assigned: must have 1 or 3 values as the first column does, got 2\n"
            "  counted.total: is given twice\n"
            "  spend: is not a fact that can differ from case to case");
}

TEST(SettleMany, ShowsTheFirstTenRowsOfAFault) {
  const std::vector<double> low(25, 2.0);
  EXPECT_THAT(message(testing::mssp_basic_e(), Facts{}, {{"low_revenue", low}}),
              HasSubstr("must be 1 for yes or 0 for no (rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 15 more; got 2)"));
}

TEST(SettleMany, EveryColumnSetsAFactOfItsOwn) {
  const std::vector<std::string_view> names = fact_columns();
  EXPECT_EQ(std::set<std::string_view>(names.begin(), names.end()).size(), names.size());
  // Each is accepted alone; the contract needs none of them, so only the value could be refused.
  const Contract contract = named({Lump{euro(5), Period::year, {}, {}}});
  const std::vector<double> one = {1.0};
  for (const std::string_view name : names) {
    EXPECT_EQ(message(contract, Facts{}, {{std::string(name), one}}), "settled") << name;
  }
}

TEST(SettleMany, AnAmountOutOfRangeIsAFaultOfItsRow) {
  const Contract contract = named({given(), one_layer(Share::of(percent(50)), Share::of(percent(50)))});
  const std::vector<double> people = {1, 1e9};
  const Facts shared = year(1, euro(1'000'000), Money{});
  EXPECT_EQ(message(contract, shared, {{"person_time", people}}),
            "cases cannot be settled:\n  amounts: must stay within +-9.2e12 EUR in every step (row 1)");
}

}  // namespace
}  // namespace waterbed
