// Routes that an arm opens: redirects against the absorbing chain, induced demand, capacity that is moved.
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/diagnostic.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using support::Table;

constexpr std::int64_t k_persons = 40000;

/// 40,000 women of 30. Rashes are seen by the practice, which sends three in ten to the clinic; out of hours, three in
/// ten injuries go to the emergency department and half to the out-of-hours post. Nobody goes by practice to primary
/// care plus ("plus"), which sends 28 % on to the clinic; the arm "opened" has the programme "plus".
Scenario opened() {
  Scenario s = support::empty_region(k_persons);
  s.population.gp_groups = {{.provider = "practice", .municipality = "here", .share = 1.0}};
  const auto kind = [](const char* name, double price) {
    return KindSpec{.name = name, .sector = "hospital", .funder = "insurer", .list_price = price};
  };
  s.kinds = {kind("consult", 12.0), kind("post", 100.0), kind("plus", 60.0), kind("clinic", 210.0),
             kind("emergency", 260.0)};
  s.gp_kinds = {"consult"};
  const auto provider = [](const char* name, const char* type, std::vector<std::string> kinds) {
    ProviderSpec spec;
    spec.name = name;
    spec.type = type;
    spec.kinds = std::move(kinds);
    return spec;
  };
  s.providers = {provider("practice", "gp_group", {"consult"}), provider("centre", "other", {"plus", "post"}),
                 provider("hospital", "hospital", {"clinic", "emergency"})};
  NeedSpec rash;
  rash.name = "rash";
  rash.per_person_year = support::constant_rate(1.0, 1.0);
  rash.enters = {{"consult", 1.0}};
  rash.pathways = {{.from_kind = "consult", .to_kind = "clinic", .probability = 0.3},
                   {.from_kind = "plus", .to_kind = "clinic", .probability = 0.28}};
  NeedSpec injury;
  injury.name = "injury";
  injury.urgency = Urgency::urgent;
  injury.per_person_year = support::constant_rate(1.0, 1.0);
  injury.enters = {{"emergency", 0.3}, {"post", 0.5}};
  s.needs = {rash, injury};
  support::pay_all_at_list(s);
  ProgrammeSpec plus{.name = "plus", .title = "Plus", .case_finding = {}, .coding = {}, .treatment = {}};
  plus.routes = RoutesSpec{
      .redirects = {{.need = "rash", .at = "consult", .from = "clinic", .to = "plus", .share = 0.5}}, .capacity = {}};
  s.programmes = {plus};
  ArmSpec arm = s.arms.front();
  arm.name = "opened";
  arm.programmes = {"plus"};
  s.arms.push_back(arm);
  return s;
}

RedirectSpec& redirect_of(Scenario& s) { return s.programmes.front().routes->redirects.front(); }

/// Takes out primary care plus, which nothing leads to without a redirect.
void close_plus(Scenario& s) {
  std::erase_if(s.needs.front().pathways, [](const PathwaySpec& way) { return way.from_kind == "plus"; });
  std::erase_if(s.kinds, [](const KindSpec& kind) { return kind.name == "plus"; });
  s.providers[1].kinds = {"post"};
}

Results run(const Scenario& s) {
  RunOptions options;
  options.replications = 1;
  return simulate(compile(s), options);
}

std::int64_t moves(const Results& results, std::size_t arm, const std::string& edge) {
  const Table table(results, "moves");
  return table.at(arm, 0, {0, table.label(1, edge)});
}

std::int64_t visits(const Results& results, std::size_t arm, const std::string& setting) {
  const Table table(results, "visits");
  return table.at(arm, 0, {0, table.label(1, setting)});
}

void expect_near(std::int64_t seen, double expected, double within) {
  EXPECT_NEAR(static_cast<double>(seen), expected, within);
}

double four_sd(double n, double p) { return 4.0 * std::sqrt(n * p * (1.0 - p)); }

TEST(Routes, SendAShareElsewhere) {
  const Results results = run(opened());
  EXPECT_EQ(visits(results, 0, "centre.plus"), 0);
  EXPECT_EQ(visits(results, 1, "practice.consult"), visits(results, 0, "practice.consult"));
  // Of those sent to the clinic half go to primary care plus instead, and nobody else does.
  const std::int64_t usual = moves(results, 0, "practice.consult,hospital.clinic");
  const std::int64_t still = moves(results, 1, "practice.consult,hospital.clinic");
  const std::int64_t plus = moves(results, 1, "practice.consult,centre.plus");
  EXPECT_EQ(still + plus, usual);
  expect_near(plus, 0.5 * static_cast<double>(usual), four_sd(static_cast<double>(usual), 0.5));
  // Onward referral is the need's own pathway: absorbing chain, 0.15 + 0.15 x 0.28 clinic visits a consult.
  const std::int64_t on = moves(results, 1, "centre.plus,hospital.clinic");
  expect_near(on, 0.28 * static_cast<double>(plus), four_sd(static_cast<double>(plus), 0.28));
  EXPECT_EQ(visits(results, 1, "hospital.clinic"), still + on);
}

TEST(Routes, InduceDemand) {
  Scenario s = opened();
  redirect_of(s).induced = 0.2;
  const Results results = run(s);
  const std::int64_t usual = moves(results, 0, "practice.consult,hospital.clinic");
  const std::int64_t still = moves(results, 1, "practice.consult,hospital.clinic");
  const std::int64_t plus = moves(results, 1, "practice.consult,centre.plus");
  // 0.15 of consults moved are 80 % of the visits there: 0.1875, of which 0.0375 would have been sent home.
  const auto consults = static_cast<double>(visits(results, 1, "practice.consult"));
  expect_near(plus, 0.1875 * consults, four_sd(consults, 0.1875));
  const std::int64_t induced = plus + still - usual;
  expect_near(induced, 0.0375 * consults, four_sd(consults, 0.0375));
}

TEST(Routes, ChangeOddsWhereANeedEnters) {
  Scenario s = opened();
  redirect_of(s) = {.need = "injury", .at = {}, .from = "emergency", .to = "post", .odds_ratio = 0.69};
  close_plus(s);
  const Results results = run(s);
  // Odds 0.69 x 3/7 = 0.2957, a chance of 0.2282: of those who went, 76 % still go, the others to the post.
  const auto usual = static_cast<double>(visits(results, 0, "hospital.emergency"));
  const double still = 0.69 / (0.7 + 0.3 * 0.69);
  expect_near(visits(results, 1, "hospital.emergency"), still * usual, four_sd(usual, still));
  EXPECT_EQ(visits(results, 1, "hospital.emergency") + visits(results, 1, "centre.post"),
            visits(results, 0, "hospital.emergency") + visits(results, 0, "centre.post"));
  EXPECT_EQ(visits(results, 1, "hospital.clinic"), visits(results, 0, "hospital.clinic"));
}

TEST(Routes, WithAShareOfZeroChangeNothing) {
  Scenario s = opened();
  redirect_of(s).share = 0.0;
  const Results results = run(s);
  for (std::size_t t = 0; t < results.tables.size(); ++t) {
    const auto usual = results.cells(static_cast<Index>(t), 0, 0);
    const auto arm = results.cells(static_cast<Index>(t), 1, 0);
    EXPECT_TRUE(std::equal(usual.begin(), usual.end(), arm.begin())) << results.tables[t].name;
  }
}

TEST(Routes, LeaveTheDrawsOfPracticeAsTheyAre) {
  Scenario with = opened();
  Scenario without = opened();
  without.programmes.clear();
  without.arms.pop_back();
  close_plus(without);
  const Results a = run(with);
  const Results b = run(without);
  for (const char* const setting : {"practice.consult", "hospital.clinic", "hospital.emergency", "centre.post"}) {
    EXPECT_EQ(visits(a, 0, setting), visits(b, 0, setting)) << setting;
  }
}

TEST(Routes, AreForTheGpGroupsThatAreNamed) {
  Scenario s = opened();
  s.providers.push_back(s.providers.front());
  s.providers.back().name = "other";
  s.population.gp_groups = {{.provider = "practice", .municipality = "here", .share = 0.5},
                            {.provider = "other", .municipality = "here", .share = 0.5}};
  support::pay_all_at_list(s);
  s.arms.back().contracts = {"fees"};
  redirect_of(s).providers = {"other"};
  const Results results = run(s);
  EXPECT_EQ(moves(results, 1, "practice.consult,hospital.clinic"),
            moves(results, 0, "practice.consult,hospital.clinic"));
  EXPECT_LT(moves(results, 1, "other.consult,hospital.clinic"), moves(results, 0, "other.consult,hospital.clinic"));
}

TEST(Routes, MoveCapacity) {
  Scenario s = opened();
  s.time.years = 2;
  close_plus(s);
  s.kinds[2].capacity_unit = CapacityUnit::visits;
  s.kinds[2].reference_wait_days = 30.0;
  RoutesSpec& routes = *s.programmes.front().routes;
  routes.redirects.clear();
  s.behaviour.omega_refer = 0.0;
  routes.capacity = {{.provider = "hospital", .kind = "clinic", .per_cycle = 500.0}};
  const Results results = run(s);
  const Table seen(results, "visits");
  const std::size_t clinic = seen.label(1, "hospital.clinic");
  EXPECT_EQ(seen.at(1, 0, {1, clinic}), 12 * 500);  // 1,000 a month ask for it
  EXPECT_GT(seen.at(0, 0, {1, clinic}), 11000);
  const Table waiting(results, "waiting");
  const std::size_t queue = waiting.label(1, "hospital.clinic");
  const std::size_t edge = Table(results, "moves").label(1, "practice.consult,hospital.clinic");
  // Who asked and was not seen waits: nobody gives up, dies or is put off by the wait.
  for (std::size_t arm = 0; arm < 2; ++arm) {
    const std::int64_t asked =
        Table(results, "moves").at(arm, 0, {0, edge}) + Table(results, "moves").at(arm, 0, {1, edge});
    const std::int64_t served = seen.at(arm, 0, {0, clinic}) + seen.at(arm, 0, {1, clinic});
    EXPECT_EQ(waiting.at(arm, 0, {1, queue}), asked - served);
  }
  routes.capacity.front() = {.provider = "hospital", .kind = "clinic", .factor = 0.5};
  const Model model = compile(s);
  const auto& network = model.network.settings;
  for (std::size_t i = 0; i < network.size(); ++i) {
    const double factor = network[i].name == "hospital.clinic" ? 0.5 : 1.0;
    EXPECT_DOUBLE_EQ(model.arms[1].routes.physical_capacity[i], factor * model.physical_capacity[i]);
  }
}

TEST(Routes, CannotInduceMoreThanAreDischarged) {
  Scenario s = opened();
  redirect_of(s) = {.need = "rash", .at = "consult", .from = "clinic", .to = "plus", .share = 1.0, .induced = 0.8};
  try {
    (void)compile(s);
    FAIL() << "0.3 moved would need 1.2 more";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].field, "programmes.plus.routes.redirects[0].induced");
  }
}

TEST(Routes, BringCostToAPlaceThatHadNone) {
  Scenario s = opened();
  s.providers[1].kinds = {"post"};
  ProviderSpec plus = s.providers[1];
  plus.name = "plus_centre";
  plus.kinds = {"plus"};
  plus.cost.margin = 0.1;
  s.providers.push_back(plus);
  support::pay_all_at_list(s);
  s.arms.back().contracts = {"fees"};
  const Results results = run(s);
  const Table table(results, "provider_result");
  const std::size_t centre = table.label(1, "plus_centre");
  const std::int64_t revenue = table.at(1, 0, {0, centre, table.label(2, "revenue")});
  EXPECT_GT(revenue, 0);
  // Nobody went there by practice: its cost is what a margin of a tenth leaves of its list value.
  expect_near(table.at(1, 0, {0, centre, table.label(2, "result")}), 0.1 * static_cast<double>(revenue), 1e3);
}

}  // namespace
}  // namespace waterbed
