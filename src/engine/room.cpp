// Room for episodes: vectors grow by doubling, and a new maximum would make one of them grow in any month.

#include "state.hpp"

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

}  // namespace

void make_room(ArmState& state) {
  for (BlockCounts& block : state.blocks) {
    widen(block.outcomes);
    widen(block.needy);
    widen(block.offered);
    widen(block.draws);
    widen(block.begun);
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
