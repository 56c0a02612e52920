// Faults of terms that share, and of terms that have no meaning together.

#include "faults.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace waterbed {
namespace {

using testing::cents;
using ::testing::ElementsAre;
using testing::euro;
using testing::faults;
using testing::given;
using testing::half;
using ::testing::IsEmpty;
using testing::named;
using testing::one_layer;
using testing::percent;
using testing::permille;

Share of_formula(const char* text) { return Share{{}, parse_formula(text), {}}; }

std::vector<std::string> faults_of_share(const Share& share) {
  return faults(named({given(), Layers{{{std::nullopt, share}}, {}}}));
}

TEST(ValidateSharing, AFormulaStaysBetweenZeroAndOneForEveryScore) {
  EXPECT_THAT(faults_of_share(of_formula("clip(1 - 0.75*q, 0.40, 0.75)")), IsEmpty());
  EXPECT_THAT(faults_of_share(of_formula("0.5 + 0.6*q")),
              ElementsAre("layers.up[0].share: must be in [0, 1] for every q: 0.5 + 0.6*q, got 1.004 at q = 0.84"));
  EXPECT_THAT(faults_of_share(of_formula("q - 0.2")),
              ElementsAre("layers.up[0].share: must be in [0, 1] for every q: q - 0.2, got -0.2 at q = 0"));
  EXPECT_THAT(
      faults_of_share(of_formula("min(1, 0.1/q)")),
      ElementsAre("layers.up[0].share: must be in [0, 1] for every q: min(1, 0.1/q), got a division by zero at q "
                  "= 0"));
  EXPECT_THAT(faults_of_share(of_formula("1.01")),
              ElementsAre("layers.up[0].share: must be in [0, 1] for every q: 1.01, got 1.01 at q = 0"));
  // With other inputs the facts decide.
  EXPECT_THAT(faults_of_share(of_formula("0.1*year")), IsEmpty());
}

TEST(ValidateSharing, AFormulaKnowsItsInputsAndTheMeasures) {
  EXPECT_THAT(faults_of_share(of_formula("0.5*quality")),
              ElementsAre("layers.up[0].share: can use q, year, assigned and the measures of quality: 0.5*quality, got "
                          "quality"));
  Quality quality = testing::mssp_quality();
  quality.measures = {{"readmissions", percent(20), percent(10)}};
  EXPECT_THAT(faults(named({given(), Layers{{{std::nullopt, of_formula("clip(readmissions, 0, 1)")}}, {}}, quality})),
              IsEmpty());
  EXPECT_THAT(faults_of_share(Share{percent(50), parse_formula("q"), {}}),
              ElementsAre("layers.up[0].share: must be either a constant or a formula, got both"));
}

TEST(ValidateSharing, LayersReachPastAFirstDollarGate) {
  const Layers short_layers{{{percent(3), Share::of(percent(50))}}, {}};
  EXPECT_THAT(faults(named({given(), Gate{percent(5)}, short_layers})),
              ElementsAre("layers.up: must reach past the gate, 0.05: beyond it nothing more is shared, got 0.03"));
  Gate excess{percent(5)};
  excess.mode = GateMode::excess;
  EXPECT_THAT(faults(named({given(), excess, short_layers})), IsEmpty());
}

// 50 % of a saving of 10 % is 5 % of the reference: over a limit of 4 % every saving past the gate would be paid alike.
TEST(ValidateSharing, AGateUnderItsLimit) {
  const auto limited = [](int limit) {
    return faults(named({given(), Gate{percent(10), percent(10)}, half(),
                         Limit{{testing::limit_of(LimitBase::reference, percent(limit))}, {}}}));
  };
  EXPECT_THAT(limited(5), IsEmpty());
  EXPECT_THAT(limited(4),
              ElementsAre("limit.up: must be at least what is shared at the gate, 0.05 of the reference, got "
                          "0.04"));
  // MSSP BASIC level C: minimum loss rate 2 %, limit 1 % of the benchmark; 30 % of 2 % is under it.
  EXPECT_THAT(
      faults(named({given(), Gate{percent(2), percent(2)}, one_layer(Share::of(percent(50)), Share::of(percent(30))),
                    Limit{{}, {testing::limit_of(LimitBase::reference, percent(1))}}})),
      IsEmpty());
}

// At full quality 50 % of a saving of 5 % is 2.5 % of the reference, over a limit of 1 %.
TEST(ValidateSharing, QualityDoesNotHideAGateOverItsLimit) {
  const auto limited = [](const Quality& quality, int limit) {
    return faults(named({Lump{}, given(), Gate{percent(5), percent(5)}, half(), quality,
                         Limit{{testing::limit_of(LimitBase::reference, permille(limit))}, {}}}));
  };
  const auto over = [](const std::string& shared, const std::string& limit) {
    return ElementsAre("limit.up: must be at least what is shared at the gate, " + shared + " of the reference, got " +
                       limit);
  };
  EXPECT_THAT(limited(testing::mssp_quality(), 10), over("0.025", "0.01"));
  EXPECT_THAT(limited(testing::mssp_quality(), 25), IsEmpty());
  Quality losses = testing::mssp_quality();
  losses.target = QualityTarget::layers_down;
  EXPECT_THAT(limited(losses, 10), over("0.025", "0.01"));
  Quality base;
  base.target = QualityTarget::base;
  base.high = percent(10);
  EXPECT_THAT(limited(base, 10), over("0.025", "0.01"));
  // A standard that pays 40 % at most brings 2.5 % down to 1 %.
  Quality low;
  low.met = low.alternative = low.failed = QualityFactor::of(percent(40));
  EXPECT_THAT(limited(low, 10), IsEmpty());
  EXPECT_THAT(limited(low, 9), over("0.01", "0.009"));
  low.met = low.alternative = low.failed = QualityFactor::of_score();
  low.ladder = {{percent(50), false, percent(40)}};
  EXPECT_THAT(limited(low, 10), IsEmpty());
  EXPECT_THAT(limited(low, 9), over("0.01", "0.009"));
  // At a value of 0.4 a swing of 50 % leaves 70 % of 2.5 %: 1.75 %.
  low.met = low.alternative = low.failed = QualityFactor{};
  low.target = QualityTarget::settlement;
  low.swing_up = percent(50);
  EXPECT_THAT(limited(low, 17), over("0.0175", "0.017"));
  EXPECT_THAT(limited(low, 18), IsEmpty());
}

// The least gate of the table is 2 %, of 60,000 people and more: 40 % of it is 0.8 % of the reference.
TEST(ValidateSharing, ATableOfGatesIsUnderItsLimit) {
  Contract contract = testing::mssp_basic_a();
  EXPECT_THAT(faults(contract), IsEmpty());
  std::get<Limit>(contract.terms[5]).up = {testing::limit_of(LimitBase::reference, permille(7))};
  EXPECT_THAT(faults(contract),
              ElementsAre("limit.up: must be at least what is shared at the gate, 0.008 of the reference, got 0.007"));
  std::get<Limit>(contract.terms[5]).up = {testing::limit_of(LimitBase::reference, permille(8))};
  EXPECT_THAT(faults(contract), IsEmpty());
}

TEST(ValidateSharing, LimitsAreSharesOrAmounts) {
  LimitPart part;
  part.base = LimitBase::amount;
  part.amount = euro(-1);
  part.shares = {percent(1)};
  EXPECT_THAT(faults(named({given(), half(), Limit{{part}, {LimitPart{LimitBase::revenue, {}, euro(1)}}}})),
              ElementsAre("limit.up.amount: must be 0 or more, got -1.00",
                          "limit.up.amount: must be either an amount or a share, got both",
                          "limit.down.of_revenue: must name at least one share, got nothing",
                          "limit.down.of_revenue: must be either an amount or a share, got both"));
}

TEST(ValidateSharing, QualityHasOneWayToItsValue) {
  Quality quality;
  quality.ladder = {{percent(25), false, percent(100)}};
  EXPECT_THAT(
      faults(named({given(), half(), quality})),
      ElementsAre("quality.ladder: has no effect: met, alternative or failed must be the score, got constants"));
  quality.met = QualityFactor::of_score();
  quality.formula = parse_formula("2*q");
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.formula: must be either a ladder or a formula, got both",
                          "quality.formula: must be in [0, 1] for every q: 2*q, got 1.02 at q = 0.51"));
}

TEST(ValidateSharing, MeasuresHaveARange) {
  Quality quality;
  quality.measures = {{"q", percent(40), percent(40), Rate{}, true}, {"", Rate{}}};
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.measures.q: must not be called as what formulas already know, got q",
                          "quality.measures.q.high: must differ from low: between them points are earned, got 0.4",
                          "quality.measures.q.points: must be above 0, got 0.0",
                          "quality.measures.q.prevalence_weighted: is for an amount per point, got true",
                          "quality.measures: must name each, got \"\""));
}

TEST(ValidateSharing, QualityHasTheParametersOfItsTarget) {
  Quality quality;
  quality.low = percent(-110);
  quality.high = percent(-120);
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.low: is for target base, got layers_up", "quality.low: must be in [-1, 1], got -1.1",
                          "quality.high: must be in [low, 1], got -1.2"));
  Lump lump;
  quality = {};
  quality.target = QualityTarget::base;
  EXPECT_THAT(faults(named({lump, quality})), ElementsAre("quality.target: base needs low or high, got neither"));
  quality.high = percent(50);
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.target: base needs fee, capitation, bundle or lump, got none"));
  quality = {};
  quality.target = QualityTarget::discount;
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.target: discount needs a discount among the steps of the reference, got none"));
  quality.target = QualityTarget::withhold;
  const Withhold by_staying{{{WithholdBase::reference, percent(2), EarnedBy::staying}}};
  EXPECT_THAT(faults(named({given(), half(), by_staying, quality})),
              ElementsAre("quality.target: withhold needs a part that is earned by quality, got none"));
}

// The standard scales neither the settlement nor the base payments: "failed: 0" would still pay them in full.
TEST(ValidateSharing, AStandardIsNotForTargetsThatTakeTheValue) {
  Quality swing;
  swing.target = QualityTarget::settlement;
  swing.swing_up = percent(10);
  EXPECT_THAT(faults(named({given(), half(), swing})), IsEmpty());
  swing.failed = QualityFactor::of(Rate{});
  EXPECT_THAT(faults(named({given(), half(), swing})),
              ElementsAre("quality.failed: has no effect: target settlement takes the value; must be the score or be "
                          "left out, got 0.0"));
  Quality bonus;
  bonus.target = QualityTarget::base;
  bonus.high = percent(50);
  bonus.met = bonus.alternative = bonus.failed = QualityFactor::of_score();
  EXPECT_THAT(faults(named({Lump{}, bonus})), IsEmpty());
  bonus.alternative = QualityFactor{};
  bonus.failed = QualityFactor::of(percent(20));
  const std::string rule = ": has no effect: target base takes the value; must be the score or be left out, got ";
  EXPECT_THAT(faults(named({Lump{}, bonus})),
              ElementsAre("quality.alternative" + rule + "1.0", "quality.failed" + rule + "0.2"));
}

TEST(ValidateSharing, AQualityAmountHasOneForm) {
  Quality quality;
  quality.target = QualityTarget::amount;
  EXPECT_THAT(faults(named({quality})), ElementsAre("quality.amount: must be given for target amount, got nothing"));
  quality.amount = QualityAmount{};
  EXPECT_THAT(faults(named({quality})),
              ElementsAre("quality.amount: must have one of of_reference, per_person and per_point, got none"));
  quality.amount = QualityAmount{percent(110), euro(-1), {}};
  EXPECT_THAT(faults(named({quality})),
              ElementsAre("quality.amount: must have one of of_reference, per_person and per_point, got 2",
                          "quality.amount.of_reference: must be in [0, 1], got 1.1",
                          "quality.amount.per_person: must be 0 or more, got -1.00",
                          "quality.amount.of_reference: needs reference, got no reference"));
  quality.amount = QualityAmount{{}, {}, euro(200), Period::month};
  quality.met = QualityFactor::of_score();
  EXPECT_THAT(
      faults(named({quality})),
      ElementsAre("quality.amount.period: is for an amount per person, got month",
                  "quality.measures: must name the measures that give points, got nothing",
                  "quality.met: must be a constant for an amount per point: points count quality once, got score"));
  quality.target = QualityTarget::layers_up;
  quality.amount = QualityAmount{{}, euro(4), {}};
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.amount: is for target amount, got layers_up"));
  // A benchmark may be there for a quality amount alone.
  quality.target = QualityTarget::amount;
  quality.amount = QualityAmount{percent(10), {}, {}};
  EXPECT_THAT(faults(named({given(), quality})), IsEmpty());
}

TEST(ValidateSharing, GainHasItsRanges) {
  const Gain gain{"", Money{}, percent(101), percent(5), percent(4), cents(-1), -1};
  EXPECT_THAT(faults(named({gain})),
              ElementsAre("gain.outcome: must name the outcome, got \"\"", "gain.value: must be above 0, got 0.00",
                          "gain.share: must be in [0, 1], got 1.01", "gain.floor: must be at most the cap, got 0.05",
                          "gain.most: must be 0 or more, got -0.01", "gain.credibility_k: must be 0 or more, got -1"));
}

TEST(ValidateSharing, DatesDoNotRunBackwards) {
  Adjust adjust;
  adjust.pay_month = 11;
  adjust.owe_month = 0;
  adjust.price_index = Rate{};
  adjust.advance_recovery = percent(101);
  adjust.less = {"premium", "premium"};
  Lump lump;
  EXPECT_THAT(faults(named({lump, given(), half(), adjust})),
              ElementsAre("adjust.price_index: must be above 0, got 0.0",
                          "adjust.advance_recovery: must be in [0, 1], got 1.01",
                          "adjust.less.premium: must be listed once, got twice",
                          "adjust.pay_month: must be in [12, 240]: a year is settled after it has ended, got 11",
                          "adjust.owe_month: must be in [12, 240]: a year is settled after it has ended, got 0"));
}

TEST(ValidateSharing, AnAdjustmentNeedsWhatItAdjusts) {
  Adjust adjust = testing::sequestered(percent(2));
  adjust.mitigates_losses = true;
  adjust.price_index = percent(103);
  adjust.advance_recovery = percent(50);
  Lump lump;
  EXPECT_THAT(faults(named({lump, adjust})),
              ElementsAre("adjust.sequestration: needs layers: there is no settlement to adjust, got 0.02",
                          "adjust.mitigates_losses: needs layers: there is no settlement to adjust, got true",
                          "adjust.price_index: needs layers: there is no settlement to adjust, got 1.03",
                          "adjust.advance_recovery: needs layers: there is no settlement to adjust, got 0.5"));
  adjust = {};
  adjust.less = {"standard_premium"};
  EXPECT_THAT(faults(named({lump, adjust})), IsEmpty());
  EXPECT_THAT(faults(named({given(), half(), adjust})),
              ElementsAre("adjust.less: needs base payments, from which they are taken off, got none"));
}

TEST(ValidateSharing, ASplitIsByWeightOrByClaim) {
  EXPECT_THAT(faults(named({given(), half(), Split{}})),
              ElementsAre("split: must have either weights or a waterfall, got neither"));
  const Split both{{{"gp", percent(50)}}, {{"investor", euro(5)}, {"gp", std::nullopt}}};
  EXPECT_THAT(faults(named({given(), half(), both})),
              ElementsAre("split: must have either weights or a waterfall, got both",
                          "split.gp: must be listed once, got twice"));
  const Split open_first{{}, {{"investor", std::nullopt}, {"gp", euro(5)}}};
  EXPECT_THAT(
      faults(named({given(), half(), open_first})),
      ElementsAre("split.waterfall[0].up_to: the last step, and only that, is open: it takes what is left, got open",
                  "split.waterfall[1].up_to: the last step, and only that, is open: it takes what is left, got "
                  "5.00"));
  const Split nothing{{}, {{"investor", Money{}}, {"gp", std::nullopt}}};
  EXPECT_THAT(faults(named({given(), half(), nothing})),
              ElementsAre("split.waterfall[0].up_to: must be above 0, got 0.00"));
}

}  // namespace
}  // namespace waterbed
