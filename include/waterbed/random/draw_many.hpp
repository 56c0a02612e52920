#pragma once

#include "waterbed/random/stream.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// The words of a named draw for persons one after the other: out[i] is that of person `first.person + i`.
///
/// The same words as draw() gives, several persons at a time in the vector unit that the processor has. Thread safe.
void draw_many(std::uint64_t seed, const DrawName& first, std::span<Words> out);

/// The first word of each alone.
void draw_first_words(std::uint64_t seed, const DrawName& first, std::span<std::uint32_t> out);

/// Marks that the words of persons are held against, one of each a person.
struct WordMarks {
  const std::uint32_t* first_below;   ///< word 0 is below it
  const std::uint32_t* second_above;  ///< word 1 is above it
  const std::uint32_t* third_above;   ///< word 2 is above it
  const std::int16_t* due;            ///< whatever the words: at most the cycle of the draw
};

/// As draw_many(), and lists the positions of those for whom a mark is met, in rising order.
/// @param first   its cycle is at most 32767
/// @param marked  room for as many positions as `out` has, and k_marked_room more
/// @returns how many
[[nodiscard]] std::size_t draw_marked(std::uint64_t seed, const DrawName& first, const WordMarks& marks,
                                      std::span<Words> out, std::span<std::uint32_t> marked);
/// The same list, of words that have been drawn.
[[nodiscard]] std::size_t list_marked(std::span<const Words> words, std::uint32_t cycle, const WordMarks& marks,
                                      std::span<std::uint32_t> marked);
inline constexpr std::size_t k_marked_room = 64;

/// Draws that are named one by one and made together: the same words as draw() gives, several at a time. Keeps its
/// memory when it is cleared.
class DrawBatch {
 public:
  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Draws that there is room for.
  [[nodiscard]] std::size_t room() const { return words_.size(); }
  /// Makes room, so that this many can be added without growing.
  void reserve(std::size_t draws) {
    if (words_.size() < draws) {
      words_.resize(draws);
    }
  }

  void add(const DrawName& name) {
    assert(name.cycle < k_cycle_limit);
    add(counter_of(name));
  }
  void add(const PhiloxCounter& name) {
    if (size_ == words_.size()) {
      reserve(2 * size_ + 1);
    }
    words_[size_++] = name.word;
  }

  /// Makes all of them.
  void draw(std::uint64_t seed);

  /// After draw(), in the order of add().
  [[nodiscard]] const Words& operator[](std::size_t position) const { return words_[position]; }
  [[nodiscard]] std::span<const Words> words(std::size_t first, std::size_t count) const {
    return std::span(words_).subspan(first, count);
  }

 private:
  std::size_t size_ = 0;
  std::vector<Words> words_;  ///< the names as counters until they are drawn
};

/// Names of the compiled instruction paths that this processor can take, the best first.
[[nodiscard]] std::vector<std::string> vector_paths();

/// Takes one path from here on, whatever the processor has: for tests that all give the same words. Not thread safe.
/// @param path  one of vector_paths(); empty: the best again
/// @throws InvalidArgument for any other
void use_vector_path(const std::string& path);

}  // namespace waterbed
