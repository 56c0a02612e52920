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

TEST_P(DrawMany, GivesTheFirstWordAlone) {
  const DrawName name{.replication = 3, .person = 0xFFFFFFF0U, .cycle = 7, .purpose = Purpose::person_cycle};
  for (std::size_t count = 0; count <= 33; ++count) {
    std::vector<Words> all(count);
    draw_many(5, name, all);
    std::vector<std::uint32_t> first(count + 1, 77);
    draw_first_words(5, name, std::span(first).first(count));
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(first[i], all[i][0]) << "person " << i << " of " << count;
    }
    EXPECT_EQ(first[count], 77) << "wrote past its end";
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

TEST_P(DrawMany, GivesTheWordsOfEveryNameOfABatch) {
  DrawBatch batch;
  for (std::size_t count = 0; count <= 33; ++count) {
    batch.clear();
    std::vector<DrawName> names;
    for (std::uint32_t i = 0; i < count; ++i) {
      names.push_back({i % 3, 7 * i, k_cycle_limit - 1 - i, i % 2 == 0 ? Purpose::walk_step : Purpose::need_base, ~i});
      batch.add(names.back());
    }
    ASSERT_EQ(batch.size(), count);
    batch.draw(0x0123456789abcdefULL);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(batch[i], draw(0x0123456789abcdefULL, names[i])) << "draw " << i << " of " << count;
    }
  }
}

TEST_P(DrawMany, ListsThoseForWhomAMarkIsMet) {
  constexpr std::size_t k_most = 70;
  constexpr std::uint32_t k_never = 0xFFFFFFFFU;
  const DrawName first{.replication = 2, .person = 500, .cycle = 9, .purpose = Purpose::person_cycle};
  // Of each kind of mark some that are met surely, some by half of all words and some never.
  std::vector<std::uint32_t> below(k_most, 0);
  std::vector<std::uint32_t> above(k_most, k_never);
  std::vector<std::uint32_t> third(k_most, k_never);
  std::vector<std::int16_t> due(k_most, 32767);
  for (std::size_t i = 0; i < k_most; ++i) {
    below[i] = i % 5 == 0 ? 0x80000000U : 0;
    above[i] = i % 7 == 0 ? 0x80000000U : k_never;
    third[i] = i % 11 == 0 ? 0x7FFFFFFFU : k_never;
    due[i] = static_cast<std::int16_t>(i % 13 == 0 ? 9 : i % 13 == 1 ? 10 : i % 29 == 2 ? 0 : 32767);
  }
  const WordMarks marks{below.data(), above.data(), third.data(), due.data()};
  for (std::size_t count = 0; count <= k_most; ++count) {
    std::vector<Words> words(count);
    std::vector<std::uint32_t> marked(count + k_marked_room);
    marked.resize(draw_marked(4, first, marks, words, marked));
    std::vector<std::uint32_t> expected;
    DrawName name = first;
    for (std::uint32_t i = 0; i < count; ++i, ++name.person) {
      const Words one = draw(4, name);
      ASSERT_EQ(words[i], one);
      if (one[0] < below[i] || one[1] > above[i] || one[2] > third[i] || due[i] <= 9) {
        expected.push_back(i);
      }
    }
    ASSERT_EQ(marked, expected) << count << " persons";
    marked.assign(count + k_marked_room, 0);
    marked.resize(list_marked(words, first.cycle, marks, marked));
    ASSERT_EQ(marked, expected) << count << " persons whose words are there";
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
