#include "many_rows.hpp"

namespace waterbed::internal {

ManySettlements empty_table(const Contract& contract, std::size_t rows_to_come) {
  ManySettlements table;
  if (const Split* split = find_term<Split>(contract)) {
    // Its amounts come in this order: one for each part, or for each step of a waterfall.
    for (const SplitPart& part : split->parts) {
      table.parties.push_back(part.party);
    }
    for (const WaterfallStep& step : split->waterfall) {
      table.parties.push_back(step.party);
    }
  }
  for (std::vector<Money>* column :
       {&table.total, &table.settlement, &table.benchmark, &table.counted, &table.gain, &table.before_adjustment}) {
    column->reserve(rows_to_come);
  }
  table.gate_passed.reserve(rows_to_come);
  table.split.reserve(rows_to_come * table.parties.size());
  return table;
}

void append(ManySettlements& table, const Settlement& row) {
  table.total.push_back(row.total());
  table.settlement.push_back(row.settlement);
  table.benchmark.push_back(row.benchmark);
  table.counted.push_back(row.counted);
  table.gain.push_back(row.gain);
  table.before_adjustment.push_back(row.before_adjustment);
  table.gate_passed.push_back(row.gate_passed ? 1 : 0);
  for (const PartyAmount& part : row.split) {
    table.split.push_back(part.amount);
  }
}

}  // namespace waterbed::internal
