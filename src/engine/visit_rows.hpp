#pragma once

#include "recorder.hpp"
#include "waterbed/engine/visits.hpp"

#include <algorithm>

namespace waterbed::engine {

/// Where a day is in its year. A day before this cycle, as of a visit while waiting, becomes its first.
inline int day_of_year(const Model& model, const ArmState& state, std::int32_t day) {
  const int days = model.time.days_per_cycle();
  const int in_cycle = std::clamp(day - state.cycle * days, 0, days - 1);
  return state.cycle % model.time.cycles_per_year * days + in_cycle;
}

/// Adds a row. @param visit  its number
inline void add_row(const Model& model, const ArmState& state, const Delivered& delivered, std::int64_t visit,
                    Visits& rows) {
  const Token& token = delivered.token;
  rows.visit.push_back(visit);
  rows.attached.push_back(delivered.attached >= 0 ? 1 : 0);
  rows.person.push_back(static_cast<std::int32_t>(token.person));
  rows.year.push_back(static_cast<std::int16_t>(model.time.start_year + model.time.year_of(state.cycle)));
  rows.cycle.push_back(static_cast<std::int16_t>(state.cycle % model.time.cycles_per_year));
  rows.day.push_back(static_cast<std::int16_t>(day_of_year(model, state, token.day)));
  rows.setting.push_back(static_cast<std::int16_t>(delivered.setting));
  rows.need.push_back(static_cast<std::int16_t>(token.need()));
  rows.step.push_back(model.network.rows[static_cast<std::size_t>(token.row)].step);
  rows.units.push_back(static_cast<std::int32_t>(delivered.units));
  rows.list.push_back(delivered.list);
  rows.paid.push_back(delivered.paid);
  const std::int32_t slot = delivered.pay.slot;
  rows.entry.push_back(slot < 0 ? -1 : state.arm->entry_of_slot[static_cast<std::size_t>(slot)]);
}

}  // namespace waterbed::engine
