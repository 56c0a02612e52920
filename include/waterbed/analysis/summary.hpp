#pragma once

#include "waterbed/analysis/difference.hpp"
#include "waterbed/engine/results.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waterbed {

/// A setting and the sector that reports it.
struct SettingSector {
  std::string setting;
  std::string sector;
};

/// A contract that settles, by its label in the settlement table, and who pays it.
struct SettlingContract {
  std::string contract;
  std::string payer;  ///< insurer; empty: all of them
};

/// What the tables alone do not say.
struct SummaryInputs {
  std::vector<SettingSector> settings;
  std::vector<SettlingContract> settling;
  double cycles_per_year = 12.0;
  double discount_costs = 0.0;  ///< per year, of costs of health
  double discount_qalys = 0.0;  ///< per year
};

/// One line of the comparison, in the words and unit of a reader.
struct SummaryRow {
  std::string measure;  ///< list_spending, cash_spending, visits, hours, wait, qalys, health_costs, deaths, waiting,
                        ///< unserved_value
  std::string of;       ///< sector, urgency, stratum, or "total"
  Difference change;    ///< per insured per year where the unit says so
};

/// What an arm does to one party's money over all performance years.
struct PartyResult {
  std::string party;
  bool is_payer = false;
  /// Providers: result, EUR. Payers: what they pay, EUR; their result is the opposite of the change.
  Difference result;
  /// Providers: chance of a result below zero. Payers: of paying more than under the baseline. None unless at least
  /// 20 replications are seen beyond, for a rarer tail is noise.
  std::optional<double> probability_of_loss;
};
inline constexpr Index k_replications_beyond = 20;

/// Savings paid out against savings made: what was shared though nobody changed anything is luck.
struct PaidAgainstTrue {
  std::string payer;
  std::vector<std::string> contracts;
  Difference paid;         ///< to the holders, net of what they owe, EUR
  Difference true_saving;  ///< less list spending of the payer's insured than under the baseline, EUR
  Difference excess;       ///< paid less true saving, EUR; its levels (baseline, arm) hold spending too
};

struct ArmSummary {
  std::string arm;
  std::string baseline;
  double insured_years = 0.0;  ///< that amounts per insured are divided by
  std::vector<SummaryRow> rows;
  std::vector<PartyResult> parties;
  std::vector<PaidAgainstTrue> savings;
};

/// The comparison table: one arm against the baseline over all performance years.
///
/// Amounts per insured are yearly means. Tables that a run lacks (health alone) give no rows. Waits are mean days of
/// those admitted; none if an arm admits nobody in some replication. QALYs and costs of health are present values:
/// those of the t-th year, from 0, count (1 + discount)^-t.
/// @throws InvalidArgument if a table lacks an axis or names a setting that the inputs do not, or a discount is below 0
[[nodiscard]] ArmSummary summarise(const Results& results, std::string_view arm, const SummaryInputs& inputs,
                                   double confidence = k_usual_confidence);

}  // namespace waterbed
