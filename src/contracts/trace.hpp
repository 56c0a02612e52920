#pragma once

#include "exact.hpp"
#include "waterbed/contracts/settlement.hpp"

#include <vector>

namespace waterbed::internal {

/// Writes down the steps of a settlement; texts are only made when somebody wants to read them.
class Trace {
 public:
  /// @param lines  null: nobody reads them
  explicit Trace(std::vector<SettlementLine>* lines) : lines_(lines) {}

  /// @param input, rule  functions that make the texts
  template <class Input, class Rule>
  void line(const char* step, Input&& input, Rule&& rule, const Exact& output) const {
    if (lines_ != nullptr) {
      lines_->push_back({step, input(), rule(), to_cents(output)});
    }
  }

 private:
  std::vector<SettlementLine>* lines_;
};

}  // namespace waterbed::internal
