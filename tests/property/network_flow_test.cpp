// The simulated walk against the absorbing chain, in random networks.
#include "support/chain.hpp"
#include "support/conservation.hpp"
#include "support/region.hpp"
#include "support/table.hpp"
#include "waterbed/engine/expected.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace waterbed {
namespace {

/// Numbers of a random network; the engine's draws are elsewhere.
class Dice {
 public:
  explicit Dice(unsigned seed) : generator_(seed) {}
  int whole(int low, int high) {
    return low + static_cast<int>(generator_() % static_cast<std::uint32_t>(high - low + 1));
  }
  double real(double low, double high) {
    return low + (high - low) * (static_cast<double>(generator_()) / 4294967296.0);
  }
  bool chance(double p) { return real(0.0, 1.0) < p; }

 private:
  std::mt19937 generator_;
};

void add_kinds(Dice& dice, Scenario& scenario) {
  const int kinds = dice.whole(2, 5);
  for (int k = 0; k < kinds; ++k) {
    KindSpec kind;
    kind.name = "kind_" + std::to_string(k);
    kind.sector = "hospital";
    kind.funder = "insurer";
    kind.first = k == 0 ? DecisionType::treat_or_refer : DecisionType::elective_specialist;
    kind.follow_up = k == 0 ? DecisionType::own_volume : DecisionType::elective_specialist;
    kind.list_price = dice.whole(10, 500);
    kind.list_price_follow_up = kind.list_price;
    kind.per_day = k > 0 && dice.chance(0.3);
    if (k > 0 && dice.chance(0.5)) {
      kind.capacity_unit = kind.per_day ? CapacityUnit::bed_days : CapacityUnit::visits;
    }
    scenario.kinds.push_back(kind);
  }
}

/// Two groups for the first kind, one or two hospitals for each other one; shares differ by municipality.
void add_providers(Dice& dice, Scenario& scenario) {
  scenario.gp_kinds = {"kind_0"};
  for (const char* name : {"group_1", "group_2"}) {
    ProviderSpec group;
    group.name = name;
    group.type = "gp_group";
    group.kinds = {"kind_0"};
    scenario.providers.push_back(group);
  }
  for (const char* name : {"hospital_1", "hospital_2"}) {
    ProviderSpec hospital;
    hospital.name = name;
    hospital.type = "hospital";
    for (std::size_t k = 1; k < scenario.kinds.size(); ++k) {
      if (scenario.providers.size() == 2 || dice.chance(0.6)) {
        hospital.kinds.push_back(scenario.kinds[k].name);
      }
    }
    if (!hospital.kinds.empty()) {
      scenario.providers.push_back(hospital);
    }
  }
  for (const MunicipalitySpec& place : scenario.population.municipalities) {
    const double first = dice.real(0.2, 0.8);
    scenario.population.gp_groups.push_back({"group_1", place.name, first});
    scenario.population.gp_groups.push_back({"group_2", place.name, 1.0 - first});
    if (scenario.providers.size() == 4) {
      const double share = dice.real(0.2, 0.8);
      scenario.market_shares.push_back({"*", place.name, {{"hospital_1", share}, {"hospital_2", 1.0 - share}}});
    }
  }
}

/// Random ways between the kinds, of which a tenth at least always ends.
void add_need(Dice& dice, int number, Scenario& scenario) {
  NeedSpec need;
  need.name = "need_" + std::to_string(number);
  need.urgency = dice.chance(0.3) ? Urgency::urgent : Urgency::elective;
  need.per_person_year = support::constant_rate(dice.real(0.5, 3.0), dice.real(0.5, 3.0));
  need.unresolved = dice.chance(0.5) ? dice.real(0.05, 0.5) : 0.0;
  // Every kind is entered at once, so none is without visits.
  double left = 1.0;
  for (const KindSpec& kind : scenario.kinds) {
    const double part = left * dice.real(0.2, 0.5);
    need.enters[kind.name] = part;
    left -= part;
    if (kind.per_day || kind.capacity_unit == CapacityUnit::bed_days) {
      need.stay_days[kind.name] = dice.real(1.0, 8.0);
    }
    if (dice.chance(0.4)) {
      need.attached.push_back({kind.name, scenario.kinds.back().name, dice.real(0.1, 0.9)});
    }
  }
  for (const KindSpec& from : scenario.kinds) {
    double open = 0.9;
    for (const KindSpec& to : scenario.kinds) {
      const bool follow_up = to.name == from.name || dice.chance(0.3);
      if (dice.chance(0.6)) {
        const double part = open * dice.real(0.1, 0.6);
        need.pathways.push_back({.from_kind = from.name,
                                 .from_step = EpisodeStep::first,
                                 .to_kind = to.name,
                                 .to_step = follow_up ? EpisodeStep::follow_up : EpisodeStep::first,
                                 .probability = part});
        open -= part;
        if (follow_up && std::none_of(need.pathways.begin(), need.pathways.end(), [&](const PathwaySpec& path) {
              return path.from_kind == to.name && path.from_step == EpisodeStep::follow_up;
            })) {
          need.pathways.push_back({.from_kind = to.name,
                                   .from_step = EpisodeStep::follow_up,
                                   .to_kind = to.name,
                                   .to_step = EpisodeStep::follow_up,
                                   .probability = dice.real(0.1, 0.5)});
        }
      }
    }
  }
  scenario.needs.push_back(need);
}

/// Elective and urgent needs without delays; nobody waits, responds, moves or dies.
Scenario random_network(unsigned seed) {
  Dice dice(seed);
  Scenario scenario = support::empty_region(1);
  scenario.time.warm_up_years = 1;  // those on their way back at the start of the year stand for those at its end
  scenario.population.municipalities = {{.name = "here", .title = "Here"}, {.name = "there", .title = "There"}};
  scenario.population.cells.clear();
  for (const MunicipalitySpec& place : scenario.population.municipalities) {
    for (const Sex sex : {Sex::women, Sex::men}) {
      scenario.population.cells.push_back({place.name, {30, 30}, sex, dice.whole(50, 150)});
    }
  }
  add_kinds(dice, scenario);
  add_providers(dice, scenario);
  const int needs = dice.whole(1, 4);
  for (int n = 0; n < needs; ++n) {
    add_need(dice, n, scenario);
  }
  scenario.behaviour.capacity = false;
  scenario.behaviour.psi = 0.5;
  scenario.behaviour.comes_back_at = {{"kind_0", 0.7}, {scenario.kinds.back().name, 0.3}};
  support::pay_all_at_list(scenario);
  return scenario;
}

class RandomNetwork : public ::testing::TestWithParam<unsigned> {};

TEST_P(RandomNetwork, VisitsAreThoseOfTheAbsorbingChain) {
  const Model model = compile(random_network(GetParam()));
  const Results results = simulate(model, {.replications = 200});
  const ExpectedFlows flows = expected(model);
  const std::vector<std::vector<double>> units = support::units_per_need(model);
  const support::Table visits(results, "visits");
  const support::Table needs(results, "needs");
  const std::size_t arisen = needs.label(2, "arisen");
  for (std::size_t s = 0; s < visits.length(1); ++s) {
    // Given the needs that arose.
    const auto excess = support::estimate_over(results, [&](std::int64_t r) {
      double wanted = 0.0;
      for (std::size_t n = 0; n < units.size(); ++n) {
        wanted += static_cast<double>(needs.at(0, r, {0, n, arisen})) * units[n][s];
      }
      return static_cast<double>(visits.at(0, r, {0, s})) - wanted;
    });
    EXPECT_GT(excess.se, 0.0) << visits.labels(1)[s];
    EXPECT_LE(std::abs(excess.mean), 4.0 * excess.se)
        << visits.labels(1)[s] << ": " << excess.mean << " too many of " << flows.visits[s];
    // And without looking at them.
    const auto all = support::estimate_over(results, [&](std::int64_t r) { return visits.at(0, r, {0, s}); });
    EXPECT_NEAR(all.mean, flows.visits[s], 4.0 * all.se) << visits.labels(1)[s];
  }
}

/// The same with queues, every way out of them, and a second hospital in another region.
TEST_P(RandomNetwork, LosesNobodyWhoWaits) {
  Scenario scenario = random_network(GetParam());
  scenario.time.warm_up_years = 0;
  bool limited = false;
  for (KindSpec& kind : scenario.kinds) {
    const bool queues = kind.capacity_unit != CapacityUnit::unlimited;
    kind.reference_wait_days = queues ? 40.0 : 0.0;
    kind.utilisation = 0.8;
    limited = limited || queues;
  }
  scenario.providers.back().out_of_region = scenario.providers.size() == 4;
  support::open_every_way_out(scenario, "kind_0");
  const Results results = simulate(compile(scenario), {.replications = 5});
  support::expect_needs_are_kept(results, true);
  support::expect_queues_are_kept(results, true);
  const bool elective = std::any_of(scenario.needs.begin(), scenario.needs.end(),
                                    [](const NeedSpec& need) { return need.urgency == Urgency::elective; });
  EXPECT_EQ(support::total_of_queues(results, "asked") > 0, limited && elective);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetwork, ::testing::Range(1U, 21U));

}  // namespace
}  // namespace waterbed
