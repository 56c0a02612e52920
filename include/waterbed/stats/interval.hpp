#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/stats/moments.hpp"

#include <variant>

namespace waterbed {

/// From low to high, in the unit of what it is an interval of.
struct Interval {
  double low = 0.0;
  double high = 0.0;

  [[nodiscard]] constexpr bool contains(double value) const { return low <= value && value <= high; }
  [[nodiscard]] constexpr double width() const { return high - low; }
};

inline constexpr double k_usual_confidence = 0.95;

/// How far a simulated mean may be off because replications are finite. More replications shrink it; it says nothing
/// about how one real year may turn out, which is `Range`.
struct SimulationError {
  double standard_error = 0.0;
  Interval interval;  ///< of the mean, at the confidence asked for
};

/// Student t interval for the mean of independent replications.
/// @throws InvalidArgument below two observations, or unless 0 < confidence < 1
[[nodiscard]] SimulationError simulation_error(const Moments& moments, double confidence = k_usual_confidence);

/// Wilson's interval for a probability: the values that `successes` of `trials` do not refute.
/// @throws InvalidArgument unless 0 <= successes <= trials, trials >= 1 and 0 < confidence < 1
/// Source: Wilson, Probable inference, J. Am. Stat. Assoc. 22 (1927) 209-212.
[[nodiscard]] Interval wilson(Index successes, Index trials, double confidence = k_usual_confidence);

/// Two estimated means with the (co)variances of these estimates, not of single observations.
struct RatioEstimate {
  double numerator = 0.0;
  double denominator = 0.0;
  double numerator_variance = 0.0;
  double denominator_variance = 0.0;
  double covariance = 0.0;
  double degrees_of_freedom = 0.0;
};

/// The ratio of mean x to mean y over replications in which both are seen. @throws InvalidArgument below two
[[nodiscard]] RatioEstimate ratio_of_means(const PairMoments& moments);

/// A ratio whose interval has two ends.
struct BoundedRatio {
  double ratio = 0.0;
  Interval interval;
};

/// The denominator is not told apart from zero at this confidence, so the ratio may have any size and either sign.
struct UnboundedRatio {
  double ratio = 0.0;  ///< NaN if the denominator is zero
};

/// Fieller's interval for a ratio of means.
///
/// With g = t^2 v_bb / b^2 it is bounded for g < 1:
/// [W - g v_ab / v_bb -+ (t / |b|) sqrt(v_aa - 2 W v_ab + W^2 v_bb - g (v_aa - v_ab^2 / v_bb))] / (1 - g), W = a / b.
/// Exact for normal means, where the delta method and the bootstrap fall short.
/// @throws InvalidArgument if a variance is negative, if the covariance exceeds what the variances allow, or unless
///         0 < confidence < 1 and degrees_of_freedom > 0
/// Source: Fieller, Some problems in interval estimation, J. R. Stat. Soc. B 16 (1954) 175-185.
[[nodiscard]] std::variant<BoundedRatio, UnboundedRatio> fieller(const RatioEstimate& estimate,
                                                                 double confidence = k_usual_confidence);

/// Standard errors that a denominator must exceed before a ratio to it is printed.
inline constexpr double k_printable_signal = 5.0;

/// Whether a ratio with this denominator may be printed: denominator > 5 standard errors.
[[nodiscard]] constexpr bool is_printable_denominator(double denominator, double standard_error) {
  return denominator > k_printable_signal * standard_error;
}

/// About how many replications make the denominator printable, from the signal that `replications` gave.
/// @throws InvalidArgument unless replications >= 1, denominator > 0 and standard_error >= 0, all finite
[[nodiscard]] Index replications_to_print(Index replications, double denominator, double standard_error);

}  // namespace waterbed
