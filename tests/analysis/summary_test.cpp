#include "waterbed/analysis/summary.hpp"

#include "analysis/sample_results.hpp"
#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace waterbed {
namespace {

constexpr std::int64_t k_replications = 40;

/// 500 insured for two years; the squeezed arm takes 40 EUR a year from alpha for each insurer.
Results region() {
  const std::vector<std::string> insurers = {"i1", "i2"};
  const std::vector<TableInfo> tables = {
      {"population", "person_cycles", "", {{"year", sample::k_years}, {"sex", {"women", "men"}}}},
      {"list_spending",
       "micro_eur",
       "",
       {{"year", sample::k_years}, {"setting", sample::k_settings}, {"payer", insurers}}},
      {"cash_spending",
       "micro_eur",
       "",
       {{"year", sample::k_years}, {"sector", {"gp", "hospital"}}, {"payer", insurers}}},
      {"visits", "units", "", {{"year", sample::k_years}, {"setting", sample::k_settings}, {"payer", insurers}}},
      {"hours", "milli_hours", "", {{"year", sample::k_years}, {"setting", sample::k_settings}}},
      {"admitted",
       "visits",
       "",
       {{"year", sample::k_years}, {"setting", {"alpha.clinic"}}, {"urgency", {"urgent", "elective"}}}},
      {"wait_days",
       "days",
       "",
       {{"year", sample::k_years}, {"setting", {"alpha.clinic"}}, {"urgency", {"urgent", "elective"}}}},
      {"qalys", "micro_qaly", "", {{"year", sample::k_years}, {"stratum", {"all", "old"}}}},
      {"provider_result",
       "micro_eur",
       "",
       {{"year", sample::k_years}, {"provider", {"alpha", "gp"}}, {"item", {"revenue", "result"}}}},
      {"settlement",
       "micro_eur",
       "",
       {{"year", sample::k_years}, {"contract", {"shared_gp_i1", "shared_gp_i2"}}, {"item", {"benchmark", "paid"}}}},
      {"unserved_value", "micro_eur", "", {{"year", sample::k_years}, {"setting", sample::k_settings}}}};
  return sample::filled(tables, k_replications, [](const sample::Cell& cell) -> std::int64_t {
    const bool squeezed = cell.arm == "squeezed";
    if (cell.table == "population") {
      return 500 * 12 / 2;
    }
    if (cell.table == "list_spending") {
      return 100'000'000 + sample::shared_noise(cell, 1'000'000) -
             (squeezed && cell.labels[1] == "alpha.clinic" ? 40'000'000 : 0);
    }
    if (cell.table == "cash_spending") {
      // The second insurer pays more in half of the replications.
      const bool more = cell.labels[2] == "i2" && cell.replication % 2 == 0;
      return 100'000'000 + (squeezed ? (more ? 1 : -1) * 5'000'000 : 0);
    }
    if (cell.table == "wait_days") {
      return cell.labels[2] == "urgent" ? 0 : squeezed ? 6'000 : 4'000;
    }
    if (cell.table == "admitted") {
      return cell.labels[2] == "urgent" ? 0 : 200;
    }
    if (cell.table == "provider_result") {
      // alpha loses in 25 of 40 replications of the squeezed arm, the GPs in 3.
      const bool loses = cell.labels[1] == "alpha" ? cell.replication < 25 : cell.replication < 3;
      return cell.labels[2] == "revenue" ? 900 : squeezed && loses ? -2'000'000 : 1'000'000;
    }
    if (cell.table == "settlement") {
      return squeezed && cell.labels[2] == "paid" ? 15'000'000 : 0;
    }
    return 1'000 + (squeezed ? 500 : 0);
  });
}

SummaryInputs inputs() {
  SummaryInputs result;
  for (const SettingRole& setting : sample::press().settings) {
    result.settings.push_back({setting.name, setting.sector});
  }
  result.settling = {{"shared_gp_i1", "i1"}, {"shared_gp_i2", "i2"}};
  return result;
}

const SummaryRow* row(const ArmSummary& summary, const std::string& measure, const std::string& of) {
  const auto found = std::ranges::find_if(
      summary.rows, [&](const SummaryRow& candidate) { return candidate.measure == measure && candidate.of == of; });
  return found == summary.rows.end() ? nullptr : &*found;
}

TEST(Summary, SpendingIsPerInsuredPerYearBySectorAndInTotal) {
  const ArmSummary summary = summarise(region(), "squeezed", inputs());
  EXPECT_DOUBLE_EQ(summary.insured_years, 1000.0);
  const SummaryRow* hospital = row(summary, "list_spending", "hospital");
  ASSERT_NE(hospital, nullptr);
  EXPECT_EQ(hospital->change.unit, "EUR per insured per year");
  EXPECT_NEAR(hospital->change.mean, -4 * 40.0 / 1000.0, 1e-12);
  EXPECT_EQ(row(summary, "list_spending", "gp")->change.mean, 0.0);
  EXPECT_NEAR(row(summary, "list_spending", "total")->change.mean, -0.16, 1e-12);
  EXPECT_NEAR(row(summary, "cash_spending", "total")->change.mean, (-5.0 * 4 + 0.0) / 1000.0, 1e-12);
  EXPECT_NEAR(row(summary, "cash_spending", "total")->change.baseline, 800.0 / 1000.0, 1e-12);
  // 500 more in each of 24 cells, 1000 insured-years.
  EXPECT_NEAR(row(summary, "visits", "total")->change.mean, 500.0 * 24, 1e-9);
  EXPECT_EQ(row(summary, "visits", "total")->change.unit, "units per 1000 insured per year");
  EXPECT_NEAR(row(summary, "hours", "gp")->change.mean, 500.0 * 2 / 1000.0, 1e-12);
}

TEST(Summary, WaitsAreDaysPerAdmissionByUrgency) {
  const ArmSummary summary = summarise(region(), "squeezed", inputs());
  const SummaryRow* wait = row(summary, "wait", "elective");
  ASSERT_NE(wait, nullptr);
  EXPECT_DOUBLE_EQ(wait->change.baseline, 20.0);
  EXPECT_DOUBLE_EQ(wait->change.arm, 30.0);
  EXPECT_DOUBLE_EQ(wait->change.mean, 10.0);
  EXPECT_EQ(row(summary, "wait", "urgent"), nullptr) << "nobody was admitted";
  EXPECT_DOUBLE_EQ(row(summary, "qalys", "all")->change.mean, 1000e-6);
  EXPECT_NEAR(row(summary, "unserved_value", "total")->change.mean, 6 * 500e-6, 1e-15);
}

TEST(Summary, LossesAreChancesOnlyIfTwentyReplicationsShowThem) {
  const ArmSummary summary = summarise(region(), "squeezed", inputs());
  const auto party = [&summary](const std::string& name) {
    return *std::ranges::find(summary.parties, name, &PartyResult::party);
  };
  EXPECT_DOUBLE_EQ(*party("alpha").probability_of_loss, 25.0 / 40.0);
  EXPECT_FALSE(party("gp").probability_of_loss);
  EXPECT_FALSE(party("i1").probability_of_loss) << "never pays more";
  EXPECT_DOUBLE_EQ(*party("i2").probability_of_loss, 0.5);
  EXPECT_TRUE(party("i2").is_payer);
  EXPECT_DOUBLE_EQ(party("i1").result.mean, -20.0);
  EXPECT_DOUBLE_EQ(party("alpha").result.baseline, 2.0);
  EXPECT_DOUBLE_EQ(party("alpha").result.mean, -25.0 / 40.0 * 6.0);
}

TEST(Summary, PaidSavingsStandBesideTrueOnes) {
  const ArmSummary summary = summarise(region(), "squeezed", inputs());
  ASSERT_EQ(summary.savings.size(), 2U);
  const PaidAgainstTrue& first = summary.savings[0];
  EXPECT_EQ(first.payer, "i1");
  EXPECT_DOUBLE_EQ(first.paid.arm, 30.0);
  EXPECT_DOUBLE_EQ(first.true_saving.mean, 80.0);
  EXPECT_DOUBLE_EQ(first.excess.mean, -50.0);
  EXPECT_LT(first.excess.simulation_error->standard_error, 1e-9) << "noise that both arms share is paired away";
}

TEST(Summary, RunOfHealthAloneHasTheRowsOfItsTables) {
  const Results results = sample::filled({{"deaths", "persons", "", {{"year", sample::k_years}}}}, 1,
                                         [](const sample::Cell& cell) { return cell.arm == "usual" ? 10 : 9; });
  const ArmSummary summary = summarise(results, "squeezed", {});
  ASSERT_EQ(summary.rows.size(), 1U);
  EXPECT_DOUBLE_EQ(summary.rows[0].change.mean, -2.0);
  EXPECT_FALSE(summary.rows[0].change.simulation_error);
}

TEST(Summary, HealthIsWorthItsPresentValue) {
  // 100 micro-units at the start, after one year and after two, the squeezed arm 60 more each time: at 25 % a year
  // 1 + 4/5 + 16/25 = 2.44 times as much, at 100 % 1 + 1/2 + 1/4 = 1.75 times.
  const Dimension rewards{"year", {"2023", "2024", "end"}};
  const Dimension strata{"stratum", {"everybody"}};
  const Results results = sample::filled(
      {{"qalys", "micro_qaly", "", {rewards, strata}}, {"health_costs", "micro_eur", "", {rewards, strata}}}, 2,
      [](const sample::Cell& cell) { return cell.arm == "usual" ? 100 : 160; });
  SummaryInputs inputs;
  inputs.discount_qalys = 0.25;
  inputs.discount_costs = 1.0;
  const ArmSummary summary = summarise(results, "squeezed", inputs);
  EXPECT_DOUBLE_EQ(row(summary, "qalys", "everybody")->change.baseline, 244e-6);
  EXPECT_DOUBLE_EQ(row(summary, "qalys", "everybody")->change.mean, 146e-6) << "390.4 is rounded to whole micro-QALYs";
  EXPECT_EQ(row(summary, "qalys", "everybody")->change.unit, "QALY, discounted");
  EXPECT_DOUBLE_EQ(row(summary, "health_costs", "everybody")->change.baseline, 175e-6);
  EXPECT_DOUBLE_EQ(row(summary, "health_costs", "everybody")->change.mean, 105e-6);
  EXPECT_DOUBLE_EQ(row(summarise(results, "squeezed", {}), "qalys", "everybody")->change.baseline, 300e-6);
  inputs.discount_costs = -0.1;
  EXPECT_THROW((void)summarise(results, "squeezed", inputs), InvalidArgument);
}

TEST(Summary, RefusesSettingsWithoutASector) {
  SummaryInputs missing = inputs();
  missing.settings.pop_back();
  EXPECT_THROW((void)summarise(region(), "squeezed", missing), InvalidArgument);
  EXPECT_THROW((void)summarise(region(), "nobody", inputs()), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
