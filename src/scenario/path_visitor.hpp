#pragma once

#include "scenario/visitor.hpp"

#include <string>

namespace waterbed::detail {

/// Walks over a thing in memory and knows the path of what it looks at, as in the file.
class PathVisitor : public Visitor {
 public:
  void text(const Field&, std::string&) override {}
  void formula(const Field&, std::optional<Formula>&) override {}
  void number(const Field&, double&) override {}
  void integer(const Field&, std::int64_t&) override {}
  void flag(const Field&, bool&) override {}
  void choice(const Field&, const std::vector<Choice>&, std::size_t&) override {}
  void texts(const Field&, std::vector<std::string>&) override {}
  void numbers(const Field&, std::vector<double>&) override {}
  void amounts(const Field&, std::map<std::string, double>&) override {}
  void pairs(const Field&, std::map<std::string, std::string>&) override {}
  void table(const Field&, AgeSexTable&) override {}
  void who(const Field&, Who&) override {}
  void who_text(const Field&, std::string&) override {}
  void object(const Field& field, bool* present, const std::function<void()>& inside) override {
    if (present == nullptr || *present) {
      at(path_of(field), inside);
    }
  }
  void list(const Field& field, const Items& items) override {
    for (std::size_t i = 0; i < items.size; ++i) {
      at(joined_path(path_of(field), i), [&] { items.visit(i); });
    }
  }
  void named(const Field& field, const Items& items) override {
    for (std::size_t i = 0; i < items.size; ++i) {
      at(joined_path(path_of(field), items.name(i)), [&] { items.visit(i); });
    }
  }
  Form form(const Field&, Form current) override { return current; }

 protected:
  [[nodiscard]] std::string path_of(const Field& field) const { return joined_path(path_, field.name); }

 private:
  void at(const std::string& path, const std::function<void()>& inside) {
    const std::string before = path_;
    path_ = path;
    inside();
    path_ = before;
  }

  std::string path_;
};

}  // namespace waterbed::detail
