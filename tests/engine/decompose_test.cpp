// Mechanisms held at the baseline's path: what must hold exactly, whatever the numbers.
#include "waterbed/engine/decompose.hpp"

#include "support/differ.hpp"
#include "support/region.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace waterbed {
namespace {

using support::only_money;
using support::Table;
using support::tables_that_differ;
using Names = std::set<std::string>;

/// two_clinics with a case-finding and a coding programme in one more arm, and an arm that is the baseline again.
Scenario clinics() {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  const auto find_arm = [&](const std::string& name) {
    return *std::find_if(scenario.arms.begin(), scenario.arms.end(),
                         [&](const ArmSpec& arm) { return arm.name == name; });
  };
  ArmSpec same = find_arm("usual");
  same.name = "usual_again";
  ArmSpec coded = find_arm("shared_savings");
  coded.name = "coded";
  coded.programmes = {"code"};
  scenario.arms.push_back(same);
  scenario.arms.push_back(coded);
  ProgrammeSpec code;
  code.name = "code";
  code.title = "Code";
  code.coding = CodingSpec{.condition = "diabetes", .from = "uncomplicated", .to = "complicated", .per_contact = 0.05};
  scenario.programmes = {code};
  return scenario;
}

/// Position among the arms of a decomposition. @param free  mechanisms that are not held
std::size_t variant(MechanismSet free) { return 1 + free; }
MechanismSet only(Mechanism one) { return 1U << static_cast<unsigned>(one); }

TEST(Decompose, GivesTheBaselineWhereTheArmHasItsContracts) {
  const Results results = decompose(compile(clinics()), "usual_again", {.replications = 2});
  ASSERT_EQ(results.arms.size(), 17U);
  for (std::size_t arm = 1; arm < results.arms.size(); ++arm) {
    EXPECT_EQ(tables_that_differ(results, 0, results, arm), Names{}) << results.arms[arm];
  }
}

TEST(Decompose, GivesTheArmWhereAllIsFree) {
  const Model model = compile(clinics());
  for (const char* const arm : {"squeezed_ceiling", "coded"}) {
    const Results parts = decompose(model, arm, {.replications = 2});
    const Results whole = simulate(model, {.arms = {"usual", arm}, .replications = 2});
    EXPECT_EQ(tables_that_differ(parts, 0, whole, 0), Names{});
    EXPECT_EQ(tables_that_differ(parts, variant(k_every_mechanism), whole, 1), Names{}) << arm;
  }
}

TEST(Decompose, MovesMoneyAloneWhereAllIsHeld) {
  for (const char* const arm : {"squeezed_ceiling", "shared_savings"}) {
    const Results results = decompose(compile(clinics()), arm, {.replications = 2});
    const Names held = tables_that_differ(results, 0, results, variant(0));
    EXPECT_TRUE(only_money(held)) << arm << " differs in " << *held.begin();
    EXPECT_TRUE(held.contains("payments")) << arm;
    // Or the above could hold because nothing ever responds.
    EXPECT_FALSE(only_money(tables_that_differ(results, 0, results, variant(k_every_mechanism)))) << arm;
  }
}

TEST(Decompose, HoldsHealth) {
  const Results results = decompose(compile(clinics()), "coded", {.replications = 2});
  for (MechanismSet free = 0; free <= k_every_mechanism; ++free) {
    const Names names = tables_that_differ(results, 0, results, variant(free));
    for (const char* const table : {"population", "deaths", "prevalence", "onsets", "stratum_persons"}) {
      if ((free & only(Mechanism::health)) == 0) {
        EXPECT_FALSE(names.contains(table)) << results.arms[variant(free)] << " differs in " << table;
      }
    }
  }
}

TEST(Decompose, HoldsRecords) {
  const Results results = decompose(compile(clinics()), "coded", {.replications = 2});
  for (MechanismSet free = 0; free <= k_every_mechanism; ++free) {
    const bool differs = tables_that_differ(results, 0, results, variant(free)).contains("records");
    if ((free & (only(Mechanism::recording) | only(Mechanism::health))) == 0) {
      EXPECT_FALSE(differs) << results.arms[variant(free)];
    }
    if ((free & only(Mechanism::recording)) != 0) {
      EXPECT_TRUE(differs) << results.arms[variant(free)];
    }
  }
}

TEST(Decompose, HoldsQueues) {
  const Results results = decompose(compile(clinics()), "squeezed_ceiling", {.replications = 2});
  const Table waiting(results, "waiting");
  const std::size_t clinic = waiting.label(1, "hospital_in.dermatology_clinic");
  const std::size_t ward = waiting.label(1, "hospital_in.ward");
  for (MechanismSet free = 0; free <= k_every_mechanism; ++free) {
    bool same = true;
    for (std::int64_t r = 0; r < results.replications; ++r) {
      for (std::size_t year = 0; year < waiting.length(0); ++year) {
        same = same && waiting.at(variant(free), r, {year, clinic}) == waiting.at(0, r, {year, clinic});
        if ((free & only(Mechanism::waiting)) == 0) {
          // A handful waits there: the queue is shorter where fewer ask than were left waiting.
          EXPECT_LE(waiting.at(variant(free), r, {year, ward}), waiting.at(0, r, {year, ward}));
        }
      }
    }
    EXPECT_EQ(same, (free & only(Mechanism::waiting)) == 0 || (free & only(Mechanism::incentive)) == 0)
        << results.arms[variant(free)];
  }
}

TEST(Decompose, GivesTheSameBytesForAnyThreadsAndBlocks) {
  const Model model = compile(clinics());
  const std::string one =
      results_digest(decompose(model, "coded", {.replications = 2, .threads = 1, .block_size = 8192}));
  EXPECT_EQ(results_digest(decompose(model, "coded", {.replications = 2, .threads = 3, .block_size = 777})), one);
  const Results first = decompose(model, "coded", {.replications = 1});
  const Results second = decompose(model, "coded", {.first_replication = 1, .replications = 1});
  EXPECT_EQ(results_digest(merge({first, second})), one);
}

TEST(Decompose, RefusesWhatCannotBeDecomposed) {
  const Model model = compile(clinics());
  EXPECT_THROW(decompose(model, "usual"), InvalidArgument);
  EXPECT_THROW(decompose(model, "no_such_arm"), InvalidArgument);
  EXPECT_THROW(decompose(model, "coded", {.arms = {"usual"}}), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
