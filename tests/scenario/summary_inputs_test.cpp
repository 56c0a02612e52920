#include "waterbed/scenario/summary_inputs.hpp"

#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace waterbed {
namespace {

TEST(SummaryInputs, SaysWhatTheTablesOfAScenarioDoNot) {
  Scenario scenario = load_scenario("scenarios/two_clinics.yaml");
  scenario.discounting.costs = 0.04;
  scenario.discounting.qalys = 0.015;
  const Model model = compile(scenario);
  const SummaryInputs inputs = summary_inputs(model);
  EXPECT_EQ(inputs.settings.size(), model.network.settings.size());
  const auto ward = std::ranges::find(inputs.settings, "hospital_in.ward", &SettingSector::setting);
  ASSERT_NE(ward, inputs.settings.end());
  EXPECT_EQ(ward->sector, "hospital");
  // One contract for each of the insurers and GP groups.
  ASSERT_EQ(inputs.settling.size(), 4U);
  for (const std::string payer : {"insurer_a", "insurer_b"}) {
    EXPECT_EQ(std::ranges::count(inputs.settling, payer, &SettlingContract::payer), 2) << payer;
  }
  EXPECT_EQ(inputs.cycles_per_year, 12.0);
  EXPECT_EQ(inputs.discount_costs, 0.04);
  EXPECT_EQ(inputs.discount_qalys, 0.015);
}

}  // namespace
}  // namespace waterbed
