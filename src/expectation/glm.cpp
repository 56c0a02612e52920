#include "waterbed/expectation/glm.hpp"

#include "family.hpp"
#include "normal_equations.hpp"
#include "problems.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using internal::link;
using internal::NormalEquations;
using internal::require;
using internal::RowTerm;
using internal::slope;
using internal::unit_deviance;
using internal::unit_variance;

constexpr int k_halvings = 20;
constexpr double k_far = 30.0;  ///< a predictor beyond this stands for a chance of 0 or 1

/// Outcomes per year and what they weigh; a row that is left out weighs 0.
struct Rates {
  std::vector<double> rate;
  std::vector<double> weight;
  double mean = 0.0;
  double total = 0.0;
  Index rows = 0;
};

void check_rate(Family family, double rate, std::size_t row) {
  const std::string name = "outcome[" + std::to_string(row) + "]";
  if (family == Family::poisson) {
    require(rate >= 0.0, name, "must be 0 or more in the poisson family", std::to_string(rate));
  } else if (family == Family::gamma) {
    require(rate > 0.0, name, "must be above 0 in the gamma family (poisson takes zeros)", std::to_string(rate));
  } else if (family == Family::binomial) {
    require(rate >= 0.0 && rate <= 1.0, name, "must be in [0, exposure] in the binomial family", std::to_string(rate));
  }
}

Rates rates_of(const Observations& seen, std::size_t rows, Family family) {
  internal::require_length(seen.outcome, rows, "outcome");
  internal::require_finite(seen.outcome, "outcome");
  for (const auto& [values, name] : {std::pair(seen.exposure, "exposure"), std::pair(seen.weight, "weight")}) {
    if (!values.empty()) {
      internal::require_length(values, rows, name);
      internal::require_finite(values, name, false);
    }
  }
  require(seen.person.empty() || seen.person.size() == rows, "person",
          "must have a value a row, " + std::to_string(rows), std::to_string(seen.person.size()));
  Rates rates{std::vector<double>(rows, 0.0), std::vector<double>(rows, 0.0)};
  double sum = 0.0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double exposure = internal::value_or_one(seen.exposure, i);
    const double weight = internal::value_or_one(seen.weight, i) * exposure;
    if (weight > 0.0) {
      rates.rate[i] = seen.outcome[i] / exposure;
      rates.weight[i] = weight;
      check_rate(family, rates.rate[i], i);
      rates.total += weight;
      sum += weight * rates.rate[i];
      ++rates.rows;
    }
  }
  require(rates.total > 0.0, "exposure", "must be above 0 for somebody", "nobody");
  rates.mean = sum / rates.total;
  const bool has_inside =
      family == Family::gaussian || (rates.mean > 0.0 && (family != Family::binomial || rates.mean < 1.0));
  require(has_inside, "outcome",
          family == Family::binomial ? "must hold both events and none" : "must be above 0 for somebody",
          std::to_string(rates.mean));
  return rates;
}

class Fitter {
 public:
  Fitter(const Design& design, const Observations& seen, const GlmOptions& options)
      : design_(design), x_(design.values), options_(options), seen_(seen) {
    require(x_.cols() == static_cast<Index>(design.names.size()) && x_.cols() > 0, "design",
            "must have a name a column", std::to_string(design.names.size()));
    require(options.ridge >= 0.0 && std::isfinite(options.ridge), "ridge", "must be 0 or more",
            std::to_string(options.ridge));
    require(options.tolerance > 0.0 && options.most_iterations > 0, "tolerance", "must be above 0, as most_iterations",
            std::to_string(options.tolerance));
    rates_ = rates_of(seen, static_cast<std::size_t>(x_.rows()), options.family);
    find_penalty();
  }

  GlmFit fit() {
    coefficients_ = Eigen::VectorXd::Zero(x_.cols());
    coefficients_[0] = link(options_.family, rates_.mean);
    GlmFit found;
    found.rows = rates_.rows;
    NormalEquations at = equations(coefficients_);
    found.null_deviance = at.sum;
    for (;;) {
      const double before = penalised(at.sum, coefficients_);
      const Eigen::VectorXd step = internal::solve_scaled(with_penalty(at.matrix), gradient(at, coefficients_));
      double share = 1.0;
      NormalEquations next = equations(coefficients_ + step);
      for (int i = 0; !(penalised(next.sum, coefficients_ + share * step) <= before * (1.0 + 1e-13) + 1e-300); ++i) {
        if (i == k_halvings) {
          share = 0.0;
          next = at;
          break;
        }
        share /= 2.0;
        next = equations(coefficients_ + share * step);
      }
      coefficients_ += share * step;
      at = std::move(next);
      ++found.iterations;
      const double change = std::abs(before - penalised(at.sum, coefficients_));
      if (change <= options_.tolerance * (std::abs(before) + 1e-12)) {
        break;
      }
      require_finite_fit(found.iterations);
    }
    require_finite_fit(0);
    found.deviance = at.sum;
    finish(at, found);
    return found;
  }

 private:
  /// v_j of the penalty, and columns that say nothing of their own.
  void find_penalty() {
    const NormalEquations plain = internal::normal_equations(x_, options_.threads, [&](Index row) {
      const double weight = rates_.weight[static_cast<std::size_t>(row)];
      return RowTerm{weight, weight, 0.0};
    });
    penalty_ = Eigen::VectorXd::Zero(x_.cols());
    for (Index j = 1; j < x_.cols(); ++j) {
      const double mean = plain.vector[j] / rates_.total;
      const double variance = plain.matrix(j, j) / rates_.total - mean * mean;
      // A column that does not vary among these rows is held at zero.
      penalty_[j] = options_.ridge * (variance > 1e-12 * mean * mean ? variance : 1.0);
    }
    std::vector<std::string> names;
    for (const Index j : internal::dependent_columns(with_penalty(plain.matrix))) {
      names.push_back(design_.names[static_cast<std::size_t>(j)]);
    }
    require(names.empty(), "features", "must vary, and none be a combination of those before it",
            internal::listed(names));
  }

  [[nodiscard]] Eigen::MatrixXd with_penalty(Eigen::MatrixXd matrix) const {
    matrix.diagonal() += penalty_;
    return matrix;
  }
  [[nodiscard]] double penalised(double deviance, const Eigen::VectorXd& b) const {
    return deviance + penalty_.dot(b.cwiseProduct(b));
  }
  [[nodiscard]] Eigen::VectorXd gradient(const NormalEquations& at, const Eigen::VectorXd& b) const {
    return at.vector - penalty_.cwiseProduct(b);
  }
  [[nodiscard]] double predictor(const Eigen::VectorXd& b, Index row) const {
    const double* values = x_.data() + row * x_.cols();
    double sum = 0.0;
    for (Index j = 0; j < x_.cols(); ++j) {
      sum += values[j] * b[j];
    }
    return sum;
  }

  /// Fisher information, score and deviance at b.
  [[nodiscard]] NormalEquations equations(const Eigen::VectorXd& b) const {
    const Family family = options_.family;
    return internal::normal_equations(x_, options_.threads, [&](Index row) {
      const auto i = static_cast<std::size_t>(row);
      if (rates_.weight[i] == 0.0) {
        return RowTerm{};
      }
      const double m = inverse_link(family, predictor(b, row));
      const double s = slope(family, m);
      const double weighted = rates_.weight[i] * s / unit_variance(family, m);
      return RowTerm{weighted * s, weighted * (rates_.rate[i] - m),
                     rates_.weight[i] * unit_deviance(family, rates_.rate[i], m)};
    });
  }

  void require_finite_fit(int iterations) const {
    require(iterations < options_.most_iterations, "fit", "must converge; give a ridge or fewer features",
            std::to_string(iterations) + " iterations");
    Index worst = 0;
    const double largest = x_.cols() < 2 ? 0.0 : coefficients_.tail(x_.cols() - 1).cwiseAbs().maxCoeff(&worst);
    const bool separated = options_.family == Family::binomial && largest > k_far;
    require(std::isfinite(coefficients_.sum()) && !separated, "features",
            "must not tell events apart for certain; leave one out or give a ridge",
            x_.cols() < 2 ? "intercept" : design_.names[static_cast<std::size_t>(worst) + 1]);
  }

  /// Score of a row: what it pulls the coefficients by.
  [[nodiscard]] double score_of(Index row, double& pearson) const {
    const auto i = static_cast<std::size_t>(row);
    if (rates_.weight[i] == 0.0) {
      return 0.0;
    }
    const double m = inverse_link(options_.family, predictor(coefficients_, row));
    const double v = unit_variance(options_.family, m);
    const double residual = rates_.rate[i] - m;
    pearson += rates_.weight[i] * residual * residual / v;
    return rates_.weight[i] * residual * slope(options_.family, m) / v;
  }

  /// Sandwich: bread of the information, filling of the persons' summed scores.
  void finish(const NormalEquations& at, GlmFit& found) const {
    const Index columns = x_.cols();
    std::vector<Index> order(static_cast<std::size_t>(x_.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    const auto person_of = [&](Index row) { return seen_.person[static_cast<std::size_t>(row)]; };
    if (!seen_.person.empty()) {
      std::stable_sort(order.begin(), order.end(), [&](Index a, Index b) { return person_of(a) < person_of(b); });
    }
    double pearson = 0.0;
    DesignMatrix scores = DesignMatrix::Zero(1, columns);
    Eigen::MatrixXd filling = Eigen::MatrixXd::Zero(columns, columns);
    for (std::size_t k = 0; k < order.size(); ++k) {
      const double score = score_of(order[k], pearson);
      if (score != 0.0) {
        scores.row(0) += score * x_.row(order[k]);
      }
      const bool last = k + 1 == order.size() || seen_.person.empty() || person_of(order[k]) != person_of(order[k + 1]);
      if (last) {
        add_outer(scores, filling);
        scores.setZero();
      }
    }
    const Eigen::MatrixXd half = internal::solve_scaled(with_penalty(at.matrix), filling);
    found.covariance = internal::solve_scaled(with_penalty(at.matrix), half.transpose());
    found.coefficients = coefficients_;
    found.dispersion = pearson / static_cast<double>(std::max<Index>(1, rates_.rows - columns));
  }

  static void add_outer(const DesignMatrix& scores, Eigen::MatrixXd& filling) {
    for (Index j = 0; j < scores.cols(); ++j) {
      if (scores(0, j) != 0.0) {
        for (Index i = 0; i < scores.cols(); ++i) {
          filling(i, j) += scores(0, i) * scores(0, j);
        }
      }
    }
  }

  const Design& design_;
  const DesignMatrix& x_;
  const GlmOptions& options_;
  const Observations& seen_;
  Rates rates_;
  Eigen::VectorXd penalty_;
  Eigen::VectorXd coefficients_;
};

}  // namespace

GlmFit fit_glm(const Design& design, const Observations& seen, const GlmOptions& options) {
  return Fitter(design, seen, options).fit();
}

Eigen::VectorXd predict_rate(Family family, const Eigen::VectorXd& coefficients, const DesignMatrix& values) {
  require(coefficients.size() == values.cols(), "coefficients",
          "must be one a column, " + std::to_string(values.cols()), std::to_string(coefficients.size()));
  Eigen::VectorXd rate(values.rows());
  for (Index row = 0; row < values.rows(); ++row) {
    double sum = 0.0;
    for (Index j = 0; j < values.cols(); ++j) {
      sum += values(row, j) * coefficients[j];
    }
    rate[row] = inverse_link(family, sum);
  }
  return rate;
}

}  // namespace waterbed
