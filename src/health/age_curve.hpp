#pragma once

#include "waterbed/core/age_table.hpp"
#include "waterbed/health/health_model.hpp"

#include <array>

namespace waterbed {

using AgeCurve = std::array<double, k_ages>;

/// A share by single year of age from shares by band: straight lines from edge to middle to edge of each band.
///
/// Keeps the mean of a band under `persons` (its middle is solved for), is monotone where the bands are, and is zero
/// all over a band of zero. At an edge the curve passes the geometric mean of the neighbours, unless one side is so
/// much steeper than the other that a monotone line could not keep the mean; then it jumps there.
/// @param persons  weights of the ages within a band; all zero: equal
[[nodiscard]] AgeCurve smooth_by_age(const AgeSexTable& table, Sex sex, const AgeCurve& persons);

}  // namespace waterbed
