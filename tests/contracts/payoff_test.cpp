#include "waterbed/contracts/payoff.hpp"

#include "terms.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/settlement_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace waterbed {
namespace {

using ::testing::ElementsAre;
using testing::euro;
using testing::given;
using ::testing::HasSubstr;
using testing::named;
using testing::one_layer;
using testing::percent;
using testing::permille;
using testing::year;

/// Kind, place and level, each to the whole euro or the millionth.
std::vector<std::tuple<std::string, double, double>> marks_of(const Payoff& payoff) {
  std::vector<std::tuple<std::string, double, double>> marks;
  for (const PayoffMark& mark : payoff.marks) {
    const double at = payoff.axis == PayoffAxis::quality ? mark.at : std::round(mark.at);
    marks.emplace_back(mark_name(mark.kind), at, std::round(mark.level * 1e6) / 1e6);
  }
  return marks;
}

std::tuple<std::string, double, double> mark(const char* kind, double at, double level) { return {kind, at, level}; }

TEST(Payoff, MarksGatesAndCapsOfLevelE) {
  // 8,000 people at 10,800: B = 86.4 million. Saving: half, at most 10 % = 8.64 million, so flat from a saving of 17.28
  // million; paid less 2 %. Loss: 30 %, at most 8 % of revenue of 30 million, so flat from a loss of 8 million.
  const Payoff payoff = waterbed::payoff(testing::mssp_basic_e(), year(8000, euro(10'800), Money{}));
  EXPECT_EQ(payoff.axis, PayoffAxis::counted);
  EXPECT_EQ(payoff.benchmark, 86.4e6);
  EXPECT_THAT(marks_of(payoff), ElementsAre(mark("cap", 69'120'000, 8'467'200), mark("gate", 84'672'000, 0.02),
                                            mark("benchmark", 86'400'000, 86'400'000), mark("gate", 88'128'000, 0.02),
                                            mark("cap", 94'400'000, -2'400'000)));
  EXPECT_LT(payoff.low, 69.12e6);
  EXPECT_GT(payoff.high, 94.4e6);
}

TEST(Payoff, MarksTheEdgesOfCorridors) {
  const Layers corridors{{{percent(5), Share::of(percent(50))}, {percent(10), Share::of(percent(35))}},
                         {{percent(5), Share::of(percent(50))}, {std::nullopt, Share::of(percent(15))}}};
  const Contract plain = named({given(), corridors});
  EXPECT_THAT(marks_of(payoff(plain, year(1000, euro(1000), Money{}))),
              ElementsAre(mark("corridor", 900'000, 0.10), mark("corridor", 950'000, 0.05),
                          mark("benchmark", 1'000'000, 1'000'000), mark("corridor", 1'050'000, 0.05)));
  // Past a gate that only the excess passes, edges are counted from the gate.
  Gate gate{percent(2), percent(0)};
  gate.mode = GateMode::excess;
  EXPECT_THAT(marks_of(payoff(named({given(), gate, corridors}), year(1000, euro(1000), Money{}))),
              ElementsAre(mark("corridor", 880'000, 0.12), mark("corridor", 930'000, 0.07), mark("gate", 980'000, 0.02),
                          mark("benchmark", 1'000'000, 1'000'000), mark("corridor", 1'050'000, 0.05)));
}

TEST(Payoff, ADirectionThatSharesNothingHasNoMarks) {
  const Contract contract =
      named({given(), Gate{percent(2), percent(2)}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  EXPECT_THAT(marks_of(payoff(contract, year(1000, euro(1000), Money{}))),
              ElementsAre(mark("gate", 980'000, 0.02), mark("benchmark", 1'000'000, 1'000'000)));
}

TEST(Payoff, NothingSharedIsDrawnFlat) {
  const Payoff nothing = payoff(testing::mssp_basic_e(), year(10, euro(1000), Money{}));
  EXPECT_TRUE(nothing.marks.empty());
  EXPECT_EQ(value_at(nothing.curve, 5000.0), 0.0);
}

RC_GTEST_PROP(Payoff, IsTheSettlementAtEverySpending, ()) {
  const Facts facts = year(8000, euro(10'800), Money{});
  const Contract contract = *rc::gen::element(testing::mssp_basic_e(), testing::mssp_enhanced());
  const Payoff payoff = waterbed::payoff(contract, facts);
  Facts there = facts;
  there.counted.total = Money::from_cents(*rc::gen::inRange<std::int64_t>(6'000'000'000, 11'000'000'000));
  const double paid = settle(contract, there, Detail::amounts).total().to_euro();
  // Half a cent of rounding in each of W and its adjusted amount.
  RC_ASSERT(std::abs(value_at(payoff.curve, there.counted.total->to_euro()) - paid) <= 0.01);
}

Contract hospital(std::vector<VolumeTier> tiers, std::optional<Ceiling> ceiling, TierMode mode) {
  Fee fee;
  fee.prices = {{"dbc", euro(2850)}};
  fee.tiers = std::move(tiers);
  fee.tier_mode = mode;
  std::vector<Term> terms = {fee};
  if (ceiling) {
    terms.emplace_back(*ceiling);
  }
  return named(terms);
}

const std::vector<VolumeTier> k_tiers = {
    {euro(11'000'000), Rate{}}, {euro(11'500'000), percent(10)}, {std::nullopt, percent(30)}};

Ceiling ceiling_of(Money amount, Rate above) {
  Ceiling ceiling;
  ceiling.amount = amount;
  ceiling.share_above = above;
  return ceiling;
}

TEST(Payoff, DrawsTheFiveHospitalsOfTheWorkedExample) {
  // Example 9: 4,200 products at 2,850 = 11.97 million under a ceiling, with 70 % above it, under tiers.
  constexpr double k_turnover = 11'970'000;
  const auto at = [](const Contract& contract) {
    const Payoff found = payoff(contract, Facts{});
    EXPECT_EQ(found.axis, PayoffAxis::turnover);
    return std::pair(std::round(value_at(found.curve, k_turnover) * 100) / 100,
                     std::round(2850.0 * expected_slope(found.curve, {k_turnover, 0.0}) * 100) / 100);
  };
  const auto plain = TierMode::incremental;
  EXPECT_EQ(at(hospital({}, std::nullopt, plain)), std::pair(11'970'000.0, 2850.0));
  EXPECT_EQ(at(hospital({}, ceiling_of(euro(11'400'000), Rate{}), plain)), std::pair(11'400'000.0, 0.0));
  EXPECT_EQ(at(hospital({}, ceiling_of(euro(11'400'000), percent(70)), plain)), std::pair(11'799'000.0, 1995.0));
  EXPECT_EQ(at(hospital(k_tiers, std::nullopt, plain)), std::pair(11'779'000.0, 1995.0));
}

TEST(Payoff, MarksTiersCeilingAndFloor) {
  Ceiling ceiling = ceiling_of(euro(11'200'000), Rate{});
  ceiling.floor = euro(8'000'000);
  // Past 11 million each euro brings 0.90, so the ceiling is reached at 11,222,222.
  EXPECT_THAT(marks_of(payoff(hospital(k_tiers, ceiling, TierMode::incremental), Facts{})),
              ElementsAre(mark("floor", 8'000'000, 8'000'000), mark("tier", 11'000'000, 0.10),
                          mark("ceiling", 11'222'222, 11'200'000), mark("tier", 11'500'000, 0.30)));
}

RC_GTEST_PROP(Payoff, IsWhatIsPaidAtEveryTurnover, ()) {
  const auto mode = *rc::gen::element(TierMode::incremental, TierMode::all_units);
  std::optional<Ceiling> ceiling;
  if (*rc::gen::arbitrary<bool>()) {
    ceiling = ceiling_of(euro(*rc::gen::inRange(8'000'000, 12'000'000)), permille(*rc::gen::inRange(0, 1001)));
  }
  Contract contract = hospital(k_tiers, ceiling, mode);
  Facts facts;
  facts.patient_paid = Money{};
  double part = 1.0;
  if (*rc::gen::arbitrary<bool>()) {
    Bundle bundle;
    bundle.price = euro(900);
    contract.terms.emplace_back(bundle);
    part = 0.8;
    facts.fee_income = euro(8'000'000);
    facts.bundle_income = euro(2'000'000);
  }
  const Payoff payoff = waterbed::payoff(contract, facts);
  const Money turnover = Money::from_cents(*rc::gen::inRange<std::int64_t>(0, 2'000'000'000));
  facts.fee_income = Money::from_euro(part * turnover.to_euro());
  facts.bundle_income = turnover - *facts.fee_income;
  const double paid = settle(contract, facts, Detail::amounts).total().to_euro();
  // Three posted amounts: half a cent each here, twice that from the two places that the line was laid through.
  RC_ASSERT(std::abs(value_at(payoff.curve, turnover.to_euro()) - paid) <= 0.045);
}

TEST(Payoff, MarksTheBandOfALumpSum) {
  Lump lump;
  lump.amount = euro(1'000'000);
  lump.services = {"ward"};
  lump.band = VolumeBand{percent(5), percent(50), percent(20)};
  Facts facts;
  facts.expected_turnover = euro(1'000'000);
  const Payoff found = payoff(named({lump}), facts);
  EXPECT_EQ(found.axis, PayoffAxis::delivered);
  EXPECT_THAT(marks_of(found), ElementsAre(mark("band", 950'000, 0.95), mark("band", 1'050'000, 1.05)));
  EXPECT_NEAR(value_at(found.curve, 1'000'000), 1'000'000, 0.02);
  EXPECT_NEAR(value_at(found.curve, 1'150'000), 1'050'000, 0.02);
  EXPECT_NEAR(value_at(found.curve, 900'000), 990'000, 0.02);
}

TEST(Payoff, CapitationGrowsWithPeople) {
  // 15.63 and 43.20 a quarter, three to one: 90.09 a person-year.
  Capitation capitation;
  capitation.classes = {{"young", "", Money::from_cents(1563)}, {"old", "", Money::from_cents(4320)}};
  Facts facts;
  facts.membership = {{"young", {300, 1}}, {"old", {100, 1}}};
  const Payoff found = payoff(named({capitation}), facts);
  EXPECT_EQ(found.axis, PayoffAxis::person_years);
  EXPECT_NEAR(value_at(found.curve, 400), 300 * 62.52 + 100 * 172.80, 0.02);
  EXPECT_NEAR(expected_slope(found.curve, {400, 0}), 90.09, 0.02 / 800);
}

TEST(Payoff, AGainIsPaidBetweenItsFloorAndCap) {
  // Example 11: v = 20,000, share 40 %: 8,000 a QALY; here with a cap of 0.5.
  Gain gain = testing::qaly_gain();
  gain.cap = permille(500);
  Facts facts;
  facts.outcomes = {{4, Rate{}, Rate{}}};
  const Payoff found = payoff(named({gain}), facts);
  EXPECT_EQ(found.axis, PayoffAxis::outcome);
  EXPECT_NEAR(value_at(found.curve, 0.15), 1200, 0.01);
  EXPECT_NEAR(value_at(found.curve, 3.0), 4000, 0.01);
  EXPECT_NEAR(value_at(found.curve, -1.0), 0, 0.01);
  ASSERT_EQ(found.marks.size(), 2U);
  EXPECT_EQ(found.marks[0].kind, PayoffMarkKind::floor);
  EXPECT_EQ(found.marks[0].at, 0.0);
  EXPECT_EQ(found.marks[0].level, 0.0);
  EXPECT_EQ(found.marks[1].kind, PayoffMarkKind::cap);
  EXPECT_EQ(found.marks[1].at, 0.5);
  EXPECT_EQ(found.marks[1].level, 4000.0);
}

TEST(Payoff, AnAmountForQualityClimbsItsLadder) {
  Quality quality;
  quality.target = QualityTarget::amount;
  quality.met = quality.alternative = quality.failed = QualityFactor::of_score();
  quality.ladder = {{percent(25), false, percent(50)}, {percent(75), true, percent(100)}};
  quality.amount = QualityAmount{};
  quality.amount->per_person = euro(10);
  Facts facts;
  facts.person_time = PersonTime{100, 1};
  const Payoff found = payoff(named({quality}), facts);
  EXPECT_EQ(found.axis, PayoffAxis::quality);
  EXPECT_THAT(marks_of(found), ElementsAre(mark("rung", 0.25, 0.25), mark("rung", 0.75, 0.75)));
  for (const auto& [score, paid] : {std::pair(0.2, 0.0), std::pair(0.25, 500.0), std::pair(0.75, 500.0),
                                    std::pair(0.76, 1000.0), std::pair(1.0, 1000.0)}) {
    EXPECT_NEAR(value_at(found.curve, score), paid, 0.01) << score;
  }
}

std::string refused(const Contract& contract, const Facts& facts) {
  try {
    payoff(contract, facts);
  } catch (const FactsError& error) {
    return error.what();
  }
  return "drawn";
}

TEST(Payoff, NamesTheFactsThatMiss) {
  EXPECT_THAT(refused(testing::mssp_basic_e(), Facts{}), HasSubstr("person_time: "));
  Ceiling ceiling;
  ceiling.of_expected_turnover = permille(1020);
  EXPECT_THAT(refused(hospital({}, ceiling, TierMode::incremental), Facts{}), HasSubstr("expected_turnover: "));
  Contract mixed = hospital(k_tiers, std::nullopt, TierMode::incremental);
  mixed.terms.emplace_back(Bundle{});
  EXPECT_THAT(refused(mixed, Facts{}), HasSubstr("fee_income: is missing"));
  EXPECT_THAT(refused(named({Scope{}}), Facts{}), HasSubstr("has no term whose payment could be drawn"));
  Capitation two;
  two.classes = {{"a", "", euro(1)}, {"b", "", euro(2)}};
  EXPECT_THAT(refused(named({two}), Facts{}), HasSubstr("membership: is missing"));
  Capitation one;
  one.classes = {{"everybody", "", euro(2770)}};
  Facts income;
  income.capitation_income = euro(48'231'400'000);
  EXPECT_EQ(refused(named({one}), Facts{}), "drawn");
  EXPECT_THAT(refused(named({one}), income), HasSubstr("which capitation_income does not tell"));
  EXPECT_THAT(refused(named({Gain{}}), Facts{}), HasSubstr("outcomes: is missing"));
}

}  // namespace
}  // namespace waterbed
