#include "normal_equations.hpp"

#include "core/parallel.hpp"

#include <Eigen/Cholesky>

#include <cmath>
#include <vector>

namespace waterbed::internal {
namespace {

constexpr Index k_block = 4096;
constexpr double k_left = 1e-9;  ///< share of a column's variance below which nothing of its own is left

void add_row(const DesignMatrix& x, Index row, const RowTerm& term, std::vector<Index>& filled, NormalEquations& sums) {
  filled.clear();
  const double* values = x.data() + row * x.cols();
  for (Index j = 0; j < x.cols(); ++j) {
    if (values[j] != 0.0) {
      filled.push_back(j);
    }
  }
  for (const Index j : filled) {
    const double scaled = term.weight * values[j];
    double* column = sums.matrix.data() + j * x.cols();
    sums.vector[j] += term.score * values[j];
    for (const Index i : filled) {
      if (i > j) {
        break;
      }
      column[i] += scaled * values[i];
    }
  }
  sums.sum += term.added;
}

NormalEquations zeros(Index columns) {
  return {Eigen::MatrixXd::Zero(columns, columns), Eigen::VectorXd::Zero(columns), 0.0};
}

}  // namespace

NormalEquations normal_equations(const DesignMatrix& x, int threads, const std::function<RowTerm(Index)>& term) {
  const Index blocks = (x.rows() + k_block - 1) / k_block;
  std::vector<NormalEquations> parts(static_cast<std::size_t>(blocks));
  parallel_for_blocks(blocks, threads, [&](Index block) {
    NormalEquations& sums = parts[static_cast<std::size_t>(block)];
    sums = zeros(x.cols());
    std::vector<Index> filled;
    for (Index row = block * k_block; row < std::min(x.rows(), (block + 1) * k_block); ++row) {
      add_row(x, row, term(row), filled, sums);
    }
  });
  NormalEquations total = zeros(x.cols());
  for (const NormalEquations& part : parts) {
    total.matrix += part.matrix;
    total.vector += part.vector;
    total.sum += part.sum;
  }
  total.matrix.triangularView<Eigen::StrictlyLower>() = total.matrix.transpose();
  return total;
}

std::vector<Index> dependent_columns(const Eigen::MatrixXd& matrix) {
  Eigen::MatrixXd left = matrix;
  std::vector<Index> dependent;
  for (Index j = 0; j < left.cols(); ++j) {
    if (!(left(j, j) > k_left * matrix(j, j))) {
      dependent.push_back(j);
      continue;
    }
    for (Index k = j + 1; k < left.cols(); ++k) {
      const double share = left(j, k) / left(j, j);
      for (Index i = k; share != 0.0 && i < left.cols(); ++i) {
        left(k, i) -= share * left(j, i);
      }
    }
  }
  return dependent;
}

Eigen::MatrixXd solve_scaled(const Eigen::MatrixXd& matrix, const Eigen::MatrixXd& right) {
  const Eigen::VectorXd scale = matrix.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::LDLT<Eigen::MatrixXd> solver(scale.asDiagonal() * matrix * scale.asDiagonal());
  Eigen::MatrixXd found(right.rows(), right.cols());
  for (Index k = 0; k < right.cols(); ++k) {
    const Eigen::VectorXd scaled = right.col(k).cwiseProduct(scale);
    found.col(k) = solver.solve(scaled).cwiseProduct(scale);
  }
  return found;
}

}  // namespace waterbed::internal
