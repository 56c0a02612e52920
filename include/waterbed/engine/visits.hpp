#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/core/progress.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/record_options.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace waterbed {

/// Steps of an episode, the values of Visits::step.
inline constexpr std::array<std::string_view, 3> k_step_names{"first", "follow_up", "return"};

/// Services delivered, as columns, in the order in which they were: like claims.
///
/// Over a whole year units and list prices add up to the tables `visits` and `list_spending`; `paid` adds up by ledger
/// entry to what fees, bundles and bills of `payments` come to, which are rounded to cents once a year and entry.
struct Visits {
  std::vector<std::int64_t> visit;     ///< number from 0; a service attached to a visit has that of its visit
  std::vector<std::uint8_t> attached;  ///< 1: emitted by the visit, did not move the patient
  std::vector<std::int32_t> person;    ///< position in People
  std::vector<std::int16_t> year;      ///< calendar year
  std::vector<std::int16_t> cycle;     ///< of the year, from 0
  std::vector<std::int16_t> day;      ///< of the year, from 0, in years of 360 days (364 by weeks); where a stay begins
  std::vector<std::int16_t> setting;  ///< position in NetworkModel::settings
  std::vector<std::int16_t> need;     ///< position in Model::need_names
  std::vector<std::uint8_t> step;     ///< of the episode, see k_step_names
  std::vector<std::int32_t> units;    ///< visits, or days of stay
  std::vector<std::int64_t> list;     ///< micro-euro at frozen list prices; in a product what the contact adds to it
  std::vector<std::int64_t> paid;     ///< micro-euro under the contracts in force; 0 where they pay otherwise
  /// Who pays whom under which contract and term: position in Model::entry_labels, "contract,term,from,to,sector".
  std::vector<std::int32_t> entry;

  [[nodiscard]] Index size() const { return static_cast<Index>(visit.size()); }
};

/// Takes parts of the table as they come, on the thread that simulates.
using VisitSink = std::function<void(Visits&&)>;

/// Simulates one replication of one arm up to the last of the years asked for, with the draws of simulate().
///
/// Holds one part at a time, of `part_rows` rows and what the last cycle added.
/// @throws InvalidArgument for an unknown arm, a year that is not simulated or a number out of range; Stopped
void visits(const Model& model, const RecordOptions& options, const VisitSink& sink, const Progress& progress = {},
            const StopToken& stop = {}, Index part_rows = Index{1} << 18);

/// About how many rows visits() gives, from expected flows; days of stay count as rows, so rather too many.
double expected_visit_rows(const Model& model, const RecordOptions& options);

}  // namespace waterbed
