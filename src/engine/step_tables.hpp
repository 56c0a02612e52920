#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace waterbed {
struct Model;
}

/// What each step of an episode reads of the network, close together. As the model describes them, names and shares
/// among them, the rows and options of a region do not fit into a core's cache.
namespace waterbed::engine {

enum class RowTrait : std::uint8_t {
  waits,           ///< RowModel::waits
  urgent,          ///< RowModel::urgent
  product,         ///< RowModel::product
  stays,           ///< has a length of stay
  gp,              ///< SettingModel::gp
  per_day,         ///< SettingModel::per_day
  limited,         ///< SettingModel::limited
  takes_capacity,  ///< takes_capacity() of the setting
};

/// Half a cache line a row.
struct alignas(32) StepRow {
  std::int64_t list_price = 0;
  std::int32_t setting = -1;  ///< -1: entry
  std::int32_t first_option = 0;
  std::int32_t first_attached = 0;
  std::int32_t first_care_effect = 0;
  std::uint16_t options = 0;
  std::uint16_t attached = 0;
  std::uint16_t care_effects = 0;
  std::uint8_t traits = 0;  ///< a bit each, see RowTrait

  [[nodiscard]] bool is(RowTrait trait) const { return (traits >> static_cast<unsigned>(trait) & 1U) != 0; }
};

struct StepOption {
  std::uint32_t below = 0;  ///< OptionModel::below, but for the last word of all
  std::int32_t to = -1;
  std::int32_t delay_days = 0;
};

struct StepTables {
  std::vector<StepRow> rows;
  std::vector<StepOption> options;   ///< and k_looked_at more, which no word reaches
  std::vector<double> log_not_last;  ///< [row] log(1 - 1 / mean stay), of rows with a mean stay above one day
  std::size_t counters = 0;          ///< Model::spend
  std::vector<std::uint8_t> counts_row;       ///< [row][counter] SpendAccumulator::counts_row
  std::vector<std::uint8_t> counts_attached;  ///< [attached][counter]

  /// Options that are looked at together.
  static constexpr std::size_t k_looked_at = 4;
};

/// @throws InvalidArgument if a row has more than 65,535 options, services or effects
[[nodiscard]] StepTables step_tables(const Model& model);

}  // namespace waterbed::engine
