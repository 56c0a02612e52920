#pragma once

#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/period.hpp"
#include "waterbed/contracts/quality.hpp"
#include "waterbed/core/money.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace waterbed {

/// `people` persons who each spent `each` in the year.
struct SpendGroup {
  std::int64_t people = 0;
  Money each;
};

/// Counted spending of one year, in one of three forms: a total, an amount per person (or episode), or groups of equal
/// persons (or episodes).
///
/// A contract that truncates or reinsures needs persons or groups, or a total to which this was done already.
struct CountedSpend {
  std::optional<Money> total;
  std::optional<Money> truncated_at;  ///< level at which every person in `total` was cut
  std::optional<Money> reinsured;     ///< what a reinsurer bears of the total, not yet taken off
  std::span<const Money> persons;     ///< shape (persons,); the caller keeps it alive
  std::vector<SpendGroup> groups;
};

/// A year before the contract.
struct BaseYear {
  PersonTime person_time;
  std::int64_t episodes = 0;  ///< instead of person_time where the benchmark is per episode
  CountedSpend counted;
  Rate risk_ratio{Rate::k_one};  ///< risk of the last base year's people over that of this year's
};

/// Units delivered of one service of a price list.
struct ServiceUnits {
  std::string service;
  std::int64_t units = 0;
};

/// Time registered in one capitation class.
struct ClassTime {
  std::string name;
  PersonTime time;
};

/// A growth index: a factor for each base year, oldest first, that brings it to the last base year.
struct IndexSeries {
  std::string name;
  std::vector<Rate> factors;
};

/// A named number.
struct NamedRate {
  std::string name;
  Rate value{};
};

/// A named amount.
struct NamedMoney {
  std::string name;
  Money amount{};
};

/// What was achieved on one measure of quality.
struct MeasureResult {
  std::string name;
  Rate achieved{};
  Rate prevalence_ratio{Rate::k_one};  ///< own prevalence over the average one
};

/// Outcome of one person, or the same of several, over the period.
struct Outcome {
  std::int64_t people = 1;
  Rate expected{};  ///< under the frozen model
  Rate realised{};
};

/// What happened in one performance year. Only what the terms ask for need be set; a fact never overrides a term.
struct Facts {
  int performance_year = 1;               ///< 1 is the year after the last base year
  std::optional<PersonTime> person_time;  ///< of the people attributed
  std::optional<std::int64_t> assigned;   ///< people, for size tables and minimum size
  std::optional<Money> benchmark_per_person_year;
  std::vector<BaseYear> base_years;      ///< oldest first
  int agreement_number = 1;              ///< 2 is the first renewal
  std::optional<std::int64_t> episodes;  ///< of a bundle settled in retrospect
  std::optional<Money> benchmark_per_episode;
  CountedSpend counted;
  std::optional<Money> own_revenue;
  std::optional<Rate> quality_score;  ///< 0..1
  std::optional<QualityStandard> quality_standard;
  std::optional<bool> low_revenue;

  std::vector<IndexSeries> indices;     ///< for Trend
  std::optional<Rate> market_share;     ///< the holder's share of its market, for Trend
  std::vector<NamedRate> updates;       ///< growth factors for Update
  std::vector<NamedMoney> comparators;  ///< per person-year or episode, for Blend
  std::optional<Rate> risk_ratio;       ///< performance year over last base year, for Risk
  std::optional<Money> regional_per_person_year;
  std::optional<Money> national_per_person_year;
  std::optional<Money> prior_savings_per_person_year;  ///< mean of the years before the agreement, may be negative
  std::optional<Rate> poor_share;                      ///< people with little income, for PopulationAdjustment
  std::vector<MeasureResult> measures;                 ///< for Quality::measures, instead of quality_score
  std::optional<Rate> list_ratio;                      ///< own list size over the average one
  std::optional<bool> stays;                           ///< in the contract to the end of the year
  std::vector<Outcome> outcomes;                       ///< for Gain
  Rate comparison_gain{};                              ///< mean gain per person in the comparison population
  std::optional<Money> advance;                        ///< paid in advance and not yet recovered
  std::optional<Rate> mitigated_share;                 ///< of a loss, by disaster relief, 0..1
  std::vector<NamedMoney> deductions;                  ///< for Adjust::less

  std::vector<ServiceUnits> units;         ///< for fees
  std::optional<Money> fee_income;         ///< turnover at the contract's prices, before tiers; instead of units
  std::optional<std::int64_t> bundles;     ///< triggers, or persons x periods, at the fixed price
  std::optional<Money> bundle_income;      ///< instead of bundles; needed when priced by contents
  std::optional<Money> outlier_excess;     ///< list value above the outlier threshold, summed over episodes
  std::optional<Money> delivered_value;    ///< list value of what a lump sum pays for, for its band
  std::vector<ClassTime> membership;       ///< for capitation
  std::optional<Money> capitation_income;  ///< instead of membership
  std::optional<Money> expected_turnover;  ///< for a ceiling that is a share of it, and for a band
  std::optional<Money> patient_paid;       ///< part of the fees that patients owed
  std::string currency;                    ///< ISO 4217 of every amount; empty: the contract's
};

struct FactProblem {
  std::string fact;    ///< e.g. "assigned"
  std::string rule;    ///< who needs it or what must hold
  std::string term{};  ///< the term of the contract that asks for it, e.g. "limit"; empty: none alone
  std::string got{};   ///< the value that breaks the rule; empty: none, or it is not one value
};

/// Facts are missing or impossible; the message names all of them.
class FactsError : public std::invalid_argument {
 public:
  explicit FactsError(std::vector<FactProblem> problems);
  [[nodiscard]] const std::vector<FactProblem>& problems() const { return problems_; }

 private:
  std::vector<FactProblem> problems_;
};

/// Everything that keeps these facts from settling the contract.
std::vector<FactProblem> check_facts(const Contract& contract, const Facts& facts);

}  // namespace waterbed
