#pragma once

#include "waterbed/scenario/scenario.hpp"

#include <Eigen/Core>

#include <optional>
#include <string>

namespace waterbed::detail {

/// Position of an uncertain number; none if there is no such.
std::optional<std::size_t> uncertain_number(const Uncertainty& uncertainty, const std::string& path);

/// Correlation matrix of the normal scores. @pre as many correlations as pairs, or one
Eigen::MatrixXd score_correlation(const CorrelationSpec& spec);
/// Lower triangle L with L L^T the matrix; none unless it is positive definite.
std::optional<Eigen::MatrixXd> cholesky(const Eigen::MatrixXd& matrix);

/// Whether a number is drawn with the other shares of a whole.
bool is_share(const UncertainNumber& number);

/// Lets the numbers of `uncertainty.same` take what is drawn for the first of them.
void add_same(Scenario& scenario);
/// Every number that stands in several places, as `uncertainty.same` says it.
std::vector<SameSpec> same_numbers(const Uncertainty& uncertainty);

/// Makes every number of `uncertainty.shares` an uncertain number, where it is a plain one above 0.
void add_shares(Scenario& scenario);

}  // namespace waterbed::detail
