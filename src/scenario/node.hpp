#pragma once

#include "waterbed/scenario/diagnostic.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed::detail {

/// A spot in one of the files read so far; line and column from 1, column in characters.
struct Mark {
  int file = -1;
  int line = 0;
  int column = 0;
  bool within_value = false;  ///< a character of the value, not its first
};

struct Entry;

/// What yaml-cpp read, converted once: values as written, with the spot of each value and key.
struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string scalar;
  bool refused = false;  ///< a null in the place of something that is not read, and said so
  bool quoted = false;   ///< a quoted scalar is text, never a number or a flag
  std::vector<Node> items;
  std::vector<Entry> entries;  ///< in the order of the file, doubles included
  Mark mark;

  [[nodiscard]] const Entry* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark key_mark;
  Node value;
};

/// What shown_kind() says of a node about which all has been said.
inline constexpr const char* k_refused = "refused";

/// Says what a node is, for "got ...".
std::string shown_kind(const Node& node);

/// The files read for one scenario, and all the faults found in them.
class Files {
 public:
  explicit Files(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Keeps a text; returns its number.
  int add(std::string path, std::string text);
  /// Keeps a text under the name by which other files name it, in place of a file.
  void keep(const std::string& relative, const std::string& text) { numbers_.emplace(relative, add(relative, text)); }
  [[nodiscard]] bool holds(const std::string& relative) const { return numbers_.contains(relative); }
  /// Reads a file below the folder. A fault at `from` and -1 if there is none, it lies outside or cannot be read.
  int open(const std::string& relative, const Mark& from, const std::string& field);
  [[nodiscard]] const std::string& text(int file) const { return files_[static_cast<std::size_t>(file)].text; }
  /// The folder of a file, relative to that of the first one.
  [[nodiscard]] std::string folder_of(int file) const;
  [[nodiscard]] Place place(const Mark& mark) const;
  /// From a byte offset in a line to a column in characters.
  [[nodiscard]] int column(int file, int line, int byte) const;

  /// The spot of a byte of a scalar: null if the text is not in the file as it was read (escapes, block style).
  [[nodiscard]] std::optional<Mark> inside(const Node& scalar, std::size_t byte) const;

  Problem& fault(const Mark& mark, std::string field, std::string rule, std::string got = {}, std::string hint = {});
  std::vector<Problem> problems;

 private:
  struct File {
    std::string path;
    std::string text;
    std::vector<std::size_t> line_starts;
    std::string folder{};  ///< relative to that of the first file
  };
  [[nodiscard]] std::string_view line(int file, int number) const;

  std::filesystem::path folder_;
  std::vector<File> files_;
  std::map<std::string, int> numbers_;
};

/// Parses one YAML document into nodes. Syntax errors, tags, anchors, aliases, merges, keys given twice and keys that
/// are not plain words become faults; of a key given twice the first counts. A null node if nothing can be read.
Node read_yaml(Files& files, int file);

}  // namespace waterbed::detail
