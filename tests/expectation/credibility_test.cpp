#include "waterbed/expectation/credibility.hpp"

#include "waterbed/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace waterbed {
namespace {

// Bodily injury per claim in five states over twelve quarters, and numbers of claims. Source: Hachemeister, Credibility
// for regression models with application to trend, in Kahn (ed.), Credibility (1975).
constexpr double k_ratio[5][12] = {{1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517},
                                   {1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471},
                                   {1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059},
                                   {1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306},
                                   {1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690}};
constexpr double k_claims[5][12] = {{7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077},
                                    {1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861},
                                    {1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121},
                                    {407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342},
                                    {2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425}};

// What R's actuar prints for its Buhlmann-Straub model of these data (Dutang, Goulet & Pigeon, J. Stat. Softw. 25
// (2008) no. 7): collective 1,683.713, between 89,639, within 139,120,026; Z and premiums by state.
TEST(Credibility, HachemeistersStates) {
  std::vector<double> value;
  std::vector<double> exposure;
  std::vector<std::int32_t> group;
  for (int state = 0; state < 5; ++state) {
    for (int quarter = 0; quarter < 12; ++quarter) {
      value.push_back(k_ratio[state][quarter]);
      exposure.push_back(k_claims[state][quarter]);
      group.push_back(state);
    }
  }
  const Credibility found = credibility(value, exposure, group, 5);
  EXPECT_NEAR(found.collective, 1683.713, 5e-4);
  EXPECT_NEAR(found.between, 89639.0, 0.5);
  EXPECT_NEAR(found.within, 139120026.0, 0.5);
  const double z[] = {0.9847404, 0.9276352, 0.8984754, 0.7279092, 0.9587911};
  const double premium[] = {2055.165, 1523.706, 1793.444, 1442.967, 1603.285};
  for (std::size_t state = 0; state < 5; ++state) {
    EXPECT_NEAR(found.groups[state].credibility, z[state], 5e-8);
    EXPECT_NEAR(found.groups[state].estimate, premium[state], 5e-4);
  }
  EXPECT_NEAR(found.luck_group, 1 - (0.9847404 + 0.9276352 + 0.8984754 + 0.7279092 + 0.9587911) / 5, 1e-7);
}

// Of the same sums the same comes, group by group.
TEST(Credibility, OfSums) {
  const std::vector<double> value = {0, 2, 4, 6, 7};
  const std::vector<std::int32_t> group = {0, 0, 1, 1, 2};
  const std::vector<GroupSums> sums = {{2, 2, 4}, {2, 10, 52}, {1, 7, 49}, {}};
  const Credibility of_rows = credibility(value, {}, group, 4);
  const Credibility of_sums = credibility(sums);
  EXPECT_DOUBLE_EQ(of_sums.within, of_rows.within);
  EXPECT_DOUBLE_EQ(of_sums.between, of_rows.between);
  EXPECT_DOUBLE_EQ(of_sums.luck_group, of_rows.luck_group);
  for (std::size_t g = 0; g < 4; ++g) {
    EXPECT_DOUBLE_EQ(of_sums.groups[g].estimate, of_rows.groups[g].estimate);
    EXPECT_EQ(of_sums.groups[g].rows, of_rows.groups[g].rows);
  }
  EXPECT_THROW((void)credibility(std::span(sums).first(1)), InvalidArgument);
}

// Two groups of two: means 1 and 5, within (1 + 1 + 1 + 1) / 2 = 2, between (2 * 4 + 2 * 4 - 2) / (4 - 8/4) = 7.
TEST(Credibility, ByHand) {
  const std::vector<double> value = {0, 2, 4, 6};
  const std::vector<std::int32_t> group = {0, 0, 1, 1};
  const Credibility found = credibility(value, {}, group, 2);
  EXPECT_DOUBLE_EQ(found.within, 2.0);
  EXPECT_DOUBLE_EQ(found.between, 7.0);
  EXPECT_DOUBLE_EQ(found.luck_person, 2.0 / 9);
  EXPECT_DOUBLE_EQ(found.groups[0].credibility, 14.0 / 16);
  EXPECT_DOUBLE_EQ(found.luck_group, 1.0 / 8);
  EXPECT_DOUBLE_EQ(found.collective, 3.0);
  EXPECT_DOUBLE_EQ(found.groups[0].estimate, 1.25);
}

TEST(Credibility, GroupsThatDifferLessThanChanceAreAllLuck) {
  const std::vector<double> value = {-5, 5, -4, 5};
  const std::vector<std::int32_t> group = {0, 0, 1, 1};
  const Credibility found = credibility(value, {}, group, 2);
  EXPECT_EQ(found.between, 0.0);
  EXPECT_EQ(found.luck_person, 1.0);
  EXPECT_EQ(found.luck_group, 1.0);
  EXPECT_DOUBLE_EQ(found.groups[0].estimate, 0.25) << "everybody's mean";
}

TEST(Credibility, NeedsTwoGroups) {
  const std::vector<double> value = {1, 2};
  const std::vector<std::int32_t> one = {0, 0};
  const std::vector<std::int32_t> two = {0, 1};
  EXPECT_THROW((void)credibility(value, {}, one, 1), InvalidArgument);
  EXPECT_THROW((void)credibility(value, {}, two, 2), InvalidArgument) << "one row each tells no spread within";
}

Gain gain() {
  return {.outcome = "qaly", .value = Money::from_euro(20000), .share = Rate::from_double(0.4), .floor = Rate{}};
}

// E max(0, X) = sd / sqrt(2 pi) for a normal X with mean 0: 10,000 persons with an sd of 0.1 QALY.
TEST(PaymentForNoise, OfAFloorAtZero) {
  const NoisePayment pay = payment_for_noise(gain(), 10000, 0.1);
  const double each = 8000 * 0.1 / std::sqrt(2 * std::numbers::pi);
  EXPECT_NEAR(pay.at_person, 10000 * each, 1e-6);
  EXPECT_NEAR(pay.at_group, 100 * each, 1e-8);
}

TEST(PaymentForNoise, IsNothingWithoutAFloorOrWithoutNoise) {
  Gain open = gain();
  open.floor.reset();
  EXPECT_NEAR(payment_for_noise(open, 10000, 0.1).at_person, 0.0, 1e-9);
  EXPECT_EQ(payment_for_noise(gain(), 10000, 0.0).at_person, 0.0);
  EXPECT_EQ(payment_for_noise(gain(), 0, 0.1).at_group, 0.0);
}

TEST(PaymentForNoise, ShrinksWithCredibility) {
  Gain credible = gain();
  credible.credibility_k = 10000;
  EXPECT_NEAR(payment_for_noise(credible, 10000, 0.1).at_group, payment_for_noise(gain(), 10000, 0.1).at_group / 2,
              1e-9);
}

}  // namespace
}  // namespace waterbed
