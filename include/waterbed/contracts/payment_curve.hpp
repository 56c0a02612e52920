#pragma once

#include <cstdint>
#include <vector>

/// A payment as a function of one quantity, and what it is worth when that quantity is only forecast. Amounts are EUR
/// in double: these steer choices, they do not pay. Only functions with the same bits everywhere are used.
namespace waterbed {

enum class ForecastShape : std::uint8_t {
  normal,     ///< sums over many people: turnover, counted spending, scores
  log_normal  ///< one person's spending in a year: above 0, with a long tail
};

/// A forecast of a quantity at year end.
struct Forecast {
  double mean = 0.0;  ///< log_normal: above 0
  double sd = 0.0;    ///< >= 0; 0: known
  ForecastShape shape = ForecastShape::normal;
};

/// P(X < bound); of a known quantity 0 or 1.
double probability_below(const Forecast& forecast, double bound);

/// Straight pieces with jumps between them, for one quantity x, everything else known.
struct PaymentCurve {
  /// value + slope * (x - anchor) between lower and upper. A piece holds the end at which it is anchored.
  struct Piece {
    double lower = 0.0;  ///< may be -infinity
    double upper = 0.0;  ///< may be +infinity
    double anchor = 0.0;
    double value = 0.0;  ///< EUR
    double slope = 0.0;  ///< EUR per unit of x
  };
  std::vector<Piece> pieces;  ///< ascending in x, without gaps; empty: zero everywhere
};

/// A bend of a curve without jumps: the slope from x on.
struct Bend {
  double from = 0.0;  ///< the first: -infinity
  double slope = 0.0;
};

/// The curve without jumps that has these slopes and is `value` at `anchor`.
/// @param bends  ascending, the first from -infinity
PaymentCurve bent_curve(const std::vector<Bend>& bends, double anchor, double value);

/// The payment at a known x, EUR.
double value_at(const PaymentCurve& curve, double x);

/// E[payment], EUR.
double expected_value(const PaymentCurve& curve, const Forecast& x);

/// What one more unit of x changes in E[payment], its spread unchanged: the mean slope, and at each jump its height
/// times the density there. For a known x: the slope of its piece.
double expected_slope(const PaymentCurve& curve, const Forecast& x);

/// outer(inner(x) + added): what is paid of a payment. @pre outer has no jumps
PaymentCurve through(const PaymentCurve& outer, const PaymentCurve& inner, double added = 0.0);

}  // namespace waterbed
