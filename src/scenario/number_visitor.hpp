#pragma once

#include "scenario/path_visitor.hpp"

#include <cmath>
#include <functional>
#include <utility>

namespace waterbed::detail {

/// Shows every number of a thing in memory with its path, to be looked at or changed. Of a table that one number was
/// written for, that number; of every table its scale, which is 1, at `.scale`.
class NumberVisitor : public PathVisitor {
 public:
  using Look = std::function<void(const std::string& path, double& value)>;
  explicit NumberVisitor(Look look) : look_(std::move(look)) {}

  void number(const Field& field, double& value) override { look_(path_of(field), value); }
  void integer(const Field& field, std::int64_t& value) override {
    const auto before = static_cast<double>(value);
    double number = before;
    look_(path_of(field), number);
    if (number != before) {
      value = static_cast<std::int64_t>(number);
    }
  }
  void numbers(const Field& field, std::vector<double>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      look_(joined_path(path_of(field), i), values[i]);
    }
  }
  void amounts(const Field& field, std::map<std::string, double>& values) override {
    for (auto& [name, value] : values) {
      look_(joined_path(path_of(field), name), value);
    }
  }
  void table(const Field& field, AgeSexTable& value) override {
    const std::string path = path_of(field);
    double scale = 1.0;
    look_(path + ".scale", scale);
    if (value.bands.size() == 1 && value.values[0] == value.values[1]) {
      look_(path, value.values[0][0]);
      value.values[1] = value.values[0];
    }
    for (std::size_t i = 0; i < value.bands.size(); ++i) {
      for (std::size_t sex = 0; sex < value.values.size(); ++sex) {
        double& cell = value.values[sex][i];
        look_(joined_path(path, i) + (sex == 0 ? ".women" : ".men"), cell);
        cell = scale == 1.0 ? cell : cell * scale;
      }
    }
  }

 private:
  Look look_;
};

}  // namespace waterbed::detail
