#pragma once

#include "state.hpp"
#include "waterbed/engine/results.hpp"
#include "waterbed/health/hazard.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

/// Programmes of care in which people are enrolled: who is in, what it does to them, what it costs.
namespace waterbed::engine {

/// Items of the `programme_persons` table.
enum class CareItem : std::uint8_t {
  asked,
  joined,
  not_eligible,  ///< enrolled, and now beyond the filter
  dropped_out,
  died,
  moved_away,
  enrolled,       ///< at the end of the year
  person_cycles,  ///< enrolled
};
inline constexpr std::size_t k_care_items = 8;

/// Cells of [programme][insurer][provider].
[[nodiscard]] std::size_t care_cells(const Model& model);

/// Nobody is enrolled when an arm begins.
void begin_care(const Model& model, ArmState& state);

/// Asks, enrols and lets go one person, and takes the strength of what it does in this cycle.
/// @return whether the person's hazards or quality of life change
bool enrol(const Context& context, ArmState& state, std::size_t person, BlockCounts& block);
/// Somebody enrolled dies or moves away.
void end_enrolment(ArmState& state, std::size_t person, Presence how, BlockCounts& block);

/// What the programmes do to the person's hazards now; `death` 1 and no transitions if nothing.
[[nodiscard]] HazardFactors hazard_factors(const Model& model, const ArmState& state, std::size_t person);
/// What they add to quality of life, micro-QALY per cycle.
[[nodiscard]] std::int32_t added_utility(const ArmState& state, std::size_t person);
/// Ratio of the rate of a need.
[[nodiscard]] double need_ratio(const ArmState& state, std::size_t person, int need);
/// Whether some ratio of a need may be above 1 in this cycle.
[[nodiscard]] bool has_added_needs(const ArmState& state, std::size_t person);

/// Choice for somebody enrolled, by a GP about referrals or by others about treatment, where `chosen` would be made
/// without the programme: an option of the row.
[[nodiscard]] std::int32_t programme_choice(const Context& context, ArmState& state, const RowModel& row,
                                            const Token& token, std::int32_t chosen);

/// Accrues what the programmes cost in the year that ends.
void accrue_care(const Model& model, ArmState& state);
/// Cost of the year at a provider, micro-euro, whoever pays it.
struct CareCost {
  std::int64_t per_person = 0;
  std::int64_t fixed = 0;
};
[[nodiscard]] CareCost care_cost(const Model& model, const ArmState& state, std::size_t provider);

/// Tables of scenarios with programmes of care, after all others.
[[nodiscard]] std::vector<TableInfo> care_infos(const Model& model);
inline constexpr std::size_t k_care_tables = 3;
/// Books the year that ends now into these tables, given the first of them, and staff hours at the settings.
/// @param hours  of the year, [setting] milli-hours
void write_care(const Model& model, const ArmState& state, std::size_t year, std::vector<std::int64_t>* tables,
                std::int64_t* hours);

}  // namespace waterbed::engine
