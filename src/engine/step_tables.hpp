#pragma once

#include <array>
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

/// One cache line a row.
struct alignas(64) StepRow {
  static constexpr std::size_t k_looked_at = 4;

  /// OptionModel::below of the first options, but for the last word of all, which is left to the model. Beyond the
  /// row's options none is reached.
  std::array<std::uint32_t, k_looked_at> below{};
  std::int64_t list_price = 0;
  double stay_days = 0.0;     ///< mean; 0: no stay
  double log_not_last = 0.0;  ///< log(1 - 1 / stay_days) of a mean above one day
  std::int32_t setting = -1;  ///< -1: entry
  std::int32_t first_option = 0;
  std::int32_t first_attached = 0;
  std::int32_t first_care_effect = 0;
  std::uint16_t attached = 0;
  std::uint16_t care_effects = 0;
  std::uint8_t traits = 0;  ///< a bit each, see RowTrait

  [[nodiscard]] bool is(RowTrait trait) const { return (traits >> static_cast<unsigned>(trait) & 1U) != 0; }
};
static_assert(sizeof(StepRow) == 64);

struct StepOption {
  std::int32_t to = -1;
  std::int32_t delay_days = 0;
};

struct StepTables {
  std::vector<StepRow> rows;
  std::vector<StepOption> options;
  std::vector<std::uint32_t> below;           ///< [option] as StepRow::below, for the options behind the first ones
  std::size_t counters = 0;                   ///< Model::spend
  std::vector<std::uint8_t> counts_row;       ///< [row][counter] SpendAccumulator::counts_row
  std::vector<std::uint8_t> counts_attached;  ///< [attached][counter]
  bool spending_only = false;                 ///< of a person nothing is counted but spending on everything
};

/// @throws InvalidArgument if a row has more than 65,535 services or effects
[[nodiscard]] StepTables step_tables(const Model& model);

}  // namespace waterbed::engine
