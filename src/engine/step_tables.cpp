#include "step_tables.hpp"

#include "state.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace waterbed::engine {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::uint16_t narrow(const char* what, std::int32_t number) {
  constexpr std::int32_t k_most = std::numeric_limits<std::uint16_t>::max();
  if (number > k_most) {
    throw InvalidArgument(what, "must be at most " + std::to_string(k_most) + " at each place of a pathway",
                          std::to_string(number));
  }
  return static_cast<std::uint16_t>(number);
}

std::uint8_t traits_of(const NetworkModel& network, const RowModel& row) {
  unsigned traits = 0;
  const auto set = [&](RowTrait trait, bool holds) { traits |= (holds ? 1U : 0U) << static_cast<unsigned>(trait); };
  set(RowTrait::waits, row.waits);
  set(RowTrait::urgent, row.urgent);
  set(RowTrait::product, row.product);
  set(RowTrait::stays, row.setting >= 0 && row.stay_days > 0.0);
  if (row.setting >= 0) {
    const SettingModel& setting = network.settings[at(row.setting)];
    set(RowTrait::gp, setting.gp);
    set(RowTrait::per_day, setting.per_day);
    set(RowTrait::limited, setting.limited);
    set(RowTrait::takes_capacity, takes_capacity(setting));
  }
  return static_cast<std::uint8_t>(traits);
}

constexpr std::uint64_t k_last_word = std::numeric_limits<std::uint32_t>::max();

std::uint32_t below_of(const OptionModel& option) {
  return static_cast<std::uint32_t>(std::min(option.below, k_last_word));
}

StepRow step_row(const NetworkModel& network, const RowModel& row) {
  StepRow step{.list_price = row.list_price,
               .stay_days = row.stay_days,
               .log_not_last = row.stay_days > 1.0 ? exact::log(1.0 - 1.0 / row.stay_days) : 0.0,
               .setting = row.setting,
               .first_option = row.first_option,
               .first_attached = row.first_attached,
               .first_care_effect = row.first_care_effect,
               .attached = narrow("attached", row.attached),
               .care_effects = narrow("care_effects", row.care_effects),
               .traits = traits_of(network, row)};
  step.below.fill(static_cast<std::uint32_t>(k_last_word));
  for (std::size_t o = 0; o < std::min(StepRow::k_looked_at, at(row.options)); ++o) {
    step.below[o] = below_of(network.options[at(row.first_option) + o]);
  }
  return step;
}

}  // namespace

StepTables step_tables(const Model& model) {
  const NetworkModel& network = model.network;
  StepTables tables;
  tables.counters = model.spend.size();
  tables.spending_only = model.spend.size() == 1 && model.use.empty() && !model.insurance.present;
  for (const RowModel& row : network.rows) {
    tables.rows.push_back(step_row(network, row));
  }
  for (const OptionModel& option : network.options) {
    tables.options.push_back({.to = option.to, .delay_days = option.delay_days});
    tables.below.push_back(below_of(option));
  }
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    for (const SpendAccumulator& counter : model.spend) {
      tables.counts_row.push_back(counter.counts_row[r]);
    }
  }
  for (std::size_t a = 0; a < network.attached.size(); ++a) {
    for (const SpendAccumulator& counter : model.spend) {
      tables.counts_attached.push_back(counter.counts_attached[a]);
    }
  }
  return tables;
}

}  // namespace waterbed::engine
