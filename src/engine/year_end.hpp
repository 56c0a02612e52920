#pragma once

#include "counted.hpp"
#include "health_gain.hpp"
#include "renegotiate.hpp"
#include "state.hpp"
#include "waterbed/contracts/facts.hpp"
#include "waterbed/contracts/settlement.hpp"
#include "waterbed/contracts/settlement_parts.hpp"
#include "waterbed/engine/results.hpp"

#include <vector>

namespace waterbed::engine {

/// Facts of a contract's year so far, from what really happened.
struct YearFacts {
  Facts facts;
  std::vector<Money> persons;  ///< what facts.counted.persons looks at
  double counted_euro = 0.0;
};

/// @param until  first cycle that has not been lived yet
std::vector<YearFacts> year_facts(const Model& model, const ArmState& state, int until);
/// The same for people who have been counted, shape (contracts,), and what past_year() made of them.
std::vector<YearFacts> year_facts(const Model& model, const ArmState& state, const std::vector<Counted>& counted,
                                  const PastYear& now);

/// What a settlement looks back on, for every contract of an arm, from its people of a year.
PastYear past_year(const Model& model, const ArmState& state, const ArmModel& arm, const std::vector<Counted>& all);

/// Tables in the order in which results hold them.
std::vector<TableInfo> table_infos(const Model& model);

/// Values of one arm in one replication, [table][cell], zeros.
using TableValues = std::vector<std::vector<std::int64_t>>;
TableValues empty_tables(const std::vector<TableInfo>& infos);

/// What a contract came to in a year, micro-euro.
struct Settled {
  std::int64_t benchmark = 0;
  std::int64_t counted = 0;
  std::int64_t paid = 0;
  SettledByCause by_cause;        ///< zeros unless it settles against a reference
  std::vector<DatedAmount> cash;  ///< when the contract pays for the year
};

/// Posts corrections, settlements and own payments of the year to `usage`. Returns what was settled, shape
/// (contracts,).
/// @param now     of past_year(), with `registered`
/// @param health  of health_outcomes()
std::vector<Settled> settle_year(const Model& model, ArmState& state, const std::vector<Counted>& counted,
                                 const PastYear& now, const std::vector<HealthOutcomes>& health);

/// Books a settlement to the holder or to those who share in it.
void post_settlement(const ContractModel& contract, const Settlement& result, ArmState& state);

/// Writes a performance year into the tables; after settle_year() and close_year_of_people().
void write_year(const Model& model, const ArmState& state, const std::vector<Counted>& counted,
                const std::vector<Settled>& settled, const std::vector<HealthOutcomes>& health, TableValues& tables);

/// What write_year() has written of every provider in the year that ends, shape (providers,).
std::vector<YearResult> results_of_year(const Model& model, const ArmState& state, const TableValues& tables);

/// Closes the tables of a whole run, after its last year.
void write_end(const Model& model, TableValues& tables);

/// Writes the rewards of the state at the end of the run, for models that reward both ends.
void write_end_rewards(const Model& model, ArmState& state, TableValues& tables);

}  // namespace waterbed::engine
