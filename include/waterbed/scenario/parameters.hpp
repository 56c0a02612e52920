#pragma once

#include "waterbed/core/ids.hpp"
#include "waterbed/scenario/scenario.hpp"

#include <cstdint>
#include <span>
#include <vector>

/// Drawing the uncertain numbers of a scenario. Vectors have one value an uncertain number, in the order of
/// `scenario.uncertainty.numbers`.
namespace waterbed {

/// Values from independent uniforms: correlated by the copula, through the distributions, cut off at the fields'
/// ranges, shares of one whole together.
/// @param uniforms  strictly between 0 and 1
/// @throws InvalidArgument if there are too few or too many, or one is out of range
[[nodiscard]] std::vector<double> parameter_values(const Scenario& scenario, std::span<const double> uniforms);

/// The values of one parameter set. A pure function: a number's draw is named by the seed, the set and its path, so
/// that adding a number moves no other one.
/// @param set  from 0
[[nodiscard]] std::vector<double> draw_parameters(const Scenario& scenario, std::uint64_t seed, std::uint32_t set);

/// All numbers at their means but one; shares of one whole with it keep their proportions.
/// @throws InvalidArgument if there is no such number
[[nodiscard]] std::vector<double> parameters_with(const Scenario& scenario, Index number, double value);

/// The value that an uncertain number stays below with chance p, within the field's range. @pre 0 < p < 1
[[nodiscard]] double parameter_quantile(const UncertainNumber& number, double p);

/// Positions of numbers that are drawn together: shares of one whole, correlated numbers, and all others alone.
[[nodiscard]] std::vector<std::vector<Index>> parameter_groups(const Scenario& scenario);

/// The scenario with values in the place of its uncertain numbers, none of them uncertain any more.
/// @throws InvalidArgument if lengths differ
/// @throws ScenarioError, at the place of the numbers, if it is not valid: chances that are drawn beyond 1 in sum
[[nodiscard]] Scenario with_parameters(const Scenario& scenario, std::span<const double> values);

}  // namespace waterbed
