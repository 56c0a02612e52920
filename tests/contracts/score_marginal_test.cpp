#include "waterbed/contracts/score_marginal.hpp"

#include "support.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace waterbed {
namespace {

using testing::euro;
using testing::given;
using testing::named;
using testing::percent;

/// 100 million of benchmark; the score is set by each test.
Facts year_of_100_million() { return testing::year(10'000, euro(10'000), Money{}); }

// A loss of 6 million: + 0.75 |G| dq between the floor of 40 % at 0.8 and the cap of 75 % at 1/3, nothing beyond.
TEST(QualitySlope, EnhancedLossesFallWithTheScoreBetweenTheirEnds) {
  const Contract contract = testing::mssp_enhanced();
  const Facts facts = year_of_100_million();
  EXPECT_NEAR(quality_slope(contract, facts, {106e6, 0}, {0.6, 0}), 0.75 * 6e6, 0.01);
  EXPECT_NEAR(quality_slope(contract, facts, {106e6, 0}, {0.2, 0}), 0, 0.01);
  EXPECT_NEAR(quality_slope(contract, facts, {106e6, 0}, {0.9, 0}), 0, 0.01);
  EXPECT_NEAR(quality_slope(contract, facts, {106e6, 0}, {0.6, 0.01}), 0.75 * 6e6, 0.01);
  // Half of the mass lies past the floor.
  EXPECT_NEAR(quality_slope(contract, facts, {106e6, 0}, {0.8, 0.01}), 0.75 * 6e6 / 2, 10);
}

Contract laddered() {
  Quality quality;
  quality.target = QualityTarget::layers_up;
  quality.met = QualityFactor::of_score();
  quality.alternative = quality.failed = quality.met;
  quality.ladder = {{percent(50), false, percent(40)}, {percent(80), false, percent(100)}};
  return named({given(), Layers{{{std::nullopt, Share::of(percent(50))}}, {}}, quality});
}

// A saving of 4 million: at the second rung the payment steps from 0.8 to 2 million.
TEST(QualitySlope, ARungIsItsStepTimesTheChanceToBeThere) {
  const Facts facts = year_of_100_million();
  const double density = 1.0 / (0.02 * std::sqrt(2.0 * std::numbers::pi));
  EXPECT_NEAR(quality_slope(laddered(), facts, {96e6, 0}, {0.8, 0.02}), 1.2e6 * density, 1.0);
  // A known score stands on its rung and does not see the next.
  EXPECT_NEAR(quality_slope(laddered(), facts, {96e6, 0}, {0.8, 0}), 0, 0.01);
  EXPECT_NEAR(quality_slope(laddered(), facts, {96e6, 0}, {0.7999999, 0}), 0, 0.01);
  EXPECT_NEAR(quality_slope(laddered(), facts, {96e6, 0}, {1.0, 0}), 0, 0.01);
}

TEST(QualitySlope, AScoreThatCannotBeIsHeldAtItsEnds) {
  const Facts facts = year_of_100_million();
  EXPECT_EQ(quality_slope(laddered(), facts, {96e6, 0}, {5.0, 0.1}), 0);
  EXPECT_EQ(quality_slope(laddered(), facts, {96e6, 0}, {-0.1, 0}), 0);
}

TEST(QualitySlope, NamesMissingFacts) {
  EXPECT_THROW((void)quality_slope(laddered(), Facts{}, {96e6, 0}, {0.8, 0.02}), FactsError);
}

// p (1 - w) + w p E[earned]: with 8 % held back and the score as earned, 1 - 0.08 x 0.3.
TEST(BaseFactor, IsOneLessWhatIsNotExpectedToBeEarned) {
  const Contract held = named({Withhold{{{WithholdBase::base, percent(8), EarnedBy::quality}}}});
  Facts facts;
  facts.quality_score = percent(70);
  EXPECT_NEAR(expected_base_factor(held, facts), 0.976, 1e-15);
  EXPECT_NEAR(expected_base_factor(held, facts, Forecast{0.7, 0.02}), 0.976, 1e-12);
  // Scores end at 1: half of a normal of sd s about 1 falls short by s phi(0) on average.
  const double short_of_one = 0.02 / std::sqrt(2.0 * std::numbers::pi);
  EXPECT_NEAR(expected_base_factor(held, facts, Forecast{1.0, 0.02}), 1.0 - 0.08 * short_of_one, 1e-10);
  EXPECT_EQ(expected_base_factor(named({}), Facts{}), 1);
}

TEST(MeasureSlope, IsNothingBeyondTheThresholds) {
  const QualityMeasure measure{"blood pressure", percent(40), percent(80), Rate{10 * Rate::k_one}, false};
  EXPECT_DOUBLE_EQ(measure_slope(measure, {0.5, 0}), 25);
  EXPECT_EQ(measure_slope(measure, {0.3, 0}), 0);
  EXPECT_EQ(measure_slope(measure, {0.9, 0}), 0);
  EXPECT_NEAR(measure_slope(measure, {0.8, 0.01}), 12.5, 1e-9);
}

// s B dscore/score until the cap: half of 100 million for a whole unit, and nothing past + 3 %.
TEST(RiskSlope, IsTheShareOfTheBenchmarkUntilTheCap) {
  Risk risk;
  risk.cap_up = percent(3);
  const Contract contract = named({Reference{{Given{}, risk}}, Layers{{{std::nullopt, Share::of(percent(50))}}, {}}});
  const Facts facts = year_of_100_million();
  EXPECT_NEAR(risk_slope(contract, facts, {95e6, 0}, {1.01, 0}), 5e7, 1);
  EXPECT_NEAR(risk_slope(contract, facts, {95e6, 0}, {1.05, 0}), 0, 1);
  EXPECT_NEAR(risk_slope(contract, facts, {95e6, 0}, {1.03, 0.002}), 2.5e7, 5e2);
  EXPECT_EQ(risk_slope(named({}), facts, {95e6, 0}, {1.01, 0}), 0);
}

}  // namespace
}  // namespace waterbed
