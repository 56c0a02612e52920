#pragma once

#include "waterbed/core/money.hpp"

#include <variant>
#include <vector>

namespace waterbed {

/// The benchmark is a fact: an amount per person-year from outside (a risk equalisation, a negotiated price).
struct Given {};

/// The benchmark starts from counted spending per person-year in the last base years.
struct History {
  int years = 3;
  std::vector<Rate> weights;  ///< oldest first, sum 1; empty: equal
};

/// Carries the amount on.
struct Trend {
  Rate factor{Rate::k_one};
  /// true: `factor` is per year, from each base year to the performance year; false: one factor.
  bool per_year = true;
};

using ReferenceStep = std::variant<Given, History, Trend>;

/// How the benchmark per person-year is built; it is multiplied by the person-years of the performance year.
///
/// The first step is `Given` or `History`. A base year without person-years is left out and the weights of the others
/// are scaled up.
struct Reference {
  std::vector<ReferenceStep> steps;
};

}  // namespace waterbed
