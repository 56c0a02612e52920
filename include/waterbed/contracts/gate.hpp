#pragma once

#include "waterbed/contracts/exact_share.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <limits>
#include <variant>
#include <vector>

namespace waterbed {

/// Least saving for groups of `from` to `to` people, linear in between.
struct SizeRow {
  static constexpr std::int64_t k_open = std::numeric_limits<std::int64_t>::max();

  std::int64_t from = 0;
  std::int64_t to = k_open;  ///< inclusive
  Rate low_end{};            ///< share of the benchmark at `from`
  Rate high_end{};           ///< share at `to`; equal to `low_end` in an open row
};

/// Least saving by number of assigned people; small groups need more, since chance moves them more.
struct SizeTable {
  std::vector<SizeRow> rows;  ///< ascending, without gaps
};

/// Minimum savings rates of the Medicare Shared Savings Program.
/// Source: 42 CFR 425.604(b) and 425.605(b)(1); under 500 people the law gives a lower bound only, taken as the rate.
SizeTable mssp_size_table();

/// The rate at this number of people. Below the first row: its low end.
/// @throws std::invalid_argument if the table has no rows
ExactShare rate_at(const SizeTable& table, std::int64_t assigned);

enum class GateMode : std::uint8_t {
  first_dollar,  ///< past the gate everything counts
  excess         ///< past the gate only what exceeds it counts
};

enum class BelowIf : std::uint8_t { never, low_revenue };

/// Savings and losses within the gate are chance and are not shared. Exactly at the gate passes.
struct Gate {
  using Level = std::variant<Rate, SizeTable>;

  Level up = Rate{};    ///< least saving, share of the benchmark
  Level down = Rate{};  ///< least loss, share of the benchmark
  GateMode mode = GateMode::first_dollar;
  Rate below_share{};                 ///< of the saving share, paid under the gate ...
  BelowIf below_if = BelowIf::never;  ///< ... to holders for whom this is true
};

}  // namespace waterbed
