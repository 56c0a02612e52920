#pragma once

#include "waterbed/random/stream.hpp"

#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// The words of a named draw for persons one after the other: out[i] is that of person `first.person + i`.
///
/// The same words as draw() gives, several persons at a time in the vector unit that the processor has. Thread safe.
void draw_many(std::uint64_t seed, const DrawName& first, std::span<Words> out);

/// Names of the compiled instruction paths that this processor can take, the best first.
[[nodiscard]] std::vector<std::string> vector_paths();

/// Takes one path from here on, whatever the processor has: for tests that all give the same words. Not thread safe.
/// @param path  one of vector_paths(); empty: the best again
/// @throws InvalidArgument for any other
void use_vector_path(const std::string& path);

}  // namespace waterbed
