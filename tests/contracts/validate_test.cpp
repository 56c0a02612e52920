#include "faults.hpp"
#include "support.hpp"
#include "waterbed/contracts/contract.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

TEST(Validate, AcceptsTheContractsOfTheWorkedExamples) {
  EXPECT_THAT(faults(testing::mssp_basic_a()), IsEmpty());
  EXPECT_THAT(faults(testing::mssp_basic_e()), IsEmpty());
  EXPECT_THAT(faults(testing::mssp_enhanced()), IsEmpty());
}

TEST(Validate, NamesEveryFaultAtOnce) {
  Contract contract = named({Gate{percent(-1), percent(2)}, Truncate{TruncateUnit::person, Money{}}});
  contract.name = "";
  contract.quality = 'D';
  contract.hcp_lan_category = "5";
  EXPECT_THAT(faults(contract),
              ElementsAre("name: must not be empty, got \"\"", "quality: must be A, B or C, got D",
                          "hcp_lan_category: must be 1, 2A, 2B, 2C, 3A, 3B, 3N, 4A, 4B, 4C or 4N, got 5",
                          "gate.up: must be in [0, 1], got -0.01", "truncate.person: must be above 0, got 0.00",
                          "truncate: needs layers: nothing is settled on counted spending, got no layers",
                          "gate: needs layers: there is no share to hold back, got no layers"));
}

TEST(Validate, RefusesCombinationsWithoutMeaning) {
  EXPECT_THAT(faults(named({half()})),
              ElementsAre("layers: needs reference: a saving is measured against a benchmark, got no reference"));
  EXPECT_THAT(faults(named({given()})),
              ElementsAre("reference: needs layers: a benchmark alone pays nothing, got no layers"));
  EXPECT_THAT(faults(named({Quality{}, Limit{{testing::limit_of(LimitBase::reference, percent(1))}, {}}, Adjust{}})),
              ElementsAre("quality: needs layers: there is no share to scale, got no layers",
                          "limit: needs layers: there is no settlement to limit, got no layers",
                          "adjust: needs layers: there is no settlement to adjust, got no layers"));
  Ceiling ceiling;
  ceiling.amount = euro(1);
  EXPECT_THAT(faults(named({ceiling})),
              ElementsAre("ceiling: needs fee or bundle: it limits what these bring in, got neither"));
  EXPECT_THAT(faults(named({given(), given(), half()})),
              ElementsAre("reference: a contract has at most one term of a kind, got two"));
  EXPECT_THAT(faults(named({})), ElementsAre("terms: must name at least one term, got nothing"));
}

TEST(Validate, LayersAscendAndSharesLieBetweenZeroAndOne) {
  const Layers layers{{{percent(10), Share::of(percent(150))},
                       {percent(10), Share::of(percent(50))},
                       {percent(5), Share::of(percent(50))}},
                      {{std::nullopt, Share::of(percent(30))}, {percent(5), Share::of(percent(20))}}};
  EXPECT_THAT(faults(named({given(), layers})),
              ElementsAre("layers.up[0].share: must be in [0, 1], got 1.5",
                          "layers.up[1].edge: must be above the edge before, 0.1: layers ascend, got 0.1",
                          "layers.up[2].edge: must be above the edge before, 0.1: layers ascend, got 0.05",
                          "layers.down[0].edge: only the last layer is open, got open"));
  const Share too_much{percent(60), {}, percent(101)};
  EXPECT_THAT(faults(named({given(), Layers{{{std::nullopt, too_much}}, {}}})),
              ElementsAre("layers.up[0].share.if_failed: must be in [0, 1], got 1.01"));
  EXPECT_THAT(faults(named({given(), Layers{}})), ElementsAre("layers: must name at least one layer, got nothing"));
}

TEST(Validate, GateTableHasNoGaps) {
  Gate gate;
  gate.up = SizeTable{{{1, 100, percent(10), percent(5)}, {102, 200, percent(5), percent(4)}}};
  gate.below_share = percent(50);
  EXPECT_THAT(faults(named({given(), half(), gate})),
              ElementsAre("gate.up[1].to: the last row, and only that, is open, got 200",
                          "gate.up[1].from: must follow the row before without gap or overlap, got 102",
                          "gate.below_share: needs below_if: who is paid under the gate, got 0.5"));
  Gate excess{percent(1), percent(1), GateMode::excess, percent(50), BelowIf::low_revenue};
  EXPECT_THAT(faults(named({given(), half(), excess})),
              ElementsAre("gate.below_if: needs first_dollar: nothing exceeds a gate from below, got excess"));
  Gate table;
  table.down = mssp_size_table();
  EXPECT_THAT(faults(named({given(), half(), table})), IsEmpty());
}

TEST(Validate, AUnitHasOneBasePaymentWithinAContract) {
  Fee fee;
  fee.prices = {{"gp", cents(1221)}};
  Lump lump;
  lump.services = {"gp"};
  Capitation capitation;
  capitation.classes = {{"everybody", "", cents(1)}};
  EXPECT_THAT(faults(named({fee, lump})),
              ElementsAre("lump.services: a unit has one base payment: gp is also paid by fee, got gp"));
  capitation.services = {"all"};
  EXPECT_THAT(faults(named({fee, capitation})),
              ElementsAre("capitation.services: a unit has one base payment: gp is also paid by fee, got gp"));
  EXPECT_THAT(faults(named({capitation, lump})),
              ElementsAre("lump.services: a unit has one base payment: all is also paid by capitation, got all"));
  capitation.services.clear();
  lump.services.clear();
  EXPECT_THAT(faults(named({fee, capitation, lump})), IsEmpty());
  // A bundle switches fees off, so these may name the same service.
  Bundle bundle;
  bundle.services = {"gp"};
  bundle.window_days = 90;
  EXPECT_THAT(faults(named({fee, bundle})), IsEmpty());
}

TEST(Validate, ChecksThePricesTiersAndPeriodsOfBaseTerms) {
  Fee fee;
  fee.prices = {{"a", cents(-1)}, {"a", cents(1)}};
  fee.tiers = {{euro(10), percent(101)}, {euro(5), Rate{}}, {euro(20), Rate{}}};
  fee.patient_share = PatientShare{euro(-1), 200, {}};
  EXPECT_THAT(faults(named({fee})),
              ElementsAre("fee.prices.a: must be 0 or more, got -0.01", "fee.prices.a: must be listed once, got twice",
                          "fee.tiers[0].discount: must be in [0, 1], got 1.01",
                          "fee.tiers[1].up_to: must be above 10.00, got 5.00",
                          "fee.tiers[2].up_to: the last tier must be open, got 20.00",
                          "fee.patient_share.first: must be 0 or more, got -1.00",
                          "fee.patient_share.from_age: must be in [0, 120], got 200"));
  Bundle bundle;
  EXPECT_THAT(faults(named({bundle})),
              ElementsAre("bundle.services: must name the services inside, got nothing",
                          "bundle.window_days: must be above 0 for a bundle that a contact opens, got 0"));
  bundle.services = {"chain"};
  bundle.trigger = BundleTrigger::enrolled;
  bundle.window_days = 90;
  bundle.pricing = BundlePricing::by_contents;
  EXPECT_THAT(faults(named({bundle})),
              ElementsAre("bundle.window_days: is for a bundle that a contact opens; enrolment has a period, got 90",
                          "bundle.price: must be fixed for enrolled people, got by_contents",
                          "bundle.contents: must name the prices by contents, got nothing"));
  Capitation capitation;
  capitation.classes = {{"a", "", cents(-5)}, {"a", "", cents(5)}};
  EXPECT_THAT(faults(named({capitation})), ElementsAre("capitation.classes.a: must be 0 or more, got -0.05",
                                                       "capitation.classes.a: must be listed once, got twice"));
}

TEST(Validate, ACeilingHasOneFormAndAFloorUnderIt) {
  Fee fee;
  fee.prices = {{"a", cents(1)}};
  Ceiling ceiling;
  EXPECT_THAT(faults(named({fee, ceiling})),
              ElementsAre("ceiling: must have either an amount or a share of expected turnover, got neither"));
  ceiling.amount = euro(100);
  ceiling.of_expected_turnover = percent(102);
  ceiling.share_above = percent(-20);
  ceiling.floor = euro(101);
  EXPECT_THAT(faults(named({fee, ceiling})),
              ElementsAre("ceiling: must have either an amount or a share of expected turnover, got both",
                          "ceiling.share_above: must be in [0, 1], got -0.2",
                          "ceiling.floor: must be at most the ceiling, got 101.00"));
}

TEST(Validate, AReferenceStartsOnceAndItsWeightsAddUp) {
  EXPECT_THAT(faults(named({half(), Reference{{Trend{}, Given{}}}})),
              ElementsAre("reference.steps[0]: the first step must be given or history, got trend",
                          "reference.steps[0].per_year: needs history: a given benchmark is already of the performance "
                          "year, got given",
                          "reference.steps[1]: given and history can only be the first step, got given or history"));
  EXPECT_THAT(faults(named({half(), Reference{{History{2, {percent(50), percent(40), percent(20)}}, Trend{Rate{}}}}})),
              ElementsAre("reference.steps[0].weights: must have one weight a year, got 3",
                          "reference.steps[0].weights: must add up to 1, got 1.1",
                          "reference.steps[1].factor: must be above 0, got 0.0"));
}

TEST(Validate, QualitySplitAndScopeHaveTheirRanges) {
  Quality quality;
  quality.met = QualityFactor::of(percent(101));
  quality.swing_up = percent(10);
  EXPECT_THAT(faults(named({given(), half(), quality})),
              ElementsAre("quality.met: must be in [0, 1], got 1.01",
                          "quality.swing_up: is for target settlement, got layers_up"));
  Quality swing;
  swing.target = QualityTarget::settlement;
  EXPECT_THAT(faults(named({given(), half(), swing})),
              ElementsAre("quality.target: settlement needs swing_up or swing_down, got neither"));
  EXPECT_THAT(
      faults(named({given(), half(), Split{{{"a", Rate{}}, {"a", percent(-1)}}}, Scope{"", {}, PriceBasis::paid, -1}})),
      ElementsAre("split.a: must be 0 or more, got -0.01", "split: must have a weight above 0, got 2 parties without",
                  "split.a: must be listed once, got twice", "scope.min_people: must be 0 or more, got -1"));
}

}  // namespace
}  // namespace waterbed
