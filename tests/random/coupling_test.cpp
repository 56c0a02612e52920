#include "waterbed/random/coupling.hpp"

#include "random/sampling.hpp"
#include "waterbed/random/categorical.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace waterbed {
namespace {

using Probabilities = std::vector<double>;

/// All words in steps of 1/64: keep and switch words at the middles of equal cells.
constexpr std::uint32_t k_cells = 64;
constexpr std::uint32_t middle(std::uint32_t cell) { return cell * (1U << 26) + (1U << 25); }

TEST(Coupling, HasExactlyTheTargetAsItsMarginal) {
  // Every ratio and residual share is a multiple of 1/64, so counting cells is exact.
  const Probabilities base{0.5, 0.25, 0.25, 0.0};
  const Probabilities target{0.25, 0.25, 0.375, 0.125};
  Probabilities reached(4);
  double moved = 0.0;
  for (std::size_t drawn = 0; drawn < 3; ++drawn) {
    for (std::uint32_t keep = 0; keep < k_cells; ++keep) {
      for (std::uint32_t move = 0; move < k_cells; ++move) {
        const auto option = static_cast<Index>(drawn);
        const Index chosen = coupled_choice(base, target, option, middle(keep), middle(move));
        const double weight = base[drawn] / (k_cells * k_cells);
        reached[static_cast<std::size_t>(chosen)] += weight;
        moved += chosen == option ? 0.0 : weight;
      }
    }
  }
  EXPECT_EQ(reached, target);
  EXPECT_EQ(moved, total_variation(base, target));
  EXPECT_EQ(moved, 0.25);
}

TEST(Coupling, FollowsTheTargetAndMovesTheTotalVariation) {
  const std::vector<std::pair<Probabilities, Probabilities>> cases{
      {{0.7, 0.2, 0.1}, {0.6, 0.25, 0.15}},
      {{0.05, 0.9, 0.03, 0.02}, {0.5, 0.1, 0.37, 0.03}},
      {{0.4, 0.6, 0.0, 0.0}, {0.0, 0.3, 0.1, 0.6}},
      {{0.2, 0.2, 0.2, 0.2, 0.2}, {0.21, 0.19, 0.2, 0.205, 0.195}},
  };
  for (std::size_t c = 0; c < cases.size(); ++c) {
    const auto& [base, target] = cases[c];
    const CategoricalTable table(base);
    constexpr int k_draws = 200000;
    std::vector<std::int64_t> counts(base.size());
    int moved = 0;
    for (int i = 0; i < k_draws; ++i) {
      const Words words = sampling::words(31 + c, i);
      const Index drawn = table(words[0]);
      const Index chosen = coupled_choice(base, target, drawn, words[1], words[2]);
      ++counts[static_cast<std::size_t>(chosen)];
      moved += chosen == drawn ? 0 : 1;
    }
    EXPECT_GT(sampling::chi_square_p(counts, target), sampling::k_least_p) << "case " << c;
    const double share = total_variation(base, target);
    EXPECT_NEAR(moved, k_draws * share, 4 * std::sqrt(k_draws * share * (1 - share))) << "case " << c;
  }
}

TEST(Coupling, MovesNobodyWhenNothingChanges) {
  const Probabilities base{0.1, 0.3, 0.0, 0.6};
  for (const std::size_t drawn : {0U, 1U, 3U}) {
    for (const std::uint32_t word : {0U, 1U, 0x80000000U, 0xFFFFFFFFU}) {
      EXPECT_EQ(coupled_choice(base, base, static_cast<Index>(drawn), word, word), static_cast<Index>(drawn));
    }
  }
}

TEST(Coupling, MovesNobodyForRoundingInTheLastBits) {
  const Probabilities base{0.1, 0.3, 0.6};
  Probabilities target = base;
  for (double& p : target) {
    p = std::nextafter(p, 0.0);
  }
  for (Index drawn = 0; drawn < 3; ++drawn) {
    EXPECT_EQ(coupled_choice(base, target, drawn, 0xFFFFFFFFU, 0), drawn);
  }
}

TEST(Coupling, KeepsAnOptionThatGains) {
  const Probabilities base{0.5, 0.5};
  const Probabilities target{0.75, 0.25};
  for (const std::uint32_t keep : {0U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    EXPECT_EQ(coupled_choice(base, target, 0, keep, 0xFFFFFFFFU), 0);
  }
  EXPECT_EQ(coupled_choice(base, target, 1, 0x7FFFFFFFU, 0), 1) << "kept with chance one half";
  EXPECT_EQ(coupled_choice(base, target, 1, 0x80000000U, 0), 0);
}

TEST(Coupling, LeavesAClosedOptionAndReachesANewOneOnlyByMoving) {
  const Probabilities base{0.5, 0.5, 0.0};
  const Probabilities target{0.0, 0.5, 0.5};
  for (const std::uint32_t word : {0U, 0x80000000U, 0xFFFFFFFFU}) {
    EXPECT_EQ(coupled_choice(base, target, 0, word, word), 2);
    EXPECT_EQ(coupled_choice(base, target, 1, word, word), 1);
  }
}

TEST(TotalVariation, IsZeroForEqualAndOneForDisjointChoices) {
  const Probabilities one{1.0, 0.0};
  const Probabilities two{0.0, 1.0};
  EXPECT_EQ(total_variation(one, one), 0.0);
  EXPECT_EQ(total_variation(one, two), 1.0);
}

}  // namespace
}  // namespace waterbed
