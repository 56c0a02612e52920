#include "person_columns.hpp"

#include "state.hpp"

#include <algorithm>
#include <numeric>

namespace waterbed::engine {
namespace {

/// Bytes of an entry of a column.
template <class Entry>
std::int64_t of(const std::vector<Entry>& /*column*/) {
  return static_cast<std::int64_t>(sizeof(Entry));
}

template <class Container>
std::int64_t count_of(const Container& container) {
  return static_cast<std::int64_t>(container.size());
}

std::vector<PersonColumn> without_empty(std::vector<PersonColumn> columns) {
  std::erase_if(columns, [](const PersonColumn& column) { return column.bytes == 0; });
  return columns;
}

}  // namespace

std::vector<PersonColumn> person_columns(const Model& model, const ArmModel& arm) {
  const ArmState state;  // for the types of its columns
  const InsuranceModel& insurance = model.insurance;
  const auto conditions = static_cast<std::int64_t>(model.health.conditions);
  const std::int64_t costs = model.stage_costs ? 1 : 0;
  const std::int64_t insured = insurance.present ? 1 : 0;
  const std::int64_t policies = insurance.policies.empty() ? 0 : insured;
  const std::int64_t own_prices = model.behaviour.own_payment_slope != 0.0 ? 1 : 0;
  const std::int64_t expected = model.expectations.empty() ? 0 : 1;
  std::int64_t scores = 0;
  for (const ExpectationModel& one : model.expectations) {
    scores += (one.scores ? 1 : 0) + (one.true_scores ? 1 : 0) + (one.of_health ? 6 : 0);
  }
  return without_empty({
      {"presence", of(state.presence)},
      {"gone_at", of(state.gone_at)},
      {"stage", conditions * of(state.stage)},
      {"recorded", conditions * of(state.recorded)},
      {"screening", count_of(model.case_findings) * of(state.screening)},
      {"care", count_of(model.health.care) * of(state.care)},
      {"enrolment", count_of(arm.care) * of(state.enrolment)},
      {"refresh_at", of(state.refresh_at)},
      {"event_below", of(state.event_below)},
      {"no_stage_need", of(state.no_stage_need)},
      {"no_base_need", of(state.no_base_need)},
      {"cell", of(state.cell)},
      {"utility", of(state.utility)},
      {"year_qalys", of(state.year_qalys)},
      {"cost", costs * of(state.cost)},
      {"year_costs", costs * of(state.year_costs)},
      {"spend", count_of(model.spend) * of(state.spend)},
      {"use", static_cast<std::int64_t>(model.use_columns) * of(state.use)},
      {"insured.used", insured * count_of(insurance.use_groups) * of(state.insured.used)},
      {"insured.years_high", insured * count_of(insurance.spending_groups) * of(state.insured.years_high)},
      {"insured.groups", insured * of(state.insured.groups)},
      {"insured.bills", policies * of(state.insured.bills)},
      {"insured.counting", policies * of(state.insured.counting)},
      {"start.from", expected * of(state.start.from)},
      {"start.recorded", expected * conditions * of(state.start.recorded)},
      {"start.stage", expected * conditions * of(state.start.stage)},
      {"start.score", scores * static_cast<std::int64_t>(sizeof(double))},
      {"own_prices.spent", own_prices * count_of(model.own_payment_spend) * of(state.own_prices.spent)},
      {"own_prices.class_of", own_prices * of(state.own_prices.class_of)},
      {"own_prices.before", own_prices * of(state.own_prices.before)},
      {"own_prices.now", own_prices * of(state.own_prices.now)},
      {"own_prices.reference", own_prices * of(state.own_prices.reference)},
  });
}

std::vector<PersonColumn> contract_columns(const ArmModel& arm) {
  const PeopleOfContracts people;
  return without_empty({
      {"people.before", count_of(arm.lanes) * of(people.before)},
      {"people.fixed", arm.fixes_people ? count_of(arm.lanes) * of(people.fixed) : 0},
  });
}

std::int64_t bytes_of(const std::vector<PersonColumn>& columns) {
  return std::accumulate(columns.begin(), columns.end(), std::int64_t{0},
                         [](std::int64_t sum, const PersonColumn& column) { return sum + column.bytes; });
}

}  // namespace waterbed::engine
