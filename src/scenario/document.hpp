#pragma once

#include "scenario/node.hpp"
#include "scenario/reader.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace waterbed::detail {

/// The text of a file. @throws ScenarioError if it cannot be read
std::string text_of(const std::filesystem::path& path);

/// One text on its way to a thing in memory, with all faults found so far.
struct Document {
  /// @param path  what faults call it; files that it names are looked for below `folder`
  Document(std::string text, const std::string& path, const std::filesystem::path& folder);
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  /// Reads the map at the top, the root or what was made of it, unless nothing could be parsed.
  void read(const Node& top, const std::function<void()>& inside);
  /// Whether the map at the top could be read, so that what stands in it can be checked.
  [[nodiscard]] bool readable(const Node& top) const {
    return top.kind == Node::Kind::map && !reader.faulty().contains("");
  }
  /// Where the first key stands, below any comment.
  [[nodiscard]] Mark start() const;
  /// @throws ScenarioError with all faults
  void throw_if_any();

  Files files;
  int file;
  Node root;
  Reader reader;
};

}  // namespace waterbed::detail
