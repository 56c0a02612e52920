#include "waterbed/contracts/payment_curve.hpp"

#include "curve_parts.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waterbed {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

double value_in(const PaymentCurve::Piece& piece, double x) { return piece.value + piece.slope * (x - piece.anchor); }

/// Piece of a curve without gaps that holds the inside of an interval.
const PaymentCurve::Piece& piece_around(const PaymentCurve& curve, double x) {
  for (const PaymentCurve::Piece& piece : curve.pieces) {
    if (x < piece.upper) {
      return piece;
    }
  }
  return curve.pieces.back();
}

/// A point inside (lower, upper), either of which may be infinite.
double inside(double lower, double upper) {
  if (std::isinf(lower)) {
    return std::isinf(upper) ? 0.0 : upper - 1.0 - std::abs(upper);
  }
  return std::isinf(upper) ? lower + 1.0 + std::abs(lower) : lower + (upper - lower) / 2.0;
}

}  // namespace

namespace internal {

AtBound at_bound(double bound, const Forecast& x) {
  if (std::isinf(bound)) {
    return {bound > 0.0 ? 1.0 : 0.0, 0.0, 1.0, 0.0};
  }
  if (x.shape == ForecastShape::normal) {
    const double z = (bound - x.mean) / x.sd;
    const double pdf = exact::normal_pdf(z);
    return {exact::normal_cdf(z), pdf, x.sd, x.sd * pdf};
  }
  if (bound <= 0.0) {
    return {0.0, 0.0, 1.0, 0.0};
  }
  // log X is normal with this variance and the mean log(mean) - variance / 2.
  const double cv = x.sd / x.mean;
  const double sigma = std::sqrt(exact::log(1.0 + cv * cv));
  const double z = exact::log(bound / x.mean) / sigma + sigma / 2.0;
  const double cdf = exact::normal_cdf(z);
  return {cdf, exact::normal_pdf(z), sigma * bound, x.mean * (cdf - exact::normal_cdf(z - sigma))};
}

const PaymentCurve::Piece* piece_at(const PaymentCurve& curve, double x) {
  for (const PaymentCurve::Piece& piece : curve.pieces) {
    if (x < piece.upper || (x == piece.upper && piece.anchor == piece.upper)) {
      return &piece;
    }
  }
  return curve.pieces.empty() ? nullptr : &curve.pieces.back();
}

double jump_after(const PaymentCurve& curve, std::size_t piece) {
  const double x = curve.pieces[piece].upper;
  return value_in(curve.pieces[piece + 1], x) - value_in(curve.pieces[piece], x);
}

std::vector<Part> parts_through(const PaymentCurve& outer, const PaymentCurve& inner, double added) {
  std::vector<Part> parts;
  if (outer.pieces.empty()) {
    return parts;
  }
  const PaymentCurve zero{{{-k_infinity, k_infinity, 0.0, 0.0, 0.0}}};
  const PaymentCurve& whole = inner.pieces.empty() ? zero : inner;
  for (std::size_t i = 0; i < whole.pieces.size(); ++i) {
    const PaymentCurve::Piece& piece = whole.pieces[i];
    std::vector<double> cuts = {piece.lower};
    for (std::size_t k = 0; piece.slope != 0.0 && k + 1 < outer.pieces.size(); ++k) {
      const double cut = piece.anchor + (outer.pieces[k].upper - added - piece.value) / piece.slope;
      if (cut > piece.lower && cut < piece.upper) {
        cuts.push_back(cut);
      }
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    for (std::size_t k = 0; k < cuts.size(); ++k) {
      const double lower = cuts[k];
      const double upper = k + 1 < cuts.size() ? cuts[k + 1] : piece.upper;
      const PaymentCurve::Piece& of = piece_around(outer, value_in(piece, inside(lower, upper)) + added);
      // The part that holds an end of the piece goes on holding it.
      const bool holds_anchor = piece.anchor >= lower && piece.anchor <= upper;
      const double anchor = holds_anchor ? piece.anchor : std::isinf(lower) ? inside(lower, upper) : lower;
      parts.push_back(
          {{lower, upper, anchor, value_in(of, value_in(piece, anchor) + added), of.slope * piece.slope}, i, of.slope});
    }
  }
  return parts;
}

}  // namespace internal

double probability_below(const Forecast& forecast, double bound) {
  if (!(forecast.sd > 0.0)) {
    return forecast.mean < bound ? 1.0 : 0.0;
  }
  return internal::at_bound(bound, forecast).cdf;
}

PaymentCurve bent_curve(const std::vector<Bend>& bends, double anchor, double value) {
  PaymentCurve curve;
  for (std::size_t i = 0; i < bends.size(); ++i) {
    const double upper = i + 1 < bends.size() ? bends[i + 1].from : k_infinity;
    if (upper > bends[i].from) {
      // Each piece holds its lower end: at a bend the next euro counts. The first is anchored somewhere inside.
      const double start = std::isinf(bends[i].from) ? std::min(0.0, upper - 1.0) : bends[i].from;
      curve.pieces.push_back({bends[i].from, upper, start, 0.0, bends[i].slope});
    }
  }
  // Lay the pieces end to end, then shift the whole to the value asked for.
  for (std::size_t i = 1; i < curve.pieces.size(); ++i) {
    PaymentCurve::Piece& piece = curve.pieces[i];
    piece.value = value_in(curve.pieces[i - 1], piece.lower) + piece.slope * (piece.anchor - piece.lower);
  }
  const double shift = value - value_at(curve, anchor);
  for (PaymentCurve::Piece& piece : curve.pieces) {
    piece.value += shift;
  }
  return curve;
}

double value_at(const PaymentCurve& curve, double x) {
  const PaymentCurve::Piece* piece = internal::piece_at(curve, x);
  return piece ? value_in(*piece, x) : 0.0;
}

double expected_value(const PaymentCurve& curve, const Forecast& x) {
  if (!(x.sd > 0.0)) {
    return value_at(curve, x.mean);
  }
  double sum = 0.0;
  for (const PaymentCurve::Piece& piece : curve.pieces) {
    const internal::AtBound low = internal::at_bound(piece.lower, x);
    const internal::AtBound high = internal::at_bound(piece.upper, x);
    sum += value_in(piece, x.mean) * (high.cdf - low.cdf) + piece.slope * (low.shortfall - high.shortfall);
  }
  return sum;
}

double expected_slope(const PaymentCurve& curve, const Forecast& x) {
  if (!(x.sd > 0.0)) {
    const PaymentCurve::Piece* piece = internal::piece_at(curve, x.mean);
    return piece ? piece->slope : 0.0;
  }
  double slope = 0.0;
  // Moving x moves mass along the pieces and across the jumps between them.
  internal::AtBound low;  // the first piece starts at minus infinity
  for (std::size_t i = 0; i < curve.pieces.size(); ++i) {
    const internal::AtBound high = internal::at_bound(curve.pieces[i].upper, x);
    slope += curve.pieces[i].slope * (high.cdf - low.cdf);
    if (i + 1 < curve.pieces.size()) {
      slope += internal::jump_after(curve, i) * high.pdf / high.width;
    }
    low = high;
  }
  return slope;
}

PaymentCurve through(const PaymentCurve& outer, const PaymentCurve& inner, double added) {
  PaymentCurve result;
  for (const internal::Part& part : internal::parts_through(outer, inner, added)) {
    result.pieces.push_back(part.piece);
  }
  return result;
}

}  // namespace waterbed
