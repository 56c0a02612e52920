#include "population/room.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

constexpr std::int64_t k_gibibyte = std::int64_t{1} << 30;

TEST(Room, IsRefusedToPeopleWhoDoNotFitIntoMemory) {
  try {
    require_room(2e9, 2e9, 16 * k_gibibyte);
    FAIL() << "no exception";
  } catch (const InvalidArgument& error) {
    EXPECT_EQ(error.name(), "population.cells");
    // By hand: 2e9 persons x 72 bytes / 2^30.
    EXPECT_EQ(error.rule(), "must make people who fit into memory: about 134.1 GiB for 2000000000 over the run");
    EXPECT_EQ(error.got(), "16.0 GiB free on this machine");
  }
}

TEST(Room, IsGivenUpToTheLastByte) {
  EXPECT_NO_THROW(require_room(1000.0, 2000.0, 48 * 1000 + 24 * 2000));
  EXPECT_THROW(require_room(1000.0, 2000.0, 48 * 1000 + 24 * 2000 - 1), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
