#include "scenario/reader.hpp"

#include <algorithm>
#include <charconv>
#include <type_traits>
#include <utility>

namespace waterbed::detail {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_decimal(std::string_view text, bool whole) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && is_digit(text[at])) {
      ++at;
    }
    return at - start;
  };
  if (at < text.size() && text[at] == '-') {
    ++at;
  }
  const std::size_t first = at;
  const std::size_t count = digits();
  if (count == 0 || (count > 1 && text[first] == '0')) {
    return false;
  }
  if (whole) {
    return at == text.size();
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) {
      return false;
    }
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      ++at;
    }
    if (digits() == 0) {
      return false;
    }
  }
  return at == text.size();
}

std::string parent(const std::string& path) {
  const std::size_t cut = path.find_last_of(".[");
  return cut == std::string::npos ? std::string() : path.substr(0, cut);
}

bool below(const std::string& path, const std::string& top) {
  return path.size() > top.size() && path.starts_with(top) &&
         (top.empty() || path[top.size()] == '.' || path[top.size()] == '[');
}

std::vector<std::string> texts_of(const std::vector<Choice>& choices) {
  std::vector<std::string> texts;
  for (const Choice& choice : choices) {
    texts.emplace_back(choice.text);
  }
  return texts;
}

/// A bare number, written as people write numbers; false, and `value` as it was, for anything else.
template <class T>
bool plain(const Node& node, T& value) {
  if (node.kind != Node::Kind::scalar || node.quoted || !is_decimal(node.scalar, std::is_integral_v<T>)) {
    return false;
  }
  T read{};
  const char* end = node.scalar.data() + node.scalar.size();
  const auto result = std::from_chars(node.scalar.data(), end, read);
  if (result.ec != std::errc() || result.ptr != end) {
    return false;
  }
  value = read;
  return true;
}

}  // namespace

bool plain_number(const Node& node, double& value) { return plain(node, value); }

bool plain_integer(const Node& node, std::int64_t& value) { return plain(node, value); }

void Reader::read(const Node& root, const Mark& mark, const std::function<void()>& inside) {
  marks_[""] = mark;
  keep_marks(root, "");
  if (root.kind != Node::Kind::map) {
    fault(root.mark.file < 0 ? mark : root.mark, "", "must be a map of keys", shown_kind(root));
    return;
  }
  inside_map(root, "", "", mark, inside);
}

void Reader::keep_marks(const Node& node, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const std::string at = joined_path(path, i);
    marks_.emplace(at, node.items[i].mark);
    keep_marks(node.items[i], at);
  }
  for (const Entry& entry : node.entries) {
    const std::string at = joined_path(path, entry.key);
    const bool single = entry.value.kind == Node::Kind::scalar;
    keys_.emplace(at, entry.key_mark);
    marks_.emplace(at, single ? entry.value.mark : entry.key_mark);
    keep_marks(entry.value, at);
  }
}

Mark Reader::mark_of(const std::string& path, const std::string& got) const {
  if (const auto key = keys_.find(path); key != keys_.end() && path.ends_with("." + got)) {
    return key->second;
  }
  if (const std::optional<Mark> inside = mark_in_formula(path, got)) {
    return *inside;
  }
  for (std::string at = path;; at = parent(at)) {
    const auto found = marks_.find(at);
    if (found != marks_.end()) {
      return found->second;
    }
    if (at.empty()) {
      return {};
    }
  }
}

std::string Reader::written(const std::string& path) const {
  for (std::string at = path; !at.empty(); at = parent(at)) {
    if (const auto found = bare_.find(at); found != bare_.end()) {
      return written(found->second + path.substr(at.size()));
    }
  }
  return path;
}

void Reader::tell(const std::string& path, const std::string& rule, const std::string& got, const std::string& hint) {
  files_.fault(mark_of(path, got), written(path), rule, got, hint);
}

bool Reader::touched(const std::string& path) const {
  for (std::string at = path; !at.empty(); at = parent(at)) {
    if (faulty_.contains(at)) {
      return true;
    }
  }
  const auto next = faulty_.lower_bound(path);
  for (auto it = next; it != faulty_.end() && it->starts_with(path); ++it) {
    if (below(*it, path)) {
      return true;
    }
  }
  return false;
}

void Reader::fault(const Mark& mark, const std::string& path, const std::string& rule, const std::string& got,
                   const std::string& hint) {
  faulty_.insert(path);
  if (!(got == k_refused)) {
    files_.fault(mark, written(path), rule, got, hint);
  }
}

void Reader::complain(const std::string& at, const std::string& rule, const std::string& got, const std::string& hint) {
  const std::string path = joined_path(frames_.back().path, at);
  if (!touched(path)) {
    // A fault of the thing itself stands where the thing stands, not at the nearest mark around a made-up one.
    fault(at.empty() ? frames_.back().mark : mark_of(path, got), path, rule, got, hint);
  }
}

const Node* Reader::find(const Field& field) {
  Frame& frame = frames_.back();
  if (*field.name == '\0') {
    frame.open = true;
    return frame.node;
  }
  frame.known.emplace_back(field.name);
  const Entry* entry = frame.node->find(field.name);
  if (entry == nullptr) {
    if (field.required) {
      fault(frame.mark, path_of(field), with_unit(field, "must be given"));
    }
    return nullptr;
  }
  if (entry->value.kind == Node::Kind::null) {
    fault(entry->value.mark, path_of(field), with_unit(field, "must have a value"), shown_kind(entry->value));
    return nullptr;
  }
  return &entry->value;
}

void Reader::inside_map(const Node& node, const std::string& path, const std::string& key, const Mark& mark,
                        const std::function<void()>& inside) {
  frames_.push_back(Frame{&node, path, key, mark, {}, false});
  inside();
  unknown_keys();
  frames_.pop_back();
}

void Reader::unknown_keys() {
  const Frame& frame = frames_.back();
  if (frame.open) {
    return;
  }
  for (const Entry& entry : frame.node->entries) {
    if (std::find(frame.known.begin(), frame.known.end(), entry.key) != frame.known.end()) {
      continue;
    }
    // A key that is there already is not what was meant.
    std::vector<std::string> free;
    for (const std::string& name : frame.known) {
      if (frame.node->find(name) == nullptr) {
        free.push_back(name);
      }
    }
    fault(entry.key_mark, joined_path(frame.path, entry.key), "is not a known key", {}, nearest_name(entry.key, free));
  }
}

bool Reader::scalar(const Node& node, const std::string& path, const std::string& rule) {
  if (node.kind == Node::Kind::scalar) {
    return true;
  }
  fault(node.mark, path, rule, shown_kind(node));
  return false;
}

void Reader::text(const Field& field, std::string& value) {
  const Node* node = find(field);
  if (node != nullptr && scalar(*node, path_of(field), "must be a text")) {
    if (node->scalar.empty() && field.required) {
      fault(node->mark, path_of(field), "must have a value", "\"\"");
    }
    value = node->scalar;
  }
}

bool Reader::read_number(const Field& field, const Node& node, const std::string& path, double& value) {
  if (field.word != nullptr && node.kind == Node::Kind::scalar && node.scalar == field.word) {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  if (is_distribution(node)) {
    return read_distribution(field, node, path, false, value);
  }
  double read = 0.0;
  if (!plain_number(node, read)) {
    const std::string or_word = field.word == nullptr ? "" : std::string(" or ") + field.word;
    fault(node.mark, path, with_unit(field, "must be a number" + or_word), shown_kind(node), nearest_family(node));
    return false;
  }
  if (const std::string rule = range_fault(field, read); !rule.empty()) {
    fault(node.mark, path, rule, node.scalar);
    return false;
  }
  value = read;
  return true;
}

void Reader::number(const Field& field, double& value) {
  if (const Node* node = find(field)) {
    read_number(field, *node, path_of(field), value);
  }
}

void Reader::integer(const Field& field, std::int64_t& value) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  std::int64_t read = 0;
  if (is_distribution(*node)) {
    double mean = 0.0;
    if (read_distribution(field, *node, path_of(field), true, mean)) {
      value = static_cast<std::int64_t>(mean);
    }
  } else if (!plain_integer(*node, read)) {
    fault(node->mark, path_of(field), with_unit(field, "must be a whole number"), shown_kind(*node));
  } else if (const std::string rule = range_fault(field, static_cast<double>(read)); !rule.empty()) {
    fault(node->mark, path_of(field), rule, node->scalar);
  } else {
    value = read;
  }
}

void Reader::flag(const Field& field, bool& value) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind == Node::Kind::scalar && !node->quoted && (node->scalar == "true" || node->scalar == "false")) {
    value = node->scalar == "true";
  } else {
    fault(node->mark, path_of(field), "must be true or false", shown_kind(*node));
  }
}

void Reader::choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return node->kind == Node::Kind::scalar && node->scalar == choice.text;
  });
  if (found == choices.end()) {
    fault(node->mark, path_of(field),
          "must be " + std::string(field.or_else) + (choices.size() > 1 ? "one of " : "") + listed(choices),
          shown_kind(*node), nearest_name(node->scalar, texts_of(choices)));
  } else {
    value = static_cast<std::size_t>(found - choices.begin());
  }
}

bool Reader::names_list(const Node& node, const std::string& path, std::vector<std::string>& names) {
  names.clear();
  if (node.kind == Node::Kind::scalar) {
    names.push_back(node.scalar);
    return true;
  }
  if (node.kind != Node::Kind::list) {
    fault(node.mark, path, "must be a list of names", shown_kind(node));
    return false;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (scalar(node.items[i], joined_path(path, i), "must be a name")) {
      names.push_back(node.items[i].scalar);
    }
  }
  return true;
}

void Reader::texts(const Field& field, std::vector<std::string>& values) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind == Node::Kind::scalar && !field.single) {
    fault(node->mark, path_of(field), "must be a list of names", shown_kind(*node));
    return;
  }
  names_list(*node, path_of(field), values);
}

void Reader::numbers(const Field& field, std::vector<double>& values) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind != Node::Kind::list) {
    fault(node->mark, path_of(field), with_unit(field, "must be a list of numbers"), shown_kind(*node));
    return;
  }
  values.assign(node->items.size(), 0.0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    read_number(field, node->items[i], joined_path(path_of(field), i), values[i]);
  }
}

void Reader::amounts(const Field& field, std::map<std::string, double>& values) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind != Node::Kind::map) {
    fault(node->mark, path_of(field), with_unit(field, "must be a map of names to numbers"), shown_kind(*node));
    return;
  }
  if (read_dirichlet(field, *node, path_of(field), values)) {
    return;
  }
  values.clear();
  for (const Entry& entry : node->entries) {
    double value = 0.0;
    read_number(field, entry.value, joined_path(path_of(field), entry.key), value);
    values[entry.key] = value;
  }
}

void Reader::pairs(const Field& field, std::map<std::string, std::string>& values) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  if (node->kind != Node::Kind::map) {
    fault(node->mark, path_of(field), "must be a map of names to names", shown_kind(*node));
    return;
  }
  values.clear();
  for (const Entry& entry : node->entries) {
    if (scalar(entry.value, joined_path(path_of(field), entry.key), "must be a name")) {
      values[entry.key] = entry.value.scalar;
    }
  }
}

Form Reader::form(const Field& field, Form) {
  frames_.back().known.emplace_back(field.name);
  const Entry* entry = frames_.back().node->find(field.name);
  if (entry == nullptr) {
    return Form::absent;
  }
  double number = 0.0;
  switch (entry->value.kind) {
    case Node::Kind::list:
      return Form::list;
    case Node::Kind::scalar:
      return plain_number(entry->value, number) ? Form::number : Form::word;
    case Node::Kind::map:
      return is_distribution(entry->value) ? Form::number : Form::map;
    case Node::Kind::null:
      break;
  }
  return Form::map;
}

}  // namespace waterbed::detail
