#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <set>

namespace waterbed {
namespace {

constexpr DrawName k_name{.replication = 3, .person = 5, .cycle = 7, .purpose = Purpose::walk_step, .k = 11};

TEST(Draw, IsPhiloxOfItsName) {
  constexpr Words expected = philox({{11U, 5U, 3U, 13U << 24 | 7U}}, {{0x89abcdefU, 0x01234567U}});
  static_assert(draw(0x0123456789abcdefULL, k_name) == expected);
  EXPECT_EQ(draw(0x0123456789abcdefULL, k_name), expected);
}

TEST(Draw, EveryPartOfTheNameMatters) {
  std::set<Words> seen;
  seen.insert(draw(1, k_name));
  seen.insert(draw(2, k_name));
  seen.insert(draw(1ULL << 32 | 1, k_name));
  DrawName other = k_name;
  other.replication = 4;
  seen.insert(draw(1, other));
  other = k_name;
  other.person = 6;
  seen.insert(draw(1, other));
  other = k_name;
  other.cycle = k_cycle_limit - 1;
  seen.insert(draw(1, other));
  other = k_name;
  other.purpose = Purpose::pathway_delay;
  seen.insert(draw(1, other));
  other = k_name;
  other.k = 12;
  seen.insert(draw(1, other));
  EXPECT_EQ(seen.size(), 8U);
}

TEST(Draw, NeighboursInEveryPartAreUncorrelated) {
  // Bits of neighbouring names agree half of the time: 128 bits x 4,000 pairs, within 4 standard errors.
  constexpr std::uint32_t k_pairs = 4000;
  const auto agreement = [](auto step) {
    std::int64_t agreeing = 0;
    for (std::uint32_t i = 0; i < k_pairs; ++i) {
      DrawName one{.replication = 0, .person = i * 2, .cycle = i, .purpose = Purpose::need_base, .k = i % 7};
      DrawName two = one;
      step(two);
      const Words a = draw(9, one);
      const Words b = draw(9, two);
      for (std::size_t w = 0; w < 4; ++w) {
        agreeing += std::popcount(~(a[w] ^ b[w]));
      }
    }
    const double bits = 128.0 * k_pairs;
    return (static_cast<double>(agreeing) - bits / 2) / std::sqrt(bits / 4);
  };
  EXPECT_LT(std::abs(agreement([](DrawName& n) { ++n.person; })), 4.0);
  EXPECT_LT(std::abs(agreement([](DrawName& n) { ++n.cycle; })), 4.0);
  EXPECT_LT(std::abs(agreement([](DrawName& n) { ++n.k; })), 4.0);
  EXPECT_LT(std::abs(agreement([](DrawName& n) { ++n.replication; })), 4.0);
  EXPECT_LT(std::abs(agreement([](DrawName& n) { n.purpose = Purpose::need_day; })), 4.0);
}

TEST(Draw, PairsJoinNeighbouringWords) {
  constexpr Words words{1U, 2U, 3U, 4U};
  EXPECT_EQ(first_pair(words), 0x0000000200000001ULL);
  EXPECT_EQ(second_pair(words), 0x0000000400000003ULL);
}

#ifndef NDEBUG
TEST(DrawDeathTest, RefusesACycleThatWouldRunIntoThePurpose) {
  DrawName bad = k_name;
  bad.cycle = k_cycle_limit;
  EXPECT_DEATH((void)draw(1, bad), "k_cycle_limit");
}

TEST(DrawDeathTest, RefusesANameWithoutPurpose) {
  DrawName bad = k_name;
  bad.purpose = Purpose{};
  EXPECT_DEATH((void)draw(1, bad), "purpose");
}
#endif

}  // namespace
}  // namespace waterbed
