#pragma once

#include <cstdint>
#include <variant>

namespace waterbed {

// What is known of a number that is not known exactly. All functions call waterbed::exact, so that a drawn value has
// the same bits on every machine. docs/model/uncertainty.md has the formulas.

struct NormalDistribution {
  double mean = 0.0;
  double sd = 1.0;  ///< positive
};

/// The logarithm is normal; for ratios, costs, sensitivities.
struct LogNormalDistribution {
  double log_median = 0.0;  ///< natural logarithm of the median
  double sd_log = 1.0;      ///< of the natural logarithm, positive
};

/// Of a share. @pre both positive
struct BetaDistribution {
  double alpha = 1.0;
  double beta = 1.0;
};

/// Of a positive number. @pre both positive
struct GammaDistribution {
  double shape = 1.0;
  double scale = 1.0;  ///< in the unit of the number: the mean is shape * scale
};

struct UniformDistribution {
  double low = 0.0;
  double high = 1.0;  ///< above low
};

struct TriangularDistribution {
  double low = 0.0;
  double mode = 0.5;  ///< from low to high
  double high = 1.0;  ///< above low
};

/// On which scale an elicited number is normal.
enum class ElicitedScale : std::uint8_t {
  plain,  ///< the number itself
  log,    ///< its natural logarithm: positive numbers
  logit   ///< log(x / (1 - x)): shares
};

/// What an expert said: with 80 % confidence between two values, at best a third. Normal on a scale, each half with a
/// standard deviation of its own, so that the 10 %, 50 % and 90 % quantiles are those that were said.
struct ElicitedDistribution {
  ElicitedScale scale = ElicitedScale::plain;
  double middle = 0.0;   ///< median, on the scale
  double sd_low = 1.0;   ///< of the half below the median, on the scale
  double sd_high = 1.0;  ///< of the half above
};

using ParameterDistribution =
    std::variant<NormalDistribution, LogNormalDistribution, BetaDistribution, GammaDistribution, UniformDistribution,
                 TriangularDistribution, ElicitedDistribution>;

/// Log-normal of a given mean.
[[nodiscard]] LogNormalDistribution log_normal_of_mean(double mean, double sd_log);

/// What a number is where its uncertainty is not asked for.
[[nodiscard]] double mean_of(const ParameterDistribution& distribution);
/// Chance of a value of at most x.
[[nodiscard]] double cumulative(const ParameterDistribution& distribution, double x);
/// The value that the number stays below with chance p. @pre 0 < p < 1
[[nodiscard]] double quantile_of(const ParameterDistribution& distribution, double p);

/// The central interval of an elicited number: from its 10 % to its 90 % quantile.
inline constexpr double k_elicited_share = 0.8;

/// @param best  the median; NaN if none was said: the middle on the scale
/// @pre low < best < high, on the log scale low > 0, on the logit scale 0 < low and high < 1
[[nodiscard]] ElicitedDistribution elicited(ElicitedScale scale, double low, double high, double best);

}  // namespace waterbed
