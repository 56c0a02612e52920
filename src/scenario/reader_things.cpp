#include "scenario/reader.hpp"

#include <algorithm>
#include <utility>

namespace waterbed::detail {

const CsvTable* Reader::read_table_file(const Node& name, const std::string& path) {
  if (name.scalar.size() < 4 || !name.scalar.ends_with(".csv")) {
    fault(name.mark, path, "must name a file that ends with .csv", shown_kind(name));
    return nullptr;
  }
  const std::size_t before = files_.problems.size();
  const int file = files_.open(name.scalar, name.mark, path);
  if (file < 0) {
    faulty_.insert(path);
    return nullptr;
  }
  auto& table = tables_[file];
  if (!table) {
    table = std::make_unique<CsvTable>(read_csv(files_, file));
    table->sound = files_.problems.size() == before;
  }
  if (!table->sound) {
    faulty_.insert(path);
  }
  return table.get();
}

const Node* Reader::element_map(const Field& field, const Node& node, const std::string& path) {
  const bool is_number = field.bare != nullptr && is_distribution(node);
  if (node.kind == Node::Kind::map && !is_number) {
    return &node;
  }
  double number = 0.0;
  const bool is_text = field.bare_text != nullptr && node.kind == Node::Kind::scalar && !plain_number(node, number);
  const char* key = is_text ? field.bare_text : field.bare;
  if (key != nullptr &&
      (node.kind == Node::Kind::scalar || is_number || (field.bare_list && node.kind == Node::Kind::list))) {
    Node& map = made_.emplace_back();
    map.kind = Node::Kind::map;
    map.mark = node.mark;
    map.entries.push_back(Entry{key, node.mark, node});
    const std::string inside = joined_path(path, key);
    marks_.emplace(inside, node.mark);
    keep_marks(node, inside);
    bare_.emplace(inside, path);
    return &map;
  }
  fault(node.mark, path, "must be a map of keys", shown_kind(node));
  return nullptr;
}

void Reader::object(const Field& field, bool* present, const std::function<void()>& inside) {
  const Node* node = find(field);
  if (present != nullptr) {
    *present = node != nullptr;
  }
  if (node == nullptr) {
    return;
  }
  const std::string path = path_of(field);
  if (const Node* map = element_map(field, *node, path)) {
    inside_map(*map, path, frames_.back().key, mark_of(path), inside);
  }
}

void Reader::list(const Field& field, const Items& items) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  const std::string path = path_of(field);
  const CsvTable* csv = nullptr;
  if (field.csv && node->kind == Node::Kind::scalar) {
    csv = read_table_file(*node, path);
    if (csv == nullptr) {
      return;
    }
    node = &csv->rows;
    keep_marks(*node, path);
    for (std::size_t i = 0; i < csv->row_marks.size(); ++i) {
      marks_[joined_path(path, i)] = csv->row_marks[i];
    }
  }
  if (node->kind != Node::Kind::list) {
    fault(node->mark, path, field.csv ? "must be a list or the name of a table" : "must be a list", shown_kind(*node));
    return;
  }
  items.resize(node->items.size());
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const std::string at = joined_path(path, i);
    if (const Node* map = element_map(field, node->items[i], at)) {
      inside_map(*map, at, frames_.back().key, map->mark, [&] { items.visit(i); });
    }
  }
}

void Reader::named(const Field& field, const Items& items) {
  const Node* node = find(field);
  if (node == nullptr) {
    return;
  }
  const std::string path = path_of(field);
  if (node->kind != Node::Kind::map) {
    fault(node->mark, path, "must be a map of names", shown_kind(*node));
    return;
  }
  items.resize(node->entries.size());
  for (std::size_t i = 0; i < node->entries.size(); ++i) {
    const Entry& entry = node->entries[i];
    const std::string at = joined_path(path, entry.key);
    items.name(i) = entry.key;
    const Node* value = &entry.value;
    if (value->kind == Node::Kind::null) {
      fault(entry.key_mark, at, "must have a value", shown_kind(*value));
      continue;
    }
    if (field.file) {
      extending_ = std::string(field.name).substr(0, std::string_view(field.name).size() - 1);  // "contracts"
      value = extended(node, *value, at, {entry.key});
      if (value == nullptr) {
        faulty_.insert(at);  // nothing more can be said of it
        continue;
      }
      keep_marks(*value, at);  // only of what is left: a term that was replaced has no place
    }
    if (const Node* map = element_map(field, *value, at)) {
      inside_map(*map, at, entry.key, entry.key_mark, [&] {
        if (field.file) {
          frames_.back().known.emplace_back("extends");
        }
        items.visit(i);
      });
    }
  }
}

namespace {
constexpr int k_deepest_filter = 60;
}

bool Reader::span_of(const Node& node, const std::string& path, const Field& field, int& low, int& high) {
  const auto bound = [&](const Node& value, const std::string& at, int& result) {
    std::int64_t read = 0;
    if (!plain_integer(value, read)) {
      fault(value.mark, at, with_unit(field, "must be a whole number, or two in brackets"), shown_kind(value));
      return false;
    }
    if (const std::string rule = range_fault(field, static_cast<double>(read)); !rule.empty()) {
      fault(value.mark, at, rule, value.scalar);
      return false;
    }
    result = static_cast<int>(read);
    return true;
  };
  if (node.kind != Node::Kind::list) {
    const bool good = bound(node, path, low);
    high = low;
    return good;
  }
  if (node.items.size() != 2) {
    fault(node.mark, path, with_unit(field, "must be two whole numbers, the lower one first"), shown_kind(node));
    return false;
  }
  const bool first = bound(node.items[0], joined_path(path, 0), low);
  const bool second = bound(node.items[1], joined_path(path, 1), high);
  if (first && second && low > high) {
    fault(node.items[0].mark, path, with_unit(field, "must be two whole numbers, the lower one first"),
          node.items[0].scalar + " and " + node.items[1].scalar);
    return false;
  }
  return first && second;
}

Who Reader::read_who(const Node& node, const std::string& path) {
  Who who;
  if (std::count(path.begin(), path.end(), '.') > k_deepest_filter) {
    fault(node.mark, path, "must not nest deeper than " + std::to_string(k_deepest_filter));
    return who;
  }
  if (node.kind != Node::Kind::map) {
    fault(node.mark, path, "must be a filter, such as {age: [65, 120]}", shown_kind(node));
    return who;
  }
  static const std::vector<std::pair<std::string, Who::Kind>> kinds{{"all", Who::Kind::all},
                                                                    {"any", Who::Kind::any},
                                                                    {"not", Who::Kind::none_of},
                                                                    {"age", Who::Kind::age},
                                                                    {"sex", Who::Kind::sex},
                                                                    {"deprivation", Who::Kind::deprivation},
                                                                    {"municipality", Who::Kind::municipality},
                                                                    {"practice", Who::Kind::practice},
                                                                    {"practice_group", Who::Kind::practice_group},
                                                                    {"payer", Who::Kind::payer},
                                                                    {"condition", Who::Kind::condition},
                                                                    {"true_condition", Who::Kind::true_condition}};
  for (const Entry& entry : node.entries) {
    const std::string at = joined_path(path, entry.key);
    const auto known = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == entry.key; });
    if (known == kinds.end()) {
      std::vector<std::string> names;
      for (const auto& kind : kinds) {
        names.push_back(kind.first);
      }
      fault(entry.key_mark, at, "is not a known filter", {}, nearest_name(entry.key, names));
      continue;
    }
    const Node& value = entry.value;
    Who part;
    part.kind = known->second;
    switch (part.kind) {
      case Who::Kind::all:
      case Who::Kind::any:
      case Who::Kind::none_of:
        if (value.kind == Node::Kind::map && part.kind == Who::Kind::none_of) {
          part.children.push_back(read_who(value, at));
        } else if (value.kind == Node::Kind::list) {
          for (std::size_t i = 0; i < value.items.size(); ++i) {
            part.children.push_back(read_who(value.items[i], joined_path(at, i)));
          }
        } else {
          fault(value.kind == Node::Kind::null ? entry.key_mark : value.mark, at, "must be a list of filters",
                shown_kind(value));
        }
        break;
      case Who::Kind::age:
        span_of(value, at, {.name = "age", .unit = "years", .low = 0, .high = k_max_age}, part.low, part.high);
        break;
      case Who::Kind::deprivation:
        span_of(value, at, {.name = "deprivation", .unit = "quintile", .low = 1, .high = 5}, part.low, part.high);
        break;
      case Who::Kind::condition:
      case Who::Kind::true_condition:
        if (value.kind == Node::Kind::map && value.entries.size() == 1) {
          part.names.push_back(value.entries[0].key);
          names_list(value.entries[0].value, joined_path(at, value.entries[0].key), part.stages);
        } else if (value.kind == Node::Kind::scalar) {
          part.names.push_back(value.scalar);
        } else {
          fault(value.mark, at, "must be a condition, or a map from one condition to its stages", shown_kind(value));
        }
        break;
      default:
        names_list(value, at, part.names);
    }
    who.children.push_back(std::move(part));
  }
  if (who.children.size() == 1) {
    Who only = std::move(who.children.front());
    return only;
  }
  return who;
}

void Reader::who(const Field& field, Who& value) {
  if (const Node* node = find(field)) {
    value = read_who(*node, path_of(field));
  }
}

}  // namespace waterbed::detail
