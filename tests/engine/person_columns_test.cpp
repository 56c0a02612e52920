#include "engine/person_columns.hpp"

#include "engine/attribution.hpp"
#include "engine/care_programme.hpp"
#include "engine/common_chance.hpp"
#include "engine/state.hpp"
#include "support/region.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace waterbed::engine {
namespace {

Model small(const std::string& name) {
  Scenario scenario = support::shipped(name);
  support::trim(scenario, 0.01);
  return compile(scenario);
}

template <class Entry>
std::int64_t bytes_of_vector(const std::vector<Entry>& column) {
  return static_cast<std::int64_t>(column.size() * sizeof(Entry));
}

/// The columns by what a state has of them; those of people only.
std::map<std::string, std::int64_t> held(const Model& model, const ArmModel& arm) {
  const ReplicationDraws draws{practice_effects(model, 1, 0)};
  const Context context{.model = model, .seed = 1, .draws = draws};
  ArmState state = initial_state(context, arm);
  begin_care(model, state);
  state.people = no_people(model, arm);
  return {{"presence", bytes_of_vector(state.presence)},
          {"gone_at", bytes_of_vector(state.gone_at)},
          {"stage", bytes_of_vector(state.stage)},
          {"recorded", bytes_of_vector(state.recorded)},
          {"screening", bytes_of_vector(state.screening)},
          {"care", bytes_of_vector(state.care)},
          {"enrolment", bytes_of_vector(state.enrolment)},
          {"refresh_at", bytes_of_vector(state.refresh_at)},
          {"event_below", bytes_of_vector(state.event_below)},
          {"no_stage_need", bytes_of_vector(state.no_stage_need)},
          {"no_base_need", bytes_of_vector(state.no_base_need)},
          {"cell", bytes_of_vector(state.cell)},
          {"utility", bytes_of_vector(state.utility)},
          {"year_qalys", bytes_of_vector(state.year_qalys)},
          {"cost", bytes_of_vector(state.cost)},
          {"year_costs", bytes_of_vector(state.year_costs)},
          {"spend", bytes_of_vector(state.spend)},
          {"use", bytes_of_vector(state.use)},
          {"insured.used", bytes_of_vector(state.insured.used)},
          {"insured.years_high", bytes_of_vector(state.insured.years_high)},
          {"insured.groups", bytes_of_vector(state.insured.groups)},
          {"insured.bills", bytes_of_vector(state.insured.bills)},
          {"insured.counting", bytes_of_vector(state.insured.counting)},
          {"own_prices.spent", bytes_of_vector(state.own_prices.spent)},
          {"own_prices.class_of", bytes_of_vector(state.own_prices.class_of)},
          {"own_prices.before", bytes_of_vector(state.own_prices.before)},
          {"own_prices.now", bytes_of_vector(state.own_prices.now)},
          {"own_prices.reference", bytes_of_vector(state.own_prices.reference)},
          {"people.before", bytes_of_vector(state.people.before)},
          {"people.fixed", bytes_of_vector(state.people.fixed)}};
}

class PersonColumns : public testing::TestWithParam<std::string> {};

TEST_P(PersonColumns, AreThoseOfTheState) {
  const Model model = small(GetParam());
  for (const ArmModel& arm : model.arms) {
    const std::map<std::string, std::int64_t> state = held(model, arm);
    std::int64_t found = 0;
    for (const auto& columns : {person_columns(model, arm), contract_columns(arm)}) {
      for (const PersonColumn& column : columns) {
        if (!column.name.starts_with("start.")) {  // made when a year begins
          ASSERT_TRUE(state.contains(column.name)) << column.name;
          EXPECT_EQ(column.bytes * model.people.size(), state.at(column.name)) << arm.name << ": " << column.name;
          found += state.at(column.name);
        }
      }
    }
    std::int64_t all = 0;
    for (const auto& [name, bytes] : state) {
      all += bytes;
    }
    EXPECT_EQ(found, all) << arm.name << ": a column is left out";
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, PersonColumns,
                         testing::Values("leuven", "leiden_programmes", "sick_sicker", "health_gain"));

TEST(PersonColumns, TakeAtMost64BytesInLeuven) {
  const Model model = small("leuven");
  for (const ArmModel& arm : model.arms) {
    EXPECT_LE(bytes_of(person_columns(model, arm)) + bytes_of(contract_columns(arm)), 64) << arm.name;
  }
}

}  // namespace
}  // namespace waterbed::engine
