#include "analysis/payments.hpp"

#include "waterbed/core/error.hpp"

#include <array>

namespace waterbed {
namespace {

PaymentEntry parsed(const std::string& label) {
  std::array<std::string, 5> parts;
  std::size_t part = 0;
  for (const char letter : label) {
    if (letter != ',') {
      parts[part] += letter;
    } else if (++part == parts.size()) {
      break;
    }
  }
  if (part != parts.size() - 1) {
    throw InvalidArgument("payments.entry", "must read contract,term,from,to,sector", label);
  }
  return {parts[0], parts[1], parts[2], parts[3], parts[4]};
}

}  // namespace

std::vector<PaymentEntry> payment_entries(const Results& results) {
  const TableInfo& table = results.tables[static_cast<std::size_t>(results.table_index("payments"))];
  std::vector<PaymentEntry> entries;
  for (const std::string& label : table.dims[axis_index(table, "entry")].labels) {
    entries.push_back(parsed(label));
  }
  return entries;
}

std::vector<WeightedCell> payment_cells(const Results& results, std::string_view year,
                                        const std::function<std::int64_t(const PaymentEntry&)>& weight) {
  const TableInfo& table = results.tables[static_cast<std::size_t>(results.table_index("payments"))];
  const std::vector<PaymentEntry> entries = payment_entries(results);
  if (table.dims.size() != 2 || axis_index(table, "year") != 0) {
    throw InvalidArgument("payments", "must have the axes year and entry", std::to_string(table.dims.size()) + " axes");
  }
  const Dimension& years = table.dims[0];
  const std::size_t first = year.empty() ? 0 : label_index(years, year);
  const std::size_t end = year.empty() ? years.labels.size() : first + 1;
  std::vector<WeightedCell> cells;
  for (std::size_t entry = 0; entry < entries.size(); ++entry) {
    const std::int64_t times = weight(entries[entry]);
    for (std::size_t y = first; times != 0 && y < end; ++y) {
      cells.push_back({y * entries.size() + entry, times});
    }
  }
  return cells;
}

}  // namespace waterbed
