#pragma once

#include "state.hpp"
#include "year_end.hpp"

#include <cstdint>
#include <vector>

namespace waterbed::engine {

/// Years after the last performance year in which money of the run can still move, 3 at least.
int run_off_years(const Model& model);

/// Tables of cash by the year in which it is paid: `payments_dated`, `reserves`.
std::vector<TableInfo> cash_infos(const Model& model);

/// Adds the payments for the state's year to the years in which they are paid, and to the reserves.
/// @param settled  with the dates that each contract gives
void write_cash(const Model& model, const ArmState& state, const std::vector<Settled>& settled,
                std::vector<std::int64_t>& dated, std::vector<std::int64_t>& reserves);

/// Rolls the reserves forward, once every year is written: opening + incurred - paid = closing.
void close_reserves(const Model& model, std::vector<std::int64_t>& reserves);

}  // namespace waterbed::engine
