// What each decision maker knows, how fast it adapts, and what no money moves.
#include "engine/attribution.hpp"
#include "engine/incentive.hpp"
#include "engine/person.hpp"
#include "engine/selection.hpp"
#include "engine/supply.hpp"
#include "support/sharing.hpp"
#include "support/table.hpp"
#include "waterbed/engine/decision_path.hpp"
#include "waterbed/engine/simulate.hpp"
#include "waterbed/scenario/compile.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace waterbed {
namespace {

Scenario two_clinics() {
  Scenario scenario = support::shipped("two_clinics");
  scenario.uncertainty = {};
  return scenario;
}

ProviderSpec& provider_of(Scenario& scenario, const std::string& name) {
  return *std::find_if(scenario.providers.begin(), scenario.providers.end(),
                       [&](const ProviderSpec& provider) { return provider.name == name; });
}

TEST(NormWeight, TakesItsPartOffWhatIsPassedThrough) {
  Scenario halved = two_clinics();
  Scenario norms = halved;
  for (ProviderSpec& provider : halved.providers) {
    provider.pass_through *= 0.5;
  }
  for (ProviderSpec& provider : norms.providers) {
    provider.norm_weight = 0.5;
  }
  EXPECT_EQ(results_digest(simulate(compile(halved), {.replications = 1})),
            results_digest(simulate(compile(norms), {.replications = 1})));
}

TEST(HalfLife, OfEverybodyMaySayWhatIsSaidOfEach) {
  Scenario everywhere = two_clinics();
  everywhere.behaviour.half_life_months = 5.0;
  Scenario each = two_clinics();
  for (ProviderSpec& provider : each.providers) {
    provider.half_life_months = 5.0;
  }
  EXPECT_EQ(results_digest(simulate(compile(everywhere), {.replications = 1})),
            results_digest(simulate(compile(each), {.replications = 1})));
}

TEST(HalfLife, OfOneProviderIsItsOwn) {
  Scenario scenario = two_clinics();
  const std::string arm = scenario.arms.back().name;
  const DecisionPath usual = decision_path(compile(scenario), {.arm = arm}, false);
  provider_of(scenario, "gp_group_1").half_life_months = 3.0;
  const DecisionPath quick = decision_path(compile(scenario), {.arm = arm}, false);
  // The first of the refreshes, a quarter apart, closes half of the gap and not 1 - 2^(-1/4) of it.
  const double ratio = 0.5 / (1.0 - std::pow(2.0, -0.25));
  bool some = false;
  for (std::size_t d = 0; d < usual.decisions.size(); ++d) {
    const bool own = usual.decisions[d].decider == "gp_group_1";
    EXPECT_NEAR(quick.shift[d], usual.shift[d] * (own ? ratio : 1.0), 1e-12) << usual.decisions[d].from;
    some = some || (own && usual.shift[d] != 0.0);
  }
  EXPECT_TRUE(some);
}

TEST(InformationLag, TakesTheReferenceAsItLookedThen) {
  // A quarter late, in each quarter: what things are worth is what they were worth a quarter before, and in the first
  // quarter nothing of the year is known, as when it began.
  Scenario scenario = two_clinics();
  const Model now = compile(scenario);
  for (ProviderSpec& provider : scenario.providers) {
    provider.information_lag_months = 3.0;
  }
  const Model late = compile(scenario);
  const std::size_t length = now.frozen.own_value.size() / 4;
  ASSERT_EQ(engine::refresh_phases(now).size(), 4U);
  for (std::size_t phase = 0; phase < 4; ++phase) {
    const std::size_t before = phase == 0 ? 0 : phase - 1;
    for (std::size_t i = 0; i < length; ++i) {
      ASSERT_EQ(late.frozen.own_value[phase * length + i], now.frozen.own_value[before * length + i]);
    }
  }
  EXPECT_NE(now.frozen.own_value, late.frozen.own_value);
}

TEST(InformationLag, IsOfThoseAloneWhoHaveIt) {
  Scenario scenario = two_clinics();
  const Model now = compile(scenario);
  provider_of(scenario, "hospital_in").information_lag_months = 3.0;
  const Model late = compile(scenario);
  bool some = false;
  for (std::size_t r = 0; r < now.network.rows.size(); ++r) {
    const RowModel& row = now.network.rows[r];
    for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
      for (std::size_t i = static_cast<std::size_t>(o); i < now.frozen.own_value.size();
           i += now.network.options.size()) {
        const bool same = late.frozen.own_value[i] == now.frozen.own_value[i];
        const bool hospital =
            row.decider >= 0 && now.providers[static_cast<std::size_t>(row.decider)].name == "hospital_in";
        EXPECT_TRUE(same || hospital);
        some = some || !same;
      }
    }
  }
  EXPECT_TRUE(some);
}

TEST(InformationLag, SeesTurnoverUpToThen) {
  Model model;
  model.time = {.cycles_per_year = 12, .start_year = 2023, .warm_up_years = 0, .base_years = 0, .years = 2};
  model.providers.emplace_back().lag_cycles = 2;
  ArmModel& arm = model.arms.emplace_back();
  arm.contracts.emplace_back();
  arm.entries = {{PartyId{0}, PartyId{2}, ContractId{0}, TermKind::fee, SectorId{0}, 0}};
  engine::ArmState state;
  state.arm = &model.arms[0];
  state.held_back = {0.0};
  state.closed = {0.0};
  state.sent_back = {0.0};
  state.sent_elsewhere = {0.0};
  state.year.withheld = {0};
  for (state.cycle = 0; state.cycle < 24; ++state.cycle) {
    const int month = state.cycle % 12;
    state.year.usage = {Money::from_euro(10.0 * month).micro};  // 10 a month
    EXPECT_DOUBLE_EQ(engine::demand_seen(model, state, 0, 0), 10.0 * month);
    EXPECT_DOUBLE_EQ(engine::demand_seen(model, state, 0, 2), 10.0 * std::max(0, month - 2)) << month;
    const double gone = month / 12.0;
    EXPECT_NEAR(engine::share_seen(model, gone, 2), std::max(0, month - 2) / 12.0, 1e-15);
    EXPECT_EQ(engine::share_seen(model, gone, 0), gone);
    state.year.usage = {Money::from_euro(10.0 * (month + 1)).micro};
    engine::note_withheld(model, state);
  }
}

TEST(InformationLag, SlowsTheAnswerToABusyYear) {
  // In the usual arm slots close in busy years as they are seen to be busy: later where they are seen late.
  Scenario scenario = two_clinics();
  support::keep_arms(scenario, {"usual"});
  scenario.behaviour.refresh_months = 1;
  const DecisionPath now = decision_path(compile(scenario), {}, false);
  provider_of(scenario, "hospital_in").information_lag_months = 3.0;
  const DecisionPath late = decision_path(compile(scenario), {}, false);
  const auto hospital = static_cast<std::size_t>(std::find(now.providers.begin(), now.providers.end(), "hospital_in") -
                                                 now.providers.begin());
  const auto held = [&](const DecisionPath& path, std::size_t refresh) {
    return path.held_back[refresh * path.providers.size() + hospital];
  };
  for (std::size_t year = 0; year < now.year.size() / 12; ++year) {
    for (std::size_t month = 0; month <= 3; ++month) {
      EXPECT_NEAR(held(late, 12 * year + month), 0.0, 1e-12) << year << " " << month;  // nothing of the year is known
    }
    EXPECT_NE(held(late, 12 * year + 4), 0.0);
    EXPECT_NE(held(now, 12 * year + 3), 0.0);
  }
}

/// Everybody registered with group 1 is asked to sign up for its shared savings.
Scenario signed_up(double per_1000) {
  Scenario scenario = support::small_clinics();
  scenario.uncertainty = {};
  support::add_sharing(scenario, "sharing", {"gp_group_1"},
                       {.rule = AttributionRule::enrolment, .timing = AttributionTiming::retrospective, .uptake = 1.0});
  scenario.behaviour.incentives = true;
  scenario.behaviour.selection_per_1000 = per_1000;
  return scenario;
}

TEST(SigningUp, AsksTheShareOfEachClassOnWhichAHolderLoses) {
  const Model model = compile(signed_up(-0.1));
  const auto arm = std::find_if(model.arms.begin(), model.arms.end(), [](const auto& a) { return a.name == "tested"; });
  const auto contract = std::find_if(arm->contracts.begin(), arm->contracts.end(),
                                     [](const auto& c) { return c.contract.name.starts_with("sharing/"); });
  ASSERT_NE(contract, arm->contracts.end());
  engine::ReplicationDraws draws{std::vector<double>(model.people.practice_names.size(), 1.0)};
  const engine::Context context{model, 1, 0, 1, 8192, draws};
  engine::ArmState state = engine::initial_state(context, *arm);
  for (std::size_t person = 0; person < state.presence.size(); ++person) {
    if (model.people.enters_cycle[person] <= 0) {
      state.presence[person] = engine::Presence::here;
      for (std::size_t c = 0; c < static_cast<std::size_t>(model.health.conditions); ++c) {
        state.recorded[person * static_cast<std::size_t>(model.health.conditions) + c] =
            model.people.recorded[c][person];
      }
    }
  }
  const auto count = [&](bool lost) {
    std::int64_t people = 0;
    std::int64_t asked = 0;
    for (std::size_t person = 0; person < state.presence.size(); ++person) {
      if (state.presence[person] == engine::Presence::here && engine::registered_with(model, *contract, person) &&
          (engine::selection_class(model, state, person) % 3 > 0) == lost) {
        ++people;
        asked += engine::has_by_rule(model, state, *contract, person, engine::person_now(model, state, person)) ? 1 : 0;
      }
    }
    return std::pair(static_cast<double>(people), static_cast<double>(asked));
  };
  EXPECT_EQ(count(true).first, count(true).second);
  // On people with conditions on record EUR 3,000 are lost: exp(-0.3) of them are asked.
  state.signing.assign(static_cast<std::size_t>(model.insurers) * model.providers.size() * engine::k_selection_classes,
                       1.0);
  const double share = std::exp(-0.3);
  for (std::size_t i = 0; i < state.signing.size(); ++i) {
    state.signing[i] = i % 3 > 0 ? share : 1.0;
  }
  const auto [healthy, all] = count(false);
  EXPECT_EQ(healthy, all);
  const auto [ill, asked] = count(true);
  EXPECT_GT(ill, 100.0);
  EXPECT_NEAR(asked, share * ill, 4.0 * std::sqrt(ill * share * (1.0 - share)));
}

TEST(SigningUp, LeavesOutThoseOnWhomAHolderExpectsToLose) {
  const auto people = [](double per_1000) {
    const Results results = simulate(compile(signed_up(per_1000)), {.replications = 2});
    const support::Table table(results, "attribution");
    const auto arm = static_cast<std::size_t>(results.arm_index("tested"));
    std::int64_t sum = 0;
    for (std::int64_t r = 0; r < 2; ++r) {
      for (std::size_t year = 0; year < table.length(0); ++year) {
        for (std::size_t c = 0; c < table.length(1); ++c) {
          if (table.labels(1)[c].starts_with("sharing/")) {
            sum += table.at(arm, r, {year, c, table.label(2, "person_cycles")});
          }
        }
      }
    }
    return sum;
  };
  const std::int64_t all = people(0.0);
  const std::int64_t some = people(-0.3);
  EXPECT_LT(some, all);
  EXPECT_LT(people(-1.0), some);
}

}  // namespace
}  // namespace waterbed
