// A clinic with two classes of urgency against the numerical solution of their joint recursion; what waiting does to
// people against closed forms.
#include "random/sampling.hpp"
#include "support/queue.hpp"
#include "support/table.hpp"
#include "waterbed/engine/simulate.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace waterbed {
namespace {

using support::Table;

constexpr int k_cycles = 12;
constexpr std::int64_t k_replications = 20'000;
constexpr std::size_t k_most = 60;

using Joint = std::vector<double>;  ///< [semi-urgent * k_most + routine]

/// B1' = (B1 + A1 - C)+ and B2' = (B2 + A2 - (C - B1 - A1)+)+ from two empty queues; A1, A2 Poisson and independent.
/// Source: Kleinrock, Queueing Systems II (1976), chapter 3, conservation laws: the first class does not see the
/// second, and the sum is that of one queue.
Joint two_classes(double semi_urgent, double routine, std::size_t slots) {
  const std::vector<double> first = support::poisson_chances(semi_urgent, k_most);
  const std::vector<double> second = support::poisson_chances(routine, k_most);
  Joint backlog(k_most * k_most, 0.0);
  backlog[0] = 1.0;
  for (int cycle = 0; cycle < k_cycles; ++cycle) {
    Joint with_first(k_most * k_most, 0.0);
    Joint asked(k_most * k_most, 0.0);
    Joint next(k_most * k_most, 0.0);
    for (std::size_t i = 0; i < k_most; ++i) {
      for (std::size_t a = 0; a + i < k_most; ++a) {
        for (std::size_t j = 0; j < k_most; ++j) {
          with_first[(i + a) * k_most + j] += backlog[i * k_most + j] * first[a];
        }
      }
    }
    for (std::size_t i = 0; i < k_most; ++i) {
      for (std::size_t j = 0; j < k_most; ++j) {
        for (std::size_t a = 0; a + j < k_most; ++a) {
          asked[i * k_most + j + a] += with_first[i * k_most + j] * second[a];
        }
      }
    }
    for (std::size_t i = 0; i < k_most; ++i) {
      const std::size_t left = i < slots ? slots - i : 0;
      for (std::size_t j = 0; j < k_most; ++j) {
        next[(i > slots ? i - slots : 0) * k_most + (j > left ? j - left : 0)] += asked[i * k_most + j];
      }
    }
    backlog = next;
  }
  return backlog;
}

TEST(TwoClasses, HaveTheJointDistributionOfTheRecursion) {
  constexpr double k_semi_urgent = 2.0;
  constexpr double k_routine = 3.0;
  constexpr int k_slots = 5;
  Scenario scenario = support::clinic_region(k_slots);
  scenario.needs = {support::one_visit("lump", k_semi_urgent * 1.2), support::one_visit("mole", k_routine * 1.2)};
  scenario.needs[0].semi_urgent = 1.0;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = k_replications});
  const Table needs(results, "needs");
  const std::size_t open = needs.label(2, "open");
  const Joint chances = two_classes(k_semi_urgent, k_routine, k_slots);
  std::vector<std::int64_t> observed(chances.size(), 0);
  for (std::int64_t r = 0; r < k_replications; ++r) {
    const auto first = static_cast<std::size_t>(needs.at(0, r, {0, 0, open}));
    const auto second = static_cast<std::size_t>(needs.at(0, r, {0, 1, open}));
    ++observed[first * k_most + second];
  }
  EXPECT_GT(sampling::chi_square_p(observed, chances), 0.001);
}

TEST(TwoClasses, OfWhichOneIsEmptyAreOneQueue) {
  Scenario scenario = support::clinic_region(5);
  scenario.needs = {support::one_visit("mole", 6.0)};
  const Results plain = simulate(support::compile_clinic(scenario), {.replications = 50});
  scenario.needs[0].semi_urgent = 1.0;
  const Results semi_urgent = simulate(support::compile_clinic(scenario), {.replications = 50});
  const Table a(plain, "wait_days");
  const Table b(semi_urgent, "wait_days");
  for (std::int64_t r = 0; r < 50; ++r) {
    EXPECT_EQ(a.at(0, r, {0, 0, a.label(2, "elective")}), b.at(0, r, {0, 0, b.label(2, "semi_urgent")}));
    EXPECT_EQ(b.at(0, r, {0, 0, b.label(2, "elective")}), 0);
  }
}

TEST(TwoClasses, AShareOfEpisodesIsSemiUrgentAndWaitsLess) {
  Scenario scenario = support::clinic_region(5);
  scenario.needs = {support::one_visit("mole", 6.0)};
  scenario.needs[0].semi_urgent = 0.3;
  const Results results = simulate(support::compile_clinic(scenario), {.replications = 2000});
  const Table admitted(results, "admitted");
  const Table days(results, "wait_days");
  const Table queue(results, "queue");
  const std::size_t semi_urgent = admitted.label(2, "semi_urgent");
  const std::size_t elective = admitted.label(2, "elective");
  std::array<double, 2> patients{};
  std::array<double, 2> waited{};
  double asked = 0.0;
  for (std::int64_t r = 0; r < 2000; ++r) {
    asked += static_cast<double>(queue.at(0, r, {0, 0, queue.label(2, "asked")}));
    for (const std::size_t c : {semi_urgent, elective}) {
      patients[c == elective ? 1 : 0] += static_cast<double>(admitted.at(0, r, {0, 0, c}));
      waited[c == elective ? 1 : 0] += static_cast<double>(days.at(0, r, {0, 0, c}));
    }
  }
  // Semi-urgent patients are a stable queue of 1.5 a month on 5 slots: all but next to none are admitted at once.
  EXPECT_NEAR(patients[0], 0.3 * asked, 4.0 * std::sqrt(0.21 * asked) + 0.001 * asked);
  EXPECT_LT(waited[0] / patients[0], 0.5 * waited[1] / patients[1]);
}

/// People who are never admitted, with a hospital elsewhere and an emergency department.
struct NeverAdmitted {
  static constexpr double k_per_cycle = 2000.0;
  static constexpr double k_gives_up = 0.5;
  static constexpr double k_worsens = 0.8;
  static constexpr double k_goes_elsewhere = 1.1;
  static constexpr double k_total = k_gives_up + k_worsens + k_goes_elsewhere;

  static Scenario scenario() {
    Scenario s = support::clinic_region(1);
    s.population.cells[0].persons = 1000;
    KindSpec emergency;
    emergency.name = "emergency_department";
    emergency.sector = "hospital";
    emergency.funder = "insurer";
    emergency.list_price = 300.0;
    s.kinds.push_back(emergency);
    s.providers[0].kinds.emplace_back("emergency_department");
    ProviderSpec elsewhere;
    elsewhere.name = "elsewhere";
    elsewhere.type = "hospital";
    elsewhere.out_of_region = true;
    elsewhere.kinds = {"clinic"};
    s.providers.push_back(elsewhere);
    s.market_shares = {{"clinic", "*", {{"hospital", 1.0}}}};
    s.needs = {support::one_visit("hip", k_per_cycle * 12.0 / 1000.0)};
    s.needs[0].deteriorates_per_year = k_worsens;
    s.behaviour.gives_up_per_year = k_gives_up;
    s.behaviour.goes_elsewhere_per_year = k_goes_elsewhere;
    s.behaviour.emergency_kind = "emergency_department";
    return s;
  }
  static Results run(const Scenario& s, std::int64_t replications) {
    Model model = support::compile_clinic(s);
    for (std::size_t i = 0; i < model.network.settings.size(); ++i) {
      model.physical_capacity[i] = model.network.settings[i].limited ? 0.0 : model.physical_capacity[i];
    }
    return simulate(model, {.replications = replications});
  }
  /// Requests of a year of which a function of the cycles waited is true or counted, expected.
  template <class Of>
  static double expected(const Of& of) {
    double sum = 0.0;
    for (int cycles = 0; cycles < k_cycles; ++cycles) {
      sum += k_per_cycle * of(cycles);
    }
    return sum;
  }
};

TEST(Waiting, EndsByHazardsThatCompete) {
  // Exponential hazards: of those who have waited t, 1 - exp(-H t) have left, by each cause in proportion to its
  // hazard. The split of a Poisson number of people is into independent Poisson numbers.
  const Results results = NeverAdmitted::run(NeverAdmitted::scenario(), 1);
  const Table queue(results, "queue");
  const double gone =
      NeverAdmitted::expected([](int cycles) { return 1.0 - std::exp(-NeverAdmitted::k_total * cycles / 12.0); });
  const auto of = [&](const char* item) { return static_cast<double>(queue.at(0, 0, {0, 0, queue.label(2, item)})); };
  const auto expect = [&](const char* item, double mean) {
    EXPECT_NEAR(of(item), mean, 4.0 * std::sqrt(mean)) << item;
  };
  expect("gave_up", gone * NeverAdmitted::k_gives_up / NeverAdmitted::k_total);
  expect("turned_urgent", gone * NeverAdmitted::k_worsens / NeverAdmitted::k_total);
  expect("went_elsewhere", gone * NeverAdmitted::k_goes_elsewhere / NeverAdmitted::k_total);
  EXPECT_EQ(of("admitted"), 0.0);
  // They are seen where they went, and all are accounted for.
  const Table visits(results, "visits");
  const Table needs(results, "needs");
  const Table waiting(results, "waiting");
  const auto at = [&](const char* setting) { return visits.at(0, 0, {0, visits.label(1, setting)}); };
  EXPECT_EQ(static_cast<double>(at("hospital.emergency_department")), of("turned_urgent"));
  EXPECT_EQ(static_cast<double>(at("elsewhere.clinic")), of("went_elsewhere"));
  EXPECT_EQ(of("asked"),
            of("gave_up") + of("turned_urgent") + of("went_elsewhere") + static_cast<double>(waiting.at(0, 0, {0, 0})));
  EXPECT_EQ(static_cast<double>(needs.at(0, 0, {0, 0, needs.label(2, "resolved")})),
            of("turned_urgent") + of("went_elsewhere"));
}

TEST(Waiting, BringsVisitsToTheEmergencyDepartment) {
  Scenario scenario = NeverAdmitted::scenario();
  constexpr double k_visits = 0.9;
  scenario.needs[0].deteriorates_per_year = 0.0;
  scenario.behaviour.goes_elsewhere_per_year = 0.0;
  scenario.behaviour.emergency_visits_while_waiting = k_visits;
  const Results results = NeverAdmitted::run(scenario, 30);
  const Table visits(results, "visits");
  const std::size_t emergency = visits.label(1, "hospital.emergency_department");
  const auto seen = support::estimate_over(results, [&](std::int64_t r) { return visits.at(0, r, {0, emergency}); });
  // Of each cycle waited through without giving up, one twelfth of a year's visits.
  const double mean = NeverAdmitted::expected([](int cycles) {
    double sum = 0.0;
    for (int k = 1; k <= cycles; ++k) {
      sum += std::exp(-NeverAdmitted::k_gives_up * k / 12.0) * k_visits / 12.0;
    }
    return sum;
  });
  EXPECT_NEAR(seen.mean, mean, 4.0 * seen.se);
  EXPECT_LT(seen.se, 0.01 * mean);
}

}  // namespace
}  // namespace waterbed
