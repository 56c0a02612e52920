#include "waterbed/scenario/parameters.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Changes = std::vector<std::pair<std::string, std::string>>;

/// scenarios/two_clinics.yaml with texts replaced, each of which must be there.
std::string two_clinics(const Changes& changes) {
  std::ifstream stream("scenarios/two_clinics.yaml", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  // Without what is uncertain in it.
  const auto cut = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.erase(at, text.find(to, at) - at);
  };
  cut("  theta_own_volume: {", "  comes_back_at");
  cut("uncertainty:\n", "evidence:\n");
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  return text;
}

Scenario uncertain(const Changes& changes) { return parse_scenario(two_clinics(changes), "scenarios"); }

Scenario at_means(const Scenario& scenario) {
  std::vector<double> means;
  for (const UncertainNumber& number : scenario.uncertainty.numbers) {
    means.push_back(number.mean);
  }
  return with_parameters(scenario, means);
}

std::vector<std::string> paths(const Scenario& scenario) {
  std::vector<std::string> found;
  for (const UncertainNumber& number : scenario.uncertainty.numbers) {
    found.push_back(number.path);
  }
  return found;
}

TEST(UncertainNumbers, MayStandInTheScenarioAsAPointInPlaceOfTheirMean) {
  const Changes point{{"behaviour:\n", "behaviour:\n  psi: {point: 0.04, beta: {mean: 0.2, sd: 0.05}}\n"}};
  const Scenario scenario = uncertain(point);
  EXPECT_EQ(scenario.behaviour.psi, 0.04);
  // The point is the default: nothing else has changed. Draws are those of the distribution.
  EXPECT_EQ(write_scenario(at_means(scenario)), write_scenario(uncertain({})));
  const Scenario mean = uncertain({{"behaviour:\n", "behaviour:\n  psi: {beta: {mean: 0.2, sd: 0.05}}\n"}});
  EXPECT_EQ(draw_parameters(scenario, 7, 3), draw_parameters(mean, 7, 3));
  EXPECT_NE(write_scenario(scenario).find("{point: 0.04, beta: {mean: 0.2, sd: 0.05}}"), std::string::npos);
  // A point has the range of its key, and stands beside one distribution.
  for (const auto& [written, told] :
       Changes{{"{point: 1.2, beta: {mean: 0.2, sd: 0.05}}", "behaviour.psi.point: must be in [0, 1], got 1.2"},
               {"{point: 0.1}", "behaviour.psi: must be a number"},
               {"{point: 0.1, beta: {mean: 0.2, sd: 0.05}, uniform: {low: 0, high: 1}}",
                "behaviour.psi: must be a number"}}) {
    try {
      (void)uncertain({{"behaviour:\n", "behaviour:\n  psi: " + written + "\n"}});
      ADD_FAILURE() << written;
    } catch (const ScenarioError& error) {
      EXPECT_THAT(error.what(), HasSubstr(told));
    }
  }
}

const Changes k_behaviour{{"behaviour:\n",
                           "behaviour:\n"
                           "  theta_treat_or_refer: {log_normal: {mean: 0.57, sd_log: 0.8}}\n"
                           "  psi: {beta: {mean: 0.04, sd: 0.02}}\n"
                           "  omega_refer: {gamma: {mean: 0.1, sd: 0.05}}\n"}};

TEST(UncertainNumbers, StandInTheScenarioAsTheirMeans) {
  const Scenario scenario = uncertain(k_behaviour);
  EXPECT_EQ(scenario.behaviour.theta_treat_or_refer, 0.57);
  EXPECT_EQ(scenario.behaviour.psi, 0.04);
  // Numbers that equal the defaults: nothing else has changed.
  EXPECT_EQ(write_scenario(at_means(scenario)), write_scenario(uncertain({})));
  ASSERT_THAT(paths(scenario), ElementsAre("behaviour.theta_treat_or_refer", "behaviour.omega_refer", "behaviour.psi"));
  const UncertainNumber& theta = scenario.uncertainty.numbers.front();
  EXPECT_EQ(theta.written, "log_normal: {mean: 0.57, sd_log: 0.8}");
  EXPECT_GT(theta.line, 0);
  EXPECT_EQ(theta.column, 25);
}

TEST(UncertainNumbers, MayStandWhereverANumberStands) {
  const Scenario scenario = uncertain({
      {"list_price: 210", "list_price: {gamma: {mean: 210, sd: 21}}"},       // number of a named thing
      {"persons: 1200", "persons: {uniform: {low: 1000, high: 1400}}"},      // whole number in a list
      {"gp_consult: 0.95}", "gp_consult: {beta: {mean: 0.95, sd: 0.01}}}"},  // map of numbers
      {"ward: 0.01", "ward: {beta: {alpha: 2, beta: 198}}"},                 // bare number for a map
      {"women: 0.0003", "women: {elicited: {low: 0.0001, high: 0.0006}}"},   // cell of a table
      {"of_expected_turnover: 1.02", "of_expected_turnover: {normal: {mean: 1.02, sd: 0.01}}"},  // rate of a contract
      {"rate: 18.76", "rate: {triangular: {low: 18, mode: 19, high: 20}}"},                      // money
      {"truncate: {person: 22500}", "truncate: {person: {log_normal: {median: 22500, sd_log: 0.1}}}"},
      {"share: 0.5}]", "share: {beta: {mean: 0.5, sd: 0.1}}}]"},
      {"per_person_year: 0\n", "per_person_year: {gamma: {mean: 0.01, sd: 0.001}}\n"},  // a table of one number
  });
  ASSERT_EQ(scenario.uncertainty.numbers.size(), 10U);
  std::vector<double> values;
  for (const UncertainNumber& number : scenario.uncertainty.numbers) {
    values.push_back(parameter_quantile(number, 0.3));
  }
  const Scenario drawn = with_parameters(scenario, values);
  const auto value = [&](const std::string& path) {
    const std::vector<std::string> all = paths(scenario);
    const auto found = std::find(all.begin(), all.end(), path);
    EXPECT_NE(found, all.end()) << path;
    return values[static_cast<std::size_t>(found - all.begin())];
  };
  EXPECT_EQ(drawn.kinds[2].list_price, value("kinds.dermatology_clinic.list_price"));
  EXPECT_NE(drawn.kinds[2].list_price, 210.0);
  EXPECT_EQ(drawn.population.cells[0].persons, value("population.cells[0].persons"));
  EXPECT_EQ(drawn.population.cells[0].persons, 1120);
  EXPECT_EQ(drawn.needs[0].enters.at("gp_consult"), value("needs.skin_complaint.enters.gp_consult"));
  EXPECT_EQ(drawn.needs[0].pathways[5].probability,
            value("needs.skin_complaint.pathways.dermatology_clinic.ward.probability"));
  EXPECT_EQ(drawn.mortality.values[0][0], value("mortality[0].women"));
  EXPECT_EQ(drawn.mortality.values[1][0], 0.0004);
  EXPECT_EQ(drawn.needs[2].per_person_year.values[1][0], value("needs.diabetes_check.per_person_year"));
  const Ceiling* ceiling = find_term<Ceiling>(drawn.contracts[1].terms);
  ASSERT_NE(ceiling, nullptr);
  EXPECT_NEAR(ceiling->of_expected_turnover.value().to_double(),
              value("contracts.hospital_ceiling.terms.ceiling.of_expected_turnover"), 1e-9);
  EXPECT_TRUE(drawn.uncertainty.numbers.empty());
}

TEST(UncertainNumbers, AreOneWhereAContractExtendsAnother) {
  const Scenario scenario =
      uncertain({{"share_above: 0}\n  hospital_ceiling_squeezed:\n    extends: hospital_ceiling\n"
                  "    terms:\n      ceiling: {of_expected_turnover: 0.969, share_above: 0}",
                  "share_above: {uniform: {low: 0, high: 0.2}}}\n"
                  "  hospital_ceiling_squeezed:\n    extends: hospital_ceiling"}});
  ASSERT_EQ(scenario.uncertainty.numbers.size(), 1U);
  EXPECT_THAT(scenario.uncertainty.numbers[0].fields,
              ElementsAre("contracts.hospital_ceiling.terms.ceiling.share_above",
                          "contracts.hospital_ceiling_squeezed.terms.ceiling.share_above"));
  const Scenario drawn = with_parameters(scenario, std::vector<double>{0.15});
  for (const std::size_t contract : {1U, 2U}) {
    EXPECT_EQ(find_term<Ceiling>(drawn.contracts[contract].terms)->share_above, Rate::from_double(0.15)) << contract;
  }
  // Written out, both contracts hold the number: it stays one.
  const Scenario back = parse_scenario(write_scenario(scenario), "nowhere");
  ASSERT_EQ(back.uncertainty.numbers.size(), 1U);
  EXPECT_EQ(back.uncertainty.numbers[0].fields, scenario.uncertainty.numbers[0].fields);
}

TEST(UncertainNumbers, ScaleAWholeTable) {
  const Scenario scenario =
      uncertain({{"mortality:\n", "mortality:\n scale: {log_normal: {mean: 1, sd_log: 0.1}}\n table:\n"}});
  EXPECT_EQ(write_scenario(at_means(scenario)), write_scenario(uncertain({})));
  ASSERT_THAT(paths(scenario), ElementsAre("mortality.scale"));
  const Scenario drawn = with_parameters(scenario, std::vector<double>{1.25});
  EXPECT_EQ(drawn.mortality.values[1][4], 0.09 * 1.25);
  // A plain scale is a plain factor.
  const Scenario doubled = uncertain({{"mortality:\n", "mortality:\n scale: 2\n table:\n"}});
  EXPECT_EQ(doubled.mortality.values[1][4], 0.18);
  EXPECT_TRUE(doubled.uncertainty.numbers.empty());
}

TEST(UncertainNumbers, TellImpossibleDrawsAtTheirPlace) {
  const Scenario scenario = uncertain(
      {{"dermatology_clinic: 0.1\n", "dermatology_clinic: {uniform: {low: 0, high: 1}}\n"},
       {"gp_consult.follow_up: {dermatology_clinic: 0.15}", "gp_consult.follow_up: {dermatology_clinic: 0.15}"}});
  EXPECT_NO_THROW((void)with_parameters(scenario, std::vector<double>{0.75}));
  try {
    (void)with_parameters(scenario, std::vector<double>{0.9});
    FAIL();
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_THAT(error.problems()[0].message(), HasSubstr("probabilities must not exceed 1 together"));
    EXPECT_EQ(error.problems()[0].line, scenario.uncertainty.numbers[0].line);
  }
}

TEST(DrawParameters, NameADrawByItsPathAlone) {
  const Scenario one = uncertain(k_behaviour);
  Changes more = k_behaviour;
  more.emplace_back("list_price: 210", "list_price: {gamma: {mean: 210, sd: 21}}");
  const Scenario two = uncertain(more);
  const std::vector<double> before = draw_parameters(one, 5, 7);
  const std::vector<double> after = draw_parameters(two, 5, 7);
  ASSERT_EQ(after.size(), 4U);
  for (const std::string& path : paths(one)) {
    const auto in_one = paths(one);
    const auto in_two = paths(two);
    EXPECT_EQ(before[static_cast<std::size_t>(std::find(in_one.begin(), in_one.end(), path) - in_one.begin())],
              after[static_cast<std::size_t>(std::find(in_two.begin(), in_two.end(), path) - in_two.begin())]);
  }
  EXPECT_NE(draw_parameters(one, 5, 8), before);
  EXPECT_NE(draw_parameters(one, 6, 7), before);
}

TEST(DrawParameters, HaveTheMomentsOfTheirDistributions) {
  const Scenario scenario = uncertain(k_behaviour);
  constexpr int k_sets = 4000;
  double sum = 0.0;
  double squares = 0.0;
  int low = 0;
  for (std::uint32_t set = 0; set < k_sets; ++set) {
    const std::vector<double> values = draw_parameters(scenario, 3, set);
    sum += values[2];
    squares += values[2] * values[2];
    low += values[0] < 0.57 * std::exp(-0.32) ? 1 : 0;  // the median
  }
  const double mean = sum / k_sets;
  const double sd = std::sqrt(squares / k_sets - mean * mean);
  EXPECT_NEAR(mean, 0.04, 4.0 * 0.02 / std::sqrt(k_sets));
  EXPECT_NEAR(sd, 0.02, 4.0 * 0.02 / std::sqrt(k_sets));
  EXPECT_NEAR(low, 0.5 * k_sets, 4.0 * 0.5 * std::sqrt(k_sets));
}

TEST(DrawParameters, KeepKnownBytes) {
  // Of this program: a change here changes what every seed means.
  const std::vector<double> values = draw_parameters(uncertain(k_behaviour), 1, 0);
  std::string shown;
  for (const double value : values) {
    char text[40];
    std::snprintf(text, sizeof text, "%a ", value);
    shown += text;
  }
  EXPECT_EQ(shown, "0x1.0ac6dcd037a2cp-1 0x1.7621c3d411c11p-5 0x1.9aa75f4c4d398p-5 ");
}

double spearman(const std::vector<double>& x, const std::vector<double>& y) {
  const auto ranks = [](const std::vector<double>& values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> rank(values.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      rank[order[i]] = static_cast<double>(i);
    }
    return rank;
  };
  const std::vector<double> a = ranks(x);
  const std::vector<double> b = ranks(y);
  const double middle = 0.5 * static_cast<double>(x.size() - 1);
  double top = 0.0;
  double bottom = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    top += (a[i] - middle) * (b[i] - middle);
    bottom += (a[i] - middle) * (a[i] - middle);
  }
  return top / bottom;
}

TEST(DrawParameters, HaveTheRankCorrelationAskedFor) {
  Changes changes = k_behaviour;
  changes.emplace_back("evidence:\n",
                       "uncertainty:\n  correlations:\n"
                       "    - {numbers: [behaviour.theta_treat_or_refer, behaviour.psi, behaviour.omega_refer],"
                       " rank: [0.7, 0, -0.4]}\nevidence:\n");
  const Scenario scenario = uncertain(changes);
  std::vector<std::vector<double>> columns(3);
  constexpr std::uint32_t k_sets = 4000;
  for (std::uint32_t set = 0; set < k_sets; ++set) {
    const std::vector<double> values = draw_parameters(scenario, 11, set);
    for (std::size_t i = 0; i < 3; ++i) {
      columns[i].push_back(values[i]);
    }
  }
  const double error = 4.0 / std::sqrt(k_sets);  // of a rank correlation near 0, more than of a larger one
  EXPECT_NEAR(spearman(columns[0], columns[2]), 0.7, error);
  EXPECT_NEAR(spearman(columns[0], columns[1]), 0.0, error);
  EXPECT_NEAR(spearman(columns[2], columns[1]), -0.4, error);
  EXPECT_EQ(parameter_groups(scenario).size(), 1U);
}

TEST(DrawParameters, BreakOneWholeIntoShares) {
  Changes changes{{"behaviour:\n  comes_back_at: {gp_consult: 0.8, emergency_department: 0.2}",
                   "behaviour:\n  comes_back_at: {dirichlet: {counts: {gp_consult: 8, emergency_department: 2}}}"}};
  changes.emplace_back("evidence:\n",
                       "uncertainty:\n  shares:\n"
                       "    - {numbers: [needs.injury.enters.gp_consult, needs.injury.enters.emergency_department],"
                       " concentration: 100}\nevidence:\n");
  const Scenario scenario = uncertain(changes);
  EXPECT_EQ(scenario.behaviour.comes_back_at.at("gp_consult"), 0.8);
  ASSERT_EQ(scenario.uncertainty.numbers.size(), 4U);
  EXPECT_EQ(parameter_groups(scenario).size(), 2U);
  double sum = 0.0;
  double squares = 0.0;
  double third = 0.0;
  constexpr int k_sets = 4000;
  for (std::uint32_t set = 0; set < k_sets; ++set) {
    const Scenario drawn = with_parameters(scenario, draw_parameters(scenario, 2, set));
    const auto& back = drawn.behaviour.comes_back_at;
    ASSERT_EQ(back.at("gp_consult") + back.at("emergency_department"), 1.0);
    sum += back.at("gp_consult");
    squares += back.at("gp_consult") * back.at("gp_consult");
    const auto& enters = drawn.needs[1].enters;
    ASSERT_LE(enters.at("gp_consult") + enters.at("emergency_department"), 1.0);
    third += enters.at("emergency_department");
  }
  // Dirichlet(8, 2): mean 0.8, variance 8 * 2 / (10^2 * 11); Dirichlet(50, 45, 5).
  const double sd = std::sqrt(16.0 / 1100.0);
  const double mean = sum / k_sets;
  EXPECT_NEAR(mean, 0.8, 4.0 * sd / std::sqrt(k_sets));
  EXPECT_NEAR(std::sqrt(squares / k_sets - mean * mean), sd, 4.0 * sd / std::sqrt(k_sets));
  EXPECT_NEAR(third / k_sets, 0.45, 4.0 * std::sqrt(0.45 * 0.55 / 101.0 / k_sets));
}

TEST(ParametersWith, ScaleTheOtherSharesOfTheWhole) {
  const Scenario scenario =
      uncertain({{"evidence:\n",
                  "uncertainty:\n  shares:\n    - {numbers: [behaviour.goes_on, behaviour.defers, "
                  "behaviour.sends_back, behaviour.sends_elsewhere], concentration: 20}\nevidence:\n"}});
  const std::vector<double> values = parameters_with(scenario, 2, 0.6);  // sends_back, 0.2 at the mean
  ASSERT_EQ(values.size(), 4U);
  EXPECT_NEAR(values[0], 0.175, 1e-12);
  EXPECT_NEAR(values[1], 0.2, 1e-12);
  EXPECT_EQ(values[2], 0.6);
  EXPECT_NEAR(values[3], 0.025, 1e-12);
  EXPECT_EQ(with_parameters(scenario, values).behaviour.sends_back, 0.6);
}

TEST(ParametersWith, LeaveSharesOfNoneAndAllAsTheyAre) {
  const Scenario scenario =
      uncertain({{"behaviour:\n",
                  "behaviour:\n  goes_on: 0.5\n  defers: 0.5\n  sends_back: 0\n"
                  "  sends_elsewhere: 0\n"},
                 {"evidence:\n",
                  "uncertainty:\n  shares:\n    - {numbers: [behaviour.goes_on, behaviour.defers, "
                  "behaviour.sends_back, behaviour.sends_elsewhere], concentration: 20}\nevidence:\n"}});
  ASSERT_THAT(paths(scenario), ElementsAre("behaviour.goes_on", "behaviour.defers"));
  const Scenario drawn = with_parameters(scenario, draw_parameters(scenario, 1, 0));
  EXPECT_EQ(drawn.behaviour.goes_on + drawn.behaviour.defers, 1.0);
  EXPECT_NE(drawn.behaviour.goes_on, 0.5);
  EXPECT_EQ(drawn.behaviour.sends_back, 0.0);
}

TEST(ParameterValues, StayWithinTheRangeOfTheirField) {
  const Scenario scenario =
      uncertain({{"behaviour:\n", "behaviour:\n  theta_own_volume: {normal: {mean: 0.9, sd: 0.29}}\n"}});
  const double low = parameter_values(scenario, std::vector<double>{1e-12})[0];
  EXPECT_GE(low, 0.0);
  EXPECT_LT(low, 1e-6);
  EXPECT_THROW((void)parameter_values(scenario, std::vector<double>{0.0}), InvalidArgument);
  EXPECT_THROW((void)parameter_values(scenario, std::vector<double>{}), InvalidArgument);
}

}  // namespace
}  // namespace waterbed
