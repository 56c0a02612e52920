#include "engine/calendar.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace {

using waterbed::engine::Calendar;

std::vector<int> numbers(int first, int count) {
  std::vector<int> some(static_cast<std::size_t>(count));
  std::iota(some.begin(), some.end(), first);
  return some;
}

std::vector<int> taken(Calendar<int>& calendar, std::size_t cycle) {
  std::vector<int> due{-1};  // replaced
  calendar.take(cycle, due);
  return due;
}

TEST(Calendar, KeepsTheOrderOfEachCycle) {
  Calendar<int> calendar(3);
  for (int i = 0; i < 100; ++i) {  // more than one chunk, of two cycles by turns
    calendar.put(0, i);
    calendar.put(2, 1000 + i);
  }
  EXPECT_EQ(taken(calendar, 0), numbers(0, 100));
  EXPECT_EQ(taken(calendar, 1), std::vector<int>{});
  EXPECT_EQ(taken(calendar, 2), numbers(1000, 100));
  EXPECT_EQ(taken(calendar, 2), std::vector<int>{}) << "taken before";
}

TEST(Calendar, LeavesOpenWhatGoesOnAfterTheRun) {
  Calendar<int> calendar(2);
  calendar.put(1, 1);
  calendar.put(2, 2);
  calendar.put(1'000'000, 3);
  EXPECT_EQ(taken(calendar, 1), std::vector<int>{1});
  int open = 0;
  calendar.for_each([&](int one) { open += one; });
  EXPECT_EQ(open, 5);
}

TEST(Calendar, TakesTheRoomOfThoseWhoAreGone) {
  Calendar<int> calendar(1000);
  std::size_t room = 0;
  for (std::size_t cycle = 0; cycle < 900; ++cycle) {
    EXPECT_EQ(taken(calendar, cycle).size(), cycle < 3 ? 0U : 70U);
    for (int i = 0; i < 70; ++i) {
      calendar.put(cycle + 3, i);
    }
    if (cycle == 10) {
      room = calendar.room();
    }
  }
  EXPECT_EQ(calendar.room(), room);
  Calendar<int> copy = calendar;
  EXPECT_EQ(taken(copy, 900), numbers(0, 70));
  EXPECT_EQ(taken(calendar, 900), numbers(0, 70));
}

}  // namespace
