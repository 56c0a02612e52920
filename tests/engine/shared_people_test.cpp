// Arms that go through their cycles together give the bytes that each gives alone, whatever they share.
#include "engine/shared_people.hpp"

#include "engine/arm_flight.hpp"
#include "engine/common_chance.hpp"
#include "engine/memory.hpp"
#include "support/region.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/engine/decompose.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using engine::ArmState;

/// Leaves so little memory that arms run one after the other.
RunOptions one_by_one(const Model& model, RunOptions options) {
  const auto arms = static_cast<Index>(options.arms.empty() ? model.arms.size() : options.arms.size());
  options.memory_limit = engine::memory_of_run(model, options, arms, 1);
  EXPECT_EQ(engine::variants_together(model, options, arms), 1);
  return options;
}

struct Case {
  std::string name;
  std::function<Scenario()> scenario;
  std::vector<std::string> arms{};  // empty: all
};

Scenario small(const std::string& name, double share, int years) {
  Scenario scenario = support::shipped(name);
  support::trim(scenario, share);
  scenario.time.years = years;
  return scenario;
}

/// An arm changes what is on record, and one changes its contracts by what the year before came to.
Scenario coded_and_renegotiated() {
  Scenario scenario = support::shipped("two_clinics");
  ProgrammeSpec code{.name = "code", .title = "Code", .case_finding = {}, .coding = {}, .treatment = {}};
  code.coding = CodingSpec{.condition = "diabetes", .from = "uncomplicated", .to = "complicated", .per_contact = 0.05};
  scenario.programmes = {code};
  ArmSpec coded = support::arm_of(scenario, "shared_savings");
  coded.name = "coded";
  coded.programmes = {"code"};
  scenario.arms.push_back(coded);
  support::contract_of(scenario, "hospital_ceiling_squeezed").terms.agreement.renegotiate = Rate::from_double(0.5);
  return scenario;
}

class ArmsTogether : public testing::TestWithParam<Case> {};

TEST_P(ArmsTogether, GiveTheBytesOfEachAlone) {
  const Model model = compile(GetParam().scenario());
  const RunOptions options{.arms = GetParam().arms, .replications = 1, .threads = 1};
  const Results together = simulate(model, options);
  EXPECT_EQ(results_digest(simulate(model, one_by_one(model, options))), results_digest(together));
  for (const std::string& arm : together.arms) {
    EXPECT_EQ(results_digest(simulate(model, {.arms = {arm}, .replications = 1, .threads = 1})),
              results_digest(together, arm))
        << arm;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ArmsTogether,
                         testing::Values(Case{"two_clinics", [] { return support::shipped("two_clinics"); }},
                                         Case{"multi_year", [] { return small("multi_year", 0.1, 6); }},
                                         Case{"leuven", [] { return small("leuven", 0.1, 2); }},
                                         Case{"health_gain", [] { return small("health_gain", 0.3, 2); }},
                                         Case{"routes", [] { return small("primary_care_plus", 0.3, 2); }},
                                         Case{"strategies", [] { return small("sick_sicker_strategies", 0.02, 60); }},
                                         Case{"coded_and_renegotiated", coded_and_renegotiated},
                                         Case{"programmes",
                                              [] { return small("leiden_programmes", 0.01, 2); },
                                              {"fall_prevention", "usual", "joint_triage", "proactive_care",
                                               "rehabilitation_at_home"}}),
                         [](const auto& one) { return one.param.name; });

TEST(VariantsTogether, GiveADecompositionTheBytesOfOneAfterTheOther) {
  const Model model = compile(support::shipped("two_clinics"));
  RunOptions options{.replications = 1, .threads = 1};
  const std::string together = results_digest(decompose(model, "squeezed_ceiling", options));
  options.memory_limit = engine::memory_of_run(model, options, 17, 1);
  EXPECT_EQ(results_digest(decompose(model, "squeezed_ceiling", options)), together);
}

TEST(VariantsTogether, AreAsManyAsTheMemoryHolds) {
  const Model model = compile(support::shipped("two_clinics"));
  RunOptions options{.replications = 1, .threads = 1};
  EXPECT_EQ(engine::variants_together(model, options, 5), 5);
  // The state of the burn-in is held beside those in flight until the last begins.
  options.memory_limit = engine::memory_of_run(model, options, 5, 3);
  EXPECT_EQ(engine::variants_together(model, options, 5), 3);
  options.memory_limit -= 1;
  EXPECT_EQ(engine::variants_together(model, options, 5), 2);
  // One arm takes what it takes.
  options.memory_limit = engine::memory_of_run(model, options, 1, 1);
  EXPECT_NO_THROW(engine::check_memory(model, options, 1));
  EXPECT_THROW(engine::check_memory(model, options, 2), InvalidArgument);
}

/// An arm of two_clinics at the end of a burn-in of some months.
class SharedPeople : public testing::Test {
 protected:
  ArmState burnt_in() const {
    ArmState state = engine::initial_state(context_, model_.arms[static_cast<std::size_t>(model_.reference)]);
    ArmState* const one = &state;
    for (; state.cycle < 6; ++state.cycle) {
      engine::one_cycle(context_, {&one, 1});
    }
    state.person_looks = 0;
    return state;
  }

  static void expect_same(const ArmState& one, const ArmState& other) {
    EXPECT_TRUE(one.presence == other.presence);
    EXPECT_TRUE(one.gone_at == other.gone_at);
    EXPECT_TRUE(one.stage == other.stage);
    EXPECT_TRUE(one.recorded == other.recorded);
    EXPECT_TRUE(one.refresh_at == other.refresh_at);
    EXPECT_TRUE(one.event_below == other.event_below);
    EXPECT_TRUE(one.no_stage_need == other.no_stage_need);
    EXPECT_TRUE(one.no_base_need == other.no_base_need);
    EXPECT_TRUE(one.cell == other.cell);
    EXPECT_TRUE(one.utility == other.utility);
    EXPECT_TRUE(one.year_qalys == other.year_qalys);
    EXPECT_TRUE(one.people_by_age == other.people_by_age);
    EXPECT_TRUE(one.people_by_stage == other.people_by_stage);
    EXPECT_TRUE(one.people_by_class == other.people_by_class);
    EXPECT_TRUE(one.year.fates == other.year.fates);
    EXPECT_TRUE(one.year.deaths == other.year.deaths);
    EXPECT_TRUE(one.year.onsets == other.year.onsets);
    EXPECT_TRUE(one.year.stratum_spending == other.year.stratum_spending);
    ASSERT_EQ(one.begun.size(), other.begun.size());
    for (std::size_t i = 0; i < one.begun.size(); ++i) {
      ASSERT_EQ(one.begun[i].person, other.begun[i].person) << "in the order of an arm alone";
      ASSERT_EQ(one.begun[i].key, other.begun[i].key);
      ASSERT_EQ(one.begun[i].day, other.begun[i].day);
    }
  }

  /// Arms that a change has made unlike the first, through a year together and alone.
  void expect_as_alone(const std::function<void(ArmState&)>& change) {
    ArmState lead = burnt_in();
    ArmState follower = lead;
    change(follower);
    ArmState lead_alone = lead;
    ArmState follower_alone = follower;
    for (int cycle = lead.cycle; cycle < 12; ++cycle) {
      const std::vector<ArmState*> both = {&lead, &follower};
      engine::person_cycle(context_, both);
      engine::person_cycle(context_, lead_alone);
      engine::person_cycle(context_, follower_alone);
      expect_same(lead, lead_alone);
      expect_same(follower, follower_alone);
      for (ArmState* state : {&lead, &follower, &lead_alone, &follower_alone}) {
        ++state->cycle;
      }
    }
    EXPECT_EQ(lead.taken_over, 0);
    EXPECT_EQ(follower.person_looks, follower_alone.person_looks);
    looks_ = follower.person_looks;
    taken_over_ = follower.taken_over;
  }

  const Model model_ = compile(support::shipped("two_clinics"));
  const engine::ReplicationDraws draws_{engine::practice_effects(model_, 1, 0)};
  const engine::Context context_{model_, 1, 0, 1, 3000, draws_};
  std::int64_t looks_ = 0;
  std::int64_t taken_over_ = 0;
};

TEST_F(SharedPeople, TakesOverEverybodyWhereNothingDiffers) {
  expect_as_alone([](ArmState&) {});
  EXPECT_GT(looks_, 10'000);
  EXPECT_EQ(taken_over_, looks_);
}

TEST_F(SharedPeople, TakesOverEverybodyWhereOnlyAcceptanceOfNeedsDiffers) {
  // Fewer needs are accepted: who has a need is the same, and whether it begins an episode is not.
  expect_as_alone([](ArmState& state) {
    for (double& access : state.access) {
      access *= 0.5;
    }
  });
  EXPECT_EQ(taken_over_, looks_);
}

TEST_F(SharedPeople, LooksAtThosePeopleWhoAreUnlike) {
  // Every tenth person's record is empty, and every eleventh has had care that protects from now on.
  const auto conditions = static_cast<std::size_t>(model_.health.conditions);
  const std::size_t effects = model_.health.care.size();
  ASSERT_GT(effects, 0U);
  expect_as_alone([&](ArmState& state) {
    for (std::size_t person = 0; person < state.presence.size(); person += 10) {
      std::fill_n(state.recorded.begin() + static_cast<std::ptrdiff_t>(person * conditions), conditions, 0);
    }
    for (std::size_t person = 0; person < state.presence.size(); person += 11) {
      state.care[person * effects] = {static_cast<std::int16_t>(state.cycle), static_cast<std::int16_t>(40)};
      state.refresh_at[person] = std::min(state.refresh_at[person], static_cast<std::int16_t>(state.cycle));
    }
  });
  EXPECT_GT(taken_over_, looks_ / 2);
  EXPECT_LT(taken_over_, looks_);
}

TEST_F(SharedPeople, LooksAtThemselvesUntilWhatDiffersIsRetaken) {
  expect_as_alone([](ArmState& state) {
    for (std::int32_t& utility : state.utility) {
      utility -= 1;
    }
  });
  // A birthday retakes it, one in twelve a month: five in twelve by the last of six months, half of that on average,
  // and few change stage before.
  EXPECT_GT(taken_over_, 0);
  EXPECT_LT(taken_over_, looks_ / 2);
}

TEST_F(SharedPeople, FollowsTheFirstArmThatHasNothingOfItsOwn) {
  ArmState plain = burnt_in();
  ArmState held = plain;
  held.held = 1U << static_cast<unsigned>(Mechanism::health);
  ArmModel changed_arm = *plain.arm;
  changed_arm.health = model_.health;
  ArmState changed = plain;
  changed.arm = &changed_arm;
  ArmState other = plain;
  EXPECT_TRUE(engine::shares_people(model_, plain));
  EXPECT_FALSE(engine::shares_people(model_, held));
  EXPECT_FALSE(engine::shares_people(model_, changed));
  const auto leader = [&](const std::vector<ArmState*>& arms) { return engine::leader_of(model_, arms); };
  EXPECT_EQ(leader({&held, &plain, &changed, &other}), 1U);
  EXPECT_EQ(leader({&plain, &other}), 0U);
  EXPECT_EQ(leader({&held, &plain, &changed}), 3U) << "nobody follows";
  EXPECT_EQ(leader({&plain}), 1U);
}

TEST_F(SharedPeople, GivesTheSameForAnyThreadsAndBlocks) {
  std::string expected;
  for (const int threads : {1, 2, 3}) {
    for (const int block_size : {500, 8192}) {
      const RunOptions options{.replications = 1, .threads = threads, .block_size = block_size};
      const std::string digest = results_digest(simulate(model_, options));
      expected = expected.empty() ? digest : expected;
      EXPECT_EQ(digest, expected) << threads << " threads, blocks of " << block_size;
    }
  }
}

TEST_F(SharedPeople, GoesApartWithTheEpisodesOfAnArmAndSharesTheRest) {
  // An arm accepts nine needs in ten of those that another does: fewer visits put something on record or protect.
  ArmState lead = burnt_in();
  ArmState follower = lead;
  for (double& access : follower.access) {
    access *= 0.9;
  }
  for (int cycle = lead.cycle; cycle < 12; ++cycle) {
    const std::vector<ArmState*> both = {&lead, &follower};
    engine::person_cycle(context_, both);
    for (ArmState* state : both) {
      engine::walk_all(context_, *state, state->begun);
      ++state->cycle;
    }
  }
  EXPECT_FALSE(lead.recorded == follower.recorded);
  EXPECT_FALSE(lead.care == follower.care);
  EXPECT_GT(follower.taken_over, follower.person_looks * 8 / 10);
  EXPECT_LT(follower.taken_over, follower.person_looks);
}

}  // namespace
}  // namespace waterbed
