#pragma once

#include "support/table.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

/// Nobody who needs care or waits for it is lost or counted twice.
namespace waterbed::support {

/// Every need that arises is resolved, unresolved, without care, given up, ended by death or departure, or open.
/// @param none_before  nothing was open before the first year
inline void expect_needs_are_kept(const Results& results, bool none_before) {
  const Table needs(results, "needs");
  const auto fate = [&](const char* name) { return needs.label(2, name); };
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t n = 0; n < needs.length(1); ++n) {
        for (std::size_t year = none_before ? 0 : 1; year < needs.length(0); ++year) {
          const std::int64_t before = year == 0 ? 0 : needs.at(arm, r, {year - 1, n, fate("open")});
          std::int64_t ended = 0;
          for (const char* name : {"no_care", "resolved", "unresolved", "gave_up", "died", "left"}) {
            ended += needs.at(arm, r, {year, n, fate(name)});
          }
          EXPECT_EQ(before + needs.at(arm, r, {year, n, fate("arisen")}),
                    ended + needs.at(arm, r, {year, n, fate("open")}))
              << results.arms[arm] << ", " << needs.labels(1)[n] << ", replication " << r << ", year " << year;
        }
      }
    }
  }
}

/// Everybody who asks for admission is admitted, gives up, turns urgent, goes elsewhere, dies, leaves, or waits.
inline void expect_queues_are_kept(const Results& results, bool none_before) {
  const Table queue(results, "queue");
  const Table waiting(results, "waiting");
  const auto item = [&](const char* name) { return queue.label(2, name); };
  for (std::int64_t r = 0; r < results.replications; ++r) {
    for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
      for (std::size_t s = 0; s < queue.length(1); ++s) {
        for (std::size_t year = none_before ? 0 : 1; year < queue.length(0); ++year) {
          const std::int64_t before = year == 0 ? 0 : waiting.at(arm, r, {year - 1, s});
          const std::int64_t asked = queue.at(arm, r, {year, s, item("asked")});
          EXPECT_EQ(before + asked, queue.at(arm, r, {year, s}) - asked + waiting.at(arm, r, {year, s}))
              << results.arms[arm] << ", " << queue.labels(1)[s] << ", replication " << r << ", year " << year;
        }
      }
    }
  }
}

inline std::int64_t total_of_queues(const Results& results, const char* item) {
  const Table queue(results, "queue");
  std::int64_t sum = 0;
  for (std::size_t year = 0; year < queue.length(0); ++year) {
    for (std::size_t s = 0; s < queue.length(1); ++s) {
      sum += queue.at(0, 0, {year, s, queue.label(2, item)});
    }
  }
  return sum;
}

/// Opens every way out of a queue, and lets demand answer to what it can answer to.
/// @param emergency_kind  one of the scenario's
inline void open_every_way_out(Scenario& scenario, const std::string& emergency_kind) {
  scenario.uncertainty = {};  // what is set here is fixed
  BehaviourSpec& behaviour = scenario.behaviour;
  behaviour.capacity = true;
  behaviour.emergency_kind = emergency_kind;
  behaviour.gives_up_per_year = 0.5;
  behaviour.goes_elsewhere_per_year = 0.5;
  behaviour.emergency_visits_while_waiting = 0.5;
  behaviour.emergency_per_lost_gp_contact = 0.5;
  behaviour.omega_enter = 0.5;
  behaviour.own_payment_elasticity = -0.15;
  for (NeedSpec& need : scenario.needs) {
    need.seasonality = {1.5, 1.4, 1.2, 1.0, 0.9, 0.8, 0.6, 0.6, 0.8, 1.0, 1.1, 1.1};
    if (need.urgency == Urgency::elective) {
      need.semi_urgent = 0.3;
      need.deteriorates_per_year = 0.5;
    }
  }
}

}  // namespace waterbed::support
