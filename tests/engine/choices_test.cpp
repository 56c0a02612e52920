// Chances under waits by closed forms: where a need enters, altruism, waits that are seen late, people from outside.
#include "engine/state.hpp"
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/behaviour/waits.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr double k_month = k_days_per_month;

/// A model with one arm's choices as they are at these waits.
struct Choices {
  explicit Choices(const Scenario& scenario) : model(support::compile_clinic(scenario)) {
    state.arm = &model.arms[0];
    for (const SettingModel& setting : model.network.settings) {
      state.wait.push_back(setting.reference_wait_days);
    }
    state.shift.assign(model.network.options.size(), 0.0);
    state.probability = model.frozen.practice;
    state.row_moved.assign(model.network.rows.size(), 0);
  }

  void wait_longer(const std::string& setting, double months) {
    for (std::size_t s = 0; s < state.wait.size(); ++s) {
      if (model.network.settings[s].name == setting) {
        state.wait[s] = model.network.settings[s].reference_wait_days + months * k_month;
      }
    }
  }
  void refresh() { engine::refresh_choices(model, state); }

  /// Chance to go to a setting from another one ("entry") on the way of people of some route.
  [[nodiscard]] double chance(const std::string& from, const std::string& to, int route = 0) const {
    const NetworkModel& network = model.network;
    const auto name = [&](std::int32_t setting, const char* none) {
      return setting < 0 ? std::string(none) : network.settings[static_cast<std::size_t>(setting)].name;
    };
    double sum = 0.0;
    for (std::size_t r = 0; r < network.rows.size(); ++r) {
      const RowModel& row = network.rows[r];
      if (network.chain_of_row[r] % network.routes != route || row.step != 0 || name(row.setting, "entry") != from) {
        continue;
      }
      for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
        const std::int32_t row_to = network.options[static_cast<std::size_t>(o)].to;
        const std::int32_t setting = row_to < 0 ? -1 : network.rows[static_cast<std::size_t>(row_to)].setting;
        sum += name(setting, "end") == to ? state.probability[static_cast<std::size_t>(o)] : 0.0;
      }
    }
    return sum;
  }

  Model model;
  engine::ArmState state;
};

KindSpec unlimited(const KindSpec& like, const std::string& name) {
  KindSpec kind = like;
  kind.name = name;
  kind.capacity_unit = CapacityUnit::unlimited;
  kind.reference_wait_days = 0.0;
  return kind;
}

/// Six in ten enter at a clinic at which one waits a month, two at a desk, two nowhere.
Scenario two_ways_in() {
  Scenario scenario = support::clinic_region(5.0);
  scenario.kinds[0].reference_wait_days = k_month;
  scenario.kinds.push_back(unlimited(scenario.kinds[0], "desk"));
  scenario.providers[0].kinds.emplace_back("desk");
  scenario.needs = {support::one_visit("complaint", 1.0)};
  scenario.needs[0].enters = {{"clinic", 0.6}, {"desk", 0.2}};
  return scenario;
}

TEST(Entry, AnswersToWaitsByOmegaEnter) {
  Scenario scenario = two_ways_in();
  scenario.behaviour.omega_refer = 0.1;
  for (const double omega : {-1.0, 0.0, 0.46}) {
    scenario.behaviour.omega_enter = omega;
    Choices choices(scenario);
    choices.refresh();
    EXPECT_EQ(choices.state.probability, choices.model.frozen.practice) << omega;
    choices.wait_longer("hospital.clinic", 2.0);
    choices.refresh();
    // Odds of the clinic fall by exp(-omega x 2 months); the desk and nowhere keep theirs. Left out: as omega_refer.
    const double still = 0.6 * std::exp(-2.0 * (omega < 0.0 ? 0.1 : omega));
    EXPECT_NEAR(choices.chance("entry", "hospital.clinic"), still / (still + 0.4), 1e-12) << omega;
    EXPECT_NEAR(choices.chance("entry", "hospital.desk"), 0.2 / (still + 0.4), 1e-12) << omega;
    EXPECT_NEAR(choices.chance("entry", "end"), 0.2 / (still + 0.4), 1e-12) << omega;
  }
}

/// A desk sends one in ten on to a clinic at which one waits a month, losing 0.24 of quality of life; nobody minds
/// waits but who is altruistic.
Scenario referred(double altruism) {
  Scenario scenario = two_ways_in();
  scenario.needs[0].enters = {{"desk", 1.0}};
  scenario.needs[0].pathways = {{.from_kind = "desk", .to_kind = "clinic", .probability = 0.1}};
  scenario.needs[0].wait_disutility = 0.24;
  scenario.behaviour.omega_refer = 0.0;
  scenario.behaviour.omega_where = 0.0;
  scenario.behaviour.omega_admit = 0.0;
  scenario.behaviour.altruism = altruism;
  return scenario;
}

TEST(Altruism, WeighsQualityOfLifeLostByWaiting) {
  Choices choices(referred(2.0));
  choices.wait_longer("hospital.clinic", 3.0);
  choices.refresh();
  // 3 months more cost 0.24 x 3 / 12 = 0.06 QALY, at 2 log-odds per QALY 0.12.
  const double still = 0.1 * std::exp(-0.12);
  EXPECT_NEAR(choices.chance("hospital.desk", "hospital.clinic"), still / (still + 0.9), 1e-12);
  // Where to enter is the patient's choice.
  EXPECT_EQ(choices.chance("entry", "hospital.desk"), 1.0);
}

TEST(Altruism, SendsPatientsWhereTheyWaitLess) {
  Scenario scenario = referred(2.0);
  scenario.providers[0].kinds = {"clinic"};
  ProviderSpec other = scenario.providers[0];
  other.name = "other";
  ProviderSpec post = other;
  post.name = "post";
  post.kinds = {"desk"};
  post.physical_capacity.clear();
  scenario.providers.push_back(other);
  scenario.providers.push_back(post);
  scenario.market_shares = {{"clinic", "*", {{"hospital", 0.5}, {"other", 0.5}}}};
  scenario.behaviour.nest_scale = 0.5;
  Choices choices(scenario);
  choices.wait_longer("hospital.clinic", 3.0);
  choices.refresh();
  // Within the nest exp(u / mu) with u = -0.12, mu = 0.5; the nest by its inclusive value, mu log(sum).
  const double here = 0.5 * std::exp(-0.24);
  const double nest = 0.1 * std::sqrt(here + 0.5);
  const double chance = nest / (nest + 0.9);
  EXPECT_NEAR(choices.chance("post.desk", "hospital.clinic"), chance * here / (here + 0.5), 1e-12);
  EXPECT_NEAR(choices.chance("post.desk", "other.clinic"), chance * 0.5 / (here + 0.5), 1e-12);
}

TEST(Altruism, MovesNothingWhereBenefitsAreAlike) {
  Choices at_reference(referred(50.0));
  at_reference.refresh();
  EXPECT_EQ(at_reference.state.probability, at_reference.model.frozen.practice);
  Choices choices(referred(50.0));
  for (NeedModel& need : choices.model.network.needs) {
    need.wait_disutility = 0.0;
  }
  choices.wait_longer("hospital.clinic", 3.0);
  choices.refresh();
  EXPECT_EQ(choices.state.probability, choices.model.frozen.practice);
}

TEST(Altruism, LeavesARunAsItIsWhereNobodyWaitsLongerThanByReference) {
  Scenario scenario = referred(0.0);
  scenario.behaviour.capacity = false;
  scenario.population.cells[0].persons = 2000;
  const Results none = simulate(support::compile_clinic(scenario), {.replications = 1});
  scenario.behaviour.altruism = 50.0;
  EXPECT_EQ(results_digest(none), results_digest(simulate(support::compile_clinic(scenario), {.replications = 1})));
}

TEST(InformationLag, ShowsWaitsAsTheyWere) {
  Scenario scenario = referred(2.0);
  scenario.providers[0].information_lag_months = 2.0;
  Choices choices(scenario);
  const auto chance_after = [&](double months) {
    choices.wait_longer("hospital.clinic", months);
    choices.refresh();
    return choices.chance("hospital.desk", "hospital.clinic");
  };
  const auto expected = [](double months) {
    const double still = 0.1 * std::exp(-0.04 * months);
    return still / (still + 0.9);
  };
  // What was before the first cycle is not known: the oldest wait stands for it.
  EXPECT_NEAR(chance_after(1.0), expected(1.0), 1e-12);
  EXPECT_NEAR(chance_after(3.0), expected(1.0), 1e-12);
  EXPECT_NEAR(chance_after(5.0), expected(1.0), 1e-12);
  EXPECT_NEAR(chance_after(0.0), expected(3.0), 1e-12);
  EXPECT_NEAR(chance_after(0.0), expected(5.0), 1e-12);
  EXPECT_NEAR(chance_after(0.0), expected(0.0), 1e-12);
}

/// People of the region, and half as many beyond it, of whom three in ten come here.
Scenario with_inflow() {
  Scenario scenario = support::clinic_region(0.0);
  scenario.providers[0].physical_capacity.clear();
  scenario.kinds[0].reference_wait_days = k_month;
  scenario.population.cells[0].persons = 20'000;
  scenario.population.municipalities.push_back({.name = "beyond", .title = "Beyond"});
  scenario.population.cells.push_back(
      {.municipality = "beyond", .ages = {30, 30}, .sex = Sex::women, .persons = 10'000});
  ProviderSpec elsewhere = scenario.providers[0];
  elsewhere.name = "elsewhere";
  elsewhere.out_of_region = true;
  scenario.providers.push_back(elsewhere);
  scenario.market_shares = {{"clinic", "here", {{"hospital", 0.9}, {"elsewhere", 0.1}}},
                            {"clinic", "beyond", {{"hospital", 0.3}, {"elsewhere", 0.7}}}};
  scenario.needs = {support::one_visit("hip", 1.0)};
  Who here;
  here.kind = Who::Kind::municipality;
  here.names = {"here"};
  scenario.strata = {{.name = "region", .title = "Region", .who = here}};
  return scenario;
}

TEST(Inflow, TakesUpCapacityAndIsTurnover) {
  Scenario scenario = with_inflow();
  scenario.behaviour.capacity = false;
  scenario.kinds[0].reference_wait_days = 0.0;
  const Model model = support::compile_clinic(scenario);
  // 0.9 x 20,000 + 0.3 x 10,000 patients a year, at 95 % of what there is room for.
  EXPECT_NEAR(model.physical_capacity[0], 21'000.0 / 12.0 / 0.95, 1.0);
  const Results results = simulate(model, {.replications = 1});
  const support::Table visits(results, "visits");
  const auto seen = static_cast<double>(visits.at(0, 0, {0, visits.label(1, "hospital.clinic")}));
  EXPECT_NEAR(seen, 21'000.0, 4.0 * std::sqrt(21'000.0));
  const support::Table result(results, "provider_result");
  EXPECT_EQ(result.at(0, 0, {0, result.label(1, "hospital"), result.label(2, "revenue")}),
            Money::from_euro(100.0 * seen).micro);
  // What the region's own people cost is a stratum.
  const support::Table spending(results, "stratum_spending");
  EXPECT_NEAR(static_cast<double>(spending.at(0, 0, {0, spending.label(1, "region")})) / 1e8, 20'000.0,
              4.0 * std::sqrt(20'000.0));
}

TEST(Inflow, AnswersToWaitsAsOutflowDoes) {
  Scenario scenario = with_inflow();
  scenario.behaviour.omega_enter = 0.0;
  scenario.behaviour.omega_where = 0.2;
  scenario.behaviour.nest_scale = 0.5;
  Choices choices(scenario);
  choices.wait_longer("hospital.clinic", 1.0);
  choices.refresh();
  // exp(-0.2 / 0.5) on the odds of the hospital: of 0.9 to 0.1 for people from here, 0.3 to 0.7 for those from beyond.
  const double factor = std::exp(-0.4);
  EXPECT_NEAR(choices.chance("entry", "hospital.clinic", 0), 0.9 * factor / (0.9 * factor + 0.1), 1e-12);
  EXPECT_NEAR(choices.chance("entry", "hospital.clinic", 1), 0.3 * factor / (0.3 * factor + 0.7), 1e-12);
}

/// A ward that stands before the clinic from which its patients come; both on the same place in the order.
Scenario ward_first() {
  Scenario scenario = support::clinic_region(100.0);
  KindSpec ward = scenario.kinds[0];
  ward.name = "ward";
  scenario.kinds.insert(scenario.kinds.begin(), ward);
  scenario.providers[0].kinds = {"ward", "clinic"};
  scenario.providers[0].physical_capacity["ward"] = 100.0;
  scenario.needs = {support::one_visit("hip", 5.0)};
  scenario.needs[0].pathways = {{.from_kind = "clinic", .to_kind = "ward", .probability = 1.0}};
  return scenario;
}

TEST(AdmissionOrder, LetsPatientsGoOnInTheSameCycle) {
  Scenario scenario = ward_first();
  const Model model = support::compile_clinic(scenario);
  EXPECT_EQ(model.network.admission_order, (std::vector<std::int32_t>{1, 0}));
  const Results results = simulate(model, {.replications = 50});
  const support::Table waiting(results, "waiting");
  for (std::int64_t r = 0; r < results.replications; ++r) {
    EXPECT_EQ(waiting.at(0, r, {0}), 0);
  }
}

TEST(AdmissionOrder, IsTheOneThatIsGivenElse) {
  Scenario scenario = ward_first();
  scenario.kinds[1].admission_order = 1;  // the ward comes first: its hours may be scarce
  EXPECT_EQ(support::compile_clinic(scenario).network.admission_order, (std::vector<std::int32_t>{0, 1}));
  // Settings that send to each other stay as they stand.
  scenario = ward_first();
  scenario.needs[0].pathways.push_back({.from_kind = "ward", .to_kind = "clinic", .probability = 0.1});
  EXPECT_EQ(support::compile_clinic(scenario).network.admission_order, (std::vector<std::int32_t>{0, 1}));
}

}  // namespace
}  // namespace waterbed
