#include "waterbed/random/purpose.hpp"

#include "waterbed/random/stream.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

namespace waterbed {
namespace {

std::vector<Purpose> all_purposes() {
  std::vector<Purpose> purposes;
  for (int value = 0; value < 256; ++value) {
    if (!name(static_cast<Purpose>(value)).empty()) {
      purposes.push_back(static_cast<Purpose>(value));
    }
  }
  return purposes;
}

TEST(Purpose, NumbersRunFromOneWithoutGaps) {
  const auto purposes = all_purposes();
  for (std::size_t i = 0; i < purposes.size(); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(purposes[i]), i + 1);
  }
  EXPECT_TRUE(name(Purpose{}).empty()) << "0 must stay free for a purpose that was forgotten";
}

TEST(Purpose, NamesAreUnique) {
  std::set<std::string_view> names;
  for (const Purpose purpose : all_purposes()) {
    EXPECT_TRUE(names.insert(name(purpose)).second) << name(purpose);
  }
}

TEST(Purpose, ReleasedNumbersStay) {
  // A change here changes what every published seed means: append instead.
  EXPECT_EQ(static_cast<int>(Purpose::synthesis_person), 1);
  EXPECT_EQ(static_cast<int>(Purpose::health_transition), 5);
  EXPECT_EQ(static_cast<int>(Purpose::need_base), 7);
  EXPECT_EQ(static_cast<int>(Purpose::walk_step), 13);
  EXPECT_EQ(static_cast<int>(Purpose::admission_order), 17);
  EXPECT_EQ(static_cast<int>(Purpose::year_shock), 20);
  EXPECT_EQ(static_cast<int>(Purpose::parameter), 26);
}

TEST(Purpose, NoTwoPurposesShareWords) {
  // Two streams alike, also with an offset in person, cycle or k, would repeat a whole draw. Chance of one coincidence
  // of 128 bits among these blocks: below 1e-28.
  std::set<Words> seen;
  std::size_t drawn = 0;
  for (const Purpose purpose : all_purposes()) {
    for (std::uint32_t i = 0; i < 512; ++i) {
      const DrawName draw_name{
          .replication = i & 1U, .person = i >> 1 & 7U, .cycle = i >> 4 & 7U, .purpose = purpose, .k = i >> 7};
      seen.insert(draw(7, draw_name));
      ++drawn;
    }
  }
  EXPECT_EQ(seen.size(), drawn);
}

}  // namespace
}  // namespace waterbed
