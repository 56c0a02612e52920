#pragma once

#include "support/table.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace waterbed::support {

/// Tables that say who pays what for whom; contracts alone move them.
inline const std::set<std::string> k_money{"payments",       "cash_spending", "provider_result", "settlement",
                                           "payments_dated", "reserves",      "attribution",     "settlement_causes"};

/// Names of the tables in which two arms differ.
inline std::set<std::string> tables_that_differ(const Results& left, std::size_t left_arm, const Results& right,
                                                std::size_t right_arm) {
  std::set<std::string> names;
  for (const TableInfo& info : left.tables) {
    const Table a(left, info.name);
    const Table b(right, info.name);
    for (std::int64_t r = 0; r < left.replications; ++r) {
      if (!std::ranges::equal(a.cells(left_arm, r), b.cells(right_arm, r))) {
        names.insert(info.name);
      }
    }
  }
  return names;
}

inline bool only_money(const std::set<std::string>& names) {
  return std::includes(k_money.begin(), k_money.end(), names.begin(), names.end());
}

}  // namespace waterbed::support
