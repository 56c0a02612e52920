#include "scenario/node.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

namespace waterbed::detail {

const Entry* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) {
      return &entry;
    }
  }
  return nullptr;
}

std::string shown_kind(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return node.refused ? k_refused : "nothing";
    case Node::Kind::scalar:
      return node.quoted ? "\"" + node.scalar + "\"" : node.scalar;
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return {};
}

int Files::add(std::string path, std::string text) {
  File file{std::move(path), std::move(text), {0}, {}};
  for (std::size_t at = 0; at < file.text.size(); ++at) {
    if (file.text[at] == '\n') {
      file.line_starts.push_back(at + 1);
    }
  }
  files_.push_back(std::move(file));
  return static_cast<int>(files_.size()) - 1;
}

int Files::open(const std::string& relative, const Mark& from, const std::string& field) {
  namespace fs = std::filesystem;
  if (const auto known = numbers_.find(relative); known != numbers_.end()) {
    return known->second;
  }
  std::error_code error;
  const fs::path base = fs::weakly_canonical(folder_.empty() ? fs::path(".") : folder_, error);
  const fs::path wanted = fs::weakly_canonical(base / relative, error);
  const auto [base_end, wanted_at] = std::mismatch(base.begin(), base.end(), wanted.begin(), wanted.end());
  if (error || relative.empty() || fs::path(relative).is_absolute() || base_end != base.end()) {
    fault(from, field, "must name a file in the opened file's folder or below", relative);
    return -1;
  }
  if (!fs::is_regular_file(wanted, error)) {
    fault(from, field, "must name a file that exists", relative);
    return -1;
  }
  std::ifstream stream(wanted, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream.good() && !stream.eof()) {
    fault(from, field, "must name a file that can be read", relative);
    return -1;
  }
  const int number = add((folder_ / relative).generic_string(), std::move(text));
  files_.back().folder = fs::path(relative).parent_path().generic_string();
  numbers_.emplace(relative, number);
  return number;
}

std::string Files::folder_of(int file) const {
  return file < 0 ? std::string() : files_[static_cast<std::size_t>(file)].folder;
}

std::string_view Files::line(int file, int number) const {
  const File& source = files_[static_cast<std::size_t>(file)];
  const auto index = static_cast<std::size_t>(number - 1);
  if (number < 1 || index >= source.line_starts.size()) {
    return {};
  }
  const std::size_t start = source.line_starts[index];
  const std::size_t end = source.text.find('\n', start);
  std::string_view text = std::string_view(source.text).substr(start, end == std::string::npos ? end : end - start);
  if (!text.empty() && text.back() == '\r') {
    text.remove_suffix(1);
  }
  return text;
}

int Files::column(int file, int number, int byte) const {
  const std::string_view text = line(file, number).substr(0, static_cast<std::size_t>(std::max(byte, 0)));
  const auto inside = [](char letter) { return (static_cast<unsigned char>(letter) & 0xC0U) == 0x80U; };
  return 1 + std::max(byte, 0) - static_cast<int>(std::count_if(text.begin(), text.end(), inside));
}

Place Files::place(const Mark& mark) const {
  if (mark.file < 0) {
    return Place{k_in_memory, 0, 0};
  }
  return Place{files_[static_cast<std::size_t>(mark.file)].path, mark.line, mark.column};
}

std::optional<Mark> Files::inside(const Node& scalar, std::size_t byte) const {
  Mark mark = scalar.mark;
  mark.within_value = true;
  if (mark.file < 0 || mark.line < 1) {
    return std::nullopt;
  }
  const File& source = files_[static_cast<std::size_t>(mark.file)];
  const std::string& text = source.text;
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  const auto begins_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  std::size_t at = source.line_starts[static_cast<std::size_t>(mark.line - 1)];
  for (int column = 1; at < text.size() && column < mark.column;) {
    ++at;
    column += at == text.size() || begins_character(text[at]) ? 1 : 0;
  }
  const auto step = [&] {
    if (text[at] == '\n') {
      ++mark.line;
      mark.column = 1;
    } else if (at + 1 == text.size() || begins_character(text[at + 1])) {
      ++mark.column;
    }
    ++at;
  };
  if (scalar.quoted && at < text.size() && (text[at] == '"' || text[at] == '\'')) {
    step();
  }
  for (std::size_t i = 0; i < scalar.scalar.size(); ++i) {
    if (i == byte) {
      return mark;
    }
    if (at == text.size()) {
      return std::nullopt;
    }
    // A line break with the blanks around it was read as one blank.
    std::size_t end = at;
    while (end < text.size() && is_space(text[end])) {
      ++end;
    }
    const bool broken = text.substr(at, end - at).find('\n') != std::string::npos;
    if (scalar.scalar[i] == ' ' && broken) {
      while (at < end) {
        step();
      }
    } else if (text[at] == scalar.scalar[i]) {
      step();
    } else {
      return std::nullopt;
    }
  }
  return mark;
}

Problem& Files::fault(const Mark& mark, std::string field, std::string rule, std::string got, std::string hint) {
  Problem problem;
  const Place spot = place(mark);
  problem.path = spot.path;
  problem.line = spot.line;
  problem.column = spot.column;
  problem.field = std::move(field);
  problem.rule = std::move(rule);
  problem.got = std::move(got);
  problem.hint = std::move(hint);
  if (mark.file >= 0) {
    problem.within_value = mark.within_value;
    problem.source_line = std::string(line(mark.file, mark.line));
  }
  problems.push_back(std::move(problem));
  return problems.back();
}

namespace {

/// Builds nodes from yaml-cpp's events, which keep what its own tree loses: marks of aliases and keys given twice.
class Builder : public YAML::EventHandler {
 public:
  Builder(Files& files, int file) : files_(files), file_(file) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.mark = at(mark);
    refuse(mark, "", anchor);
    // The mark of an empty value lies on the next line: the key is where the reader looks.
    if (!open_.empty() && open_.back().has_key) {
      node.mark = open_.back().key_mark;
    }
    put(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    files_.fault(at(mark), path(), "aliases are not read: write the value out, or keep it in a file of its own");
    Node node;
    node.mark = at(mark);
    node.refused = true;
    put(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::scalar;
    node.scalar = value;
    node.quoted = tag == "!";
    node.mark = at(mark);
    refuse(mark, tag, anchor);
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    start(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { finish(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    start(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { finish(); }

  Node root;

 private:
  struct Open {
    Node node;
    bool has_key = false;
    std::string key;
    Mark key_mark;
  };

  [[nodiscard]] Mark at(const YAML::Mark& mark) const {
    return Mark{file_, mark.line + 1, files_.column(file_, mark.line + 1, mark.column)};
  }
  [[nodiscard]] std::string path() const {
    std::string text;
    for (const Open& open : open_) {
      if (open.node.kind == Node::Kind::list) {
        text += "[" + std::to_string(open.node.items.size()) + "]";
      } else if (open.has_key) {
        text += (text.empty() ? "" : ".") + open.key;
      }
    }
    return text;
  }
  void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) {
      files_.fault(at(mark), path(), "anchors are not read: write the value out, or keep it in a file of its own");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      files_.fault(at(mark), path(), "tags are not read", tag);
    }
  }
  void start(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse(mark, tag, anchor);
    Open open;
    open.node.kind = kind;
    open.node.mark = at(mark);
    open_.push_back(std::move(open));
  }
  void finish() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }
  void put(Node node) {
    if (open_.empty()) {
      root = std::move(node);
      return;
    }
    Open& open = open_.back();
    if (open.node.kind == Node::Kind::list) {
      open.node.items.push_back(std::move(node));
    } else if (!open.has_key) {
      take_key(open, node);
    } else {
      open.has_key = false;
      put_value(open, std::move(node));
    }
  }
  void take_key(Open& open, const Node& node) {
    if (node.kind != Node::Kind::scalar) {
      files_.fault(node.mark, path(), "a key must be a word", shown_kind(node));
    } else if (node.scalar == "<<") {
      files_.fault(node.mark, path(), "merges are not read: write the keys out");
    }
    open.has_key = true;
    open.key = node.scalar;
    open.key_mark = node.mark;
  }
  void put_value(Open& open, Node node) {
    if (open.key == "<<" || open.key.empty()) {
      return;  // said when the key was read
    }
    if (const Entry* first = open.node.find(open.key)) {
      const std::string field = path();
      Problem& problem =
          files_.fault(open.key_mark, field.empty() ? open.key : field + "." + open.key, "must be given once");
      problem.second = files_.place(first->key_mark);
      problem.second_note = "first given at";
      return;
    }
    open.node.entries.push_back(Entry{open.key, open.key_mark, std::move(node)});
  }

  Files& files_;
  int file_;
  std::vector<Open> open_;
};

}  // namespace

Node read_yaml(Files& files, int file) {
  std::istringstream stream(files.text(file));
  Builder builder(files, file);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      files.fault(Mark{file, 1, 1}, "", "must hold a YAML map, got an empty file");
      return {};
    }
    Builder rest(files, file);
    const std::size_t before = files.problems.size();
    if (parser.HandleNextDocument(rest)) {
      files.problems.resize(before);
      files.fault(rest.root.mark, "", "must be one document: a second one starts here");
    }
  } catch (const YAML::Exception& error) {
    Mark mark{file, 1, 1};
    if (!error.mark.is_null()) {
      mark.line = error.mark.line + 1;
      mark.column = files.column(file, mark.line, error.mark.column);
    }
    files.fault(mark, "", "must be valid YAML: " + error.msg);
    return {};
  }
  return std::move(builder.root);
}

}  // namespace waterbed::detail
