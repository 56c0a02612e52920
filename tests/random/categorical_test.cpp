#include "waterbed/random/categorical.hpp"

#include "random/sampling.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/random/draw.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr std::uint32_t k_last_word = std::numeric_limits<std::uint32_t>::max();

TEST(Categorical, GivesEveryOptionItsShareOfWords) {
  const std::vector<double> p{0.25, 0.5, 0.125, 0.125};
  const CategoricalTable table(p);
  const std::vector<std::uint64_t> expected{0x40000000U, 0xC0000000U, 0xE0000000U, k_always};
  EXPECT_EQ(std::vector<std::uint64_t>(table.thresholds().begin(), table.thresholds().end()), expected);
  EXPECT_EQ(table(0), 0);
  EXPECT_EQ(table(0x3FFFFFFFU), 0);
  EXPECT_EQ(table(0x40000000U), 1);
  EXPECT_EQ(table(0xBFFFFFFFU), 1);
  EXPECT_EQ(table(0xC0000000U), 2);
  EXPECT_EQ(table(0xE0000000U), 3);
  EXPECT_EQ(table(k_last_word), 3);
}

TEST(Categorical, NeverChoosesAnOptionWithoutWeight) {
  // Thirds leave a remainder; it must not fall on the zeros at the ends or between.
  const std::vector<double> p{0.0, 1.0 / 3, 0.0, 1.0 / 3, 1.0 / 3, 0.0, 0.0};
  const CategoricalTable table(p);
  EXPECT_EQ(table(0), 1);
  EXPECT_EQ(table(k_last_word), 4);
  for (int i = 0; i < 20000; ++i) {
    const Index chosen = table(sampling::words(21, i)[0]);
    ASSERT_GT(p[static_cast<std::size_t>(chosen)], 0.0) << chosen;
  }
  for (const std::uint64_t edge : table.thresholds()) {
    for (const std::uint64_t word : {edge - 1, edge}) {
      if (word < k_always) {
        ASSERT_GT(p[static_cast<std::size_t>(table(static_cast<std::uint32_t>(word)))], 0.0);
      }
    }
  }
}

TEST(Categorical, CertainOptionTakesEveryWord) {
  const std::vector<double> p{0.0, 1.0, 0.0};
  const CategoricalTable table(p);
  EXPECT_EQ(table(0), 1);
  EXPECT_EQ(table(k_last_word), 1);
}

TEST(Categorical, LongAndShortTablesAgree) {
  std::vector<double> weights(50);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = i % 7 == 0 ? 0.0 : static_cast<double>(i);
  }
  const auto table = CategoricalTable::from_weights(weights);
  for (int i = 0; i < 20000; ++i) {
    const std::uint32_t word = sampling::words(22, i)[0];
    Index slow = 0;
    while (word >= table.thresholds()[static_cast<std::size_t>(slow)]) {
      ++slow;
    }
    ASSERT_EQ(table(word), slow) << word;
  }
}

TEST(Categorical, FollowsItsProbabilities) {
  std::vector<double> weights{5, 1, 0, 3, 0.5, 2, 8, 0.25, 1, 1, 4};
  const auto table = CategoricalTable::from_weights(weights);
  std::vector<std::int64_t> counts(weights.size());
  for (int i = 0; i < 100000; ++i) {
    ++counts[static_cast<std::size_t>(table(sampling::words(23, i)[3]))];
  }
  for (double& weight : weights) {
    weight /= 25.75;
  }
  EXPECT_GT(sampling::chi_square_p(counts, weights), sampling::k_least_p);
}

std::string message_of(const std::vector<double>& p) {
  try {
    const CategoricalTable table(p);
    return "accepted";
  } catch (const InvalidArgument& error) {
    return error.what();
  }
}

TEST(Categorical, NamesBadProbabilities) {
  EXPECT_EQ(message_of({0.5, 0.4}), "probabilities: must sum to 1, got 0.900000");
  EXPECT_EQ(message_of({1.5, -0.5}), "weights[1]: must be finite and not negative, got -0.500000");
  EXPECT_EQ(message_of({}), "probabilities: must sum to 1, got 0.000000");
  const std::vector<double> zeros{0.0, 0.0};
  EXPECT_THROW((void)CategoricalTable::from_weights(zeros), InvalidArgument);
  const std::vector<double> not_numbers{1.0, std::nan("")};
  EXPECT_THROW((void)CategoricalTable::from_weights(not_numbers), InvalidArgument);
  std::vector<std::uint64_t> short_output(1);
  const std::vector<double> two{0.5, 0.5};
  EXPECT_THROW(cumulative_thresholds(two, short_output), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
