#pragma once

#include "waterbed/engine/model.hpp"
#include "waterbed/engine/simulate.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace waterbed {

/// What ordinary least squares of insured spending on the classes of the equalisation asks for: sums over persons and
/// performance years of simulated claims.
///
/// With X the classes of a person-year (0 or 1), w the part of the year lived and y the spending of it, `cycles` holds
/// X'wX and `spending` X'y.
struct ClassMoments {
  std::vector<std::string> classes;
  std::vector<std::int64_t> cycles;    ///< [class][class] person-cycles of those in both
  std::vector<std::int64_t> spending;  ///< [class] micro-euro at list prices
  int cycles_per_year = 12;
};

/// Simulates the arm of `options` (one at most; none: the baseline) and adds up. One replication after the other.
/// @throws InvalidArgument if the model has no insurance or more than one arm is named
ClassMoments class_moments(const Model& model, const RunOptions& options);

}  // namespace waterbed
