#include "waterbed/behaviour/choice.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

namespace waterbed {
namespace {

struct Options {
  std::vector<double> base;
  std::vector<std::int32_t> nest;
  std::vector<double> utility;
  std::vector<double> nest_utility;

  [[nodiscard]] std::vector<double> chosen(const ChoiceRule& rule = {}) const {
    std::vector<double> chances(base.size(), -1.0);
    choose({.base = base, .nest = nest, .utility = utility, .nest_utility = nest_utility}, rule, chances);
    return chances;
  }
};

double total(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Up to nine options in up to three nests; about a fifth of the options closed.
Options some_options() {
  Options options;
  const auto count = *rc::gen::inRange<std::size_t>(1, 10);
  const auto thousandths = [] { return *rc::gen::inRange(0, 1001) / 1000.0; };
  for (std::size_t option = 0; option < count; ++option) {
    options.base.push_back(*rc::gen::inRange(0, 5) == 0 ? 0.0 : thousandths());
    options.nest.push_back(*rc::gen::inRange(0, 3));
    options.utility.push_back(4.0 * thousandths() - 2.0);
  }
  options.base[0] += 0.001;
  const double sum = total(options.base);
  for (double& base : options.base) {
    base /= sum;
  }
  options.nest_utility = {2.0 * thousandths() - 1.0, 0.0, 0.3};
  return options;
}

RC_GTEST_PROP(Choice, WithoutUtilitiesGivesObservedPracticeToTheBit, ()) {
  Options options = some_options();
  options.utility.assign(options.base.size(), 0.0);
  options.nest_utility.assign(3, 0.0);
  const auto chances = options.chosen({.nest_scale = *rc::gen::element(0.1, 0.5, 1.0)});
  RC_ASSERT(std::memcmp(chances.data(), options.base.data(), chances.size() * sizeof(double)) == 0);
}

RC_GTEST_PROP(Choice, ChancesSumToOneAndClosedOptionsStayClosed, ()) {
  const Options options = some_options();
  const auto chances = options.chosen({.nest_scale = *rc::gen::element(0.1, 0.5, 1.0)});
  RC_ASSERT(std::abs(total(chances) - 1.0) < 1e-14);
  for (std::size_t option = 0; option < chances.size(); ++option) {
    RC_ASSERT((chances[option] > 0.0) == (options.base[option] > 0.0));
  }
}

RC_GTEST_PROP(Choice, ScaleOneIsAFlatLogit, ()) {
  Options options = some_options();
  options.nest_utility = {0.0, 0.0, 0.0};
  const ChoiceRule rule{.nest_scale = 1.0, .exponent_limit = 5.0};
  const auto chances = options.chosen(rule);
  double sum = 0.0;
  for (std::size_t option = 0; option < chances.size(); ++option) {
    sum += options.base[option] * std::exp(options.utility[option]);
  }
  for (std::size_t option = 0; option < chances.size(); ++option) {
    RC_ASSERT(std::abs(chances[option] - options.base[option] * std::exp(options.utility[option]) / sum) < 1e-14);
  }
}

RC_GTEST_PROP(Choice, ExponentsAreHeld, ()) {
  Options options = some_options();
  for (double& utility : options.utility) {
    utility *= 1e6;
  }
  options.nest_utility = {1e9, -1e9, 0.0};
  const auto chances = options.chosen();
  for (std::size_t option = 0; option < chances.size(); ++option) {
    // Within the nest and between nests an exponent of at most 1.5 either way, each against its own sum.
    RC_ASSERT(chances[option] <= options.base[option] * std::exp(6.0) * (1.0 + 1e-12));
    RC_ASSERT(chances[option] >= options.base[option] * std::exp(-6.0) * (1.0 - 1e-12));
  }
}

TEST(Choice, MatchesANestedLogitWorkedByHand) {
  // mu = 1/2, u / mu = (ln 2, 0, 0): nest {a, b} has sum (.5 x 2 + .5) = 1.5, weight .4 x sqrt(1.5) = .48990; the other
  // nest keeps .6. P = .48990 / 1.08990 = .44949, split 2 : 1.
  const Options options{{0.2, 0.2, 0.6}, {0, 0, 1}, {0.5 * std::log(2.0), 0.0, 0.0}, {0.0, 0.0}};
  const auto chances = options.chosen({.nest_scale = 0.5});
  const double inside = 0.4 * std::sqrt(1.5) / (0.4 * std::sqrt(1.5) + 0.6);
  EXPECT_NEAR(chances[0], inside * 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(chances[1], inside / 3.0, 1e-15);
  EXPECT_NEAR(chances[2], 1.0 - inside, 1e-15);
}

TEST(Choice, NestUtilityMovesTheNestAndNotTheSharesInIt) {
  const Options options{{0.3, 0.1, 0.6}, {0, 0, 1}, {0.0, 0.0, 0.0}, {0.4, 0.0}};
  const auto chances = options.chosen();
  const double nest = 0.4 * std::exp(0.4) / (0.4 * std::exp(0.4) + 0.6);
  EXPECT_NEAR(chances[0], 0.75 * nest, 1e-15);
  EXPECT_NEAR(chances[1], 0.25 * nest, 1e-15);
}

TEST(Choice, OptionAloneInItsNestFeelsItsUtilityUpToTheLimit) {
  const Options options{{0.5, 0.5}, {0, 1}, {1.2, 0.0}, {0.0, 0.0}};
  EXPECT_NEAR(options.chosen({.nest_scale = 0.2})[0], std::exp(1.2) / (std::exp(1.2) + 1.0), 1e-15);
}

/// What becomes of those whom a month more of waiting at hospital A drives away, share by share.
struct Leavers {
  double to_other_hospital;
  double not_referred;
};
Leavers leavers(double nest_scale) {
  // 7 of 100 seen by the GP are referred, to A or B alike; log-odds of -0.2 for the month.
  const Options options{{0.93, 0.035, 0.035}, {0, 1, 1}, {0.0, -0.2, 0.0}, {0.0, 0.0}};
  const auto chances = options.chosen({.nest_scale = nest_scale});
  const double left = 0.035 - chances[1];
  return {(chances[2] - 0.035) / left, (chances[0] - 0.93) / left};
}

TEST(Choice, FlatLogitSendsLeaversOfAQueueHomeAndANestedOneMainlyToTheOtherHospital) {
  // Between two hospitals alike the share that goes to the other one is (1/mu - h) / (1/mu + h) for a small change,
  // h = .93 the chance of not being referred.
  EXPECT_NEAR(leavers(1.0).not_referred, 0.96, 0.005);
  EXPECT_NEAR(leavers(1.0).to_other_hospital, 0.035, 0.005);
  EXPECT_NEAR(leavers(0.5).to_other_hospital, (2.0 - 0.93) / (2.0 + 0.93), 0.03);
  EXPECT_GT(leavers(0.2).to_other_hospital, 0.6);
}

}  // namespace
}  // namespace waterbed
