// Who belongs to a contract: conservation over partitions, hand cases, and what cannot be told apart is refused.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/check.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

std::int64_t of_contracts(const Table& table, std::size_t arm, std::int64_t replication, std::size_t year,
                          const std::string& contract, const char* item) {
  std::int64_t sum = 0;
  for (std::size_t c = 0; c < table.length(1); ++c) {
    if (table.labels(1)[c].starts_with(contract + "/")) {
      sum += table.at(arm, replication, {year, c, table.label(2, item)});
    }
  }
  return sum;
}

std::int64_t lived(const Results& results, std::size_t arm, std::int64_t replication, std::size_t year) {
  return Table(results, "population").at(arm, replication, {year});
}

/// Both GP groups hold one; all insured belong to one of them at any time, by a rule that parts them.
Results run_of(const Attribution& attribution, const std::vector<std::string>& holders, const std::string& who = {}) {
  Scenario scenario = support::small_clinics();
  ContractSpec& contract = support::add_sharing(scenario, "sharing", holders, attribution);
  support::term_of<Scope>(contract).who = who;
  return simulate(compile(scenario), {.arms = {"tested"}, .replications = 2});
}

TEST(Attribution, PersonCyclesOfAPartitionAddUpToThoseLived) {
  const std::vector<std::pair<Attribution, std::vector<std::string>>> cases{
      {{.rule = AttributionRule::registration}, {"gp_group_1", "gp_group_2"}},
      {{.rule = AttributionRule::registration, .timing = AttributionTiming::retrospective},
       {"gp_group_1", "gp_group_2"}},
      {{.rule = AttributionRule::registration}, {"hospital_in"}},
      {{.rule = AttributionRule::geography, .places = {"eastbank", "westbank"}}, {"hospital_in"}},
      {{.rule = AttributionRule::enrolment, .timing = AttributionTiming::retrospective, .uptake = 1.0},
       {"hospital_in"}},
  };
  for (const auto& [attribution, holders] : cases) {
    const Results results = run_of(attribution, holders);
    const Table people(results, "attribution");
    for (std::int64_t r = 0; r < results.replications; ++r) {
      for (std::size_t year = 0; year < people.length(0); ++year) {
        EXPECT_EQ(of_contracts(people, 0, r, year, "sharing", "person_cycles"), lived(results, 0, r, year))
            << "rule " << static_cast<int>(attribution.rule) << " of " << holders.front() << ", year " << year;
        // There are deaths and departures, so that it matters from when to when somebody counts.
        EXPECT_GT(of_contracts(people, 0, r, year, "sharing", "died"), 10);
        EXPECT_GT(of_contracts(people, 0, r, year, "sharing", "moved_away"), 10);
      }
    }
  }
}

TEST(Attribution, FiltersThatPartPeoplePartTheirPersonCycles) {
  // By a fixed trait: whoever looks, and whenever.
  for (const AttributionTiming timing : {AttributionTiming::prospective, AttributionTiming::retrospective}) {
    Scenario scenario = support::small_clinics();
    int precedence = 0;
    for (const char* sex : {"women", "men"}) {
      ContractSpec& contract =
          support::add_sharing(scenario, sex, {"hospital_in"}, {.timing = timing, .precedence = precedence++});
      support::term_of<Scope>(contract).who = std::string("{sex: ") + sex + "}";
    }
    const Results results = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
    const Table people(results, "attribution");
    const Table population(results, "population");
    for (std::size_t year = 0; year < people.length(0); ++year) {
      for (const std::string sex : {"women", "men"}) {
        EXPECT_EQ(of_contracts(people, 0, 0, year, sex, "person_cycles"),
                  population.at(0, 0, {year, population.label(1, sex)}))
            << sex << " in year " << year;
      }
    }
  }
}

TEST(Attribution, FollowsPeopleFromYearToYear) {
  // Of last year's, those who did not die or move away are still there or have turned away; the others are new.
  const std::vector<Attribution> rules{
      {.rule = AttributionRule::registration},
      {.rule = AttributionRule::plurality_visits},
      {.rule = AttributionRule::plurality_charges, .timing = AttributionTiming::retrospective},
      {.rule = AttributionRule::choice, .uptake = 0.4},
      {.rule = AttributionRule::enrolment, .uptake = 0.4}};
  for (const Attribution& rule : rules) {
    const Results results = run_of(rule, {"gp_group_1", "gp_group_2"});
    const Table people(results, "attribution");
    const auto item = [&](std::size_t year, std::size_t c, const char* name) {
      return people.at(0, 0, {year, c, people.label(2, name)});
    };
    for (std::size_t year = 1; year < people.length(0); ++year) {
      for (std::size_t c = 0; c < people.length(1); ++c) {
        if (people.labels(1)[c].starts_with("sharing/")) {
          EXPECT_EQ(item(year - 1, c, "people") - item(year - 1, c, "died") - item(year - 1, c, "moved_away"),
                    item(year, c, "people") - item(year, c, "newly_assigned") + item(year, c, "turned_away"))
              << "rule " << static_cast<int>(rule.rule) << ", " << people.labels(1)[c];
          EXPECT_GT(item(year, c, "people"), 0);
        }
      }
    }
  }
}

TEST(Attribution, KeepsThoseWhoTurnElsewhereWhenFixedBeforeTheYear) {
  // Everybody is registered somewhere but not everybody is seen every year: fixed before the year nobody leaves but by
  // death and departure, found at its end some had no visit. The same people are looked at in both.
  const auto of = [](AttributionTiming timing) {
    return run_of({.rule = AttributionRule::plurality_visits, .timing = timing, .by = {"gp_consult"}},
                  {"gp_group_1", "gp_group_2"});
  };
  const Results before = of(AttributionTiming::prospective);
  const Results after = of(AttributionTiming::retrospective);
  const Table fixed(before, "attribution");
  const Table found(after, "attribution");
  for (std::size_t year = 1; year < fixed.length(0); ++year) {
    // Who is fixed for this year was found at the end of the last one, and was here then.
    EXPECT_EQ(of_contracts(fixed, 0, 0, year, "sharing", "people"),
              of_contracts(found, 0, 0, year - 1, "sharing", "people") -
                  of_contracts(found, 0, 0, year - 1, "sharing", "died") -
                  of_contracts(found, 0, 0, year - 1, "sharing", "moved_away"));
  }
}

TEST(Attribution, ByPluralityIsRegistrationForThoseSeenByTheirOwnPractice) {
  // GP care is given by the person's own group alone, so whoever was seen has the plurality of visits there.
  Scenario scenario = support::small_clinics();
  support::close_borders(scenario);
  support::add_sharing(
      scenario, "sharing", {"gp_group_1", "gp_group_2"},
      {.rule = AttributionRule::plurality_visits, .timing = AttributionTiming::retrospective, .by = {"gp_consult"}});
  for (NeedSpec& need : scenario.needs) {
    if (need.name == "skin_complaint") {  // brings nearly everybody once a year or more
      need.per_person_year = support::constant_rate(12.0, 12.0);
      need.enters = {{"gp_consult", 1.0}};
    }
  }
  const Results results = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
  const Table people(results, "attribution");
  const double all = static_cast<double>(lived(results, 0, 0, 0));
  // Without a visit in a year: exp(-12) of the people.
  EXPECT_NEAR(static_cast<double>(of_contracts(people, 0, 0, 0, "sharing", "person_cycles")) / all, 1.0, 1e-3);
}

TEST(Attribution, SignsUpTheShareThatIsStated) {
  const double uptake = 0.35;
  const Results results = run_of({.rule = AttributionRule::enrolment, .uptake = uptake}, {"gp_group_1", "gp_group_2"});
  const Table people(results, "attribution");
  const auto n = static_cast<double>(lived(results, 0, 0, 1)) / 12.0;
  const double signed_up = static_cast<double>(of_contracts(people, 0, 0, 1, "sharing", "people"));
  // Five standard errors of a binomial; who comes during the year is not asked: less than 6 % of them.
  EXPECT_NEAR(signed_up / n, uptake, 5.0 * std::sqrt(uptake * (1.0 - uptake) / n) + 0.06 * uptake);
  for (std::size_t year = 0; year < people.length(0); ++year) {
    EXPECT_EQ(of_contracts(people, 0, 0, year, "sharing", "turned_away"), 0) << "signing is for good";
  }
}

TEST(Attribution, GivesAPersonToTheHighestPrecedence) {
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "of_hospital", {"hospital_in"}, {.precedence = 1});
  support::add_sharing(scenario, "of_groups", {"gp_group_1"}, {.precedence = 2});
  const Results results = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
  const Table people(results, "attribution");
  Scenario alone = support::small_clinics();
  support::add_sharing(alone, "of_groups", {"gp_group_1", "gp_group_2"}, {});
  const Results parted = simulate(compile(alone), {.arms = {"tested"}, .replications = 1});
  const Table groups(parted, "attribution");
  for (std::size_t year = 0; year < people.length(0); ++year) {
    std::int64_t second = 0;
    std::int64_t first = 0;
    for (std::size_t c = 0; c < groups.length(1); ++c) {
      const std::int64_t cycles = groups.at(0, 0, {year, c, groups.label(2, "person_cycles")});
      (groups.labels(1)[c].ends_with("/gp_group_1") ? first : second) += cycles;
    }
    EXPECT_EQ(of_contracts(people, 0, 0, year, "of_groups", "person_cycles"), first);
    EXPECT_EQ(of_contracts(people, 0, 0, year, "of_hospital", "person_cycles"), second);
  }
}

TEST(Attribution, OfContractsThatFollowEachOtherIsWhole) {
  // The one ends when the other begins: each has all its people in its own years, and its benchmark looks back on them.
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "first", {"gp_group_1", "gp_group_2"}, {}).until = 2023;
  support::add_sharing(scenario, "second", {"hospital_in"}, {}).from = 2024;
  const Results results = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
  const Table people(results, "attribution");
  const Table settlement(results, "settlement");
  EXPECT_EQ(of_contracts(people, 0, 0, 0, "first", "person_cycles"), lived(results, 0, 0, 0));
  EXPECT_EQ(of_contracts(people, 0, 0, 1, "second", "person_cycles"), lived(results, 0, 0, 1));
  EXPECT_GT(of_contracts(settlement, 0, 0, 1, "second", "benchmark"), 0);
  EXPECT_EQ(of_contracts(people, 0, 0, 1, "second", "newly_assigned"),
            of_contracts(people, 0, 0, 1, "second", "people") -
                (of_contracts(people, 0, 0, 0, "second", "people") - of_contracts(people, 0, 0, 0, "second", "died") -
                 of_contracts(people, 0, 0, 0, "second", "moved_away")));
}

TEST(Attribution, OfTheBaseYearsIsThatOfEachArm) {
  // With nobody responding, the same contract in an arm alone or beside others looks back on the same years.
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "sharing", {"gp_group_1", "gp_group_2"},
                       {.rule = AttributionRule::plurality_charges, .by = {"gp"}});
  const Results all = simulate(compile(scenario), {.replications = 1});
  const Results alone = simulate(compile(scenario), {.arms = {"tested"}, .replications = 1});
  EXPECT_EQ(results_digest(all, "tested"), results_digest(alone));
  const Table settlement(alone, "settlement");
  EXPECT_GT(of_contracts(settlement, 0, 0, 0, "sharing", "benchmark"), 0);
}

TEST(Attribution, IsTheSameForAnyThreadsAndBlocks) {
  Scenario scenario = support::small_clinics();
  scenario.behaviour.incentives = true;
  support::add_sharing(scenario, "sharing", {"gp_group_1", "gp_group_2"},
                       {.rule = AttributionRule::choice, .timing = AttributionTiming::retrospective, .uptake = 0.5});
  const Model model = compile(scenario);
  const std::string expected = results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 1}));
  EXPECT_EQ(results_digest(simulate(model, {.arms = {"tested"}, .replications = 1, .threads = 3, .block_size = 777})),
            expected);
}

TEST(Attribution, OfTwoThatCanMeetNeedsAnOrder) {
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "one", {"gp_group_1"}, {});
  support::add_sharing(scenario, "other", {"hospital_in"}, {});
  const std::vector<Problem> problems = check(scenario);
  ASSERT_EQ(problems.size(), 1);
  EXPECT_EQ(problems.front().field, "arms.tested");
  EXPECT_EQ(problems.front().rule,
            "contracts \"one\" and \"other\" can both claim a person; one must have the higher "
            "scope.attribution.precedence");
  EXPECT_EQ(problems.front().got, "0 for both");
}

TEST(Attribution, OfOneContractCanMeetItself) {
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "one", {"hospital_in", "chemist"}, {});
  const std::vector<Problem> problems = check(scenario);
  ASSERT_EQ(problems.size(), 1);
  EXPECT_EQ(problems.front().rule,
            "contract \"one\" of hospital_in and of chemist can both claim a person; one must have the higher "
            "scope.attribution.precedence");
}

TEST(Attribution, ByPlaceNeedsPlaces) {
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "one", {"gp_group_1"}, {.rule = AttributionRule::geography});
  const std::vector<Problem> problems = check(scenario);
  ASSERT_EQ(problems.size(), 1);
  EXPECT_EQ(problems.front().field, "contracts.one.terms.scope.attribution.places");
}

TEST(Attribution, MemoryOfUseIsCounted) {
  Scenario scenario = support::small_clinics();
  support::add_sharing(scenario, "one", {"gp_group_1"}, {});
  const Model plain = compile(scenario);
  support::term_of<Scope>(support::contract_of(scenario, "one")).attribution = {
      .rule = AttributionRule::plurality_visits, .by = {"gp_consult"}};
  const Model counting = compile(scenario);
  const RunOptions options{.replications = 1, .threads = 1};
  // Two providers of GP care, 8 bytes each, in the state of every arm; 2 bytes a person for who is fixed before the
  // year.
  EXPECT_EQ(memory_needed(counting, options) - memory_needed(plain, options),
            plain.people.size() * (std::ssize(plain.arms) * 2 * 8 + 2));
}

}  // namespace
}  // namespace waterbed
