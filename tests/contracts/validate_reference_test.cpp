// Faults of terms that make counted spending and the benchmark.

#include "faults.hpp"
#include "support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::percent;

std::vector<std::string> faults_of(std::vector<ReferenceStep> steps) {
  return faults(named({Reference{std::move(steps)}, half()}));
}

TEST(ValidateReference, RenewedWeightsAddUpToo) {
  EXPECT_THAT(faults_of({History{2, {}, {percent(50), percent(40)}}}),
              ElementsAre("reference.steps[0].weights_renewed: must add up to 1, got 0.9"));
  Contract kept = named({Reference{{History{2, {}, {percent(50), percent(50)}}}}, half()});
  EXPECT_THAT(faults(kept), IsEmpty());
  kept.agreement = {.years = 3, .rebase = false};
  EXPECT_THAT(faults(kept), ElementsAre("reference.steps[0].weights_renewed: needs agreement.rebase: otherwise the "
                                        "base years of the first agreement stay, got false"));
  EXPECT_THAT(faults_of({History{25, {}, {}}}), ElementsAre("reference.steps[0].years: must be in [1, 20], got 25"));
}

TEST(ValidateReference, ATrendIsAFactorOrAnIndex) {
  Trend both;
  both.factor = percent(102);
  both.index = "national";
  both.own_market_index = "national";
  EXPECT_THAT(faults_of({History{}, both}),
              ElementsAre("reference.steps[1].factor: must be left out of a trend that follows an index, got 1.02",
                          "reference.steps[1].own_market_index: must differ from index, got national"));
  Trend own;
  own.own_market_index = "national";
  EXPECT_THAT(faults_of({History{}, own}),
              ElementsAre("reference.steps[1].own_market_index: needs index: what the rest of the market follows, got "
                          "national"));
  Trend index;
  index.index = "national";
  EXPECT_THAT(faults_of({Given{}, index}),
              ElementsAre("reference.steps[1].index: needs history: it carries base years on, got given"));
  EXPECT_THAT(faults_of({History{}, Add{euro(5)}, index}),
              ElementsAre("reference.steps[2]: a trend of base years must come before steps that mix in other amounts, "
                          "got trend"));
  EXPECT_THAT(faults_of({History{}, Add{euro(5)}, Trend{percent(102), false}}), IsEmpty());
}

TEST(ValidateReference, UpdatesAndBlendsNameWhatTheyUse) {
  EXPECT_THAT(faults_of({Given{}, Update{}}),
              ElementsAre("reference.steps[1].update: must name at least one growth factor, got nothing"));
  EXPECT_THAT(faults_of({Given{}, Update{{{"acpt", Rate{}}, {"acpt", Rate{Rate::k_one}}}}}),
              ElementsAre("reference.steps[1].update.acpt: must be above 0, got 0.0",
                          "reference.steps[1].update.acpt: must be listed once, got twice"));
  EXPECT_THAT(faults_of({Given{}, Blend{"", percent(120)}}),
              ElementsAre("reference.steps[1].with: must name what is mixed in, got \"\"",
                          "reference.steps[1].weight: must be in [0, 1], got 1.2"));
}

TEST(ValidateReference, RiskCapsAndClasses) {
  EXPECT_THAT(
      faults_of({Given{}, Risk{percent(-3), percent(101), {{"old", "", percent(-1)}, {"old", "", percent(1)}}}}),
      ElementsAre("reference.steps[1].cap_up: must be in [0, 1], got -0.03",
                  "reference.steps[1].cap_down: must be in [0, 1], got 1.01",
                  "reference.steps[1].classes.old: must be 0 or more, got -0.01",
                  "reference.steps[1].classes.old: must be listed once, got twice"));
}

TEST(ValidateReference, AdditionsHaveTheirRangesAlsoInsideMaxOf) {
  EXPECT_THAT(faults_of({Given{}, MaxOf{}}),
              ElementsAre("reference.steps[1].max_of: must name at least one addition, got nothing"));
  EXPECT_THAT(faults_of({Given{}, MaxOf{{Regional{percent(135), percent(-15), percent(5), percent(-2)},
                                         PriorSavings{percent(150), percent(-5)},
                                         PopulationAdjustment{percent(105), percent(-15)}, Add{euro(-5)}}}}),
              ElementsAre("reference.steps[1].max_of[0].weight_below: must be in [0, 1], got 1.35",
                          "reference.steps[1].max_of[0].weight_above: must be in [0, 1], got -0.15",
                          "reference.steps[1].max_of[0].cap_low: must be at most cap_high, got 0.05",
                          "reference.steps[1].max_of[1].share: must be in [0, 1], got 1.5",
                          "reference.steps[1].max_of[1].cap: must be in [0, 1], got -0.05",
                          "reference.steps[1].max_of[2].cap: must be in [0, 1], got 1.05",
                          "reference.steps[1].max_of[2].from_share: must be in [0, 1], got -0.15"));
  EXPECT_THAT(faults_of({Given{}, Regional{percent(1), percent(1), percent(-101), percent(101)}}),
              ElementsAre("reference.steps[1].cap_low: must be in [-1, 1], got -1.01",
                          "reference.steps[1].cap_high: must be in [-1, 1], got 1.01"));
}

TEST(ValidateReference, TheDiscountIsLastAndHasOneForm) {
  EXPECT_THAT(faults_of({Given{}, Discount{percent(3), {}}, Risk{}}),
              ElementsAre("reference.steps[2]: must come before the discount, which acts when settled, got risk"));
  EXPECT_THAT(faults_of({Given{}, Discount{percent(3), {{Rate{}, false, percent(2)}}}}),
              ElementsAre("reference.steps[1].rate: must be left out of a discount by ladder, got 0.03"));
  EXPECT_THAT(
      faults_of({Given{}, Discount{Rate{}, {{percent(50), true, percent(2)}, {percent(50), false, percent(101)}}}}),
      ElementsAre("reference.steps[1].ladder[1].value: must be in [0, 1], got 1.01",
                  "reference.steps[1].ladder[1].from: must be above the rung before, 0.5, got 0.5"));
  // From a score on, and from above the same score on, are two rungs.
  EXPECT_THAT(
      faults_of({Given{}, Discount{Rate{}, {{percent(50), false, percent(2)}, {percent(50), true, percent(1)}}}}),
      IsEmpty());
}

TEST(ValidateReference, TruncationHasOneRule) {
  EXPECT_THAT(faults(named({Truncate{}, given(), half()})),
              ElementsAre("truncate.person: must have one of an amount, a percentile and sd_above_mean, got none"));
  Truncate truncate;
  truncate.amount = euro(5);
  truncate.percentile = Rate{};
  truncate.sd_above_mean = percent(-100);
  truncate.low_percentile = percent(101);
  EXPECT_THAT(faults(named({truncate, given(), half()})),
              ElementsAre("truncate.person: must have one of an amount, a percentile and sd_above_mean, got 3",
                          "truncate.person.percentile: must be above 0, got 0.0",
                          "truncate.person.sd_above_mean: must be in [0, 100], got -1.0",
                          "truncate.person.low_percentile: must be in [0, 1], got 1.01",
                          "truncate.person.low_percentile: must be at most the percentile above which spending is cut, "
                          "got 1.01"));
}

TEST(ValidateReference, ReinsuranceLiesUnderTheCut) {
  Reinsure reinsure{Money{}, Money{}, percent(101), cents(-1)};
  EXPECT_THAT(
      faults(named({reinsure, given(), half()})),
      ElementsAre("reinsure.attach: must be above 0, got 0.00", "reinsure.limit: must be above 0, got 0.00",
                  "reinsure.share: must be in [0, 1], got 1.01", "reinsure.premium: must be 0 or more, got -0.01"));
  reinsure = Reinsure{};
  reinsure.attach = euro(22'500);
  EXPECT_THAT(
      faults(named({reinsure, Truncate{TruncateUnit::person, euro(22'500)}, given(), half()})),
      ElementsAre("reinsure.attach: must be under the amount at which spending is cut: nothing is left above it, "
                  "got 22,500.00"));
  EXPECT_THAT(faults(named({reinsure})),
              ElementsAre("reinsure: needs layers: nothing is settled on counted spending, got no layers"));
}

TEST(ValidateReference, WithholdsAreOfWhatThereIs) {
  EXPECT_THAT(faults(named({Withhold{}, given(), half()})),
              ElementsAre("withhold: must name at least one part, got nothing"));
  const Withhold too_much{{{WithholdBase::reference, percent(60)},
                           {WithholdBase::reference, percent(60)},
                           {WithholdBase::base, percent(101)}}};
  EXPECT_THAT(faults(named({too_much, given(), half()})),
              ElementsAre("withhold[2].share: must be in [0, 1], got 1.01",
                          "withhold: must hold back no more than the whole reference, got 1.2",
                          "withhold[2].of: base needs fee, capitation, bundle or lump, got none"));
  Lump lump;
  EXPECT_THAT(faults(named({lump, Withhold{{{WithholdBase::reference, percent(5)}}}})),
              ElementsAre("withhold[0].of: reference needs a reference, got none"));
}

TEST(ValidateReference, PriorSavingsAreNettedBesideARegionalAdjustment) {
  const PriorSavings net{percent(50), {}, true};
  const std::string rule = ".net_of_negative_regional: is for max_of with a regional adjustment, got true";
  EXPECT_THAT(faults(named({Reference{{Given{}, MaxOf{{net, Regional{}}}, net, MaxOf{{net, Add{euro(1)}}}}}, half()})),
              ElementsAre("reference.steps[2]" + rule, "reference.steps[3].max_of[0]" + rule));
}

TEST(ValidateReference, EpisodesAreSettledPerEpisode) {
  Bundle bundle;
  bundle.services = {"knee"};
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::retrospective;
  EXPECT_THAT(
      faults(named({bundle})),
      ElementsAre("bundle.pricing: retrospective needs reference and layers: what episodes are settled against, "
                  "got no layers"));
  Reinsure reinsure;
  reinsure.attach = euro(1);
  EXPECT_THAT(
      faults(named({bundle, reinsure, Truncate{TruncateUnit::person, euro(50'000)},
                    Reference{{Given{}, PriorSavings{percent(50), {}}}}, half()})),
      ElementsAre("reference.steps[1]: is per person-year; episodes settled in retrospect can blend with others, "
                  "got prior_savings",
                  "truncate.person: must be by episode where episodes are settled, got person",
                  "reinsure: is per person; here episodes are settled, got a bundle settled in retrospect"));
  EXPECT_THAT(faults(named({Truncate{TruncateUnit::episode, euro(50'000)}, given(), half()})),
              ElementsAre("truncate.episode: needs a bundle that is settled in retrospect, got none"));
  // Fees are paid as usual: these may name the same services.
  Fee fee;
  fee.prices = {{"knee", euro(9'000)}};
  EXPECT_THAT(faults(named({bundle, fee, given(), half()})), IsEmpty());
}

}  // namespace
}  // namespace waterbed
