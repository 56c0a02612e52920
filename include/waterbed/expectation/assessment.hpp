#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/interval.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace waterbed {

/// What came of persons beside what was expected of them, a value a row.
struct Realised {
  std::span<const double> outcome;     ///< over the whole exposure
  std::span<const double> expected;    ///< over the whole exposure
  std::span<const double> exposure{};  ///< years, >= 0; empty: 1 each. Rows without any are left out
};

/// How much of the differences between persons was foreseen. Of yearly rates, weighted by exposure.
struct Accuracy {
  Index rows = 0;
  double exposure = 0.0;
  double mean = 0.0;                    ///< realised per year
  double expected_mean = 0.0;           ///< expected per year
  double r2 = 0.0;                      ///< 1 - squared residuals / squared deviations from the mean
  double cpm = 0.0;                     ///< Cumming's measure: the same of absolute values
  double mean_absolute_residual = 0.0;  ///< per year
  double residual_sd = 0.0;             ///< of a person-year
};

/// @throws InvalidArgument if lengths differ, a value is not finite or nobody was seen
/// Source: van Veen et al., Is there one measure-of-fit that fits all?, Med. Care Res. Rev. 72 (2015) 220-243.
[[nodiscard]] Accuracy accuracy(const Realised& persons);

/// Those of whom about the same was expected.
struct CalibrationGroup {
  Index rows = 0;
  double exposure = 0.0;
  double expected = 0.0;  ///< per year
  double realised = 0.0;  ///< per year
  Interval interval;      ///< 95 % of realised, from the spread of its persons
};

/// Groups of equal exposure from the least to the most expected per year. Rows with one expectation stay together, so
/// there may be fewer groups than asked for.
/// @throws InvalidArgument as accuracy(), or unless groups >= 2
[[nodiscard]] std::vector<CalibrationGroup> calibration(const Realised& persons, int groups = 10);

/// Chance that calibration of chances is as far off as this or worse, if the model is right.
struct HosmerLemeshow {
  double statistic = 0.0;  ///< sum over groups of (events - expected)^2 / (expected (1 - expected / trials))
  int degrees_of_freedom = 0;
  double p = 0.0;
};

/// @param fitted_here  the model was fitted on these rows, which costs two degrees of freedom
/// @throws InvalidArgument unless expectations lie between 0 and 1 per trial and there are groups enough
/// Source: Hosmer & Lemeshow, Applied Logistic Regression, 2nd ed. (2000), 5.2.2.
[[nodiscard]] HosmerLemeshow hosmer_lemeshow(const Realised& persons, int groups, bool fitted_here);

/// A subgroup's expected over its realised outcome; above 1 it is paid too much.
struct PredictiveRatio {
  Index rows = 0;
  double exposure = 0.0;
  double expected = 0.0;  ///< per year
  double realised = 0.0;  ///< per year
  double ratio = 0.0;     ///< NaN if nothing was realised
  Interval interval;      ///< Fieller, 95 %, over persons; infinite if the denominator is not told apart from zero
};

/// @param group   position of each row's subgroup; below 0: in none
/// @param groups  number of subgroups; those without rows have exposure 0
/// @throws InvalidArgument as accuracy(), or for a position out of range
/// Source: van de Ven & Ellis, Risk adjustment in competitive health plan markets, Handbook of Health Economics 1
///         (2000) 755-845.
[[nodiscard]] std::vector<PredictiveRatio> predictive_ratios(const Realised& persons,
                                                             std::span<const std::int32_t> group, int groups);

}  // namespace waterbed
