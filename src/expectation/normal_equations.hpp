#pragma once

#include "waterbed/expectation/feature.hpp"

#include <Eigen/Core>

#include <functional>

namespace waterbed::internal {

/// What a row adds to the sums: weight * x x' to the matrix and score * x to the vector, and to a sum.
struct RowTerm {
  double weight = 0.0;
  double score = 0.0;
  double added = 0.0;
};

struct NormalEquations {
  Eigen::MatrixXd matrix;  ///< sum of weight * x x', both halves
  Eigen::VectorXd vector;  ///< sum of score * x
  double sum = 0.0;        ///< of what was added
};

/// Sums over the rows in blocks that are added in order: the same bits whatever the threads. Entries of a row that are
/// zero are skipped, as most are for indicators.
NormalEquations normal_equations(const DesignMatrix& x, int threads, const std::function<RowTerm(Index)>& term);

/// Names of columns that are combinations of those before them: positions of what elimination leaves nothing of.
std::vector<Index> dependent_columns(const Eigen::MatrixXd& matrix);

/// Solves a symmetric positive definite system scaled to a unit diagonal, column by column: Eigen's blocked solvers
/// depend on the processor's caches.
Eigen::MatrixXd solve_scaled(const Eigen::MatrixXd& matrix, const Eigen::MatrixXd& right);

}  // namespace waterbed::internal
