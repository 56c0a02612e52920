#pragma once

#include "analysis/series.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A label of the payments table, taken apart.
struct PaymentEntry {
  std::string contract;
  std::string term;
  std::string from;
  std::string to;
  std::string sector;
};

/// Entries in order of the table. @throws InvalidArgument if a label has not five parts
std::vector<PaymentEntry> payment_entries(const Results& results);

/// Cells of the payments table by a weight per entry, over one year or, if empty, all. Entries of weight 0 are left
/// out.
std::vector<WeightedCell> payment_cells(const Results& results, std::string_view year,
                                        const std::function<std::int64_t(const PaymentEntry&)>& weight);

}  // namespace waterbed
