#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/expectation/feature.hpp"

#include <Eigen/Core>

#include <cstdint>
#include <span>
#include <string_view>

namespace waterbed {

/// Distribution with its link: how the variance follows the mean m of a year.
enum class Family : std::uint8_t {
  gaussian,  ///< identity link, variance constant: spending as risk equalisation fits it
  poisson,   ///< log link, variance ~ m: visits and events; spending too, with robust errors
  gamma,     ///< log link, variance ~ m^2: spending of those who have any
  binomial   ///< logit link, variance m (1 - m): chances; exposure is the number of trials
};

/// "gaussian", "poisson", "gamma" or "binomial".
[[nodiscard]] std::string_view family_name(Family family);

/// The mean that a linear predictor stands for.
[[nodiscard]] double inverse_link(Family family, double predictor);

/// What was seen of the persons of a design, a value a row.
struct Observations {
  std::span<const double> outcome;          ///< over the whole exposure
  std::span<const double> exposure{};       ///< years seen, >= 0; empty: 1 each
  std::span<const double> weight{};         ///< >= 0, 0 leaves the row out; empty: 1 each
  std::span<const std::uint32_t> person{};  ///< rows of one person are not independent; empty: each its own
};

struct GlmOptions {
  Family family = Family::gaussian;
  /// Years of exposure that pull each coefficient but the intercept to zero: alone in a model, or uncorrelated with
  /// the rest, a gaussian one is multiplied by exposure / (exposure + ridge).
  double ridge = 0.0;
  double tolerance = 1e-10;  ///< relative change of the penalised deviance
  int most_iterations = 50;
  int threads = 0;  ///< 0: one per processor; results do not depend on it
};

/// A generalised linear model fitted by iteratively reweighted least squares.
///
/// With r the outcome per year of exposure e and m = g^-1(x b), it minimises
/// D(b) + ridge * sum over j > 0 of v_j b_j^2, D the deviance of r with weights weight * e and v_j the variance of
/// column j under them (1 if it does not vary). For the log link this is log(e) as offset. Sums run in blocks of rows
/// that are added in order. Source: McCullagh & Nelder, Generalized Linear Models, 2nd ed. (1989), chapter 2.
struct GlmFit {
  Eigen::VectorXd coefficients;  ///< [name of the design]
  Eigen::MatrixXd covariance;    ///< of the coefficients, robust to the variance and to repeated persons (sandwich)
  double deviance = 0.0;
  double null_deviance = 0.0;  ///< of the intercept alone
  double dispersion = 0.0;     ///< Pearson chi-square over rows less coefficients
  Index rows = 0;              ///< with weight and exposure
  int iterations = 0;
};

/// @throws InvalidArgument if lengths differ, if a value is impossible in its family, if columns are combinations of
///         those before them or do not vary (all are named), or if there is no finite fit
[[nodiscard]] GlmFit fit_glm(const Design& design, const Observations& seen, const GlmOptions& options);

/// Expected outcome per year of exposure of each row.
/// @throws InvalidArgument unless there is a coefficient a column
[[nodiscard]] Eigen::VectorXd predict_rate(Family family, const Eigen::VectorXd& coefficients,
                                           const DesignMatrix& values);

}  // namespace waterbed
