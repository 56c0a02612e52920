// What is true and what is on record: case-finding and coding move the record alone.
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace waterbed {
namespace {

using support::Table;

constexpr double k_persons = 40000;
constexpr double k_prevalence = 0.3;

/// 40,000 women of 30 who neither die nor fall ill; three in ten have gout, a quarter of them on record. The arm
/// "screening" invites half of those who are not on record a year. The test finds 80 % and is wrong in 5 %.
Scenario screened() {
  Scenario s = support::empty_region(static_cast<std::int64_t>(k_persons));
  Condition gout;
  gout.name = "gout";
  gout.stages = {{.name = "none"}, {.name = "mild", .initial_share = 1.0}, {.name = "severe"}};
  gout.stages[1].needs = {{.need = "check", .per_year = 2.0, .on_entry = 0.0, .on_record = true}};
  gout.prevalence = support::constant_rate(k_prevalence, k_prevalence);
  gout.recorded_share = 0.25;
  gout.recorded_per_contact = 0.0;
  s.conditions = {gout};
  KindSpec consult;
  consult.name = "consult";
  consult.sector = "hospital";
  consult.funder = "insurer";
  consult.list_price = 12.0;
  s.kinds = {consult};
  ProviderSpec practice;
  practice.name = "practice";
  practice.type = "other";
  practice.kinds = {"consult"};
  s.providers = {practice};
  for (const char* const name : {"check", "screening"}) {
    NeedSpec need;
    need.name = name;
    need.group = name;
    need.per_person_year = support::constant_rate(0.0, 0.0);
    need.enters = {{"consult", 1.0}};
    s.needs.push_back(need);
  }
  support::pay_all_at_list(s);
  ProgrammeSpec look{.name = "look_for_gout", .title = "Look for gout", .case_finding = {}, .coding = {}};
  look.case_finding = CaseFindingSpec{.condition = "gout",
                                      .who = {},
                                      .per_year = 0.5,
                                      .need = "screening",
                                      .kind = "consult",
                                      .sensitivity = 0.8,
                                      .specificity = 0.95};
  s.programmes = {look};
  ArmSpec arm = s.arms.front();
  arm.name = "screening";
  arm.programmes = {"look_for_gout"};
  s.arms.push_back(arm);
  return s;
}

/// Persons at the end of the first year.
std::int64_t persons(const Results& results, std::size_t arm, const std::string& record) {
  const Table table(results, "records");
  return table.at(arm, 0, {0, table.label(1, record)});
}

std::int64_t tests(const Results& results, std::size_t arm, const std::string& item) {
  const Table table(results, "case_finding");
  return table.at(arm, 0, {0, 0, table.label(2, item)});
}

/// Chance that one of twelve monthly invitations at 50 % a year is taken up and has this result.
double within_a_year(double result) {
  const double monthly = 1.0 - std::pow(0.5, 1.0 / 12.0);
  return 1.0 - std::pow(1.0 - monthly * result, 12);
}

void expect_binomial(std::int64_t count, double trials, double p, const char* what) {
  EXPECT_NEAR(static_cast<double>(count), trials * p, 4.0 * std::sqrt(trials * p * (1.0 - p))) << what;
}

TEST(CaseFinding, FindsAndAlarmsAsOftenAsTheTestDoes) {
  const Results results = simulate(compile(screened()), {.replications = 1});
  const double unknown = k_persons * k_prevalence * 0.75;
  const double without = k_persons * (1.0 - k_prevalence);
  expect_binomial(tests(results, 1, "found"), unknown, within_a_year(0.8), "found");
  expect_binomial(tests(results, 1, "false_alarm"), without, within_a_year(0.05), "false alarms");
  // Who is missed or clear is invited again: tests over the chance of each result.
  const auto found = static_cast<double>(tests(results, 1, "found"));
  const auto missed = static_cast<double>(tests(results, 1, "missed"));
  expect_binomial(tests(results, 1, "found"), found + missed, 0.8, "sensitivity");
  const auto alarms = static_cast<double>(tests(results, 1, "false_alarm"));
  const auto clear = static_cast<double>(tests(results, 1, "clear"));
  expect_binomial(tests(results, 1, "false_alarm"), alarms + clear, 0.05, "1 - specificity");
  EXPECT_EQ(tests(results, 1, "on_record"), 0);
}

TEST(CaseFinding, MovesTheRecordByWhatItFindsAndNothingElse) {
  const Results results = simulate(compile(screened()), {.replications = 1});
  for (const char* const item : {"found", "missed", "false_alarm", "clear"}) {
    EXPECT_EQ(tests(results, 0, item), 0) << "the usual arm tests nobody";
  }
  EXPECT_EQ(persons(results, 0, "gout,none,mild"), 0);
  EXPECT_EQ(persons(results, 1, "gout,none,mild"), tests(results, 1, "false_alarm"));
  EXPECT_EQ(persons(results, 1, "gout,mild,mild"), persons(results, 0, "gout,mild,mild") + tests(results, 1, "found"));
  EXPECT_EQ(persons(results, 0, "gout,mild,none") + persons(results, 0, "gout,mild,mild"),
            persons(results, 1, "gout,mild,none") + persons(results, 1, "gout,mild,mild"))
      << "health is the same in both arms";
}

TEST(CaseFinding, CostsAVisitATest) {
  const Results results = simulate(compile(screened()), {.replications = 1});
  const Table needs(results, "needs");
  std::int64_t all = 0;
  for (const char* const item : {"found", "missed", "false_alarm", "clear", "on_record"}) {
    all += tests(results, 1, item);
  }
  EXPECT_EQ(needs.at(1, 0, {0, 1, needs.label(2, "arisen")}), all);
  const Table visits(results, "visits");
  EXPECT_EQ(visits.at(1, 0, {0}), all + needs.at(1, 0, {0, 0, needs.label(2, "arisen")}));
}

TEST(CaseFinding, BringsCareForKnownPatients) {
  const Results results = simulate(compile(screened()), {.replications = 1});
  const Table needs(results, "needs");
  const auto checks = [&](std::size_t arm) { return needs.at(arm, 0, {0, 0, needs.label(2, "arisen")}); };
  // Two a year for those on record alone; one Poisson number per person and cycle has the variance of its mean.
  const double known = static_cast<double>(persons(results, 0, "gout,mild,mild"));
  EXPECT_NEAR(static_cast<double>(checks(0)), 2.0 * known, 4.0 * std::sqrt(2.0 * known));
  EXPECT_GT(checks(1), checks(0));
}

TEST(CaseFinding, InvitesTheEligibleAlone) {
  Scenario s = screened();
  s.programmes[0].case_finding->who = {
      .kind = Who::Kind::age, .children = {}, .low = 40, .high = 60, .names = {}, .stages = {}};
  const Results results = simulate(compile(s), {.replications = 1});
  EXPECT_EQ(persons(results, 1, "gout,none,mild"), 0);
  EXPECT_EQ(persons(results, 1, "gout,mild,mild"), persons(results, 0, "gout,mild,mild"));
}

TEST(Coding, PutsASeriousStageOnRecordAndLeavesWhatIsTrue) {
  Scenario s = support::small_clinics();
  ProgrammeSpec sharper{.name = "sharper", .title = "Sharper coding", .case_finding = {}, .coding = {}};
  sharper.coding =
      CodingSpec{.condition = "diabetes", .from = "uncomplicated", .to = "complicated", .per_contact = 0.3};
  s.programmes = {sharper};
  ArmSpec arm = support::arm_of(s, "usual");
  arm.name = "coded";
  arm.programmes = {"sharper"};
  s.arms.push_back(arm);
  const Results results = simulate(compile(s), {.arms = {"usual", "coded"}, .replications = 1});
  const auto all = [&](std::size_t a, const std::string& truly) {
    return persons(results, a, "diabetes," + truly + ",none") +
           persons(results, a, "diabetes," + truly + ",uncomplicated") +
           persons(results, a, "diabetes," + truly + ",complicated");
  };
  for (const char* const stage : {"none", "uncomplicated", "complicated"}) {
    EXPECT_EQ(all(0, stage), all(1, stage)) << stage;
  }
  EXPECT_GT(persons(results, 1, "diabetes,uncomplicated,complicated"),
            2 * persons(results, 0, "diabetes,uncomplicated,complicated") + 20);
  const Table people(results, "population");
  std::int64_t here = 0;
  for (const char* const stage : {"none", "uncomplicated", "complicated"}) {
    here += all(0, stage);
  }
  EXPECT_LT(here * 12, people.at(0, 0, {0}) * 11 / 10);
  EXPECT_GT(here * 12, people.at(0, 0, {0}) * 9 / 10);
}

TEST(Programmes, LeaveArmsWithoutThemAlone) {
  Scenario with = support::small_clinics();
  Scenario without = with;
  with.programmes = {{.name = "sharper",
                      .title = "",
                      .case_finding = {},
                      .coding = CodingSpec{"diabetes", "uncomplicated", "complicated", 0.3}}};
  const Results a = simulate(compile(with), {.arms = {"usual"}, .replications = 1});
  const Results b = simulate(compile(without), {.arms = {"usual"}, .replications = 1});
  for (std::size_t t = 0; t < b.tables.size(); ++t) {
    EXPECT_EQ(a.values[t], b.values[t]) << b.tables[t].name;
  }
}

}  // namespace
}  // namespace waterbed
