// Shapley's value: published games, and the axioms that define it.
#include "waterbed/analysis/shapley.hpp"

#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

namespace waterbed {
namespace {

using Worth = std::vector<std::int64_t>;
using testing::ElementsAre;

TEST(Shapley, DividesTheGloveGame) {
  // One owns a left glove, two own a right one each; a pair is worth 6. Known value: 2/3, 1/6, 1/6.
  EXPECT_THAT(shapley(Worth{0, 0, 0, 6, 0, 6, 0, 6}), ElementsAre(4, 1, 1));
}

TEST(Shapley, DividesTheCostOfARunway) {
  // Littlechild & Owen (1973): whoever needs a longer runway alone bears what it adds, in equal parts.
  Worth cost(8);
  const std::int64_t length[] = {6, 18, 30};
  for (std::size_t set = 0; set < cost.size(); ++set) {
    for (std::size_t i = 0; i < 3; ++i) {
      if ((set >> i & 1) != 0) {
        cost[set] = std::max(cost[set], length[i]);
      }
    }
  }
  EXPECT_THAT(shapley(cost), ElementsAre(6 / 3, 6 / 3 + 12 / 2, 6 / 3 + 12 / 2 + 12));
}

TEST(Shapley, CountsFromWhatNobodyIsWorth) { EXPECT_THAT(shapley(Worth{100, 110, 120, 150}), ElementsAre(20, 30)); }

TEST(Shapley, GivesWhatIsMissingToTheLargest) {
  // Thirds of 1 and of 2 beside 9: 3.33.., 3.33.., 9.33.. round to 3, 3, 9 of 16.
  Worth worth(8);
  for (std::size_t set = 0; set < worth.size(); ++set) {
    worth[set] = 3 * std::popcount(set & 3U) + ((set & 4U) != 0 ? 9 : 0) + (set == 7 ? 1 : 0);
  }
  EXPECT_THAT(shapley(worth), ElementsAre(3, 3, 10));
}

Worth random_game() {
  const auto players = *rc::gen::inRange(1, 6);
  return *rc::gen::container<Worth>(std::size_t{1} << static_cast<unsigned>(players),
                                    rc::gen::inRange<std::int64_t>(-1'000'000'000'000, 1'000'000'000'000));
}

RC_GTEST_PROP(ShapleyProperty, AddsUp, ()) {
  const Worth worth = random_game();
  const auto shares = shapley(worth);
  RC_ASSERT(std::accumulate(shares.begin(), shares.end(), std::int64_t{0}) == worth.back() - worth.front());
}

RC_GTEST_PROP(ShapleyProperty, GivesNothingToWhoAddsNothing, ()) {
  // Of a game doubled by a player who never adds anything.
  Worth worth = random_game();
  const auto without = shapley(worth);
  worth.insert(worth.end(), worth.begin(), worth.end());
  const auto with = shapley(worth);
  RC_ASSERT(with.back() == 0);
  RC_ASSERT(std::equal(without.begin(), without.end(), with.begin()));
}

RC_GTEST_PROP(ShapleyProperty, IsTheMeanOverOrders, ()) {
  const Worth worth = random_game();
  const auto shares = shapley(worth);
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<double> mean(shares.size());
  double orders = 0.0;
  do {
    std::size_t set = 0;
    for (const std::size_t player : order) {
      const std::size_t next = set | std::size_t{1} << player;
      mean[player] += static_cast<double>(worth[next] - worth[set]);
      set = next;
    }
    orders += 1.0;
  } while (std::next_permutation(order.begin(), order.end()));
  for (std::size_t i = 0; i < shares.size(); ++i) {
    // Half a unit of rounding each, all of it at one of them.
    RC_ASSERT(std::abs(static_cast<double>(shares[i]) - mean[i] / orders) <= 0.51 * static_cast<double>(shares.size()));
  }
}

TEST(Shapley, RefusesWhatIsNoGame) {
  EXPECT_THROW((void)shapley(Worth{}), InvalidArgument);
  EXPECT_THROW((void)shapley(Worth{1}), InvalidArgument);
  EXPECT_THROW((void)shapley(Worth{1, 2, 3}), InvalidArgument);
  EXPECT_THROW((void)shapley(Worth(512, 0)), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
