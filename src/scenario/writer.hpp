#pragma once

#include "scenario/node.hpp"
#include "scenario/visitor.hpp"
#include "waterbed/scenario/uncertain_number.hpp"

#include <map>
#include <string>
#include <vector>

namespace waterbed::detail {

/// A filter as nodes, in the form that the reader takes.
Node who_node(const Who& who);

/// YAML on one line.
std::string flow_text(const Node& node);
/// YAML in block style, lists of things with one thing a line.
std::string block_text(const Node& node, int indent = 0);

/// Makes nodes of a described thing, every value written out; what means "not given" is left out. Numbers that are
/// uncertain are written as their distributions.
class Writer : public Visitor {
 public:
  explicit Writer(const Uncertainty& uncertain = {});
  [[nodiscard]] const Node& root() const { return stack_.front(); }

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
  Form form(const Field&, Form current) override { return current; }

 private:
  void put(const std::string& key, Node value);
  Node made(const std::string& path, const std::function<void()>& inside);
  [[nodiscard]] std::string path_of(const Field& field) const { return joined_path(path_, field.name); }
  /// The distribution at a path; null if the number there is plain.
  [[nodiscard]] const UncertainNumber* uncertain_at(const std::string& path) const;
  Node number_node(const std::string& path, double value);
  Node table_node(const std::string& path, const AgeSexTable& value);

  std::vector<Node> stack_;
  std::string path_;
  std::vector<UncertainNumber> kept_;
  std::map<std::string, const UncertainNumber*> uncertain_;  ///< by path
};

}  // namespace waterbed::detail
