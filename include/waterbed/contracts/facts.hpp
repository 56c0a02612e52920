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

/// Counted spending of one year, in one of three forms: a total, an amount per person, or groups of equal persons.
///
/// A contract that truncates needs persons or groups, or a total that was cut at the contract's own level.
struct CountedSpend {
  std::optional<Money> total;
  std::optional<Money> truncated_at;  ///< level at which every person in `total` was cut
  std::span<const Money> persons;     ///< shape (persons,); the caller keeps it alive
  std::vector<SpendGroup> groups;
};

/// A year before the contract.
struct BaseYear {
  PersonTime person_time;
  CountedSpend counted;
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

/// What happened in one performance year. Only what the terms ask for need be set; a fact never overrides a term.
struct Facts {
  int performance_year = 1;               ///< 1 is the year after the last base year
  std::optional<PersonTime> person_time;  ///< of the people attributed
  std::optional<std::int64_t> assigned;   ///< people, for size tables and minimum size
  std::optional<Money> benchmark_per_person_year;
  std::vector<BaseYear> base_years;  ///< oldest first
  CountedSpend counted;
  std::optional<Money> own_revenue;
  std::optional<Rate> quality_score;  ///< 0..1
  std::optional<QualityStandard> quality_standard;
  std::optional<bool> low_revenue;

  std::vector<ServiceUnits> units;         ///< for fees
  std::optional<Money> fee_income;         ///< turnover at the contract's prices, before tiers; instead of units
  std::optional<std::int64_t> bundles;     ///< triggers, or persons x periods, at the fixed price
  std::optional<Money> bundle_income;      ///< instead of bundles; needed when priced by contents
  std::vector<ClassTime> membership;       ///< for capitation
  std::optional<Money> capitation_income;  ///< instead of membership
  std::optional<Money> expected_turnover;  ///< for a ceiling that is a share of it
  std::optional<Money> patient_paid;       ///< part of the fees that patients owed
};

struct FactProblem {
  std::string fact;  ///< e.g. "assigned"
  std::string rule;  ///< who needs it or what must hold
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
