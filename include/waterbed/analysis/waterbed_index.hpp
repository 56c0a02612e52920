#pragma once

#include "waterbed/analysis/difference.hpp"
#include "waterbed/engine/results.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A setting as the index sees it. What is pressed is named before the run.
struct SettingRole {
  std::string name{};
  std::string provider{};
  std::string sector{};
  bool out_of_region = false;
  bool pressed = false;
  bool left_out = false;  ///< not calibrated, so neither pressed nor counted as outside; reported
};

/// What an arm presses, and the fixed list of everything else.
struct Press {
  std::vector<SettingRole> settings;
  std::vector<std::string> payers;  ///< whose cash is followed: insurers, other budgets, household
};

/// What is compared. Visits are not addable (a call is no ward stay), so they are no basis.
enum class WaterbedBasis : std::uint8_t {
  list_volume,  ///< units at one frozen price list: the headline
  staff_hours,
  cash,    ///< payments net of what comes back, by payer
  counted  ///< the same before ceilings, settlements and programmes correct them
};
[[nodiscard]] std::string_view basis_name(WaterbedBasis basis);

struct WaterbedQuery {
  std::string arm{};
  WaterbedBasis basis = WaterbedBasis::list_volume;
  std::string payer{};  ///< cash and counted; empty: all payers
  std::string year{};   ///< empty: all performance years together
};

enum class WaterbedVerdict : std::uint8_t { resolved, not_resolved, no_change, pressed_part_grew };

/// How a ratio to the press varies beyond its simulation error; only if the press is resolved, and none where the press
/// would not take anything out of the pressed part (in some replication, or under some parameter set).
struct RatioSpread {
  std::optional<Range> range;            ///< of single replications, chance only
  std::optional<Range> parameter_range;  ///< of what is expected under a parameter set, chance taken out
};

/// One group outside the press: a sector, or part of the pressed sector.
struct WaterbedPart {
  std::string group;
  Difference difference;             ///< d_j
  std::optional<double> share;       ///< w_j = mean(d_j) / r, signed; only if resolved
  std::optional<Interval> interval;  ///< simulation error
  RatioSpread spread;
};

/// Of what is taken out of the pressed part, how much comes back elsewhere: W = sum of w_j.
struct WaterbedIndex {
  WaterbedQuery query;
  WaterbedVerdict verdict = WaterbedVerdict::not_resolved;
  Difference pressed;                ///< d_S; r = -mean
  std::optional<double> index;       ///< W, the sum of the parts' shares in order; only if resolved
  std::optional<Interval> interval;  ///< simulation error: Fieller, from paired replications
  RatioSpread spread;
  std::vector<WaterbedPart> parts;  ///< printed whatever the verdict
  std::optional<double> gross;      ///< shares that rise, of groups whose interval excludes zero; only if resolved
  std::optional<Index> replications_needed;  ///< about, to resolve the press
  std::string message;                       ///< why there is no index; empty if resolved
  std::vector<std::string> left_out;         ///< sectors not calibrated
};

/// The index on one basis, for one year or all.
///
/// Groups: each sector; within a sector that is pressed "<sector>, not pressed" and "<sector>, out of region".
/// W is printed only if r > 5 standard errors of r; one replication resolves nothing.
/// @param sets  parameter sets that the replications are of, one after another; their means stand for replications. 0:
///              parameters are fixed
/// @throws InvalidArgument if nothing is pressed, a name is not in the tables, or a payments label is not
///         "contract,term,from,to,sector"
/// Source: Fieller (1954), J. R. Stat. Soc. B 16, 175-185; the formulas are in docs/model/waterbed_index.md.
[[nodiscard]] WaterbedIndex waterbed_index(const Results& results, const Press& press, const WaterbedQuery& query,
                                           Index sets = 0, double confidence = k_usual_confidence);

/// What stands beside the index.
struct BesideThePress {
  std::string year;  ///< empty: all performance years together
  Difference pressed_cash;
  Difference pressed_list;
  Difference price_part;               ///< cash less list value, to the pressed providers: a transfer from their margin
  Difference settlements;              ///< paid by the payers to any provider
  Difference programmes;               ///< programme cost paid by the payers
  std::optional<Difference> unserved;  ///< waiting at the end, at list price; none without such a table
};
/// @throws as waterbed_index()
[[nodiscard]] BesideThePress beside_the_press(const Results& results, const Press& press, const WaterbedQuery& query,
                                              Index sets = 0, double confidence = k_usual_confidence);

/// Every basis over all years, then year by year.
struct WaterbedReport {
  std::vector<WaterbedIndex> indices;  ///< list, hours, cash of each payer, cash of all, counted; cumulative first
  std::vector<BesideThePress> beside;  ///< cumulative, then each year
};
[[nodiscard]] WaterbedReport waterbed_report(const Results& results, const Press& press, std::string_view arm,
                                             Index sets = 0, double confidence = k_usual_confidence);

}  // namespace waterbed
