#include "waterbed/contracts/settlement.hpp"

#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace waterbed {
namespace {

using testing::cents;
using ::testing::ElementsAre;
using testing::euro;
using testing::given;
using testing::half;
using testing::named;
using testing::percent;
using testing::permille;
using testing::year;

TEST(Settlement, ExactlyAtTheGatePassesInBothDirections) {
  const Contract contract = named({given(), Gate{percent(2), percent(2)}, half()});
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(980))).settlement, euro(10'000));
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(1020))).settlement, euro(-10'000));
  Facts facts = year(1000, euro(1000), euro(980));
  facts.counted.total = *facts.counted.total + Money{1};  // a millionth of a euro short
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
  facts.counted.total = euro(1'020'000) - Money{1};
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
}

TEST(Settlement, DoesNotRoundTheGateOfASizeTable) {
  // 7,500 people: 3.4 % - 0.2 % x 500/999 of a benchmark of 99.9 million is exactly 3,296,600.
  Facts facts = year(7500, euro(13'320), Money{});
  facts.counted.total = euro(99'900'000 - 3'296'600);
  EXPECT_TRUE(settle(testing::mssp_basic_a(), facts).gate_passed);
  facts.counted.total = *facts.counted.total + Money{1};
  EXPECT_FALSE(settle(testing::mssp_basic_a(), facts).gate_passed);
}

TEST(Settlement, ExcessGateSharesOnlyWhatExceedsIt) {
  Gate gate{percent(2), percent(3)};
  gate.mode = GateMode::excess;
  const Contract contract = named({given(), gate, half()});
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(950))).settlement, euro(15'000));
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(1050))).settlement, euro(-10'000));
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(985))).settlement, Money{});
}

TEST(Settlement, LayersShareEachBandAtItsOwnRate) {
  const Layers layers{{{percent(5), Share::of(percent(50))},
                       {percent(10), Share::of(percent(35))},
                       {percent(15), Share::of(percent(15))}},
                      {{percent(5), Share::of(percent(40))}}};
  const Contract contract = named({given(), layers});
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(970))).settlement, euro(15'000));
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(880))).settlement, euro(25'000 + 17'500 + 3'000));
  // Past the last edge nothing more is shared.
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(500))).settlement, euro(25'000 + 17'500 + 7'500));
  EXPECT_EQ(settle(contract, year(1000, euro(1000), euro(1200))).settlement, euro(-20'000));
}

TEST(Settlement, NothingSavedNothingPaid) {
  EXPECT_EQ(settle(named({given(), half()}), year(1000, euro(1000), euro(1000))).settlement, Money{});
}

TEST(Settlement, QualityScalesWhatItTargets) {
  Facts facts = year(1000, euro(1000), euro(900));
  facts.quality_score = percent(60);
  Quality quality = testing::mssp_quality();
  const auto paid = [&] { return settle(named({given(), half(), quality}), facts).settlement; };
  EXPECT_EQ(paid(), euro(50'000));
  facts.quality_standard = QualityStandard::alternative;
  EXPECT_EQ(paid(), euro(30'000));
  facts.quality_standard = QualityStandard::failed;
  EXPECT_EQ(paid(), Money{});
  facts.counted.total = euro(1'100'000);
  EXPECT_EQ(paid(), euro(-50'000));  // losses are owed whatever the quality
  quality.target = QualityTarget::layers_both;
  facts.quality_standard = QualityStandard::alternative;
  EXPECT_EQ(paid(), euro(-30'000));
}

TEST(Settlement, QualitySwingMovesSavingsAndLossesTheRightWay) {
  Quality swing;
  swing.target = QualityTarget::settlement;
  swing.swing_up = percent(10);
  swing.swing_down = percent(15);
  const Contract contract = named({given(), half(), swing});
  Facts saving = year(1000, euro(1000), euro(900));
  Facts loss = year(1000, euro(1000), euro(1100));
  saving.quality_score = loss.quality_score = percent(60);
  EXPECT_EQ(settle(contract, saving).settlement, euro(48'000));  // 50,000 x (1 - 10 % x 0.4)
  EXPECT_EQ(settle(contract, loss).settlement, euro(-45'500));   // 50,000 x (1 - 15 % x 0.6)
}

TEST(Settlement, LimitIsTheLeastOfItsParts) {
  const Limit limit{
      {testing::limit_of(LimitBase::reference, percent(3)), testing::limit_of(LimitBase::revenue, percent(10))}, {}};
  const Contract contract = named({given(), half(), limit});
  Facts facts = year(1000, euro(1000), euro(900));
  facts.own_revenue = euro(200'000);
  EXPECT_EQ(settle(contract, facts).settlement, euro(20'000));
  facts.own_revenue = euro(1'000'000);
  EXPECT_EQ(settle(contract, facts).settlement, euro(30'000));
  facts.own_revenue = euro(-5);
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
  facts.counted.total = euro(2'000'000);  // losses have no limit here
  EXPECT_EQ(settle(contract, facts).settlement, euro(-500'000));
}

TEST(Settlement, SequestersLossesOnlyWhenTheContractSaysSo) {
  const Facts loss = year(1000, euro(1000), euro(1100));
  EXPECT_EQ(settle(named({given(), half(), testing::sequestered(percent(2))}), loss).settlement, euro(-50'000));
  const auto both = settle(named({given(), half(), Adjust{percent(2), true}}), loss);
  EXPECT_EQ(both.before_adjustment, euro(-50'000));
  EXPECT_EQ(both.settlement, euro(-49'000));
}

TEST(Settlement, RoundsTheSettlementOnceHalfAwayFromZero) {
  const Contract contract = named({given(), half()});
  EXPECT_EQ(settle(contract, year(1, cents(101), cents(100))).settlement, cents(1));
  EXPECT_EQ(settle(contract, year(1, cents(100), cents(101))).settlement, cents(-1));
  // Half of 0.9999 cents is less than half a cent.
  Facts facts = year(1, cents(100), Money{});
  facts.counted.total = cents(99) + Money{1};
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
}

TEST(Settlement, TooFewPeopleShareNothing) {
  Contract contract = named({Scope{"", {}, PriceBasis::paid, 5000}, given(), half()});
  EXPECT_EQ(settle(contract, year(4999, euro(1000), euro(900))).settlement, Money{});
  EXPECT_EQ(settle(contract, year(5000, euro(1000), euro(900))).settlement, euro(250'000));
}

TEST(Settlement, IsDefinedWithoutPeopleBenchmarkOrWithNegativeSpending) {
  const Contract contract = named({given(), Gate{percent(2), percent(2)}, half(),
                                   Limit{{testing::limit_of(LimitBase::reference, percent(10))},
                                         {testing::limit_of(LimitBase::reference, percent(10))}}});
  EXPECT_EQ(settle(contract, year(0, euro(1000), Money{})).settlement, Money{});
  Facts facts = year(100, Money{}, Money{});
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
  facts.counted.total = euro(500);
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
  facts.benchmark_per_person_year = euro(-5);
  EXPECT_EQ(settle(contract, facts).settlement, Money{});
  // Corrections outweigh spending: the saving exceeds the benchmark, the limit holds.
  facts = year(100, euro(1000), euro(-100));
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.gain, euro(110'000));
  EXPECT_EQ(result.settlement, euro(10'000));
}

Contract history_contract(Reference reference) { return named({std::move(reference), half()}); }

Facts history_facts() {
  Facts facts;
  facts.person_time = PersonTime{9000 * 12, 12};
  for (const std::int64_t spend : {9'000, 9'300, 9'700}) {
    BaseYear base;
    base.person_time = PersonTime{1000, 1};
    base.counted.total = euro(1000 * spend);
    facts.base_years.push_back(base);
  }
  facts.counted.total = euro(0);
  return facts;
}

TEST(Reference, WeighsBaseYearsPerPersonYear) {
  const auto benchmark = [](Reference reference, const Facts& facts) {
    return settle(history_contract(std::move(reference)), facts).benchmark;
  };
  Facts facts = history_facts();
  // 10 % x 9,000 + 30 % x 9,300 + 60 % x 9,700 = 9,510 for 9,000 person-years.
  EXPECT_EQ(benchmark({{History{3, {percent(10), percent(30), percent(60)}}}}, facts), euro(85'590'000));
  // Equal weights are exact thirds: 28,000 / 3 x 9,000.
  EXPECT_EQ(benchmark({{History{3, {}}}}, facts), euro(84'000'000));
  // Twice the people at the same amount each changes nothing.
  facts.base_years[0].person_time = PersonTime{24'000, 12};
  facts.base_years[0].counted.total = euro(18'000'000);
  EXPECT_EQ(benchmark({{History{3, {}}}}, facts), euro(84'000'000));
  // The last two of three years.
  EXPECT_EQ(benchmark({{History{2, {}}}}, facts), euro(85'500'000));
}

TEST(Reference, TrendCarriesEachBaseYearToThePerformanceYear) {
  Facts facts = history_facts();
  facts.person_time = PersonTime{1, 1};
  facts.performance_year = 2;
  const auto yearly = settle(history_contract({{History{2, {}}, Trend{percent(110), true}}}), facts);
  // (9,300 x 1.1^3 + 9,700 x 1.1^2) / 2 = (12,378.3 + 11,737) / 2
  EXPECT_EQ(yearly.benchmark, cents(1'205'765));
  const auto once = settle(history_contract({{History{2, {}}, Trend{percent(110), false}}}), facts);
  EXPECT_EQ(once.benchmark, cents(1'045'000));
  facts.benchmark_per_person_year = euro(1000);
  EXPECT_EQ(settle(history_contract({{Given{}, Trend{percent(110), false}}}), facts).benchmark, euro(1100));
}

TEST(Reference, LeavesOutABaseYearWithoutPeople) {
  Facts facts = history_facts();
  facts.base_years[0].person_time = PersonTime{0, 12};
  facts.base_years[0].counted.total = Money{};
  const auto two = settle(history_contract({{History{3, {percent(20), percent(40), percent(40)}}}}), facts);
  EXPECT_EQ(two.benchmark, euro(85'500'000));
  for (BaseYear& base : facts.base_years) {
    base.person_time = PersonTime{0, 12};
  }
  EXPECT_EQ(settle(history_contract({{History{3, {}}}}), facts).settlement, Money{});
}

TEST(Reference, CutsBaseYearsByTheRuleOfTheContract) {
  Contract contract = history_contract({{History{1, {}}}});
  contract.terms.push_back(Truncate{TruncateUnit::person, euro(100)});
  Facts facts;
  facts.person_time = PersonTime{2, 1};
  facts.base_years.resize(1);
  facts.base_years[0].person_time = PersonTime{2, 1};
  facts.base_years[0].counted.groups = {{1, euro(50)}, {1, euro(500)}};
  const std::vector<Money> persons = {euro(10), euro(300)};
  facts.counted.persons = persons;
  EXPECT_EQ(settle(contract, facts).benchmark, euro(150));
  EXPECT_EQ(settle(contract, facts).counted, euro(110));
  // A total that was cut person by person at the same level does as well.
  facts.counted = {};
  facts.counted.total = truncated_sum(persons, euro(100));
  facts.counted.truncated_at = euro(100);
  EXPECT_EQ(settle(contract, facts).counted, euro(110));
}

std::vector<std::string> missing(const Contract& contract, const Facts& facts) {
  std::vector<std::string> names;
  try {
    (void)settle(contract, facts);
  } catch (const FactsError& error) {
    for (const FactProblem& problem : error.problems()) {
      names.push_back(problem.fact);
      EXPECT_NE(std::string(error.what()).find(problem.fact + ": " + problem.rule), std::string::npos);
    }
  }
  return names;
}

TEST(Facts, AllThatAreMissingAreNamedAtOnce) {
  EXPECT_THAT(missing(testing::mssp_basic_e(), Facts{}),
              ElementsAre("person_time", "benchmark_per_person_year", "counted", "assigned", "own_revenue",
                          "quality_standard"));
  EXPECT_THAT(missing(testing::mssp_basic_a(), year(5000, euro(1), euro(1))), ElementsAre());
  Fee fee;
  fee.prices = {{"consult", cents(959)}};
  fee.patient_share = PatientShare{euro(385), 18, {}};
  Capitation capitation;
  capitation.classes = {{"all", "", cents(1)}};
  Bundle bundle;
  bundle.services = {"x"};
  Ceiling ceiling;
  ceiling.of_expected_turnover = percent(100);
  EXPECT_THAT(missing(named({fee, capitation, bundle, ceiling}), Facts{}),
              ElementsAre("units", "patient_paid", "membership", "bundles", "expected_turnover"));
}

TEST(Facts, ImpossibleOnesAreRefused) {
  Facts facts = year(5000, euro(1000), euro(900));
  facts.person_time = PersonTime{-1, 12};
  facts.quality_score = percent(101);
  facts.counted.truncated_at = euro(5);
  EXPECT_THAT(missing(named({given(), half()}), facts), ElementsAre("person_time", "counted", "quality_score"));
  Fee fee;
  fee.prices = {{"consult", cents(959)}, {"lab", std::nullopt}};
  facts = {};
  facts.units = {{"consult", -1}, {"mri", 4}, {"lab", 1}};
  EXPECT_THAT(missing(named({fee}), facts), ElementsAre("units.consult", "units.mri", "units.lab"));
}

TEST(Facts, AScoreIsOnlyNeededWhereItCounts) {
  Facts facts = year(8000, euro(10'800), euro(10'300));
  facts.quality_score.reset();
  EXPECT_THAT(missing(testing::mssp_basic_e(), facts), ElementsAre());
  facts.quality_standard = QualityStandard::alternative;
  EXPECT_THAT(missing(testing::mssp_basic_e(), facts), ElementsAre("quality_score"));
}

TEST(Settlement, BasePaymentsAndSettlementAddUp) {
  Fee fee;
  fee.prices = {{"dbc", euro(1000)}};
  fee.patient_share = PatientShare{euro(385), 18, {}};
  Bundle bundle;
  bundle.services = {"chain"};
  bundle.trigger = BundleTrigger::enrolled;
  bundle.price = euro(115);
  Ceiling ceiling;
  ceiling.amount = euro(12'000);
  Lump lump;
  lump.amount = euro(77);
  const Contract contract = named({fee, bundle, ceiling, lump, given(), half()});
  Facts facts = year(10, euro(1000), euro(900));
  facts.fee_income = euro(10'000);
  facts.patient_paid = euro(600);
  facts.bundles = 100;
  const auto result = settle(contract, facts);
  EXPECT_EQ(result.of(TermKind::fee), euro(10'000));
  EXPECT_EQ(result.of(TermKind::patient_share), euro(-600));
  EXPECT_EQ(result.of(TermKind::bundle), euro(11'500));
  EXPECT_EQ(result.of(TermKind::ceiling), euro(12'000 - 21'500));
  EXPECT_EQ(result.of(TermKind::lump), euro(77));
  EXPECT_EQ(result.of(TermKind::settlement), euro(500));
  EXPECT_EQ(result.total(), euro(12'000 - 600 + 77 + 500));
}

TEST(Settlement, SplitsTheSettlementOrElseTheBasePayments) {
  const Split split{{{"gp", percent(70)}, {"hospital", percent(30)}}};
  const auto shared = settle(named({given(), half(), split}), year(1000, euro(1000), euro(900)));
  ASSERT_EQ(shared.split.size(), 2U);
  EXPECT_EQ(shared.split[0].amount, euro(35'000));
  EXPECT_EQ(shared.split[1].amount, euro(15'000));
  Lump lump;
  lump.amount = euro(100);
  EXPECT_EQ(settle(named({lump, split}), Facts{}).split[0].amount, euro(70));
}

TEST(Settlement, LinesTellEveryStep) {
  const auto result = settle(testing::mssp_basic_e(), year(8000, euro(10'800), euro(10'300)));
  std::vector<std::string> steps;
  for (const SettlementLine& line : result.lines) {
    steps.push_back(line.step);
  }
  EXPECT_THAT(steps, ElementsAre("truncate", "reference", "reference", "gate", "layers", "limit", "adjust"));
  const SettlementLine& gate = result.lines[3];
  EXPECT_EQ(gate.input, "saving 4,000,000.00, 4.6296 %");
  EXPECT_EQ(gate.rule, "at least 2.0000 % of benchmark: passed");
  EXPECT_EQ(gate.output, euro(4'000'000));
  EXPECT_EQ(result.lines[1].input, "given");
  EXPECT_EQ(result.lines[1].output, euro(10'800));
  EXPECT_EQ(result.lines[2].input, "8,000 person-years");
  EXPECT_EQ(result.lines[2].rule, "10,800.00 per person-year");
  EXPECT_EQ(result.lines[2].output, euro(86'400'000));
  EXPECT_EQ(result.lines.back().output, result.settlement);
  EXPECT_TRUE(settle(testing::mssp_basic_e(), year(8000, euro(1), euro(1)), Detail::amounts).lines.empty());
}

TEST(Settlement, RefusesFactsWhoseAmountsDoNotFit) {
  const std::string message =
      "facts do not settle the contract:\n  amounts: must stay within +-9.2e12 EUR in every step";
  const auto refusal = [](const Contract& contract, const Facts& facts) {
    try {
      return settle(contract, facts).total() == Money{} ? std::string("nothing") : std::string("settled");
    } catch (const FactsError& error) {
      return std::string(error.what());
    }
  };
  Facts facts = year(1, euro(9'000'000'000'000), Money{});
  facts.person_time = PersonTime{1000, 1};
  EXPECT_EQ(refusal(named({given(), half()}), facts), message);
  // Two payments that each fit, but not their sum.
  const Lump lump{euro(9'000'000'000'000), Period::year, {}, {}};
  facts.person_time = PersonTime{1, 1};
  EXPECT_EQ(refusal(named({lump}), facts), "settled");
  EXPECT_EQ(refusal(named({given(), half()}), facts), "settled");
  EXPECT_EQ(refusal(named({lump, given(), half()}), facts), message);
}

Facts any_year() {
  Facts facts =
      year(*rc::gen::inRange<std::int64_t>(5000, 60'000), cents(*rc::gen::inRange(100'000, 1'500'000)), Money{});
  const auto spend = *rc::gen::inRange<std::int64_t>(70, 130);
  facts.counted.total = *facts.benchmark_per_person_year * (facts.person_time->cycles * spend);
  facts.counted.total = Money{facts.counted.total->micro / 100 + *rc::gen::inRange<std::int64_t>(0, 1'000'000)};
  facts.quality_score = permille(*rc::gen::inRange(0, 1001));
  facts.quality_standard =
      *rc::gen::element(QualityStandard::met, QualityStandard::alternative, QualityStandard::failed);
  facts.own_revenue = euro(*rc::gen::inRange<std::int64_t>(0, 200'000'000));
  facts.low_revenue = *rc::gen::arbitrary<bool>();
  return facts;
}

Contract any_contract() {
  return *rc::gen::element(testing::mssp_basic_a(), testing::mssp_basic_e(), testing::mssp_enhanced());
}

RC_GTEST_PROP(Settlement, SpendingMoreNeverPaysMore, ()) {
  const Contract contract = any_contract();
  Facts facts = any_year();
  const Money before = settle(contract, facts, Detail::amounts).settlement;
  facts.counted.total = *facts.counted.total + Money{*rc::gen::inRange<std::int64_t>(0, 50'000'000'000'000)};
  RC_ASSERT(settle(contract, facts, Detail::amounts).settlement <= before);
}

RC_GTEST_PROP(Settlement, ABetterScoreNeverPaysLess, ()) {
  const Contract contract = any_contract();
  Facts facts = any_year();
  facts.quality_score = permille(*rc::gen::inRange(0, 1000));
  const Money before = settle(contract, facts, Detail::amounts).settlement;
  facts.quality_score = permille(*rc::gen::inRange(static_cast<int>(facts.quality_score->nano / 1'000'000), 1001));
  RC_ASSERT(settle(contract, facts, Detail::amounts).settlement >= before);
}

RC_GTEST_PROP(Settlement, MirroredContractIsSymmetric, ()) {
  const Rate gate = permille(*rc::gen::inRange(0, 50));
  const Layers layers{{{percent(5), Share::of(percent(60))}, {std::nullopt, Share::of(percent(20))}},
                      {{percent(5), Share::of(percent(60))}, {std::nullopt, Share::of(percent(20))}}};
  const Contract contract = named({given(), Gate{gate, gate}, layers,
                                   Limit{{testing::limit_of(LimitBase::reference, percent(4))},
                                         {testing::limit_of(LimitBase::reference, percent(4))}}});
  const Money benchmark = cents(*rc::gen::inRange(100'000, 1'500'000));
  const Money away = Money{*rc::gen::inRange<std::int64_t>(0, benchmark.micro / 2)};
  const Money saved = settle(contract, year(1000, benchmark, benchmark - away)).settlement;
  const Money lost = settle(contract, year(1000, benchmark, benchmark + away)).settlement;
  RC_ASSERT(saved == -lost);
}

RC_GTEST_PROP(Settlement, AHigherShareNeverPaysLessOfASaving, ()) {
  Facts facts = any_year();
  const int low = *rc::gen::inRange(0, 1000);
  const int high = *rc::gen::inRange(low, 1001);
  const auto paid = [&](int share) {
    return settle(named({given(), Gate{percent(2)}, Layers{{{std::nullopt, Share::of(permille(share))}}, {}}}), facts)
        .settlement;
  };
  RC_ASSERT(paid(low) <= paid(high));
}

RC_GTEST_PROP(Settlement, PermutingPersonsOrTermsChangesNothing, ()) {
  Contract contract = named({Truncate{TruncateUnit::person, euro(1000)}, given(), Gate{percent(1)}, half()});
  std::vector<Money> persons;
  for (int i = 0; i < 20; ++i) {
    persons.push_back(cents(*rc::gen::inRange(-1000, 200'000)));
  }
  Facts facts = year(20, euro(900), Money{});
  facts.counted = {};
  facts.counted.persons = persons;
  const Money before = settle(contract, facts).settlement;
  std::reverse(persons.begin(), persons.end());
  std::rotate(contract.terms.begin(), contract.terms.begin() + *rc::gen::inRange(0, 4), contract.terms.end());
  RC_ASSERT(settle(contract, facts).settlement == before);
}

}  // namespace
}  // namespace waterbed
