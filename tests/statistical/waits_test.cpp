// Waits and volume under a hospital ceiling, in a region of 20,000.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace waterbed {
namespace {

using support::Estimate;
using support::Table;

constexpr const char* k_clinic = "hospital_in.dermatology_clinic";
constexpr std::size_t k_elective = 1;

/// Mean days that the clinic's elective patients of a year waited.
double mean_wait(const Results& results, std::size_t arm, std::int64_t replication, std::size_t year) {
  const Table days(results, "wait_days");
  const Table admitted(results, "admitted");
  const std::size_t clinic = days.label(1, k_clinic);
  return static_cast<double>(days.at(arm, replication, {year, clinic, k_elective})) /
         static_cast<double>(admitted.at(arm, replication, {year, clinic, k_elective}));
}

/// List value of what the hospital did in a year against the first arm, EUR.
double hospital_difference(const Table& list, std::size_t arm, std::int64_t replication, std::size_t year) {
  std::int64_t sum = 0;
  for (const char* kind : {"emergency_department", "dermatology_clinic", "ward"}) {
    const std::size_t setting = list.label(1, std::string("hospital_in.") + kind);
    sum += list.at(arm, replication, {year, setting}) - list.at(0, replication, {year, setting});
  }
  return static_cast<double>(sum) / 1e6;
}

/// The usual ceiling and ceilings 2, 5 and 10 % below it, five years.
Scenario squeezed_region() {
  Scenario scenario = support::shipped("two_clinics");
  scenario.time.years = 5;
  support::add_ceiling_arm(scenario, "squeezed_2", 1.02 * 0.98);
  support::add_ceiling_arm(scenario, "squeezed_5", 1.02 * 0.95);
  support::add_ceiling_arm(scenario, "squeezed_10", 1.02 * 0.90);
  support::keep_arms(scenario, {"usual", "squeezed_2", "squeezed_5", "squeezed_10"});
  return scenario;
}

const Results& squeezed() {
  static const Results k_results = simulate(compile(squeezed_region()), {.replications = 16});
  return k_results;
}

TEST(Waits, AreExactlyTheReferenceWithCapacityOff) {
  Scenario scenario = support::shipped("two_clinics");
  scenario.behaviour.capacity = false;
  const Model model = compile(scenario);
  const Results results = simulate(model, {.replications = 2});
  const Table days(results, "wait_days");
  const Table admitted(results, "admitted");
  const Table waiting(results, "waiting");
  for (std::size_t arm = 0; arm < results.arms.size(); ++arm) {
    for (std::size_t year = 0; year < days.length(0); ++year) {
      for (std::size_t s = 0; s < days.length(1); ++s) {
        if (!model.network.settings[s].limited) {
          continue;
        }
        const std::int64_t patients = admitted.at(arm, 1, {year, s, k_elective});
        EXPECT_GT(patients, 0);
        EXPECT_EQ(days.at(arm, 1, {year, s, k_elective}),
                  patients * std::llround(model.network.settings[s].reference_wait_days));
        EXPECT_EQ(waiting.at(arm, 1, {year, s}), 0);
      }
    }
  }
}

TEST(Waits, StayAtTheReferenceWhereThereIsRoom) {
  // Far from its physical limit a clinic plans its backlog, and by Little's law the wait, back to the reference.
  Scenario scenario = support::shipped("two_clinics");
  scenario.time.years = 4;
  support::keep_arms(scenario, {"usual"});
  support::no_incentives(scenario);
  for (KindSpec& kind : scenario.kinds) {
    kind.utilisation = 0.5;
  }
  const Model model = compile(scenario);
  const Results results = simulate(model, {.replications = 16});
  const auto wait = support::estimate_over(results, [&](std::int64_t r) {
    double sum = 0.0;
    for (std::size_t year = 0; year < 4; ++year) {
      sum += mean_wait(results, 0, r, year);
    }
    return sum / 4.0;
  });
  EXPECT_NEAR(wait.mean, 25.0, 4.0 * wait.se);
  EXPECT_LT(wait.se, 0.5);
}

TEST(Waits, OfTheUsualArmDoNotDrift) {
  const auto drift = support::estimate_over(
      squeezed(), [](std::int64_t r) { return mean_wait(squeezed(), 0, r, 4) - mean_wait(squeezed(), 0, r, 0); });
  EXPECT_LE(std::abs(drift.mean), 3.0 * drift.se);
}

TEST(Squeeze, RaisesWaitsMoreTheLowerTheCeiling) {
  for (std::size_t year = 0; year < 5; ++year) {
    for (std::size_t arm = 1; arm < 4; ++arm) {
      const auto more = support::estimate_over(squeezed(), [&](std::int64_t r) {
        return mean_wait(squeezed(), arm, r, year) - mean_wait(squeezed(), arm - 1, r, year);
      });
      EXPECT_GT(more.mean, 2.0 * more.se) << squeezed().arms[arm] << ", year " << year;
    }
  }
}

TEST(Squeeze, LowersHospitalVolumeMoreTheLowerTheCeiling) {
  const Table list(squeezed(), "list_spending");
  for (std::size_t year = 0; year < 5; ++year) {
    for (std::size_t arm = 1; arm < 4; ++arm) {
      const auto less = support::estimate_over(squeezed(), [&](std::int64_t r) {
        return hospital_difference(list, arm - 1, r, year) - hospital_difference(list, arm, r, year);
      });
      EXPECT_GT(less.mean, 2.0 * less.se) << squeezed().arms[arm] << ", year " << year;
    }
  }
}

TEST(Squeeze, DoesNotMakeVolumeSwing) {
  // Once adapted, no change from year to year that the next takes back is beyond a tenth of the effect and chance.
  const Table list(squeezed(), "list_spending");
  for (std::size_t arm = 2; arm < 4; ++arm) {
    const auto effect =
        support::estimate_over(squeezed(), [&](std::int64_t r) { return hospital_difference(list, arm, r, 4); });
    double before = 0.0;
    for (std::size_t year = 1; year < 5; ++year) {
      const auto change = support::estimate_over(squeezed(), [&](std::int64_t r) {
        return hospital_difference(list, arm, r, year) - hospital_difference(list, arm, r, year - 1);
      });
      const double beyond = std::abs(change.mean) - 0.1 * std::abs(effect.mean) - 3.0 * change.se;
      const double swing = beyond > 0.0 ? change.mean : 0.0;
      EXPECT_GE(swing * before, 0.0) << squeezed().arms[arm] << ", year " << year;
      before = swing;
    }
  }
}

TEST(Refresh, MonthlyOrQuarterlyAdaptsTheSame) {
  // Choices alone: what money adds in the last year, by when the pace of adaptation has had its say.
  Scenario scenario = squeezed_region();
  support::keep_arms(scenario, {"usual", "squeezed_10"});
  scenario.uncertainty = {};  // what was uncertain about the shares is fixed here
  scenario.behaviour.goes_on = 1.0;
  scenario.behaviour.defers = 0.0;
  scenario.behaviour.sends_back = 0.0;
  scenario.behaviour.sends_elsewhere = 0.0;
  scenario.behaviour.theta_elective_specialist *= 5.0;  // else there is little to see
  const Results quarterly = simulate(compile(scenario), {.replications = 16});
  scenario.behaviour.refresh_months = 1;
  const Results monthly = simulate(compile(scenario), {.replications = 16});
  const Table by_quarter(quarterly, "list_spending");
  const Table by_month(monthly, "list_spending");
  const auto effect =
      support::estimate_over(quarterly, [&](std::int64_t r) { return hospital_difference(by_quarter, 1, r, 4); });
  const auto apart = support::estimate_over(quarterly, [&](std::int64_t r) {
    return hospital_difference(by_month, 1, r, 4) - hospital_difference(by_quarter, 1, r, 4);
  });
  EXPECT_LT(effect.mean, -4.0 * effect.se);
  EXPECT_LE(std::abs(apart.mean), 3.0 * apart.se) << "of " << effect.mean;
}

}  // namespace
}  // namespace waterbed
