#include "waterbed/random/philox.hpp"

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>

namespace waterbed {
namespace {

TEST(Philox, EqualsRandom123OnManyInputs) {
  std::mt19937 input(20230101);  // its sequence is fixed by the C++ standard
  const auto next = [&input] { return static_cast<std::uint32_t>(input()); };
  for (int i = 0; i < 20000; ++i) {
    PhiloxCounter counter;
    PhiloxKey key;
    r123::Philox4x32::ctr_type their_counter;
    r123::Philox4x32::key_type their_key;
    for (std::size_t w = 0; w < 4; ++w) {
      counter.word[w] = their_counter[w] = next();
    }
    for (std::size_t w = 0; w < 2; ++w) {
      key.word[w] = their_key[w] = next();
    }
    const auto theirs = r123::Philox4x32{}(their_counter, their_key);
    const Words ours = philox(counter, key);
    for (std::size_t w = 0; w < 4; ++w) {
      ASSERT_EQ(ours[w], theirs[w]) << "input " << i << ", word " << w;
    }
  }
}

}  // namespace
}  // namespace waterbed
