#include "engine/health_lanes.hpp"

#include "waterbed/core/age_table.hpp"
#include "waterbed/random/draw_many.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace waterbed::engine {
namespace {

TEST(YearsOfCycles, DividesAsAnIntegerDoes) {
  for (const int cycles_per_year : {1, 4, 12, 52}) {
    const YearsOfCycles years = years_of_cycles(cycles_per_year);
    for (std::int32_t cycles = 0; cycles < 1 << 15; ++cycles) {
      ASSERT_EQ(years.years(cycles), cycles / cycles_per_year) << cycles_per_year << " a year";
    }
  }
}

class HealthLanes : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { use_vector_path(GetParam()); }
  void TearDown() override { use_vector_path(""); }
};

/// Persons of whom each can be known beforehand: quarters, cycle 400, so that 100 years have gone since cycle 0.
TEST_P(HealthLanes, LivesTheCycleOfEachAndListsWhoMeetsSomething) {
  constexpr int k_cycle = 400;
  constexpr std::size_t k_most = 70;
  constexpr std::size_t k_next_stage = 1000;
  std::vector<HealthState> states(2 * k_next_stage);
  for (std::size_t s = 0; s < states.size(); ++s) {
    // Costs have more than 32 bits.
    states[s] = {.event_below = s < k_next_stage ? 1U << 31U : 0U,
                 .utility_micro = static_cast<std::int32_t>(s),
                 .cost_micro = (std::int64_t{1} << 40) + static_cast<std::int64_t>(s)};
  }
  const std::array presences = {Presence::here, Presence::not_yet, Presence::dead, Presence::left, Presence::here};
  for (std::size_t count = 0; count <= k_most; ++count) {
    std::vector<Presence> presence(count);
    std::vector<std::int32_t> leaves(count), birth(count), qalys(count, 7);
    std::vector<std::uint16_t> cell(count);
    std::vector<std::uint32_t> stages(count), words(count);
    std::vector<std::int64_t> costs(count, -5);
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = static_cast<std::int32_t>(i);
      presence[i] = presences[i % presences.size()];
      leaves[i] = i % 7 == 0 ? k_cycle : k_cycle + 1;
      birth[i] = k_cycle - 4 * (10 * number % 140) - (i % 3 == 0 ? 1 : 0);  // older than k_max_age too, and unborn
      birth[i] = i % 11 == 0 ? k_cycle + 3 : birth[i];
      cell[i] = static_cast<std::uint16_t>(150 * (i % 5));
      stages[i] = i % 4 == 0 ? std::uint32_t{k_next_stage} : 0;
      words[i] = i % 2 == 0 ? 0x7FFFFFFFU : 0x80000000U;
    }
    const std::size_t room = count + k_marked_room;
    std::vector<std::uint32_t> state(room), met(room), come_or_go(room), decades(room);
    const HealthCounts found = health_lanes(
        states.data(), years_of_cycles(4), k_cycle, count,
        {.presence = presence.data(),
         .leaves = leaves.data(),
         .birth = birth.data(),
         .cell = cell.data(),
         .stages = stages.data(),
         .words = words.data(),
         .qalys = qalys.data(),
         .costs = costs.data()},
        {.state = state.data(), .met = met.data(), .come_or_go = come_or_go.data(), .decades = decades.data()});
    met.resize(found.met);
    come_or_go.resize(found.come_or_go);
    decades.resize(found.decades);
    std::vector<std::uint32_t> met_expected, come_or_go_expected, decades_expected;
    for (std::size_t i = 0; i < count; ++i) {
      const auto position = static_cast<std::uint32_t>(i);
      const bool here = presence[i] == Presence::here;
      const bool stays = here && leaves[i] > k_cycle;
      const int lived = std::max(0, k_cycle - birth[i]);
      const int age = std::min(lived / 4, k_max_age);
      const std::size_t now = stages[i] + cell[i] + static_cast<std::size_t>(age);
      ASSERT_EQ(state[i], now) << "person " << i << " of " << count;
      ASSERT_EQ(qalys[i], 7 + (stays ? states[now].utility_micro : 0)) << "person " << i << " of " << count;
      ASSERT_EQ(costs[i], -5 + (stays ? states[now].cost_micro : 0)) << "person " << i << " of " << count;
      if (stays && words[i] < states[now].event_below) {
        met_expected.push_back(position);
      }
      if ((here && !stays) || presence[i] == Presence::not_yet) {
        come_or_go_expected.push_back(position);
      }
      if (stays && age > 0 && age < k_max_age && lived % 40 == 0) {
        decades_expected.push_back(position);
      }
    }
    EXPECT_EQ(met, met_expected);
    EXPECT_EQ(come_or_go, come_or_go_expected);
    EXPECT_EQ(decades, decades_expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, HealthLanes, testing::ValuesIn(vector_paths()),
                         [](const auto& path) { return path.param; });

}  // namespace
}  // namespace waterbed::engine
