#include "waterbed/analysis/waterbed_index.hpp"

#include "analysis/sample_results.hpp"
#include "waterbed/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using ::testing::ElementsAre;

const std::vector<std::string> k_entries = {
    "ceilings,fee,i1,alpha,hospital",     "ceilings,fee,i2,alpha,hospital", "ceilings,ceiling,i1,alpha,hospital",
    "ceilings,fee,i1,beta,hospital",      "ceilings,fee,i1,away,hospital",  "care,fee,i1,gp,gp",
    "care,patient_share,household,gp,gp", "care,lump,i1,nurses,",           "social,fee,i1,town,social_care",
    "shared,settlement,i1,gp,gp",         "steps,programme,i1,coach,gp",    "cost,cost,alpha,suppliers,hospital"};

/// Changes of the squeezed arm by setting or entry, in each year; noise that both arms share.
struct Changes {
  std::map<std::string, std::int64_t> by_label;
  std::int64_t own_noise = 0;  ///< size of noise of the squeezed arm alone
};

Results region(const Changes& changes, std::int64_t replications = 40) {
  const std::vector<TableInfo> tables = {
      {"list_spending",
       "micro_eur",
       "",
       {{"year", sample::k_years}, {"setting", sample::k_settings}, {"payer", {"i1", "i2"}}}},
      {"hours", "milli_hours", "", {{"year", sample::k_years}, {"setting", sample::k_settings}}},
      {"payments", "micro_eur", "", {{"year", sample::k_years}, {"entry", k_entries}}},
      {"unserved_value", "micro_eur", "", {{"year", sample::k_years}, {"setting", sample::k_settings}}}};
  return sample::filled(tables, replications, [&changes](const sample::Cell& cell) {
    std::int64_t value = 1'000'000 + sample::shared_noise(cell, 100'000);
    const auto change = changes.by_label.find(cell.labels[1]);
    if (cell.arm == "squeezed" && change != changes.by_label.end()) {
      sample::Cell own = cell;
      own.labels.emplace_back("own");
      value += change->second + (changes.own_noise > 0 ? sample::shared_noise(own, changes.own_noise) : 0);
    }
    return value;
  });
}

double sum_of_shares(const WaterbedIndex& index) {
  double sum = 0.0;
  for (const WaterbedPart& part : index.parts) {
    sum += part.share.value();
  }
  return sum;
}

const Changes k_squeeze{{{"alpha.clinic", -10'000},
                         {"beta.clinic", 1'500},
                         {"away.clinic", 2'000},
                         {"gp.consult", 300},
                         {"nurses.home", -100},
                         {"town.help", 50'000}},
                        0};

TEST(WaterbedIndex, IsWhatComesBackElsewhereOverWhatIsTakenOut) {
  const WaterbedIndex index = waterbed_index(region(k_squeeze), sample::press(), {.arm = "squeezed"});
  ASSERT_EQ(index.verdict, WaterbedVerdict::resolved) << index.message;
  EXPECT_NEAR(*index.index, 0.37, 1e-12);
  EXPECT_DOUBLE_EQ(index.pressed.mean, -10'000.0 * 4);  // two years, two payers
  std::vector<std::string> groups;
  for (const WaterbedPart& part : index.parts) {
    groups.push_back(part.group);
  }
  EXPECT_THAT(groups, ElementsAre("gp", "hospital, not pressed", "hospital, out of region", "community"));
  EXPECT_NEAR(*index.parts[3].share, -0.01, 1e-12) << "signed";
  EXPECT_THAT(index.left_out, ElementsAre("social_care"));
  EXPECT_TRUE(index.message.empty());
}

TEST(WaterbedIndex, SharesAddUpToItExactly) {
  Changes changes = k_squeeze;
  changes.own_noise = 3'000;
  const Results results = region(changes);
  for (const auto basis : {WaterbedBasis::list_volume, WaterbedBasis::staff_hours}) {
    for (const std::string year : {"", "2023", "2024"}) {
      const WaterbedIndex index =
          waterbed_index(results, sample::press(), {.arm = "squeezed", .basis = basis, .payer = {}, .year = year});
      ASSERT_EQ(index.verdict, WaterbedVerdict::resolved) << basis_name(basis) << " " << year << index.message;
      EXPECT_EQ(*index.index, sum_of_shares(index));
      ASSERT_TRUE(index.interval);
      EXPECT_TRUE(index.interval->contains(*index.index));
      EXPECT_GT(index.interval->width(), 0.0);
    }
  }
}

TEST(WaterbedIndex, IntervalIsFiellersByHand) {
  // d_S = -10, -12, -8, -10 and d_out = 3, 5, 1, 3 (thousands): b = 10, a = 3, v_bb = v_aa = v_ab = (8/3)/4.
  // t(3, .975) = 3.182446; g = t^2 v_bb / 100. All variance is shared: 1 - 2W + W^2 = .49.
  const std::vector<std::int64_t> pressed = {-10'000, -12'000, -8'000, -10'000};
  const Results results = sample::filled(
      {{"list_spending", "micro_eur", "", {{"year", {"2023"}}, {"setting", sample::k_settings}, {"payer", {"i1"}}}}}, 4,
      [&pressed](const sample::Cell& cell) -> std::int64_t {
        const std::int64_t change = pressed[static_cast<std::size_t>(cell.replication)];
        if (cell.arm == "usual") {
          return 50'000;
        }
        return 50'000 + (cell.labels[1] == "alpha.clinic" ? change
                         : cell.labels[1] == "gp.consult" ? -7'000 - change
                                                          : 0);
      });
  const WaterbedIndex index = waterbed_index(results, sample::press(), {.arm = "squeezed"});
  ASSERT_EQ(index.verdict, WaterbedVerdict::resolved);
  EXPECT_DOUBLE_EQ(*index.index, 0.3);
  const double t = 3.182446305284263;
  const double variance = 2.0 / 3.0;
  const double g = t * t * variance / 100.0;
  const double half = t / 10.0 * std::sqrt(variance * 0.49);
  EXPECT_NEAR(index.interval->low, (0.3 - g - half) / (1.0 - g), 1e-9);
  EXPECT_NEAR(index.interval->high, (0.3 - g + half) / (1.0 - g), 1e-9);
  // Single replications: 1/8, 0.3, 0.3, 5/12; the middle 95 % begins 0.075 of a step after the first.
  ASSERT_TRUE(index.spread.range);
  EXPECT_NEAR(index.spread.range->low, 0.125 + 0.075 * 0.175, 1e-12);
  EXPECT_NEAR(index.spread.range->high, 0.3 + 0.925 * (5.0 / 12.0 - 0.3), 1e-12);
  EXPECT_FALSE(index.spread.parameter_range) << "parameters are fixed";
}

/// Taken out and coming back in two parameter sets of two replications.
Results two_sets(const std::vector<std::int64_t>& out, const std::vector<std::int64_t>& back) {
  return sample::filled(
      {{"list_spending", "micro_eur", "", {{"year", {"2023"}}, {"setting", sample::k_settings}, {"payer", {"i1"}}}}}, 4,
      [&](const sample::Cell& cell) -> std::int64_t {
        const auto i = static_cast<std::size_t>(cell.replication);
        const bool changes = cell.arm == "squeezed";
        return 50'000 + (changes && cell.labels[1] == "alpha.clinic" ? -out[i]
                         : changes && cell.labels[1] == "gp.consult" ? back[i]
                                                                     : 0);
      });
}

TEST(WaterbedIndex, HasARangeOfChanceAndOneOfParameters) {
  const Results results = two_sets({1000, 1000, 1040, 1040}, {100, 120, 200, 200});
  const WaterbedIndex index = waterbed_index(results, sample::press(), {.arm = "squeezed"}, 2);
  ASSERT_EQ(index.verdict, WaterbedVerdict::resolved) << index.message;
  EXPECT_EQ(index.pressed.replications, 2) << "means of sets stand for replications";
  const double w = 155.0 / 1020.0;
  EXPECT_DOUBLE_EQ(*index.index, w);
  // e = a - W b has the means 110 - 1000 W and 200 - 1040 W, that is -d and d; within sets its variance is 100.
  const double d = (90.0 - 40.0 * w) / 2.0;
  const double shrink = std::sqrt((2.0 * d * d - 100.0 / 2.0) / (2.0 * d * d));
  const double low = w - shrink * d / 1000.0;
  const double high = w + shrink * d / 1040.0;
  ASSERT_TRUE(index.spread.parameter_range);
  EXPECT_NEAR(index.spread.parameter_range->low, low + 0.025 * (high - low), 1e-12);
  EXPECT_NEAR(index.spread.parameter_range->high, high - 0.025 * (high - low), 1e-12);
  // Chance: -10 and 10 in the first set, each too small by the root of 2, and nothing in the second.
  const double step = 10.0 * std::sqrt(2.0) / 1020.0;
  ASSERT_TRUE(index.spread.range);
  EXPECT_NEAR(index.spread.range->low, w - step + 0.075 * step, 1e-12);
  EXPECT_NEAR(index.spread.range->high, w + step - 0.075 * step, 1e-12);
  ASSERT_TRUE(index.parts[0].spread.parameter_range);
  EXPECT_DOUBLE_EQ(index.parts[0].spread.parameter_range->low, index.spread.parameter_range->low);
}

TEST(WaterbedIndex, HasNoRangeWhereNothingIsTakenOut) {
  const Results grew = two_sets({-1, 201, 100, 102}, {10, 10, 10, 10});
  const WaterbedIndex sets = waterbed_index(grew, sample::press(), {.arm = "squeezed"}, 2);
  ASSERT_EQ(sets.verdict, WaterbedVerdict::resolved) << sets.message;
  EXPECT_FALSE(sets.spread.range) << "100.5 less 101 times the root of 2 is below zero";
  EXPECT_TRUE(sets.spread.parameter_range);
  EXPECT_THROW((void)waterbed_index(grew, sample::press(), {.arm = "squeezed"}, 3), InvalidArgument);
}

TEST(WaterbedIndex, SaysHowManyReplicationsAPressNeeds) {
  // Each replication -1 +- about 8: no 40 of them resolve it.
  Changes changes{{{"alpha.clinic", -1'000}, {"gp.consult", 0}}, 8'000};
  const WaterbedIndex index = waterbed_index(region(changes), sample::press(), {.arm = "squeezed"});
  ASSERT_EQ(index.verdict, WaterbedVerdict::not_resolved);
  const double signal = -index.pressed.mean / index.pressed.simulation_error->standard_error;
  ASSERT_GT(signal, 0.0);
  ASSERT_LE(signal, 5.0);
  EXPECT_EQ(*index.replications_needed, static_cast<Index>(std::ceil(40.0 * 25.0 / (signal * signal))));
  EXPECT_EQ(index.message,
            "press not resolved, about " + std::to_string(*index.replications_needed) + " replications needed");
  EXPECT_FALSE(index.index || index.interval || index.gross || index.parts[0].share);
  EXPECT_EQ(index.parts.size(), 4U) << "differences are shown all the same";
}

TEST(WaterbedIndex, SaysWhenThePressedPartGrewOrDidNotChange) {
  const WaterbedIndex grew = waterbed_index(region({{{"alpha.clinic", 500}}, 0}), sample::press(), {.arm = "squeezed"});
  EXPECT_EQ(grew.verdict, WaterbedVerdict::pressed_part_grew);
  EXPECT_EQ(grew.message, "the pressed part grew");
  EXPECT_FALSE(grew.index);
  const WaterbedIndex same = waterbed_index(region({}), sample::press(), {.arm = "squeezed"});
  EXPECT_EQ(same.verdict, WaterbedVerdict::no_change);
  EXPECT_FALSE(same.index);
  const WaterbedIndex single = waterbed_index(region(k_squeeze, 1), sample::press(), {.arm = "squeezed"});
  EXPECT_EQ(single.verdict, WaterbedVerdict::not_resolved);
  EXPECT_FALSE(single.index);
}

TEST(WaterbedIndex, GrossCountsOnlyRisesThatAreNotNoise) {
  Changes changes{{{"alpha.clinic", -100'000}, {"beta.clinic", 20'000}, {"gp.consult", 0}, {"nurses.home", -10'000}},
                  5'000};
  const WaterbedIndex index = waterbed_index(region(changes), sample::press(), {.arm = "squeezed"});
  ASSERT_EQ(index.verdict, WaterbedVerdict::resolved);
  const WaterbedPart& gp = index.parts[0];
  ASSERT_TRUE(gp.difference.simulation_error->interval.contains(0.0)) << "the sample must show noise at the GP";
  EXPECT_EQ(*index.gross, *index.parts[1].share);
}

TEST(WaterbedIndex, CashFollowsPayersAndCountedLeavesCorrectionsOut) {
  const Results results = region({{{"ceilings,fee,i1,alpha,hospital", -400},
                                   {"ceilings,fee,i2,alpha,hospital", -200},
                                   {"ceilings,ceiling,i1,alpha,hospital", -3'600},
                                   {"ceilings,fee,i1,away,hospital", 100},
                                   {"care,fee,i1,gp,gp", 40},
                                   {"care,patient_share,household,gp,gp", 10},
                                   {"care,lump,i1,nurses,", 20},
                                   {"social,fee,i1,town,social_care", 9'000},
                                   {"cost,cost,alpha,suppliers,hospital", -700}},
                                  0});
  const auto asked = [&](WaterbedBasis basis, const std::string& payer) {
    return waterbed_index(results, sample::press(),
                          {.arm = "squeezed", .basis = basis, .payer = payer, .year = "2023"});
  };
  const WaterbedIndex first = asked(WaterbedBasis::cash, "i1");
  EXPECT_DOUBLE_EQ(first.pressed.mean, -4'000.0);
  EXPECT_NEAR(*first.index, 160.0 / 4'000.0, 1e-15);
  const WaterbedIndex second = asked(WaterbedBasis::cash, "i2");
  EXPECT_DOUBLE_EQ(second.pressed.mean, -200.0);
  EXPECT_EQ(*second.index, 0.0);
  EXPECT_NEAR(*asked(WaterbedBasis::cash, "").index, 170.0 / 4'200.0, 1e-15);
  const WaterbedIndex counted = asked(WaterbedBasis::counted, "");
  EXPECT_DOUBLE_EQ(counted.pressed.mean, -600.0);
  EXPECT_NEAR(*counted.index, 170.0 / 600.0, 1e-15);
  EXPECT_EQ(asked(WaterbedBasis::cash, "household").verdict, WaterbedVerdict::no_change);
}

TEST(WaterbedIndex, BesideItStandTheTransferSettlementsProgrammesAndUnservedNeed) {
  Changes changes = k_squeeze;
  changes.by_label["ceilings,fee,i1,alpha,hospital"] = -20'000;
  changes.by_label["ceilings,ceiling,i1,alpha,hospital"] = -30'000;
  changes.by_label["shared,settlement,i1,gp,gp"] = 77;
  changes.by_label["steps,programme,i1,coach,gp"] = 11;
  const BesideThePress beside = beside_the_press(region(changes), sample::press(), {.arm = "squeezed"});
  EXPECT_DOUBLE_EQ(beside.pressed_cash.mean, -100'000.0);
  EXPECT_DOUBLE_EQ(beside.pressed_list.mean, -40'000.0);
  EXPECT_DOUBLE_EQ(beside.price_part.mean, -60'000.0);
  EXPECT_DOUBLE_EQ(beside.settlements.mean, 154.0);
  EXPECT_DOUBLE_EQ(beside.programmes.mean, 22.0);
  ASSERT_TRUE(beside.unserved);
  // Of the last year alone, over all settings.
  EXPECT_DOUBLE_EQ(beside.unserved->mean, -10'000.0 + 1'500.0 + 2'000.0 + 300.0 - 100.0 + 50'000.0);
}

TEST(WaterbedIndex, ReportHoldsEveryBasisOverAllYearsAndEachYear) {
  const WaterbedReport report = waterbed_report(region(k_squeeze, 5), sample::press(), "squeezed");
  EXPECT_EQ(report.indices.size(), 3U * (2 + 3 + 1 + 1));
  EXPECT_EQ(report.indices.front().query.basis, WaterbedBasis::list_volume);
  EXPECT_EQ(report.indices.front().query.year, "");
  EXPECT_EQ(report.indices.back().query.year, "2024");
  EXPECT_EQ(report.beside.size(), 3U);
}

TEST(WaterbedIndex, RefusesAPressOnNothingAndLabelsItCannotRead) {
  Press nothing = sample::press();
  nothing.settings[1].pressed = false;
  const Results results = region({}, 2);
  EXPECT_THROW((void)waterbed_index(results, nothing, {.arm = "squeezed"}), InvalidArgument);
  Press unknown = sample::press();
  unknown.settings[0].name = "gp.visit";
  EXPECT_THROW((void)waterbed_index(results, unknown, {.arm = "squeezed"}), InvalidArgument);
  Results broken = results;
  broken.tables[2].dims[1].labels[3] = "fee,i1,beta";
  EXPECT_THROW((void)waterbed_index(broken, sample::press(), {.arm = "squeezed", .basis = WaterbedBasis::cash}),
               InvalidArgument);
}

}  // namespace
}  // namespace waterbed
