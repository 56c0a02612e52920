#include "waterbed/scenario/schema.hpp"

#include "scenario/describer.hpp"
#include "scenario/node.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using detail::Entry;
using detail::Field;
using detail::Names;
using detail::Node;
using detail::number_text;
using detail::Shape;

// JSON is kept as nodes: a quoted scalar is a string, any other is written as it stands.
Node value(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.scalar = std::move(text);
  return node;
}

Node string(std::string text) {
  Node node = value(std::move(text));
  node.quoted = true;
  return node;
}

Node array(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::list;
  node.items = std::move(items);
  return node;
}

Node object(std::vector<std::pair<std::string, Node>> entries) {
  Node node;
  node.kind = Node::Kind::map;
  for (std::pair<std::string, Node>& entry : entries) {
    node.entries.push_back(Entry{std::move(entry.first), {}, std::move(entry.second)});
  }
  return node;
}

Node type(const char* name) { return object({{"type", string(name)}}); }
Node reference(const char* name) { return object({{"$ref", string(std::string("#/$defs/") + name)}}); }
Node any_of(std::vector<Node> options) { return object({{"anyOf", array(std::move(options))}}); }
void put(Node& node, const std::string& key, Node entry) { node.entries.push_back(Entry{key, {}, std::move(entry)}); }

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      result += '\\';
    }
    result += letter;
  }
  return result + "\"";
}

std::string json(const Node& node, std::size_t indent) {
  const std::string margin(indent + 2, ' ');
  std::string text;
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::scalar:
      return node.quoted ? quoted(node.scalar) : node.scalar;
    case Node::Kind::list:
      for (const Node& item : node.items) {
        text += (text.empty() ? "\n" : ",\n") + margin + json(item, indent + 2);
      }
      return "[" + text + (text.empty() ? "]" : "\n" + std::string(indent, ' ') + "]");
    case Node::Kind::map:
      for (const Entry& entry : node.entries) {
        text += (text.empty() ? "\n" : ",\n") + margin + quoted(entry.key) + ": " + json(entry.value, indent + 2);
      }
      return "{" + text + (text.empty() ? "}" : "\n" + std::string(indent, ' ') + "}");
  }
  return text;
}

Node number(const Field& field, const char* name) {
  Node node = type(name);
  if (field.low > -9e9) {
    put(node, field.above_low ? "exclusiveMinimum" : "minimum", value(number_text(field.low)));
  }
  if (field.high < 9e9) {
    put(node, "maximum", value(number_text(field.high)));
  }
  if (field.word == nullptr) {
    return node;
  }
  return any_of({node, object({{"const", string(field.word)}})});
}

Node things(const std::vector<Shape>& shapes, bool may_extend);
Node schema_of(const Shape& shape);

Node element(const Shape& shape) {
  Node node = things(shape.children, shape.field.file);
  std::vector<Node> forms;
  // What a bare value stands for has a schema of its own.
  for (const Shape& child : shape.children) {
    const std::string name = child.field.name;
    if ((shape.field.bare != nullptr && name == shape.field.bare) ||
        (shape.field.bare_text != nullptr && name == shape.field.bare_text)) {
      forms.push_back(child.kind == Shape::Kind::object ? type("number") : schema_of(child));
    }
  }
  if (!forms.empty()) {
    forms.push_back(std::move(node));
    return any_of(std::move(forms));
  }
  if (shape.field.file) {
    return any_of({object({{"type", string("string")}, {"pattern", string(R"(\.yaml$)")}}), node});
  }
  return node;
}

Node schema_of(const Shape& shape) {
  switch (shape.kind) {
    case Shape::Kind::text:
    case Shape::Kind::formula:
      return type("string");
    case Shape::Kind::number:
      return number(shape.field, "number");
    case Shape::Kind::integer:
      return number(shape.field, "integer");
    case Shape::Kind::flag:
      return type("boolean");
    case Shape::Kind::choice: {
      std::vector<Node> words;
      for (const detail::Choice& choice : shape.choices) {
        words.push_back(string(choice.text));
      }
      return object({{"enum", array(std::move(words))}});
    }
    case Shape::Kind::texts: {
      Node list = object({{"type", string("array")}, {"items", type("string")}});
      return shape.field.single ? any_of({type("string"), list}) : list;
    }
    case Shape::Kind::numbers:
      return object({{"type", string("array")}, {"items", number(shape.field, "number")}});
    case Shape::Kind::amounts: {
      Node map = object({{"type", string("object")}, {"additionalProperties", number(shape.field, "number")}});
      return shape.field.low == 0.0 && shape.field.high == 1.0 ? any_of({map, reference("dirichlet")}) : map;
    }
    case Shape::Kind::pairs:
      return object({{"type", string("object")}, {"additionalProperties", type("string")}});
    case Shape::Kind::table:
      return reference("age_sex_table");
    case Shape::Kind::who:
      return reference("who");
    case Shape::Kind::who_text:
      return any_of({type("string"), reference("who")});
    case Shape::Kind::object:
      return element(shape);
    case Shape::Kind::list: {
      Node list = object({{"type", string("array")}, {"items", element(shape)}});
      return shape.field.csv ? any_of({reference("csv"), list}) : list;
    }
    case Shape::Kind::named:
      return object({{"type", string("object")}, {"additionalProperties", element(shape)}});
  }
  return {};
}

Node things(const std::vector<Shape>& shapes, bool may_extend) {
  std::vector<std::pair<std::string, std::vector<Node>>> properties;
  std::vector<Node> required;
  std::map<std::string, const Shape*> first;
  for (const Shape& shape : shapes) {
    const std::string name = shape.field.name;
    if (name.empty()) {  // the map itself, with names for keys; other keys stand instead of these
      std::vector<Shape> others;
      std::copy_if(shapes.begin(), shapes.end(), std::back_inserter(others),
                   [](const Shape& other) { return *other.field.name != '\0'; });
      return others.empty() ? schema_of(shape) : any_of({things(others, may_extend), schema_of(shape)});
    }
    if (!first.contains(name)) {
      first[name] = &shape;
      properties.push_back({name, {}});
      if (shape.field.required && !may_extend) {
        required.push_back(string(name));
      }
    }
    std::find_if(properties.begin(), properties.end(), [&](const auto& p) {
      return p.first == name;
    })->second.push_back(schema_of(shape));
  }
  Node members = object({});
  for (auto& [name, forms] : properties) {
    Node node = forms.size() == 1 ? std::move(forms.front()) : any_of(std::move(forms));
    const Shape& shape = *first[name];
    std::string text = shape.field.meaning;
    if (*shape.field.unit != '\0') {
      text += std::string(text.empty() ? "" : "; ") + shape.field.unit;
    }
    if (!text.empty()) {
      put(node, "description", string(text));
    }
    if (!shape.fallback.empty()) {
      const bool word = shape.kind == Shape::Kind::text || shape.kind == Shape::Kind::choice;
      put(node, "default", word ? string(shape.fallback) : value(shape.fallback));
    }
    put(members, name, std::move(node));
  }
  if (may_extend) {
    put(members, "extends",
        object({{"type", string("string")},
                {"description", string("a contract or a .yaml file to start from; keys and terms "
                                       "given here replace those")}}));
  }
  Node node = object({{"type", string("object")}, {"properties", std::move(members)}});
  if (!required.empty()) {
    put(node, "required", array(std::move(required)));
  }
  put(node, "additionalProperties", value("false"));
  return node;
}

/// Lets a distribution stand for every number below: what is said of numbers does not apply to maps, and the reverse.
void allow_distributions(Node& node) {
  for (Entry& entry : node.entries) {
    if (entry.key == "type" && (entry.value.scalar == "number" || entry.value.scalar == "integer")) {
      entry.value = array({string(entry.value.scalar), string("object")});
      put(node, "$ref", string("#/$defs/distribution"));
      return;
    }
    allow_distributions(entry.value);
  }
  for (Node& item : node.items) {
    allow_distributions(item);
  }
}

/// The same, but for what decides which run it is.
void allow_distributions_in_file(Node& properties) {
  static constexpr const char* k_plain[] = {"waterbed", "time", "run", "targets", "uncertainty"};
  for (Entry& entry : properties.entries) {
    if (std::find(std::begin(k_plain), std::end(k_plain), entry.key) == std::end(k_plain)) {
      allow_distributions(entry.value);
    }
  }
}

/// A map with one distribution, in every way in which its numbers may be given.
Node distribution() {
  using Ways = std::vector<std::vector<const char*>>;
  const std::vector<std::pair<const char*, Ways>> families{
      {"normal", {{"mean", "sd"}}},
      {"log_normal", {{"mean", "sd_log"}, {"median", "sd_log"}, {"mean", "sd"}}},
      {"beta", {{"mean", "sd"}, {"alpha", "beta"}}},
      {"gamma", {{"mean", "sd"}, {"shape", "scale"}}},
      {"uniform", {{"low", "high"}}},
      {"triangular", {{"low", "mode", "high"}}}};
  Node members = object({});
  const auto of = [](const std::vector<const char*>& names) {
    Node numbers = object({});
    std::vector<Node> required;
    for (const char* name : names) {
      put(numbers, name, type("number"));
      required.push_back(string(name));
    }
    return object({{"type", string("object")},
                   {"properties", std::move(numbers)},
                   {"required", array(std::move(required))},
                   {"additionalProperties", value("false")}});
  };
  for (const auto& [family, ways] : families) {
    std::vector<Node> forms;
    for (const std::vector<const char*>& names : ways) {
      forms.push_back(of(names));
    }
    put(members, family, forms.size() == 1 ? std::move(forms.front()) : any_of(std::move(forms)));
  }
  Node said = of({"low", "high"});
  put(said.entries[1].value, "best", type("number"));
  put(said.entries[1].value, "scale", object({{"enum", array({string("plain"), string("log"), string("logit")})}}));
  put(members, "elicited", std::move(said));
  put(members, "point", type("number"));
  return object(
      {{"description",
        string("what is believed of an uncertain number; its mean, or the point, stands in the scenario")},
       {"properties", std::move(members)},
       {"additionalProperties", value("false")},
       {"minProperties", value("1")},
       {"anyOf", array({object({{"maxProperties", value("1")}, {"properties", object({{"point", value("false")}})}}),
                        object({{"required", array({string("point")})},
                                {"minProperties", value("2")},
                                {"maxProperties", value("2")}})})}});
}

/// Shares of one whole as counts of cases.
Node dirichlet() {
  const auto map_of = [](const char* key, Node node) {
    return object({{"type", string("object")},
                   {"properties", object({{key, std::move(node)}})},
                   {"required", array({string(key)})},
                   {"additionalProperties", value("false")}});
  };
  return map_of("dirichlet",
                map_of("counts", object({{"type", string("object")}, {"additionalProperties", type("number")}})));
}

Node names() { return any_of({type("string"), object({{"type", string("array")}, {"items", type("string")}})}); }

Node span(int low, int high) {
  const Field field{.name = "", .low = static_cast<double>(low), .high = static_cast<double>(high)};
  return any_of({number(field, "integer"), object({{"type", string("array")},
                                                   {"items", number(field, "integer")},
                                                   {"minItems", value("2")},
                                                   {"maxItems", value("2")}})});
}

Node who() {
  const Node filters = object({{"type", string("array")}, {"items", reference("who")}});
  const Node condition =
      any_of({type("string"),
              object({{"type", string("object")}, {"additionalProperties", names()}, {"maxProperties", value("1")}})});
  return object({{"type", string("object")},
                 {"description", string("persons meant; several keys: all of them hold")},
                 {"properties", object({{"all", filters},
                                        {"any", filters},
                                        {"not", any_of({reference("who"), filters})},
                                        {"age", span(0, k_max_age)},
                                        {"sex", names()},
                                        {"deprivation", span(1, 5)},
                                        {"municipality", names()},
                                        {"practice", names()},
                                        {"practice_group", names()},
                                        {"payer", names()},
                                        {"condition", condition},
                                        {"true_condition", condition}})},
                 {"additionalProperties", value("false")}});
}

Node age_sex_table() {
  const Node band = object({{"type", string("object")},
                            {"properties", object({{"ages", span(0, k_max_age).entries[0].value.items[1]},
                                                   {"women", type("number")},
                                                   {"men", type("number")}})},
                            {"required", array({string("ages"), string("women"), string("men")})},
                            {"additionalProperties", value("false")}});
  const Node list = object({{"type", string("array")}, {"items", band}});
  const Node plain = any_of({type("number"), reference("csv"), list});
  const Node scaled = object({{"type", string("object")},
                              {"properties", object({{"scale", type("number")}, {"table", plain}})},
                              {"required", array({string("scale"), string("table")})},
                              {"additionalProperties", value("false")}});
  return any_of({type("number"), reference("csv"), list, scaled});
}

}  // namespace

std::string json_schema(FileKind kind) {
  static constexpr const char* k_titles[] = {"Waterbed scenario", "Waterbed contract", "Waterbed facts"};
  Node schema = object({{"$schema", string("https://json-schema.org/draft/2020-12/schema")},
                        {"title", string(k_titles[static_cast<std::size_t>(kind)])}});
  for (Entry& entry : things(detail::file_shapes(kind), kind == FileKind::contract).entries) {
    if (kind == FileKind::scenario && entry.key == "required") {
      // What is not given may stand in the scenario that it starts from.
      put(schema, "anyOf",
          array({object({{"required", array({string("extends")})}}), object({{"required", std::move(entry.value)}})}));
      continue;
    }
    if (kind != FileKind::facts && entry.key == "properties") {
      allow_distributions_in_file(entry.value);
    }
    if (kind == FileKind::scenario && entry.key == "properties") {
      put(entry.value, "extends",
          object({{"type", string("string")},
                  {"description", string("a scenario in the same folder to start from; sections given here replace "
                                         "those")}}));
    }
    schema.entries.push_back(std::move(entry));
  }
  Node table = age_sex_table();
  allow_distributions(table);
  put(schema, "$defs",
      object({{"csv", object({{"type", string("string")}, {"pattern", string(R"(\.csv$)")}})},
              {"distribution", distribution()},
              {"dirichlet", dirichlet()},
              {"age_sex_table", std::move(table)},
              {"who", who()}}));
  return json(schema, 0) + "\n";
}

}  // namespace waterbed
