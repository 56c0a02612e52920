#pragma once

#include "waterbed/core/ids.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// Decision types of docs/model/behaviour.md, in the order of the sensitivities.
enum class DecisionKind : std::uint8_t { own_volume, treat_or_refer, care_borne, elective_specialist, urgent };
inline constexpr int k_decision_types = 5;

struct ProviderModel {
  std::string name;
  std::string title;
  std::string type;
  bool out_of_region = false;
  double pass_through = 1.0;
  double half_life_months = -1.0;  ///< of adaptation of those who decide; negative: as everywhere
  int lag_cycles = 0;              ///< until they see waits and where their contracts' year stands
};

/// A place where one provider delivers one kind of care.
struct SettingModel {
  std::string name;  ///< "provider.kind"
  std::string kind;
  int kind_id = -1;
  int provider = -1;
  int sector = -1;
  int funder = -1;            ///< payer that is not an insurer; -1: the person's insurer
  bool gp = false;            ///< contacts record what they see
  bool per_day = false;       ///< unit is a day of stay
  bool limited = false;       ///< elective first contacts may wait
  bool bed_days = false;      ///< capacity in bed-days, else visits
  bool plans_backlog = true;  ///< opens slots so that the backlog returns to its reference
  double reference_wait_days = 0.0;
  int admission_order = 0;
  double utilisation = 1.0;            ///< expected use over physical capacity in the base year
  double stated_capacity = 0.0;        ///< units per cycle; 0: from utilisation
  std::int64_t staff_milli_hours = 0;  ///< per unit
  int pool = -1;                       ///< position in NetworkModel::pools
};

/// Staff that several settings share.
struct StaffPoolModel {
  std::string name;              ///< "provider.pool"
  std::int64_t milli_hours = 0;  ///< per cycle
};

/// One way on from a row. `to` is a row of the same chain; -1 is discharge.
struct OptionModel {
  std::int32_t to = -1;
  std::int32_t delay_days = 0;
  std::int32_t nest = 0;
  std::int32_t pathway = -1;  ///< position among the need's pathways, at an entry among its ways in; -1: discharge
  std::uint64_t below = 0;    ///< cumulative threshold of observed practice
  double p0 = 0.0;            ///< practice as observed
  double place_share = 1.0;   ///< of the place among those that offer this care from here
};

/// A service that a visit emits without moving the patient.
struct AttachedModel {
  std::int32_t setting = -1;
  std::uint64_t threshold = 0;  ///< of the 2^32 words, from `from` on
  std::uint64_t from = 0;
  double per_visit = 0.0;
  std::int64_t list_price = 0;  ///< micro-euro
};

/// A place in an episode of one need on one route: a setting and a step. Row 0 of a chain is where the need enters.
struct RowModel {
  std::int32_t setting = -1;  ///< -1: entry
  std::uint8_t step = 0;      ///< first, follow-up, back
  std::uint8_t ways_of = 0;   ///< step whose ways on are taken: a return may have none of its own
  DecisionKind decision = DecisionKind::urgent;
  bool waits = false;    ///< asks for admission at a limited setting
  bool urgent = false;   ///< urgent need: never refused, no response to money
  bool product = false;  ///< opens a product at list value; contacts inside add only what is dearer
  std::int16_t window_days = 0;
  std::int32_t decider = -1;  ///< provider whose money the decision maker feels
  std::int32_t first_option = 0;
  std::int32_t options = 0;
  std::int32_t first_attached = 0;
  std::int32_t attached = 0;
  std::int32_t first_care_effect = 0;  ///< effects of care that a visit starts
  std::int32_t care_effects = 0;
  std::int32_t elsewhere = -1;  ///< the same place outside the region, -1 none
  double stay_days = 0.0;       ///< mean; 0: no stay
  std::int64_t list_price = 0;  ///< micro-euro per unit
};

/// The episode of one need for persons of one route, as an absorbing chain over rows.
struct ChainModel {
  std::int32_t first_row = 0;
  std::int32_t rows = 0;
  std::int32_t first_back = 0;  ///< rows where unserved need comes back, with shares
  std::int32_t backs = 0;
  std::int32_t first_emergency = 0;  ///< among the same rows: where those go who cannot wait
  std::int32_t emergencies = 0;
};

struct BackModel {
  std::int32_t row = -1;
  std::uint64_t below = 0;  ///< cumulative threshold
  double share = 0.0;
};

struct NeedModel {
  std::int32_t group = 0;
  bool urgent = false;
  std::uint64_t unresolved_below = 0;  ///< chance that a discharge left it open
  double unresolved = 0.0;
  double access_elasticity = 0.0;
  std::int32_t access_kind = -1;        ///< kind whose wait demand answers to
  std::uint64_t semi_urgent_below = 0;  ///< share of episodes that are admitted before the others
  double deteriorates_per_year = 0.0;   ///< while waiting, to the chain's emergency rows
  double wait_disutility = 0.0;         ///< taken from quality of life while waiting
};

/// The care network as flat arrays.
struct NetworkModel {
  std::vector<SettingModel> settings;
  std::vector<StaffPoolModel> pools;
  std::vector<NeedModel> needs;
  int routes = 0;                            ///< (GP group, municipality) pairs
  std::vector<std::int32_t> group_of_route;  ///< practice group; -1: region without
  std::vector<ChainModel> chains;            ///< [need][route]
  std::vector<RowModel> rows;
  std::vector<OptionModel> options;
  std::vector<AttachedModel> attached;
  std::vector<BackModel> backs;
  std::vector<std::int32_t> care_effects;  ///< positions among the effects of care, by row
  std::vector<std::int32_t> chain_of_row;
  std::vector<std::int32_t> admission_order;  ///< limited settings in the order they admit
  std::vector<std::int32_t> edge_of_option;   ///< position in edge_labels
  std::vector<std::string> edge_labels;       ///< "from,to"

  [[nodiscard]] const ChainModel& chain(int need, int route) const {
    return chains[static_cast<std::size_t>(need) * static_cast<std::size_t>(routes) + static_cast<std::size_t>(route)];
  }
};

}  // namespace waterbed
