#pragma once

#include "waterbed/stats/parameter_distribution.hpp"

#include <limits>
#include <string>
#include <vector>

namespace waterbed {

/// A number of a scenario that is a distribution. In the scenario itself stands its mean, or the point that is written.
struct UncertainNumber {
  std::string path;  ///< dotted path, as in faults; what its draws are named by
  /// All fields that take the number, `path` first: by `uncertainty.same`, and a contract that extends another one
  /// shares its numbers.
  std::vector<std::string> fields;
  ParameterDistribution distribution;  ///< of a share that is drawn with others: its own, beta
  double mean = 0.0;                   ///< or the point; before what lies outside the field's range is cut off
  /// Chances below and above which the field's range cuts the distribution off.
  double cut_low = 0.0;
  double cut_high = 1.0;
  double low = -std::numeric_limits<double>::infinity();  ///< least value of the field
  double high = std::numeric_limits<double>::infinity();  ///< largest value of the field
  bool whole = false;                                     ///< drawn values are rounded to whole numbers
  std::string written{};                                  ///< the distribution, as in the file
  std::string file{};
  int line = 0;
  int column = 0;
};

/// Numbers that are shares of one whole and are drawn together, by a Dirichlet distribution; where they sum to less
/// than 1, what is left is one more share.
struct SharesSpec {
  std::vector<std::string> numbers;  ///< paths
  double concentration = 1.0;        ///< sum of the Dirichlet parameters: as if so many cases had been counted
};

/// Numbers whose draws depend on each other, by a Gaussian copula.
struct CorrelationSpec {
  std::vector<std::string> numbers;  ///< paths
  /// Spearman's rank correlation: one for all pairs, or one a pair in the order (1,2), (1,3), (2,3), (1,4) ...
  std::vector<double> rank;
  std::vector<double> normal;  ///< in its place: correlation of the normal scores
};

/// Numbers that are one: all take what is drawn for the first.
struct SameSpec {
  std::vector<std::string> numbers;  ///< paths, the first one a distribution, the others plain numbers at its mean
};

/// What is not known exactly.
struct Uncertainty {
  std::vector<UncertainNumber> numbers;  ///< in the order of reading
  std::vector<SharesSpec> shares;
  std::vector<CorrelationSpec> correlations;
  std::vector<SameSpec> same;
};

}  // namespace waterbed
