#include "scenario/describer.hpp"

#include "scenario/describe.hpp"

#include <utility>

namespace waterbed::detail {

void Describer::add(Shape::Kind kind, const Field& field, std::string fallback, std::vector<Choice> choices) {
  if (field.required || field.optional) {
    fallback.clear();
  }
  stack_.back().push_back(Shape{kind, field, std::move(fallback), std::move(choices), {}});
}

void Describer::nest(Shape::Kind kind, const Field& field, const std::function<void()>& inside) {
  stack_.emplace_back();
  inside();
  Shape shape{kind, field, {}, {}, std::move(stack_.back())};
  stack_.pop_back();
  stack_.back().push_back(std::move(shape));
}

void Describer::text(const Field& field, std::string& value) { add(Shape::Kind::text, field, value); }

void Describer::formula(const Field& field, std::optional<Formula>&) { add(Shape::Kind::formula, field); }

void Describer::number(const Field& field, double& value) {
  add(Shape::Kind::number, field, std::isnan(value) ? std::string() : number_text(value));
}

void Describer::integer(const Field& field, std::int64_t& value) {
  add(Shape::Kind::integer, field, std::to_string(value));
}

void Describer::flag(const Field& field, bool& value) { add(Shape::Kind::flag, field, value ? "true" : "false"); }

void Describer::choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) {
  add(Shape::Kind::choice, field, value < choices.size() ? choices[value].text : "", choices);
}

void Describer::texts(const Field& field, std::vector<std::string>&) { add(Shape::Kind::texts, field); }

void Describer::numbers(const Field& field, std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    text += (text.empty() ? "[" : ", ") + number_text(value);
  }
  add(Shape::Kind::numbers, field, text.empty() ? text : text + "]");
}

void Describer::amounts(const Field& field, std::map<std::string, double>&) { add(Shape::Kind::amounts, field); }
void Describer::pairs(const Field& field, std::map<std::string, std::string>&) { add(Shape::Kind::pairs, field); }
void Describer::table(const Field& field, AgeSexTable&) { add(Shape::Kind::table, field); }
void Describer::who(const Field& field, Who&) { add(Shape::Kind::who, field); }
void Describer::who_text(const Field& field, std::string&) { add(Shape::Kind::who_text, field); }

void Describer::object(const Field& field, bool*, const std::function<void()>& inside) {
  nest(Shape::Kind::object, field, inside);
}
void Describer::list(const Field& field, const Items& items) { nest(Shape::Kind::list, field, items.sample); }
void Describer::named(const Field& field, const Items& items) { nest(Shape::Kind::named, field, items.sample); }

namespace {

template <class T>
std::vector<Shape> shapes_of() {
  Describer describer;
  T sample;
  describe(describer, sample);
  return describer.shapes();
}

}  // namespace

std::vector<Shape> file_shapes(FileKind kind) {
  switch (kind) {
    case FileKind::scenario:
      return shapes_of<Scenario>();
    case FileKind::contract:
      return shapes_of<ContractSpec>();
    case FileKind::facts:
      return shapes_of<Facts>();
  }
  return {};
}

}  // namespace waterbed::detail
