#pragma once

#include "waterbed/contracts/payment_curve.hpp"

#include <cstddef>
#include <vector>

namespace waterbed::internal {

/// A forecast at a bound, which may be infinite.
struct AtBound {
  double cdf = 0.0;
  double pdf = 0.0;        ///< standard normal density; the density is pdf / width
  double width = 1.0;      ///< units of x in one unit of z
  double shortfall = 0.0;  ///< E[mean - X; X < bound]
};

/// @pre the forecast is not known: sd > 0
AtBound at_bound(double bound, const Forecast& x);

/// Null if the curve is empty.
const PaymentCurve::Piece* piece_at(const PaymentCurve& curve, double x);

/// How far the payment jumps from a piece to the next.
double jump_after(const PaymentCurve& curve, std::size_t piece);

/// A piece of outer(inner(x) + added), the piece of `inner` that it comes from, and the slope of `outer` there.
struct Part {
  PaymentCurve::Piece piece;
  std::size_t of = 0;
  double outer_slope = 0.0;
};
std::vector<Part> parts_through(const PaymentCurve& outer, const PaymentCurve& inner, double added);

}  // namespace waterbed::internal
