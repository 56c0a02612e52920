// What a step of an episode reads says the same as the model, and choices taken ahead are those of the coupling.
#include "engine/step_tables.hpp"

#include "engine/chosen_option.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/random/coupling.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using engine::RowTrait;
using engine::StepRow;
using engine::StepTables;

constexpr std::uint32_t k_last_word = std::numeric_limits<std::uint32_t>::max();

/// The region with one person in fifty: its network is the whole one.
Model network_of(const std::string& path) {
  constexpr double k_share = 0.02;
  Scenario scenario = load_scenario(path);
  for (PopulationCell& cell : scenario.population.cells) {
    cell.persons = std::llround(static_cast<double>(cell.persons) * k_share);
  }
  return compile(scenario);
}

std::vector<std::string> shipped() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("scenarios")) {
    if (entry.path().extension() == ".yaml") {
      paths.push_back(entry.path().string());
    }
  }
  return paths;
}

void expect_same(const NetworkModel& network, const RowModel& row, const StepRow& step) {
  EXPECT_EQ(step.list_price, row.list_price);
  EXPECT_EQ(step.stay_days, row.stay_days);
  EXPECT_EQ(step.log_not_last, row.stay_days > 1.0 ? exact::log(1.0 - 1.0 / row.stay_days) : 0.0);
  EXPECT_EQ(step.setting, row.setting);
  EXPECT_EQ(step.first_option, row.first_option);
  EXPECT_EQ(step.first_attached, row.first_attached);
  EXPECT_EQ(step.attached, row.attached);
  EXPECT_EQ(step.first_care_effect, row.first_care_effect);
  EXPECT_EQ(step.care_effects, row.care_effects);
  EXPECT_EQ(step.is(RowTrait::waits), row.waits);
  EXPECT_EQ(step.is(RowTrait::urgent), row.urgent);
  EXPECT_EQ(step.is(RowTrait::product), row.product);
  EXPECT_EQ(step.is(RowTrait::stays), row.setting >= 0 && row.stay_days > 0.0);
  const SettingModel nowhere;
  const SettingModel& setting = row.setting < 0 ? nowhere : network.settings[static_cast<std::size_t>(row.setting)];
  EXPECT_EQ(step.is(RowTrait::gp), setting.gp);
  EXPECT_EQ(step.is(RowTrait::per_day), setting.per_day);
  EXPECT_EQ(step.is(RowTrait::limited), setting.limited);
  EXPECT_EQ(step.is(RowTrait::takes_capacity), engine::takes_capacity(setting));
}

/// Words at, before and behind each threshold of a row, and the last ones of all.
std::vector<std::uint32_t> words_around(const NetworkModel& network, const RowModel& row) {
  std::vector<std::uint32_t> words{0, k_last_word - 1, k_last_word};
  for (std::int32_t o = row.first_option; o < row.first_option + row.options; ++o) {
    const std::uint64_t below = network.options[static_cast<std::size_t>(o)].below;
    for (const std::uint64_t word : {below - 1, below, below + 1}) {
      if (word <= k_last_word) {
        words.push_back(static_cast<std::uint32_t>(word));
      }
    }
  }
  return words;
}

TEST(StepTables, SayTheSameAsTheModelOfEveryScenarioShipped) {
  std::size_t rows = 0;
  for (const std::string& path : shipped()) {
    SCOPED_TRACE(path);
    const Model model = network_of(path);
    const NetworkModel& network = model.network;
    const StepTables tables = engine::step_tables(model);
    ASSERT_EQ(tables.rows.size(), network.rows.size());
    ASSERT_EQ(tables.options.size(), network.options.size());
    for (std::size_t r = 0; r < network.rows.size(); ++r) {
      SCOPED_TRACE(r);
      expect_same(network, network.rows[r], tables.rows[r]);
      for (std::size_t s = 0; s < model.spend.size(); ++s) {
        EXPECT_EQ(tables.counts_row[r * tables.counters + s], model.spend[s].counts_row[r]);
      }
    }
    for (std::size_t o = 0; o < network.options.size(); ++o) {
      EXPECT_EQ(tables.options[o].to, network.options[o].to);
      EXPECT_EQ(tables.options[o].delay_days, network.options[o].delay_days);
      EXPECT_EQ(tables.below[o], std::min<std::uint64_t>(network.options[o].below, k_last_word));
    }
    for (std::size_t a = 0; a < network.attached.size(); ++a) {
      for (std::size_t s = 0; s < model.spend.size(); ++s) {
        EXPECT_EQ(tables.counts_attached[a * tables.counters + s], model.spend[s].counts_attached[a]);
      }
    }
    rows += network.rows.size();
  }
  EXPECT_GT(rows, 20'000U) << "of regions too";
}

TEST(StepTables, EveryWordTakesTheOptionOfObservedPractice) {
  const Model model = network_of("scenarios/leuven.yaml");
  const NetworkModel& network = model.network;
  const auto insurers = static_cast<std::size_t>(model.insurers);
  engine::ArmState state;
  state.steps = std::make_shared<const StepTables>(engine::step_tables(model));
  state.surely_kept_below.assign(insurers * network.options.size(), engine::surely_kept_below(1.0, 1.0));
  state.row_moved.assign(insurers * network.rows.size(), 0);
  state.probability.assign(insurers * network.options.size(), 0.0);
  for (std::size_t r = 0; r < network.rows.size(); ++r) {
    const RowModel& row = network.rows[r];
    for (const std::uint32_t word : words_around(network, row)) {
      std::int32_t observed = row.first_option;
      while (word >= network.options[static_cast<std::size_t>(observed)].below) {
        ++observed;
      }
      for (const std::uint32_t keep : {std::uint32_t{0}, k_last_word}) {
        const engine::Choice choice = engine::chosen_option(model, state, state.steps->rows[r],
                                                            {.row = static_cast<std::int32_t>(r)}, {word, keep, 7, 7});
        ASSERT_EQ(choice.option, observed) << "row " << r << ", word " << word;
        ASSERT_EQ(choice.observed, observed);
        ASSERT_FALSE(choice.induced_discharge);
      }
    }
  }
}

TEST(StepTables, AreRefusedWithMoreServicesThanTheyCount) {
  Model model = network_of("scenarios/two_clinics.yaml");
  model.network.rows[1].attached = 65'536;
  EXPECT_THROW((void)engine::step_tables(model), InvalidArgument);
}

TEST(SurelyKept, IsWhatTheCouplingKeeps) {
  std::mt19937 dice(20'261);  // fixed: the standard says what it gives
  const auto chances = [&] {
    std::vector<double> some(1 + dice() % 6);
    for (double& one : some) {
      one = static_cast<double>(dice() % 5);  // zeros and equal ones among them
    }
    some.front() += 1.0;
    const double sum = std::accumulate(some.begin(), some.end(), 0.0);
    for (double& one : some) {
      one /= sum;
    }
    return some;
  };
  std::array<int, 2> seen{};
  for (int trial = 0; trial < 200'000; ++trial) {
    const std::vector<double> base = chances();
    std::vector<double> target = chances();
    target.resize(base.size(), 0.0);
    const auto drawn = static_cast<Index>(dice() % base.size());
    const auto i = static_cast<std::size_t>(drawn);
    if (base[i] == 0.0) {
      continue;
    }
    const std::uint32_t below = engine::surely_kept_below(base[i], target[i]);
    for (const std::uint32_t keep : {static_cast<std::uint32_t>(dice()), below, below - 1, below + 1, k_last_word}) {
      const auto move = static_cast<std::uint32_t>(dice());
      if (keep < below) {
        ASSERT_EQ(coupled_choice(base, target, drawn, keep, move), drawn);
      } else if (keep < k_last_word) {
        // Left to the coupling, which does not keep it either.
        ASSERT_GE(keep, threshold(target[i] / base[i]));
      }
      seen[keep < below ? 1 : 0] += 1;
    }
  }
  EXPECT_GT(seen[0], 10'000);
  EXPECT_GT(seen[1], 10'000);
}

}  // namespace
}  // namespace waterbed
