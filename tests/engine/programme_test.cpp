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
  ProgrammeSpec look{
      .name = "look_for_gout", .title = "Look for gout", .case_finding = {}, .coding = {}, .treatment = {}};
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

/// Everybody is registered with the practice.
void register_all(Scenario& s) {
  s.providers.front().type = "gp_group";
  s.population.gp_groups = {{.provider = "practice", .municipality = "here", .share = 1.0}};
}

/// What all first tests gave.
std::int64_t all_tests(const Results& results, std::size_t arm) {
  std::int64_t all = 0;
  for (const char* const item : {"true_alarm", "missed", "false_alarm", "clear", "on_record"}) {
    all += tests(results, arm, item);
  }
  return all;
}

/// `screened` with a second test that confirms 90 % and clears 80 %, and worry over a false alarm.
Scenario confirmed() {
  Scenario s = screened();
  KindSpec clinic = s.kinds.front();
  clinic.name = "clinic";
  clinic.list_price = 210.0;
  s.kinds.push_back(clinic);
  s.providers.front().kinds.emplace_back("clinic");
  NeedSpec second = s.needs.back();
  second.name = "second_test";
  second.enters = {{"clinic", 1.0}};
  s.needs.push_back(second);
  CaseFindingSpec& spec = *s.programmes.front().case_finding;
  spec.confirmation = ConfirmationSpec{.need = "second_test", .kind = "clinic", .sensitivity = 0.9, .specificity = 0.8};
  // 0.105 for five weeks: de Haes et al., International Journal of Cancer 49 (1991).
  spec.false_alarm = FalseAlarmSpec{.disutility = 0.105, .days = 35};
  s.strata = {{.name = "everybody", .title = "Everybody", .who = {}}};
  return s;
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
  // Without a second test everything positive goes on record.
  EXPECT_EQ(tests(results, 1, "true_alarm"), tests(results, 1, "found"));
  EXPECT_EQ(tests(results, 1, "false_alarm"), tests(results, 1, "false_diagnosis"));
  for (const char* const item : {"dismissed", "cleared", "on_record_by_then", "surfaced", "overdiagnosed"}) {
    EXPECT_EQ(tests(results, 1, item), 0) << item;
  }
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
  const std::int64_t all = all_tests(results, 1);
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

/// Expected share of people put on record within twelve months by two tests in series: who is alarmed in a month has
/// the second test in the next, and is invited again after it if it was negative.
double on_record_by_two_tests(double first, double second) {
  const double monthly = 1.0 - std::pow(0.5, 1.0 / 12.0);
  double open = 1.0;
  double alarmed = 0.0;
  double recorded = 0.0;
  for (int month = 0; month < 12; ++month) {
    const double now = open * monthly * first;
    recorded += alarmed * second;
    open += alarmed * (1.0 - second) - now;
    alarmed = now;
  }
  return recorded;
}

TEST(Confirmation, PutsOnRecordWhatBothTestsSay) {
  const Results results = simulate(compile(confirmed()), {.replications = 1});
  const double unknown = k_persons * k_prevalence * 0.75;
  const double without = k_persons * (1.0 - k_prevalence);
  expect_binomial(tests(results, 1, "found"), unknown, on_record_by_two_tests(0.8, 0.9), "found");
  expect_binomial(tests(results, 1, "false_diagnosis"), without, on_record_by_two_tests(0.05, 0.2), "false diagnoses");
  const auto found = static_cast<double>(tests(results, 1, "found"));
  expect_binomial(tests(results, 1, "found"), found + static_cast<double>(tests(results, 1, "dismissed")), 0.9,
                  "sensitivity of the second test");
  const auto wrong = static_cast<double>(tests(results, 1, "false_diagnosis"));
  expect_binomial(tests(results, 1, "false_diagnosis"), wrong + static_cast<double>(tests(results, 1, "cleared")), 0.2,
                  "1 - specificity of the second test");
  EXPECT_EQ(persons(results, 1, "gout,none,mild"), tests(results, 1, "false_diagnosis"));
  EXPECT_EQ(persons(results, 1, "gout,mild,mild"), persons(results, 0, "gout,mild,mild") + tests(results, 1, "found"));
}

TEST(Confirmation, IsAVisitOfEverybodyAlarmed) {
  const Results results = simulate(compile(confirmed()), {.replications = 1});
  const Table needs(results, "needs");
  const std::int64_t second = tests(results, 1, "found") + tests(results, 1, "dismissed") +
                              tests(results, 1, "false_diagnosis") + tests(results, 1, "cleared") +
                              tests(results, 1, "on_record_by_then");
  EXPECT_EQ(tests(results, 1, "second_test"), second);
  EXPECT_EQ(needs.at(1, 0, {0, 2, needs.label(2, "arisen")}), second);
  const Table visits(results, "visits");
  EXPECT_EQ(visits.at(1, 0, {0, visits.label(1, "practice.clinic")}), second);
  EXPECT_EQ(visits.at(0, 0, {0, visits.label(1, "practice.clinic")}), 0);
  // Who is alarmed in the last month is tested in the year after.
  const std::int64_t alarms = tests(results, 1, "true_alarm") + tests(results, 1, "false_alarm");
  EXPECT_GT(alarms, second);
  EXPECT_LT(alarms, second * 5 / 4);
  EXPECT_EQ(needs.at(1, 0, {0, 1, needs.label(2, "arisen")}), all_tests(results, 1))
      << "nobody is invited while the second test is to come";
}

TEST(Confirmation, ThatIsNotReachedLeavesPeopleToBeInvitedAgain) {
  Scenario s = confirmed();
  s.needs.back().enters = {{"clinic", 0.5}};  // half of them go nowhere
  const Results results = simulate(compile(s), {.replications = 1});
  const double unknown = k_persons * k_prevalence * 0.75;
  expect_binomial(tests(results, 1, "found"), unknown, on_record_by_two_tests(0.8, 0.5 * 0.9), "found");
  const Table needs(results, "needs");
  EXPECT_EQ(needs.at(1, 0, {0, 2, needs.label(2, "arisen")}) - needs.at(1, 0, {0, 2, needs.label(2, "no_care")}),
            tests(results, 1, "second_test"));
}

TEST(FalseAlarm, CostsQualityOfLifeOnce) {
  const Results results = simulate(compile(confirmed()), {.replications = 1});
  constexpr std::int64_t k_loss = 10208;  // 0.105 x 35 / 360 QALY, in millionths
  const std::int64_t lost = tests(results, 1, "false_alarm") * k_loss;
  const Table booked(results, "false_alarm_qalys");
  EXPECT_EQ(booked.at(1, 0, {0, 0}), lost);
  EXPECT_EQ(booked.at(0, 0, {0, 0}), 0);
  const Table qalys(results, "qalys");
  EXPECT_GT(lost, 0);
  EXPECT_EQ(qalys.at(0, 0, {0, 0}) - qalys.at(1, 0, {0, 0}), lost) << "nothing else changes health";
}

/// `screened`, with GPs whom everybody sees and who would find three in ten at a contact, and deaths.
Scenario with_contacts() {
  Scenario s = screened();
  s.time.years = 2;
  s.mortality = support::constant_rate(0.1, 0.1);
  s.conditions.front().recorded_per_contact = 0.3;
  KindSpec gp = s.kinds.front();
  gp.name = "gp_consult";
  s.kinds.push_back(gp);
  s.gp_kinds = {"gp_consult"};
  register_all(s);
  s.providers.front().kinds.emplace_back("gp_consult");
  NeedSpec complaint = s.needs.back();
  complaint.name = "complaint";
  complaint.per_person_year = support::constant_rate(0.8, 0.8);
  complaint.enters = {{"gp_consult", 1.0}};
  s.needs.push_back(complaint);
  s.needs.front().enters = {{"gp_consult", 1.0}};  // checks of known patients, who are found before them
  return s;
}

TEST(Overdiagnosis, IsWhatNoContactWouldHaveFoundInALife) {
  const Results results = simulate(compile(with_contacts()), {.replications = 1});
  const Table records(results, "records");
  const Table finding(results, "case_finding");
  const auto in_all = [&](const char* item) {
    return finding.at(1, 0, {0, 0, finding.label(2, item)}) + finding.at(1, 0, {1, 0, finding.label(2, item)});
  };
  const auto known = [&](std::size_t arm) { return records.at(arm, 0, {1, records.label(1, "gout,mild,mild")}); };
  EXPECT_GT(in_all("surfaced"), 500);
  EXPECT_GT(in_all("overdiagnosed"), 50);
  // The same people meet the same contacts in both arms: who is found too much is on record, alive, in one arm alone.
  EXPECT_EQ(known(1) - known(0), in_all("found") - in_all("surfaced") - in_all("overdiagnosed"));
  EXPECT_EQ(finding.at(0, 0, {0, 0}) + finding.at(0, 0, {1, 0}), 0);
}

TEST(Overdiagnosis, EndsWithTheCondition) {
  Scenario s = screened();
  s.conditions.front().transitions = {
      {.from = "mild", .to = "none", .per_year = support::constant_rate(1.0, 1.0), .ratios = {}}};
  const Results results = simulate(compile(s), {.replications = 1});
  // A false record stays, for nobody sees a GP: that of those who were found and are rid of it.
  EXPECT_EQ(persons(results, 1, "gout,none,mild"), persons(results, 0, "gout,none,mild") +
                                                       tests(results, 1, "false_diagnosis") +
                                                       tests(results, 1, "overdiagnosed"));
  EXPECT_GT(tests(results, 1, "overdiagnosed"), 100);
}

/// `screened` without the programme: a tenth of those without gout are on record with it, a tenth of the mild cases
/// are on record as severe. Nothing moves. Checks: two a year in the mild stage, five in the severe one.
Model with_wrong_records(double follows_record) {
  Scenario s = screened();
  s.programmes.clear();
  s.arms.pop_back();
  std::vector<Stage>& stages = s.conditions.front().stages;
  stages[1].needs[0].follows_record = follows_record;
  stages[2].needs = {{.need = "check", .per_year = 5.0, .on_record = true, .follows_record = follows_record}};
  s.conditions.front().recorded_share = 1.0;
  Model model = compile(s);
  std::vector<std::uint8_t>& recorded = model.people.recorded[0];
  for (std::size_t i = 0; i < recorded.size(); i += 10) {
    recorded[i] = model.people.stage[0][i] == 0 ? 1 : 2;
  }
  return model;
}

std::int64_t checks(const Model& model) {
  const Results results = simulate(model, {.replications = 1});
  const Table needs(results, "needs");
  return needs.at(0, 0, {0, 0, needs.label(2, "arisen")});
}

TEST(CareByRecord, ComesToThoseWhoAreOnRecordWithoutTheStage) {
  const Model model = with_wrong_records(0.5);
  double absent = 0.0;
  double coded_up = 0.0;
  for (std::size_t i = 0; i < model.people.stage[0].size(); ++i) {
    absent += model.people.stage[0][i] == 0 && model.people.recorded[0][i] == 1 ? 1.0 : 0.0;
    coded_up += model.people.stage[0][i] == 1 && model.people.recorded[0][i] == 2 ? 1.0 : 0.0;
  }
  EXPECT_GT(absent, 2000.0);
  EXPECT_GT(coded_up, 1000.0);
  // What is true brings the same checks with and without, so the difference is Poisson: half of two a year, and half of
  // the three that the severe stage has more than the mild one.
  const double more = 0.5 * 2.0 * absent + 0.5 * (5.0 - 2.0) * coded_up;
  EXPECT_NEAR(static_cast<double>(checks(model) - checks(with_wrong_records(0.0))), more, 4.0 * std::sqrt(more));
}

TEST(CareByRecord, IsNotTakenFromThoseOnRecordInAMilderStage) {
  Model without = with_wrong_records(0.0);
  Model with = with_wrong_records(1.0);
  for (Model* const model : {&without, &with}) {
    for (std::size_t i = 0; i < model->people.stage[0].size(); ++i) {
      const bool has = model->people.stage[0][i] > 0;
      model->people.stage[0][i] = has ? 2 : 0;
      model->people.recorded[0][i] = has ? 1 : 0;
    }
  }
  EXPECT_EQ(checks(with), checks(without));
  EXPECT_GT(checks(with), 5 * static_cast<std::int64_t>(k_persons * k_prevalence) * 9 / 10);
}

TEST(Enrolment, SeesTheRecordAlone) {
  Scenario s = screened();
  s.programmes.clear();
  s.arms.pop_back();
  register_all(s);
  ContractSpec bundle;
  bundle.terms.name = "severe_gout";
  bundle.terms.precedence = 2;
  bundle.terms.terms = {Bundle{.trigger = BundleTrigger::enrolled,
                               .opened_by = {},
                               .who = "{condition: {gout: severe}}",
                               .period = Period::month,
                               .services = {"consult"},
                               .price = Money::from_cents(1'000),
                               .contents = {}}};
  bundle.payers = s.contracts.front().payers;
  bundle.holders = s.contracts.front().holders;
  s.contracts.push_back(bundle);
  support::arm_of(s, "usual").contracts.emplace_back("severe_gout");
  Model model = compile(s);
  std::int64_t coded_up = 0;
  std::vector<std::uint8_t>& recorded = model.people.recorded[0];
  for (std::size_t i = 0; i < recorded.size(); i += 10) {
    recorded[i] = 2;  // whatever is true
    ++coded_up;
  }
  const Results results = simulate(model, {.replications = 1});
  const Table payments(results, "payments");
  std::int64_t paid = 0;
  for (std::size_t entry = 0; entry < payments.length(1); ++entry) {
    paid += payments.labels(1)[entry].starts_with("severe_gout") ? payments.at(0, 0, {0, entry}) : 0;
  }
  EXPECT_EQ(paid, coded_up * 12 * Money::from_cents(1'000).micro);
}

TEST(Coding, PutsASeriousStageOnRecordAndLeavesWhatIsTrue) {
  Scenario s = support::small_clinics();
  ProgrammeSpec sharper{
      .name = "sharper", .title = "Sharper coding", .case_finding = {}, .coding = {}, .treatment = {}};
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
                      .coding = CodingSpec{"diabetes", "uncomplicated", "complicated", 0.3},
                      .treatment = {}}};
  const Results a = simulate(compile(with), {.arms = {"usual"}, .replications = 1});
  const Results b = simulate(compile(without), {.arms = {"usual"}, .replications = 1});
  for (std::size_t t = 0; t < b.tables.size(); ++t) {
    EXPECT_EQ(a.values[t], b.values[t]) << b.tables[t].name;
  }
}

TEST(CaseFinding, GivesBesideArmsWithoutItTheBytesOfEachAlone) {
  Scenario s = screened();
  ArmSpec again = s.arms.front();
  again.name = "again";
  s.arms.push_back(again);
  const Model model = compile(s);
  const Results together = simulate(model, {.replications = 1, .threads = 1});
  ASSERT_EQ(together.arms.size(), 3U);
  for (const std::string& arm : together.arms) {
    EXPECT_EQ(results_digest(simulate(model, {.arms = {arm}, .replications = 1, .threads = 1})),
              results_digest(together, arm))
        << arm;
  }
}

}  // namespace
}  // namespace waterbed
