// One model with cycles of a week, a month, a quarter and a year: the same answers where they must agree, and where the
// length of a step matters the answers that this length gives exactly.
#include "support/chain.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {
namespace {

class CycleLengths : public testing::TestWithParam<CycleLength> {
 protected:
  [[nodiscard]] static int per_year() { return cycles_per_year(GetParam()); }
};

std::string length_name(const testing::TestParamInfo<CycleLength>& test) {
  constexpr std::array k_names{"week", "month", "quarter", "year"};
  return k_names.at(static_cast<std::size_t>(test.param));
}

INSTANTIATE_TEST_SUITE_P(All, CycleLengths,
                         testing::Values(CycleLength::week, CycleLength::month, CycleLength::quarter,
                                         CycleLength::year),
                         length_name);

TEST_P(CycleLengths, HaveTheSameWholeNumberOfDays) {
  const TimeGrid time{.cycles_per_year = per_year()};
  constexpr std::array k_days{7, 30, 90, 360};
  EXPECT_EQ(time.days_per_cycle(), k_days.at(static_cast<std::size_t>(GetParam())));
  EXPECT_EQ(time.days_per_year(), GetParam() == CycleLength::week ? 364 : 360);
}

constexpr int k_years = 3;

/// People of one age at rates that are the same at every age.
Scenario cohort(std::int64_t persons, CycleLength length, double mortality) {
  Scenario scenario = support::empty_region(persons);
  scenario.time.cycle = length;
  scenario.time.years = k_years;
  scenario.mortality = support::constant_rate(mortality, mortality);
  return scenario;
}

TEST_P(CycleLengths, LeaveSurvivalAsItIs) {
  // exp(-hazard t) whatever the step.
  constexpr double k_hazard = 0.08;
  constexpr std::int64_t k_persons = 40'000;
  constexpr Index k_replications = 5;
  const Results results = simulate(compile(cohort(k_persons, GetParam(), k_hazard)), {.replications = k_replications});
  const support::Table deaths(results, "deaths");
  for (std::size_t year = 0; year < k_years; ++year) {
    const double p = std::exp(-k_hazard * static_cast<double>(year)) * -std::expm1(-k_hazard);
    double seen = 0.0;
    for (Index r = 0; r < k_replications; ++r) {
      seen += static_cast<double>(deaths.at(0, r, {year}));
    }
    const double people = static_cast<double>(k_persons) * k_replications;
    EXPECT_NEAR(seen, people * p, 4.0 * std::sqrt(people * p * (1.0 - p))) << "year " << year;
  }
}

// A disease that comes and goes: hazards a year.
constexpr double k_onset = 0.10;
constexpr double k_recovery = 0.20;
constexpr double k_death = 0.04;  // of the healthy; the ill die at twice this
constexpr double k_disutility = 0.2;

/// Expected numbers of a year, by the exact chances of one step.
struct ChainYear {
  double deaths = 0.0;
  double ill_cycles = 0.0;  ///< counted at the end of each step, as the table of prevalence does
  double micro_qalys = 0.0;
};

struct ChainState {
  double healthy = 0.0;
  double ill = 0.0;
};

/// Steps through a year and adds up what it brings.
ChainYear step_year(ChainState& state, int per_year) {
  const double dt = 1.0 / per_year;
  const double from_healthy = -std::expm1(-(k_onset + k_death) * dt);
  const double from_ill = -std::expm1(-(k_recovery + 2.0 * k_death) * dt);
  const auto healthy_qaly = static_cast<double>(std::llround(1e6 * dt));
  const double ill_qaly = healthy_qaly - static_cast<double>(std::llround(k_disutility * 1e6 * dt));
  ChainYear year;
  for (int cycle = 0; cycle < per_year; ++cycle) {
    year.micro_qalys += state.healthy * healthy_qaly + state.ill * ill_qaly;
    const double onset = state.healthy * from_healthy * k_onset / (k_onset + k_death);
    const double death = state.healthy * from_healthy - onset;
    const double recovery = state.ill * from_ill * k_recovery / (k_recovery + 2.0 * k_death);
    const double death_ill = state.ill * from_ill - recovery;
    state.healthy += recovery - onset - death;
    state.ill += onset - recovery - death_ill;
    year.deaths += death + death_ill;
    year.ill_cycles += state.ill;
  }
  return year;
}

Condition disease(double prevalence) {
  Condition condition;
  condition.name = "disease";
  condition.prevalence = support::constant_rate(prevalence, prevalence);
  condition.stages = {{.name = "none"},
                      {.name = "ill", .initial_share = 1.0, .mortality_ratio = 2.0, .disutility = k_disutility}};
  condition.transitions = {
      {.from = "none", .to = "ill", .per_year = support::constant_rate(k_onset, k_onset), .ratios = {}},
      {.from = "ill", .to = "none", .per_year = support::constant_rate(k_recovery, k_recovery), .ratios = {}}};
  return condition;
}

TEST_P(CycleLengths, GiveDeathsPrevalenceAndQalysOfTheirOwnChain) {
  constexpr double k_prevalence = 0.3;
  constexpr Index k_replications = 30;
  // What all die by, so that the healthy die at k_death.
  Scenario scenario = cohort(5'000, GetParam(), k_death * (1.0 + k_prevalence));
  scenario.conditions = {disease(k_prevalence)};
  const Model model = compile(scenario);
  ChainState state;
  for (const std::uint8_t stage : model.people.stage[0]) {
    (stage == 0 ? state.healthy : state.ill) += 1.0;
  }
  const Results results = simulate(model, {.replications = k_replications});
  const support::Table deaths(results, "deaths");
  const support::Table prevalence(results, "prevalence");
  const support::Table qalys(results, "qalys");
  const std::size_t ill = prevalence.label(1, "disease.ill");
  for (std::size_t year = 0; year < k_years; ++year) {
    const ChainYear expected = step_year(state, per_year());
    const auto check = [&](const char* what, double wanted, const auto& of) {
      const support::Estimate seen = support::estimate_over(results, of);
      // Rounding of the sums apart: the first step of a year cycle leaves nothing to chance.
      EXPECT_NEAR(seen.mean, wanted, 4.0 * seen.se + 1e-12 * wanted) << what << " in year " << year;
    };
    check("deaths", expected.deaths, [&](Index r) { return deaths.at(0, r, {year}); });
    check("ill", expected.ill_cycles, [&](Index r) { return prevalence.at(0, r, {year, ill}); });
    check("QALYs", expected.micro_qalys, [&](Index r) { return qalys.at(0, r, {year, 0}); });
  }
}

TEST(CycleLength, ErrorOfAStepIsAtMostHalfTheHazardOfACycle) {
  // What docs/model/health.md states: one thing at most happens in a cycle. Against steps of a few minutes.
  const auto after = [](int per_year) {
    ChainState state{.healthy = 0.7, .ill = 0.3};
    double deaths = 0.0;
    for (int year = 0; year < k_years; ++year) {
      deaths += step_year(state, per_year).deaths;
    }
    return std::array{deaths, state.ill, state.healthy};
  };
  const auto exact = after(100'000);
  constexpr double k_all_hazards = k_onset + k_recovery + 3.0 * k_death;
  std::array<double, 3> last{};
  for (const CycleLength length : {CycleLength::year, CycleLength::quarter, CycleLength::month, CycleLength::week}) {
    const int per_year = cycles_per_year(length);
    const auto found = after(per_year);
    for (std::size_t k = 0; k < exact.size(); ++k) {
      const double error = std::abs(found.at(k) / exact.at(k) - 1.0);
      EXPECT_LE(error, 0.5 * k_all_hazards / per_year) << per_year << " cycles a year, " << k;
      // It falls in proportion to the step: by 4, 3 and 13/3.
      if (last.at(k) > 0.0) {
        EXPECT_LT(error, 0.5 * last.at(k)) << per_year << " cycles a year, " << k;
      }
      last.at(k) = error;
    }
  }
}

constexpr std::int64_t k_people = 4'000;
constexpr double k_gp_price = 12.0;  // EUR
constexpr double k_clinic_price = 100.0;
constexpr std::int64_t k_cents = 1'234;  // of capitation, each period

/// Everybody stays as at the start; half have a disease that brings many needs. A GP refers to a clinic, where one in
/// two comes again; fees for all of it, and a capitation for the GP.
Scenario region(CycleLength length, Period period) {
  Scenario scenario = support::empty_region(k_people);
  scenario.time.cycle = length;
  scenario.time.years = 2;
  Condition condition = disease(0.5);
  condition.transitions.clear();
  condition.stages[1].mortality_ratio = 1.0;
  condition.stages[1].needs = {{.need = "check", .per_year = 40.0}};
  scenario.conditions = {condition};
  KindSpec gp;
  gp.name = "gp_consult";
  gp.sector = "hospital";
  gp.funder = "insurer";
  gp.list_price = k_gp_price;
  gp.list_price_follow_up = k_gp_price;
  KindSpec clinic = gp;
  clinic.name = "clinic";
  clinic.list_price = k_clinic_price;
  clinic.list_price_follow_up = k_clinic_price;
  scenario.kinds = {gp, clinic};
  ProviderSpec provider;
  provider.name = "house";
  provider.type = "gp_group";
  provider.kinds = {"gp_consult", "clinic"};
  scenario.providers = {provider};
  scenario.population.gp_groups = {{.provider = "house", .municipality = "here", .share = 1.0}};
  NeedSpec complaint;
  complaint.name = "complaint";
  complaint.per_person_year = support::constant_rate(35.0, 0.0);
  complaint.enters = {{"gp_consult", 0.9}};
  complaint.pathways = {
      {.from_kind = "gp_consult", .to_kind = "clinic", .probability = 0.2},
      {.from_kind = "clinic", .to_kind = "clinic", .to_step = EpisodeStep::follow_up, .probability = 0.5}};
  NeedSpec check;
  check.name = "check";
  check.per_person_year = support::constant_rate(0.0, 0.0);
  check.enters = {{"gp_consult", 1.0}};
  scenario.needs = {complaint, check};
  support::pay_all_at_list(scenario);
  ContractSpec list = scenario.contracts.front();
  list.terms.name = "list";
  list.terms.precedence = 0;
  list.terms.terms = {
      Capitation{.period = period, .classes = {{"all", "{}", Money::from_cents(k_cents)}}, .services = {}}};
  scenario.contracts.push_back(list);
  support::arm_of(scenario, "usual").contracts.emplace_back("list");
  return scenario;
}

/// What is paid by one contract in a year, micro-euro.
std::int64_t paid_by(const support::Table& payments, const std::string& contract, Index replication, std::size_t year) {
  std::int64_t sum = 0;
  for (std::size_t entry = 0; entry < payments.length(1); ++entry) {
    if (payments.labels(1)[entry].starts_with(contract)) {
      sum += payments.at(0, replication, {year, entry});
    }
  }
  return sum;
}

TEST_P(CycleLengths, BringTheSameNeedsVisitsAndFees) {
  constexpr Index k_replications = 30;
  const Model model = compile(region(GetParam(), Period::quarter));
  std::int64_t ill = 0;
  for (const std::uint8_t stage : model.people.stage[0]) {
    ill += stage;
  }
  const Results results = simulate(model, {.replications = k_replications});
  const support::Table needs(results, "needs");
  const support::Table visits(results, "visits");
  const support::Table payments(results, "payments");
  const std::size_t arisen = needs.label(2, "arisen");
  // Needs of a year are Poisson; none is cut, however many a cycle brings.
  const std::array<double, 2> wanted{35.0 * k_people, 40.0 * static_cast<double>(ill)};
  const std::vector<std::vector<double>> units = support::units_per_need(model);
  EXPECT_NEAR(units[0][0], 0.9, 1e-12);
  EXPECT_NEAR(units[0][1], 0.9 * 0.2 * 1.5, 1e-12);
  EXPECT_NEAR(units[1][0], 1.0, 1e-12);
  for (std::size_t year = 0; year < 2; ++year) {
    for (std::size_t n = 0; n < wanted.size(); ++n) {
      const support::Estimate seen = support::estimate_over(results, [&](Index r) {
        return needs.at(0, r, {year, n, arisen});
      });
      EXPECT_NEAR(seen.mean, wanted.at(n), 4.0 * std::sqrt(wanted.at(n) / k_replications)) << needs.labels(1)[n];
    }
    double fees = 0.0;
    for (std::size_t s = 0; s < 2; ++s) {
      const double expected = wanted[0] * units[0][s] + wanted[1] * units[1][s];
      const support::Estimate seen = support::estimate_over(results, [&](Index r) {
        return visits.at(0, r, {year, s});
      });
      EXPECT_NEAR(seen.mean, expected, 4.0 * seen.se) << visits.labels(1)[s];
      fees += expected * (s == 0 ? k_gp_price : k_clinic_price) * 1e6;
    }
    const support::Estimate seen =
        support::estimate_over(results, [&](Index r) { return paid_by(payments, "fees", r, year); });
    EXPECT_NEAR(seen.mean, fees, 4.0 * seen.se);
  }
}

TEST_P(CycleLengths, PayACapitationOfAnyPeriodInFull) {
  for (const Period period : {Period::month, Period::quarter, Period::year}) {
    const Results results = simulate(compile(region(GetParam(), period)), {.replications = 1});
    const support::Table payments(results, "payments");
    for (std::size_t year = 0; year < 2; ++year) {
      EXPECT_EQ(paid_by(payments, "list", 0, year),
                k_people * k_cents * periods_per_year(period) * Money::k_micro_per_cent)
          << periods_per_year(period) << " periods a year, year " << year;
    }
  }
}

TEST_P(CycleLengths, LoseAndSendToTheGpThoseWhoWaitAtTheirRates) {
  constexpr Index k_replications = 30;
  constexpr double k_needs = 2.0;    // a person-year, all for a clinic without slots
  constexpr double k_give_up = 1.2;  // a year
  constexpr double k_visits = 3.0;   // to the GP, a year of waiting
  Scenario scenario = region(GetParam(), Period::year);
  scenario.conditions.clear();
  scenario.needs.pop_back();
  scenario.needs[0].per_person_year = support::constant_rate(k_needs, 0.0);
  scenario.needs[0].enters = {{"clinic", 1.0}};
  scenario.needs[0].pathways.clear();
  scenario.gp_kinds = {"gp_consult"};
  scenario.kinds[1].first = DecisionType::elective_specialist;
  scenario.kinds[1].capacity_unit = CapacityUnit::visits;
  scenario.providers[0].physical_capacity = {{"clinic", 1e-9}};
  scenario.behaviour.comes_back_at = {{"gp_consult", 1.0}};
  scenario.behaviour.gives_up_per_year = k_give_up;
  scenario.behaviour.gp_visits_while_waiting = k_visits;
  Model model = compile(scenario);
  model.network.settings[1].plans_backlog = false;
  const Results results = simulate(model, {.replications = k_replications});

  // Who asks in one cycle meets the chances of each later one: first to give up, else to see the GP.
  const int cycles = 2 * per_year();
  const double each = k_needs * k_people / per_year();
  double gave_up = 0.0;
  double visits = 0.0;
  for (int later = 0; later < cycles; ++later) {
    gave_up += each * -std::expm1(-k_give_up * later / per_year());
    for (int waited = 1; waited <= later; ++waited) {
      visits += each * std::exp(-k_give_up * waited / per_year()) * k_visits / per_year();
    }
  }
  const support::Table needs(results, "needs");
  const support::Table delivered(results, "visits");
  const support::Estimate lost = support::estimate_over(results, [&](Index r) {
    return needs.at(0, r, {0, 0, needs.label(2, "gave_up")}) + needs.at(0, r, {1, 0, needs.label(2, "gave_up")});
  });
  EXPECT_NEAR(lost.mean, gave_up, 4.0 * lost.se);
  const support::Estimate seen = support::estimate_over(results, [&](Index r) {
    return delivered.at(0, r, {0, 0}) + delivered.at(0, r, {1, 0});
  });
  EXPECT_NEAR(seen.mean, visits, 4.0 * seen.se);
  EXPECT_EQ(delivered.at(0, 0, {0, 1}) + delivered.at(0, 0, {1, 1}), 0);  // nobody was admitted
}

}  // namespace
}  // namespace waterbed
