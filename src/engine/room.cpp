// Room for episodes: vectors grow by doubling, and a new maximum would make one of them grow in any month.

#include "state.hpp"

#include <algorithm>
#include <vector>

namespace waterbed::engine {
namespace {

/// @param least  where a few more come by chance
constexpr std::size_t with_room(std::size_t most, std::size_t least) { return most + most / 4 + least; }

template <class List>
void widen(List& list) {
  constexpr std::size_t k_few = 64;
  list.reserve(with_room(list.capacity(), k_few));
}

void widen(DrawBatch& draws) {
  constexpr std::size_t k_few = 64;
  draws.reserve(with_room(draws.room(), k_few));
}

/// Each block's list gets the room of the longest: blocks of people who are still to come fill later.
template <class List>
void widen_alike(std::vector<BlockCounts>& blocks, List BlockCounts::*list) {
  std::size_t most = 0;
  for (const BlockCounts& block : blocks) {
    most = std::max(most, (block.*list).capacity());
  }
  for (BlockCounts& block : blocks) {
    (block.*list).reserve(most);
    widen(block.*list);
  }
}

}  // namespace

void make_room(ArmState& state) {
  widen_alike(state.blocks, &BlockCounts::outcomes);
  widen_alike(state.blocks, &BlockCounts::needy);
  widen_alike(state.blocks, &BlockCounts::offered);
  widen_alike(state.blocks, &BlockCounts::begun);
  std::size_t most_draws = 0;
  for (const BlockCounts& block : state.blocks) {
    most_draws = std::max(most_draws, block.draws.room());
  }
  for (BlockCounts& block : state.blocks) {
    block.draws.reserve(most_draws);
    widen(block.draws);
  }
  for (std::vector<Token>& list : state.waiting) {
    widen(list);
  }
  for (std::vector<Token>* const list : {&state.begun, &state.due, &state.asking, &state.onward}) {
    widen(*list);
  }
  widen(state.requests);
  widen(state.ahead);
  widen(state.draws);
  constexpr std::size_t k_few_chunks = 8;
  state.calendar.reserve(with_room(state.calendar.room(), k_few_chunks));
}

}  // namespace waterbed::engine
