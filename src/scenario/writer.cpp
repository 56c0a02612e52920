#include "scenario/writer.hpp"

#include "scenario/uncertainty.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waterbed::detail {
namespace {

Node scalar(std::string text, bool quoted = false) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.scalar = std::move(text);
  node.quoted = quoted;
  return node;
}

Node empty(Node::Kind kind) {
  Node node;
  node.kind = kind;
  return node;
}

// Back to the short form of which the map is the long one.
Node shortest(const Field& field, Node map) {
  if (map.entries.size() != 1) {
    return map;
  }
  const Entry& only = map.entries.front();
  const bool short_form =
      only.value.kind == Node::Kind::scalar || (field.bare_list && only.value.kind == Node::Kind::list);
  const bool named =
      (field.bare != nullptr && only.key == field.bare) || (field.bare_text != nullptr && only.key == field.bare_text);
  if (short_form && named) {
    Node value = only.value;
    return value;
  }
  return map;
}

Node list_of_texts(const std::vector<std::string>& texts) {
  Node node = empty(Node::Kind::list);
  for (const std::string& text : texts) {
    node.items.push_back(scalar(text, true));
  }
  return node;
}

Node pair_of(int low, int high) {
  Node node = empty(Node::Kind::list);
  node.items = {scalar(std::to_string(low)), scalar(std::to_string(high))};
  return node;
}

bool is_plain(const std::string& text) {
  static constexpr std::array<std::string_view, 9> reserved{"true", "false", "null", "Null", "NULL",
                                                            "yes",  "no",    "on",   "off"};
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inner = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '/'; };
  return !text.empty() && letter(text.front()) && std::all_of(text.begin(), text.end(), inner) &&
         std::find(reserved.begin(), reserved.end(), text) == reserved.end();
}

// Only what a quoted scalar must escape; bytes above 0x7f are UTF-8 and stay.
std::string scalar_text(const Node& node) {
  if (!node.quoted || is_plain(node.scalar)) {
    return node.scalar;
  }
  static constexpr char k_hex[] = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : node.scalar) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (code < 0x20 || code == 0x7f) {
      text += "\\x";
      text += k_hex[code >> 4U];
      text += k_hex[code & 0xFU];
    } else {
      text += c;
    }
  }
  return text + "\"";
}

std::string key_text(const std::string& key) { return scalar_text(scalar(key, true)); }

/// What times the scale is the cell, to the last bit if there is such a number.
double unscaled(double cell, double scale) {
  const double quotient = cell / scale;
  for (const double near : {quotient, std::nextafter(quotient, 0.0), std::nextafter(quotient, 2.0 * quotient)}) {
    if (near * scale == cell) {
      return near;
    }
  }
  return quotient;
}

}  // namespace

Node who_node(const Who& who) {
  static constexpr std::array<const char*, 12> names{
      "all",   "any",       "not",           "age", "sex", "deprivation", "municipality", "practice", "practice_group",
      "payer", "condition", "true_condition"};
  Node value = empty(Node::Kind::list);
  switch (who.kind) {
    case Who::Kind::all:
    case Who::Kind::any:
    case Who::Kind::none_of:
      for (const Who& child : who.children) {
        value.items.push_back(who_node(child));
      }
      break;
    case Who::Kind::age:
    case Who::Kind::deprivation:
      value = pair_of(who.low, who.high);
      break;
    case Who::Kind::condition:
    case Who::Kind::true_condition:
      value = scalar(who.names.empty() ? "" : who.names.front(), true);
      if (!who.stages.empty()) {
        Node map = empty(Node::Kind::map);
        map.entries.push_back(Entry{value.scalar, {}, list_of_texts(who.stages)});
        value = std::move(map);
      }
      break;
    default:
      value = list_of_texts(who.names);
  }
  Node node = empty(Node::Kind::map);
  node.entries.push_back(Entry{names[static_cast<std::size_t>(who.kind)], {}, std::move(value)});
  return node;
}

std::string flow_text(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return scalar_text(node);
    case Node::Kind::list:
      for (const Node& item : node.items) {
        text += (text.empty() ? "" : ", ") + flow_text(item);
      }
      return "[" + text + "]";
    case Node::Kind::map:
      for (const Entry& entry : node.entries) {
        text += (text.empty() ? "" : ", ") + key_text(entry.key) + ": " + flow_text(entry.value);
      }
      return "{" + text + "}";
  }
  return text;
}

std::string block_text(const Node& node, int indent) {
  std::string text;
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  for (const Entry& entry : node.entries) {
    text += margin + key_text(entry.key) + ":";
    const Node& value = entry.value;
    const bool things = std::any_of(value.items.begin(), value.items.end(),
                                    [](const Node& item) { return item.kind != Node::Kind::scalar; });
    if (value.kind == Node::Kind::map && !value.entries.empty()) {
      text += "\n" + block_text(value, indent + 2);
    } else if (things) {
      text += "\n";
      for (const Node& item : value.items) {
        text += margin + "  - " + flow_text(item) + "\n";
      }
    } else {
      text += " " + flow_text(value) + "\n";
    }
  }
  return text;
}

Writer::Writer(const Uncertainty& uncertain) : kept_(uncertain.numbers) {
  stack_.push_back(empty(Node::Kind::map));
  for (const UncertainNumber& number : kept_) {
    // Shares of one whole stand as numbers; `uncertainty.shares` says that they are drawn.
    if (!is_share(number)) {
      uncertain_.emplace(number.path, &number);
    }
  }
}

const UncertainNumber* Writer::uncertain_at(const std::string& path) const {
  const auto found = uncertain_.find(path);
  return found == uncertain_.end() ? nullptr : found->second;
}

Node Writer::number_node(const std::string& path, double value) {
  const UncertainNumber* number = uncertain_at(path);
  if (number == nullptr) {
    return scalar(number_text(value));
  }
  return scalar("{" + number->written + "}");
}

void Writer::put(const std::string& key, Node value) {
  stack_.back().entries.push_back(Entry{key, {}, std::move(value)});
}

Node Writer::made(const std::string& path, const std::function<void()>& inside) {
  const std::string before = std::exchange(path_, path);
  stack_.push_back(empty(Node::Kind::map));
  inside();
  path_ = before;
  Node node = std::move(stack_.back());
  stack_.pop_back();
  return node;
}

void Writer::text(const Field& field, std::string& value) {
  if (!value.empty() || field.required) {
    put(field.name, scalar(value, true));
  }
}

void Writer::formula(const Field& field, std::optional<Formula>& value) {
  if (value) {
    put(field.name, scalar(value->text, true));
  }
}

void Writer::number(const Field& field, double& value) {
  if (!std::isnan(value)) {
    put(field.name, number_node(path_of(field), value));
  } else if (field.word != nullptr) {
    put(field.name, scalar(field.word));
  }
}

void Writer::integer(const Field& field, std::int64_t& value) {
  const std::string path = path_of(field);
  put(field.name, uncertain_at(path) == nullptr ? scalar(std::to_string(value)) : number_node(path, 0.0));
}

void Writer::flag(const Field& field, bool& value) { put(field.name, scalar(value ? "true" : "false")); }

void Writer::choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) {
  if (value < choices.size()) {
    put(field.name, scalar(choices[value].text, true));
  }
}

void Writer::texts(const Field& field, std::vector<std::string>& values) {
  if (!values.empty() || field.required) {
    put(field.name, list_of_texts(values));
  }
}

void Writer::numbers(const Field& field, std::vector<double>& values) {
  if (values.empty() && !field.required) {
    return;
  }
  Node node = empty(Node::Kind::list);
  for (std::size_t i = 0; i < values.size(); ++i) {
    node.items.push_back(number_node(joined_path(path_of(field), i), values[i]));
  }
  put(field.name, std::move(node));
}

void Writer::amounts(const Field& field, std::map<std::string, double>& values) {
  Node node = empty(Node::Kind::map);
  for (const auto& [name, value] : values) {
    node.entries.push_back(Entry{name, {}, number_node(joined_path(path_of(field), name), value)});
  }
  if (*field.name == '\0') {
    stack_.back().entries = std::move(node.entries);
  } else if (!values.empty() || field.required) {
    put(field.name, std::move(node));
  }
}

void Writer::pairs(const Field& field, std::map<std::string, std::string>& values) {
  Node node = empty(Node::Kind::map);
  for (const auto& [name, value] : values) {
    node.entries.push_back(Entry{name, {}, scalar(value, true)});
  }
  if (!values.empty() || field.required) {
    put(field.name, std::move(node));
  }
}

void Writer::table(const Field& field, AgeSexTable& value) {
  if (value.bands.empty() || value.values[0].size() != value.bands.size() ||
      value.values[1].size() != value.bands.size()) {
    return;
  }
  const std::string path = path_of(field);
  const UncertainNumber* scale = uncertain_at(path + ".scale");
  if (scale == nullptr) {
    put(field.name, table_node(path, value));
    return;
  }
  AgeSexTable cells = value;
  for (std::vector<double>& column : cells.values) {
    for (double& cell : column) {
      cell = unscaled(cell, scale->mean);
    }
  }
  Node node = empty(Node::Kind::map);
  node.entries.push_back(Entry{"scale", {}, number_node(path + ".scale", scale->mean)});
  node.entries.push_back(Entry{"table", {}, table_node(path, cells)});
  put(field.name, std::move(node));
}

Node Writer::table_node(const std::string& path, const AgeSexTable& value) {
  if (value.bands.size() == 1 && value.values[0] == value.values[1] && uncertain_at(path + "[0].women") == nullptr &&
      uncertain_at(path + "[0].men") == nullptr) {
    return number_node(path, value.values[0][0]);
  }
  Node node = empty(Node::Kind::list);
  for (std::size_t i = 0; i < value.bands.size(); ++i) {
    const std::string at = joined_path(path, i);
    Node band = empty(Node::Kind::map);
    band.entries.push_back(Entry{"ages", {}, pair_of(value.bands[i].low, value.bands[i].high)});
    band.entries.push_back(Entry{"women", {}, number_node(at + ".women", value.values[0][i])});
    band.entries.push_back(Entry{"men", {}, number_node(at + ".men", value.values[1][i])});
    node.items.push_back(std::move(band));
  }
  return node;
}

void Writer::who(const Field& field, Who& value) { put(field.name, who_node(value)); }

void Writer::who_text(const Field& field, std::string& value) {
  if (value.empty()) {
    return;
  }
  if (value.front() != '{') {
    put(field.name, scalar(value, true));
    return;
  }
  Files files("");
  put(field.name, read_yaml(files, files.add("", value)));
}

void Writer::object(const Field& field, bool* present, const std::function<void()>& inside) {
  if (present != nullptr && !*present) {
    return;
  }
  Node node = made(path_of(field), inside);
  if (!node.entries.empty() || present != nullptr || field.required) {
    put(field.name, shortest(field, std::move(node)));
  }
}

void Writer::list(const Field& field, const Items& items) {
  Node node = empty(Node::Kind::list);
  for (std::size_t i = 0; i < items.size; ++i) {
    node.items.push_back(made(joined_path(path_of(field), i), [&] { items.visit(i); }));
  }
  if (items.size > 0 || field.required) {
    put(field.name, std::move(node));
  }
}

void Writer::named(const Field& field, const Items& items) {
  Node node = empty(Node::Kind::map);
  for (std::size_t i = 0; i < items.size; ++i) {
    Node thing = shortest(field, made(joined_path(path_of(field), items.name(i)), [&] { items.visit(i); }));
    node.entries.push_back(Entry{items.name(i), {}, std::move(thing)});
  }
  if (*field.name == '\0') {
    stack_.back().entries = std::move(node.entries);
  } else if (items.size > 0 || field.required) {
    put(field.name, std::move(node));
  }
}

}  // namespace waterbed::detail
