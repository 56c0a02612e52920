// What one more counted euro changes for those who share in a settlement.
#include "engine/bearer.hpp"

#include "support/differ.hpp"
#include "support/region.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

/// Expected change per counted euro of a holder who gets half of what is saved of 10,200 EUR a person-year and bears no
/// loss. The 100 person-years of last year cost 10,000 each and this year goes on like that.
/// @param gone  share of the year
/// @param seen  share of its people who are known by then
double slope_of_half(const Money& premium, double gone, double seen = 1.0) {
  Model model;
  model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 1, .years = 1};
  model.insurers = 1;
  model.providers.emplace_back().name = "gp_group_1";
  model.behaviour.forecast_cv = 0.0;
  ContractModel& contract = model.arms.emplace_back().contracts.emplace_back();
  contract.contract.name = "half";
  contract.contract.holder = "gp_group_1";
  contract.contract.terms = {Reinsure{.attach = Money::from_euro(1'000'000), .premium = premium}, Reference{{Given{}}},
                             Layers{{{.share = Share::of(Rate::from_double(0.5))}}, {}}};
  contract.members = {0};
  if (seen < 1.0) {
    contract.use_counter = 0;
    contract.attribution = {.rule = AttributionRule::plurality_visits, .timing = AttributionTiming::retrospective};
  }
  engine::ArmState state;
  state.arm = model.arms.data();
  engine::PastYear& last = state.past.emplace_back();
  last.counted = {Money::from_euro(1'000'000).micro};
  last.cycles = {1200};
  last.person_variance = {0.0};
  engine::YearFacts year;
  year.facts.person_time = PersonTime{static_cast<std::int64_t>(1200 * gone * seen), 12};
  year.facts.benchmark_per_person_year = Money::from_euro(10'200);
  year.counted_euro = 1'000'000 * gone;
  return engine::member_slopes(model, state, 0, year, gone).front();
}

TEST(MemberSlopes, AreOfSpendingWithThePremiumOfItsReinsurance) {
  for (const double gone : {0.0, 0.5, 0.75}) {
    // 1,000,000 and a premium of 20,000 are the benchmark of 1,020,000: saving is as likely as losing, so that half of
    // the holder's half is lost.
    EXPECT_NEAR(slope_of_half(Money::from_euro(200), gone), -0.25, 1e-12) << gone;
    // Without a premium 20,000 is saved, four standard deviations of 0.5 % of spending: P(X < 4) below.
    EXPECT_NEAR(slope_of_half(Money{}, gone), -0.5 * 0.9999683287581669, 1e-12) << gone;
  }
}

TEST(MemberSlopes, ExpectLastYearsPeopleWhileThoseAreStillToComeWhoAreFoundByUse) {
  // Half a year on half of the people have come, with all that they cost: 500,000 of the expected 1,000,000. Taken by
  // their 25 person-years alone they would seem to lose, 750,000 on a benchmark of 510,000, and nothing would be at
  // stake.
  EXPECT_NEAR(slope_of_half(Money{}, 0.5, 0.5), -0.5 * 0.9999683287581669, 1e-12);
}

/// A thousand people of one practice group; twenty belong to a contract and made 45 of the 50 visits to its hospital.
double share_of_group(int use_counter, std::int64_t visits) {
  Model model;
  model.insurers = 1;
  model.people.practice_group_names = {"gp_group_1"};
  ContractModel contract;
  contract.payer = 0;
  contract.use_counter = use_counter;
  engine::PastYear last;
  last.class_cycles = {12'000};
  last.group_cycles = {{240}};
  last.group_use = {{visits}};
  last.group_own_use = {{45}};
  return engine::group_shares(model, last, contract, 0).front();
}

TEST(GroupShares, AreOfThoseTreatedWhereUseDecidesWhoBelongs) {
  EXPECT_DOUBLE_EQ(share_of_group(-1, 50), 0.02);  // 240 of 12,000 person-months
  EXPECT_DOUBLE_EQ(share_of_group(0, 50), 0.9);    // 45 of 50 visits
  EXPECT_EQ(share_of_group(0, 0), 0.0);            // nobody came: nothing to decide
}

/// A surgeon's hospital bears half of the care that follows, 1,000 EUR for every second patient; one in five of a GP
/// group's people is seen a year. Either it has those whom it treats, or all who live there.
Scenario after_care_borne() {
  Scenario scenario = support::empty_region(4000);
  scenario.time.base_years = 1;
  const auto kind = [](const char* name, DecisionType first, double price) {
    KindSpec spec;
    spec.name = name;
    spec.sector = "hospital";
    spec.funder = "insurer";
    spec.first = first;
    spec.list_price = price;
    return spec;
  };
  scenario.kinds = {kind("consult", DecisionType::urgent, 10.0), kind("clinic", DecisionType::elective_specialist, 100),
                    kind("after_care", DecisionType::urgent, 1000.0)};
  const auto provider = [](const char* name, const char* type, const char* kind_name) {
    ProviderSpec spec;
    spec.name = name;
    spec.type = type;
    spec.kinds = {kind_name};
    return spec;
  };
  scenario.providers = {provider("gps", "gp_group", "consult"), provider("surgery", "hospital", "clinic"),
                        provider("home", "other", "after_care")};
  scenario.gp_kinds = {"consult"};
  scenario.population.gp_groups = {{.provider = "gps", .municipality = "here", .share = 1.0}};
  NeedSpec need;
  need.name = "operation";
  need.per_person_year = support::constant_rate(0.2, 0.2);
  need.enters = {{"clinic", 1.0}};
  need.pathways = {{.from_kind = "clinic", .to_kind = "after_care", .probability = 0.5}};
  scenario.needs = {need};
  support::pay_all_at_list(scenario);
  for (const AttributionRule rule : {AttributionRule::plurality_visits, AttributionRule::geography}) {
    ContractSpec risk;
    risk.terms.name = rule == AttributionRule::geography ? "by_place" : "by_use";
    risk.payers = {"insurer_a"};
    risk.holders = {"surgery"};
    Attribution attribution{.rule = rule, .timing = AttributionTiming::retrospective};
    if (rule == AttributionRule::geography) {
      attribution.places = {"here"};
    } else {
      attribution.by = {"clinic"};
    }
    const Share half = Share::of(Rate::from_double(0.5));
    risk.terms.terms = {
        Scope{.who = {}, .services = {"after_care"}, .price = PriceBasis::list, .attribution = attribution},
        Reference{{History{.years = 1, .weights = {Rate::from_double(1.0)}}}},
        Layers{{{.share = half}}, {{.share = half}}}};
    scenario.contracts.push_back(risk);
    ArmSpec arm = support::arm_of(scenario, "usual");
    arm.name = risk.terms.name;
    arm.contracts.push_back(risk.terms.name);
    scenario.arms.push_back(arm);
  }
  scenario.behaviour.incentives = true;
  scenario.behaviour.half_life_months = 0.01;  // all of the gap at the first refresh
  scenario.behaviour.theta_care_borne = 0.5;
  return scenario;
}

TEST(GroupShares, LetAHospitalAnswerForThoseItTreatsAsForAll) {
  const Results results = simulate(compile(after_care_borne()), {.replications = 1});
  const auto arm = [&](const char* name) { return static_cast<std::size_t>(results.arm_index(name)); };
  EXPECT_TRUE(support::tables_that_differ(results, arm("usual"), results, arm("by_use")).contains("visits"));
  EXPECT_FALSE(support::tables_that_differ(results, arm("by_use"), results, arm("by_place")).contains("visits"));
}

}  // namespace
}  // namespace waterbed
