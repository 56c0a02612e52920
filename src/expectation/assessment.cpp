#include "waterbed/expectation/assessment.hpp"

#include "problems.hpp"
#include "waterbed/core/math.hpp"
#include "waterbed/stats/distribution.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <variant>

namespace waterbed {
namespace {

using internal::require;
using internal::value_or_one;

constexpr double k_infinity = std::numeric_limits<double>::infinity();
constexpr double k_z95 = 1.959963984540054;

void check(const Realised& persons) {
  internal::require_length(persons.expected, persons.outcome.size(), "expected");
  internal::require_finite(persons.outcome, "outcome");
  internal::require_finite(persons.expected, "expected");
  if (!persons.exposure.empty()) {
    internal::require_length(persons.exposure, persons.outcome.size(), "exposure");
    internal::require_finite(persons.exposure, "exposure", false);
  }
}

/// Weighted sums over some rows, enough for means, spreads and ratios.
struct Sums {
  Index rows = 0;
  double exposure = 0.0;
  double outcome = 0.0;
  double expected = 0.0;

  void add(double w, double y, double m) {
    ++rows;
    exposure += w;
    outcome += y;
    expected += m;
  }
};

Sums sum_of(const Realised& persons) {
  Sums sums;
  for (std::size_t i = 0; i < persons.outcome.size(); ++i) {
    const double w = value_or_one(persons.exposure, i);
    if (w > 0.0) {
      sums.add(w, persons.outcome[i], persons.expected[i]);
    }
  }
  require(sums.rows > 0, "exposure", "must be above 0 for somebody", "nobody");
  return sums;
}

/// Rows from the least to the most expected per year; ties in the order of the rows.
std::vector<std::size_t> by_expected(const Realised& persons) {
  std::vector<std::size_t> order;
  std::vector<double> rate(persons.outcome.size());
  for (std::size_t i = 0; i < rate.size(); ++i) {
    const double w = value_or_one(persons.exposure, i);
    if (w > 0.0) {
      rate[i] = persons.expected[i] / w;
      order.push_back(i);
    }
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rate[a] < rate[b]; });
  return order;
}

CalibrationGroup group_of(const Realised& persons, const std::vector<std::size_t>& rows) {
  Sums sums;
  for (const std::size_t i : rows) {
    sums.add(value_or_one(persons.exposure, i), persons.outcome[i], persons.expected[i]);
  }
  CalibrationGroup group{sums.rows, sums.exposure, sums.expected / sums.exposure, sums.outcome / sums.exposure, {}};
  // Variance of a ratio of sums: of what each row has beyond the group's rate.
  double squares = 0.0;
  for (const std::size_t i : rows) {
    const double beyond = persons.outcome[i] - group.realised * value_or_one(persons.exposure, i);
    squares += beyond * beyond;
  }
  const double n = static_cast<double>(sums.rows);
  const double error = sums.rows < 2 ? k_infinity : std::sqrt(squares * n / (n - 1.0)) / sums.exposure;
  group.interval = {group.realised - k_z95 * error, group.realised + k_z95 * error};
  return group;
}

/// Realised and expected of a subgroup's rows: sums, then squares and products of what each is off the mean.
struct PairSums {
  Sums sums;
  double outcome_squares = 0.0;
  double expected_squares = 0.0;
  double products = 0.0;
};

Interval interval_of(const PairSums& pair) {
  const double n = static_cast<double>(pair.sums.rows);
  if (pair.sums.rows < 2) {
    return {-k_infinity, k_infinity};
  }
  const double y = pair.sums.outcome / n;
  const double m = pair.sums.expected / n;
  const double scale = n * (n - 1.0);
  RatioEstimate estimate;
  estimate.numerator = m;
  estimate.denominator = y;
  estimate.numerator_variance = pair.expected_squares / scale;
  estimate.denominator_variance = pair.outcome_squares / scale;
  const double largest = std::sqrt(estimate.numerator_variance * estimate.denominator_variance);
  estimate.covariance = std::clamp(pair.products / scale, -largest, largest);
  estimate.degrees_of_freedom = n - 1.0;
  const auto found = fieller(estimate);
  const auto* bounded = std::get_if<BoundedRatio>(&found);
  return bounded == nullptr ? Interval{-k_infinity, k_infinity} : bounded->interval;
}

}  // namespace

Accuracy accuracy(const Realised& persons) {
  check(persons);
  const Sums sums = sum_of(persons);
  Accuracy found{sums.rows, sums.exposure, sums.outcome / sums.exposure, sums.expected / sums.exposure};
  double residual_squares = 0.0;
  double squares = 0.0;
  double residuals = 0.0;
  double deviations = 0.0;
  for (std::size_t i = 0; i < persons.outcome.size(); ++i) {
    const double w = value_or_one(persons.exposure, i);
    if (w > 0.0) {
      const double residual = (persons.outcome[i] - persons.expected[i]) / w;
      const double deviation = persons.outcome[i] / w - found.mean;
      residual_squares += w * residual * residual;
      squares += w * deviation * deviation;
      residuals += w * std::abs(residual);
      deviations += w * std::abs(deviation);
    }
  }
  const auto explained = [](double left, double all) {
    return all > 0.0 ? 1.0 - left / all : std::numeric_limits<double>::quiet_NaN();
  };
  found.r2 = explained(residual_squares, squares);
  found.cpm = explained(residuals, deviations);
  found.mean_absolute_residual = residuals / sums.exposure;
  found.residual_sd = std::sqrt(residual_squares / sums.exposure);
  return found;
}

std::vector<CalibrationGroup> calibration(const Realised& persons, int groups) {
  check(persons);
  require(groups >= 2, "groups", "must be 2 or more", std::to_string(groups));
  const Sums sums = sum_of(persons);
  const std::vector<std::size_t> order = by_expected(persons);
  std::vector<CalibrationGroup> made;
  std::vector<std::size_t> rows;
  double below = 0.0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double w = value_or_one(persons.exposure, order[k]);
    const double rate = persons.expected[order[k]] / w;
    rows.push_back(order[k]);
    below += w;
    const bool last = k + 1 == order.size();
    const bool is_tied = !last && persons.expected[order[k + 1]] / value_or_one(persons.exposure, order[k + 1]) == rate;
    // A little less than the bound, so that rounding of a sum of exposures does not move a row.
    const double bound = sums.exposure * static_cast<double>(made.size() + 1) / groups * (1.0 - 1e-12);
    if (last || (!is_tied && below >= bound)) {
      made.push_back(group_of(persons, rows));
      rows.clear();
    }
  }
  return made;
}

HosmerLemeshow hosmer_lemeshow(const Realised& persons, int groups, bool fitted_here) {
  HosmerLemeshow test;
  const std::vector<CalibrationGroup> found = calibration(persons, groups);
  for (const CalibrationGroup& group : found) {
    require(group.expected > 0.0 && group.expected < 1.0, "expected", "must be in (0, 1) per trial in every group",
            std::to_string(group.expected));
    const double far = group.exposure * (group.realised - group.expected);
    test.statistic += far * far / (group.exposure * group.expected * (1.0 - group.expected));
  }
  test.degrees_of_freedom = static_cast<int>(found.size()) - (fitted_here ? 2 : 0);
  require(test.degrees_of_freedom > 0, "groups", "must be more than degrees of freedom lost",
          std::to_string(found.size()));
  test.p = chi_square_upper(test.statistic, test.degrees_of_freedom);
  return test;
}

std::vector<PredictiveRatio> predictive_ratios(const Realised& persons, std::span<const std::int32_t> group,
                                               int groups) {
  check(persons);
  require(group.size() == persons.outcome.size(), "group",
          "must have a value a row, " + std::to_string(persons.outcome.size()), std::to_string(group.size()));
  std::vector<PairSums> pairs(static_cast<std::size_t>(std::max(0, groups)));
  const auto pair_of = [&](std::size_t i) {
    const bool counts = group[i] >= 0 && value_or_one(persons.exposure, i) > 0.0;
    return counts ? &pairs[static_cast<std::size_t>(group[i])] : nullptr;
  };
  for (std::size_t i = 0; i < group.size(); ++i) {
    require(group[i] < groups, "group[" + std::to_string(i) + "]", "must be below " + std::to_string(groups),
            std::to_string(group[i]));
    if (PairSums* pair = pair_of(i)) {
      pair->sums.add(value_or_one(persons.exposure, i), persons.outcome[i], persons.expected[i]);
    }
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (PairSums* pair = pair_of(i)) {
      const double n = static_cast<double>(pair->sums.rows);
      const double y = persons.outcome[i] - pair->sums.outcome / n;
      const double m = persons.expected[i] - pair->sums.expected / n;
      pair->outcome_squares += y * y;
      pair->expected_squares += m * m;
      pair->products += y * m;
    }
  }
  std::vector<PredictiveRatio> ratios;
  for (const PairSums& pair : pairs) {
    const Sums& sums = pair.sums;
    const double years = sums.exposure > 0.0 ? sums.exposure : 1.0;
    ratios.push_back({sums.rows, sums.exposure, sums.expected / years, sums.outcome / years,
                      sums.outcome == 0.0 ? std::numeric_limits<double>::quiet_NaN() : sums.expected / sums.outcome,
                      interval_of(pair)});
  }
  return ratios;
}

}  // namespace waterbed
