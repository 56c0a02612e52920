#include "waterbed/random/draw_many.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace waterbed {
namespace {

class DrawMany : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { use_vector_path(GetParam()); }
  void TearDown() override { use_vector_path(""); }
};

TEST_P(DrawMany, GivesTheWordsOfEachDraw) {
  const std::uint64_t seeds[] = {0, 1, 0x0123456789abcdefULL, ~0ULL};
  for (const std::uint64_t seed : seeds) {
    // Every number of persons left over beside full vectors, up to two of the widest.
    for (std::size_t count = 0; count <= 33; ++count) {
      DrawName name{.replication = 3, .person = 1000, .cycle = 7, .purpose = Purpose::walk_step, .k = 11};
      std::vector<Words> out(count + 1, Words{1, 2, 3, 4});
      draw_many(seed, name, std::span(out).first(count));
      for (std::size_t i = 0; i < count; ++i) {
        name.person = 1000 + static_cast<std::uint32_t>(i);
        ASSERT_EQ(out[i], draw(seed, name)) << "person " << i << " of " << count;
      }
      EXPECT_EQ(out[count], (Words{1, 2, 3, 4})) << "wrote past its end";
    }
  }
}

TEST_P(DrawMany, GoesPastTheLastPersonNumber) {
  const DrawName name{.person = 0xFFFFFFF0U, .cycle = k_cycle_limit - 1, .purpose = Purpose::person_cycle};
  std::vector<Words> out(64);
  draw_many(9, name, out);
  for (std::uint32_t i = 0; i < 64; ++i) {
    DrawName one = name;
    one.person = name.person + i;
    ASSERT_EQ(out[i], draw(9, one));
  }
}

INSTANTIATE_TEST_SUITE_P(Paths, DrawMany, testing::ValuesIn(vector_paths()),
                         [](const auto& path) { return path.param; });

TEST(VectorPaths, AreKnown) {
  EXPECT_FALSE(vector_paths().empty());
  EXPECT_THROW(use_vector_path("MMX"), InvalidArgument);
  use_vector_path("");
}

}  // namespace
}  // namespace waterbed
