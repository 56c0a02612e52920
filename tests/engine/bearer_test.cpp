// What one more counted euro changes for those who share in a settlement.
#include "engine/bearer.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

/// Expected change per counted euro of a holder who gets half of what is saved of 10,200 EUR a person-year and bears no
/// loss. The 100 person-years of last year cost 10,000 each and this year goes on like that.
/// @param gone  share of the year
double slope_of_half(const Money& premium, double gone) {
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
  engine::ArmState state;
  state.arm = model.arms.data();
  engine::PastYear& last = state.past.emplace_back();
  last.counted = {Money::from_euro(1'000'000).micro};
  last.cycles = {1200};
  last.person_variance = {0.0};
  engine::YearFacts year;
  year.facts.person_time = PersonTime{static_cast<std::int64_t>(1200 * gone), 12};
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

}  // namespace
}  // namespace waterbed
