#include "core/memory.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

TEST(Memory, IsToldInUnitsThatFit) {
  EXPECT_EQ(readable_bytes(0), "0 KiB");
  EXPECT_EQ(readable_bytes(12 << 10), "12 KiB");
  EXPECT_EQ(readable_bytes(std::int64_t{200} << 20), "200 MiB");
  EXPECT_EQ(readable_bytes(std::int64_t{3} << 29), "1.5 GiB");
  EXPECT_EQ(readable_bytes(std::int64_t{10} << 30), "10.0 GiB");
  EXPECT_EQ(readable_bytes((std::int64_t{1} << 30) - 1), "1024 MiB");
}

TEST(Memory, IsAvailableHere) {
  // These tests need some hundred MB themselves; no machine has an exbibyte.
  EXPECT_GT(available_memory(), std::int64_t{1} << 24);
  EXPECT_LT(available_memory(), std::int64_t{1} << 60);
}

}  // namespace
}  // namespace waterbed
