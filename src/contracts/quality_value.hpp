#pragma once

#include "exact.hpp"
#include "waterbed/contracts/contract.hpp"
#include "waterbed/contracts/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace waterbed::internal {

/// The score q: points reached of all points where measures are given, else the fact.
/// @pre the facts that this needs are given, as for all functions here
Exact quality_score(const Contract& contract, const Facts& facts);

/// Points reached, by measure as weighted by prevalence, and all points with the same weights.
struct Points {
  Exact reached = 0;
  Exact all = 0;
};
Points quality_points(const Quality& quality, const Facts& facts);

/// The value v: what ladder or formula makes of q; q itself without a quality term, or without either.
Exact quality_value(const Contract& contract, const Facts& facts);

/// The factor: v or a constant, by the standard reached.
Exact quality_factor(const Contract& contract, const Facts& facts);

/// The factor that the facts select.
QualityFactor selected_factor(const Quality& quality, const Facts& facts);

/// The value of the highest rung reached, zero below the first.
Exact rung_value(const std::vector<Rung>& ladder, const Exact& score);

/// The year within the agreement, from 1, that limits and formulas read. Without rebasing the performance year runs on
/// from the base years of the first agreement, for a trend.
int year_of_agreement(const Contract& contract, const Facts& facts);

/// A formula in exact numbers; none on division by zero.
std::optional<Exact> formula_value(const Formula& formula, const Contract& contract, const Facts& facts);

/// A formula of q alone at this score; none on division by zero. @pre its only input is q
std::optional<Exact> formula_value(const Formula& formula, const Exact& score);

/// The share for these facts.
Exact share_value(const Share& share, const Contract& contract, const Facts& facts);

/// What was achieved on the measure of this name, null if it is not given.
const MeasureResult* find_measure(const Facts& facts, const std::string& name);

}  // namespace waterbed::internal
