#pragma once

#include "scenario/visitor.hpp"
#include "waterbed/scenario/schema.hpp"

#include <string>
#include <vector>

namespace waterbed::detail {

/// What a field is, with everything that is below it.
struct Shape {
  enum class Kind {
    text,
    formula,
    number,
    integer,
    flag,
    choice,
    texts,
    numbers,
    amounts,
    pairs,
    table,
    who,
    who_text,
    object,
    list,
    named
  };
  Kind kind = Kind::text;
  Field field{.name = ""};
  std::string fallback;  ///< the default as written; empty: none
  std::vector<Choice> choices;
  std::vector<Shape> children;
};

/// Takes the description of a thing with all its defaults apart, for schema and reference.
class Describer : public Visitor {
 public:
  [[nodiscard]] const std::vector<Shape>& shapes() const { return stack_.front(); }

  void text(const Field& field, std::string& value) override;
  void formula(const Field& field, std::optional<Formula>& value) override;
  void number(const Field& field, double& value) override;
  void integer(const Field& field, std::int64_t& value) override;
  void flag(const Field& field, bool& value) override;
  void choice(const Field& field, const std::vector<Choice>& choices, std::size_t& value) override;
  void texts(const Field& field, std::vector<std::string>& values) override;
  void numbers(const Field& field, std::vector<double>& values) override;
  void amounts(const Field& field, std::map<std::string, double>& values) override;
  void pairs(const Field& field, std::map<std::string, std::string>& values) override;
  void table(const Field& field, AgeSexTable& value) override;
  void who(const Field& field, Who& value) override;
  void who_text(const Field& field, std::string& value) override;
  void object(const Field& field, bool* present, const std::function<void()>& inside) override;
  void list(const Field& field, const Items& items) override;
  void named(const Field& field, const Items& items) override;
  Form form(const Field&, Form) override { return Form::any; }

 private:
  void add(Shape::Kind kind, const Field& field, std::string fallback = {}, std::vector<Choice> choices = {});
  void nest(Shape::Kind kind, const Field& field, const std::function<void()>& inside);

  std::vector<std::vector<Shape>> stack_{1};
};

/// The shapes of a file of this kind.
std::vector<Shape> file_shapes(FileKind kind);

}  // namespace waterbed::detail
