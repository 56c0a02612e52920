#include "waterbed/contracts/gate.hpp"

#include <stdexcept>

namespace waterbed {

SizeTable mssp_size_table() {
  const auto permille = [](std::int64_t tenths) { return Rate{tenths * 1'000'000}; };
  return {{
      {1, 499, permille(122), permille(122)},
      {500, 999, permille(122), permille(87)},
      {1'000, 2'999, permille(87), permille(50)},
      {3'000, 4'999, permille(50), permille(39)},
      {5'000, 5'999, permille(39), permille(36)},
      {6'000, 6'999, permille(36), permille(34)},
      {7'000, 7'999, permille(34), permille(32)},
      {8'000, 8'999, permille(32), permille(31)},
      {9'000, 9'999, permille(31), permille(30)},
      {10'000, 14'999, permille(30), permille(27)},
      {15'000, 19'999, permille(27), permille(25)},
      {20'000, 49'999, permille(25), permille(22)},
      {50'000, 59'999, permille(22), permille(20)},
      {60'000, SizeRow::k_open, permille(20), permille(20)},
  }};
}

ExactShare rate_at(const SizeTable& table, std::int64_t assigned) {
  if (table.rows.empty()) {
    throw std::invalid_argument("size table has no rows");
  }
  const SizeRow* row = &table.rows.front();
  for (const SizeRow& candidate : table.rows) {
    if (assigned >= candidate.from) {
      row = &candidate;
    }
  }
  if (assigned <= row->from || row->low_end == row->high_end) {
    return {row->low_end.nano, Rate::k_one};
  }
  if (assigned >= row->to) {
    return {row->high_end.nano, Rate::k_one};
  }
  // Rates are at most 1e9 and validated rows at most 1e9 people wide, so both products fit.
  const std::int64_t width = row->to - row->from;
  return {row->low_end.nano * width + (row->high_end.nano - row->low_end.nano) * (assigned - row->from),
          Rate::k_one * width};
}

}  // namespace waterbed
