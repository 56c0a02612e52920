#pragma once

#include <stdexcept>
#include <string>

namespace waterbed {

/// A caller's argument breaks a rule. The message names the argument, the value and the rule.
class InvalidArgument : public std::invalid_argument {
 public:
  /// @param name  dotted field path, e.g. "contract.gate.up"
  /// @param rule  what must hold, e.g. "must be in [0, 1]"
  /// @param got   the value as the caller wrote it
  InvalidArgument(const std::string& name, const std::string& rule, const std::string& got)
      : std::invalid_argument(name + ": " + rule + ", got " + got), name_(name), rule_(rule), got_(got) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& rule() const { return rule_; }
  [[nodiscard]] const std::string& got() const { return got_; }

 private:
  std::string name_;
  std::string rule_;
  std::string got_;
};

/// A run was asked to stop before it had one finished replication.
class Stopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace waterbed
