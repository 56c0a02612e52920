#pragma once

#include "waterbed/core/progress.hpp"
#include "waterbed/engine/model.hpp"
#include "waterbed/engine/record_options.hpp"

#include <string>
#include <vector>

namespace waterbed {

/// Something that a decision maker does, of one type, with patients at one place: sends them on to another one.
struct DecisionInfo {
  std::string decider;      ///< provider whose money who decides feels
  std::string type;         ///< own_volume, treat_or_refer, care_borne, elective_specialist
  std::string from;         ///< setting
  std::string to;           ///< setting
  double per_year = 0.0;    ///< patients sent that way in a year as practice was observed, expected
  double observed = 0.0;    ///< share of patients in such decisions, as observed
  double pass_through = 0;  ///< share of marginal income that reaches who decides, 0..1
};

/// A clause of an arm or of the reference contracts by which an option is worth something.
struct MarginalPart {
  std::string contract;  ///< as in the scenario; empty: of none
  std::string term;      ///< fee, bundle, cost (what a bundle pays others), ceiling (and tiers: what they take off),
                         ///< settlement (part of other people's costs that is borne), variable_cost (of own acts, and
                         ///< what the organisation pays who decides)
};

/// How the decisions of one arm moved in one replication, as incentives were retaken.
///
/// Means over the options behind a decision (needs, routes, insurers), weighted by patients as observed.
struct DecisionPath {
  std::vector<DecisionInfo> decisions;
  std::vector<MarginalPart> parts;  ///< empty unless asked for
  std::vector<std::string> providers;
  std::vector<int> year;          ///< [refresh] calendar year
  std::vector<int> cycle;         ///< [refresh] of the year, from 0
  std::vector<double> shift;      ///< [refresh][decision] log-odds
  std::vector<double> chance;     ///< [refresh][decision] share of patients, as `observed`; waits included
  std::vector<double> held_back;  ///< [refresh][provider] part of elective work not done here, < 0: caught up
  /// [refresh][part][decision] EUR: what one more patient is worth to the organisation, or to those who decide by their
  /// contract with it, less what it was under the reference contracts; before pass-through. Adds up over parts to
  /// V - V* of docs/model/behaviour.md.
  std::vector<double> marginal;
};

/// @param parts  also give what each clause is worth
/// @throws InvalidArgument for an arm or year that there is not, a year of the burn-in, or a number out of range;
/// Stopped
DecisionPath decision_path(const Model& model, const RecordOptions& options, bool parts = true,
                           const Progress& progress = {}, const StopToken& stop = {});

/// Where decisions end if nothing but money moves them: expected flows with incentives, without chance or queues.
struct FixedPoint {
  std::vector<DecisionInfo> decisions;
  std::vector<double> shift;     ///< [decision] log-odds
  std::vector<double> chance;    ///< [decision]
  bool found = false;            ///< shift is the fixed point, to the tolerance
  bool settles = false;          ///< iterated at the pace of the model's adaptation it gets there
  bool oscillates = false;       ///< at that pace it swings about the fixed point for ever
  int refreshes = 0;             ///< at that pace until it was there, or all that were tried
  std::vector<double> residual;  ///< [refresh] largest gap between target and shift over options, at that pace
};

struct FixedPointOptions {
  RecordOptions of{};       ///< arm; settlements and income effort are as in its last year in this replication
  double tolerance = 1e-6;  ///< of the residual, log-odds; > 0
  int most_refreshes = 400;
};
/// @throws InvalidArgument as decision_path(), or for a tolerance or number out of range
FixedPoint fixed_point(const Model& model, const FixedPointOptions& options, const Progress& progress = {},
                       const StopToken& stop = {});

}  // namespace waterbed
