// Needs that answer to waits: at the wait of reference they come at the rate that is written, whatever brings them.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace waterbed {
namespace {

using support::Table;

constexpr double k_persons = 20000;

/// A third of the people have gout, which brings two visits a year at a clinic whose waits are held; half of the rest
/// get it in the year, and with it a visit at once. Nobody else comes.
Scenario waiting_for_gout() {
  Scenario s = support::empty_region(static_cast<std::int64_t>(k_persons));
  Condition gout;
  gout.name = "gout";
  gout.stages = {{.name = "none"}, {.name = "old", .initial_share = 1.0}, {.name = "new"}};
  gout.stages[1].needs = {{.need = "visit", .per_year = 2.0}};
  gout.stages[2].needs = {{.need = "first_visit", .on_entry = 0.5}};
  gout.prevalence = support::constant_rate(1.0 / 3.0, 1.0 / 3.0);
  gout.transitions = {
      {.from = "none", .to = "new", .per_year = support::constant_rate(0.7, 0.7), .ratios = {}},
  };
  s.conditions = {gout};
  KindSpec clinic;
  clinic.name = "clinic";
  clinic.sector = "hospital";
  clinic.funder = "insurer";
  clinic.list_price = 210.0;
  clinic.capacity_unit = CapacityUnit::visits;
  clinic.reference_wait_days = 20.0;
  s.kinds = {clinic};
  ProviderSpec hospital;
  hospital.name = "hospital";
  hospital.type = "hospital";
  hospital.kinds = {"clinic"};
  s.providers = {hospital};
  for (const char* const name : {"visit", "first_visit"}) {
    NeedSpec need;
    need.name = name;
    need.group = name;
    need.per_person_year = support::constant_rate(0.0, 0.0);
    need.enters = {{"clinic", 1.0}};
    need.access_elasticity = -0.2;
    s.needs.push_back(need);
  }
  s.behaviour.capacity = false;
  support::pay_all_at_list(s);
  return s;
}

TEST(Needs, OfAStageComeAtTheirRateAtTheReferenceWait) {
  const Results results = simulate(compile(waiting_for_gout()), {.replications = 1});
  const Table needs(results, "needs");
  const Table prevalence(results, "prevalence");
  const double years = static_cast<double>(prevalence.at(0, 0, {0, prevalence.label(1, "gout.old")})) / 12.0;
  EXPECT_GT(years, k_persons / 4.0);
  const double mean = 2.0 * years;
  EXPECT_NEAR(static_cast<double>(needs.at(0, 0, {0, 0, needs.label(2, "arisen")})), mean, 4.0 * std::sqrt(mean));
}

TEST(Needs, OfAnEventComeWithTheirChanceAtTheReferenceWait) {
  const Results results = simulate(compile(waiting_for_gout()), {.replications = 1});
  const Table needs(results, "needs");
  const Table onsets(results, "onsets");
  const auto entered = static_cast<double>(onsets.at(0, 0, {0, onsets.label(1, "gout.new")}));
  EXPECT_GT(entered, 1000.0);
  EXPECT_NEAR(static_cast<double>(needs.at(0, 0, {0, 1, needs.label(2, "arisen")})), 0.5 * entered,
              4.0 * std::sqrt(0.25 * entered));
}

}  // namespace
}  // namespace waterbed
