#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// Episodes that go on in a later cycle. Those of a cycle stand in chunks, in the order in which they came; chunks of
/// cycles that are gone are used again, so that room is made only when more episodes are under way than ever before.
template <class Episode>
class Calendar {
 public:
  /// @param cycles  of the run; what goes on later stays open behind the last one
  explicit Calendar(std::size_t cycles = 0) : pages_(cycles + 1) {}

  void put(std::size_t cycle, const Episode& one) {
    Page& page = pages_[std::min(cycle, pages_.size() - 1)];
    if (page.last == k_none || page.in_last == k_chunk) {
      const std::size_t chunk = new_chunk();
      (page.last == k_none ? page.first : next_[page.last]) = chunk;
      page.last = chunk;
      page.in_last = 0;
    }
    tokens_[page.last * k_chunk + page.in_last++] = one;
  }

  /// Moves those of a cycle to `due`, in the place of what is there.
  void take(std::size_t cycle, std::vector<Episode>& due) {
    due.clear();
    Page& page = pages_[cycle];
    for (std::size_t chunk = page.first; chunk != k_none; chunk = next_[chunk]) {
      const auto first = tokens_.begin() + static_cast<std::ptrdiff_t>(chunk * k_chunk);
      due.insert(due.end(), first, first + static_cast<std::ptrdiff_t>(chunk == page.last ? page.in_last : k_chunk));
    }
    if (page.last != k_none) {
      next_[page.last] = free_;
      free_ = page.first;
    }
    page = {};
  }

  /// Calls visit(episode) on all that are open.
  template <class Visit>
  void for_each(const Visit& visit) const {
    for (const Page& page : pages_) {
      for (std::size_t chunk = page.first; chunk != k_none; chunk = next_[chunk]) {
        const std::size_t count = chunk == page.last ? page.in_last : k_chunk;
        for (std::size_t i = 0; i < count; ++i) {
          visit(tokens_[chunk * k_chunk + i]);
        }
      }
    }
  }

  /// Chunks that there is room for, taken or not.
  [[nodiscard]] std::size_t room() const { return next_.capacity(); }
  void reserve(std::size_t chunks) {
    tokens_.reserve(chunks * k_chunk);
    next_.reserve(chunks);
  }

 private:
  static constexpr std::size_t k_chunk = 32;
  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);
  struct Page {
    std::size_t first = k_none;
    std::size_t last = k_none;
    std::size_t in_last = 0;
  };

  std::size_t new_chunk() {
    std::size_t chunk = free_;
    if (chunk == k_none) {
      chunk = next_.size();
      next_.push_back(k_none);
      tokens_.resize(next_.size() * k_chunk);
    } else {
      free_ = next_[chunk];
    }
    next_[chunk] = k_none;
    return chunk;
  }

  std::vector<Page> pages_;        ///< [cycle]
  std::vector<Episode> tokens_;    ///< [chunk][k_chunk]
  std::vector<std::size_t> next_;  ///< [chunk] of the same cycle, or the next one that is free
  std::size_t free_ = k_none;
};

}  // namespace waterbed::engine
