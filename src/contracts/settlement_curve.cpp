#include "overlay.hpp"
#include "waterbed/contracts/layers.hpp"
#include "waterbed/contracts/marginal.hpp"
#include "waterbed/core/math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waterbed {
namespace {

constexpr double k_infinity = std::numeric_limits<double>::infinity();

/// |W| as a function of |G|: from here on, value + slope * (|G| - from).
struct Segment {
  double from = 0.0;
  double value = 0.0;
  double slope = 0.0;
  double revenue_slope = 0.0;
};

struct Band {
  double edge = k_infinity;  // EUR
  double share = 0.0;
};

double layered(const std::vector<Band>& bands, double base) {
  double sum = 0.0;
  double from = 0.0;
  for (const Band& band : bands) {
    const double to = std::min(band.edge, base);
    if (to <= from) {
      break;
    }
    sum += band.share * (to - from);
    from = to;
  }
  return sum;
}

double share_past(const std::vector<Band>& bands, double base) {
  for (const Band& band : bands) {
    if (base < band.edge) {
      return base >= 0.0 ? band.share : 0.0;
    }
  }
  return 0.0;
}

std::vector<Segment> segments_of(const internal::Direction& direction, const internal::Exact& benchmark,
                                 GateMode mode) {
  const double gate = internal::to_euro(direction.gate * benchmark);
  const double offset = mode == GateMode::excess ? gate : 0.0;
  const double below = direction.below.convert_to<double>();
  const double scale = direction.scale.convert_to<double>();
  const double keep = direction.keep.convert_to<double>();
  std::vector<Band> bands;
  std::vector<double> knots = {0.0, gate};
  for (const internal::ResolvedLayer& layer : direction.layers) {
    const double edge = layer.edge ? internal::to_euro(*layer.edge * benchmark) : k_infinity;
    bands.push_back({edge, layer.share.convert_to<double>()});
    if (layer.edge) {
      knots.push_back(offset + edge);
    }
  }
  std::sort(knots.begin(), knots.end());
  knots.erase(std::unique(knots.begin(), knots.end()), knots.end());

  const double limit = direction.limit ? internal::to_euro(*direction.limit) : k_infinity;
  const Segment at_limit{0.0, limit * keep, 0.0, direction.limit_of_revenue.convert_to<double>() * keep};
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < knots.size(); ++i) {
    const double from = knots[i];
    const double next = i + 1 < knots.size() ? knots[i + 1] : k_infinity;
    const double paid = (from >= gate ? 1.0 : below) * scale;
    const double value = layered(bands, from - offset) * paid;
    // Asked inside the segment: at its very start rounding could pick the band before.
    const double inside = next < k_infinity ? from + (next - from) / 2.0 : 2.0 * from + 1.0;
    const double slope = share_past(bands, inside - offset) * paid;
    if (value >= limit) {
      segments.push_back(at_limit);
      segments.back().from = from;
      continue;
    }
    segments.push_back({from, value * keep, slope * keep, 0.0});
    const double crossing = slope > 0.0 ? from + (limit - value) / slope : k_infinity;
    if (crossing < next) {
      segments.push_back(at_limit);
      segments.back().from = crossing;
    }
  }
  return segments;
}

double largest_share_of(const internal::Direction& direction) {
  double largest = 0.0;
  for (const internal::ResolvedLayer& layer : direction.layers) {
    largest = std::max(largest, internal::Exact(layer.share * direction.scale * direction.keep).convert_to<double>());
  }
  return largest;
}

/// Standard normal density and distribution at a bound, which may be infinite.
struct AtBound {
  double cdf = 0.0;
  double pdf = 0.0;
};

AtBound at_bound(double bound, Forecast counted) {
  if (std::isinf(bound)) {
    return {bound > 0.0 ? 1.0 : 0.0, 0.0};
  }
  const double z = (bound - counted.mean) / counted.sd;
  return {exact::normal_cdf(z), exact::normal_pdf(z)};
}

const SettlementCurve::Piece* piece_at(const SettlementCurve& curve, double counted) {
  for (const SettlementCurve::Piece& piece : curve.pieces) {
    // Exactly at a gate passes: pieces of savings, anchored above, hold their upper end.
    if (counted < piece.upper || (counted == piece.upper && piece.anchor == piece.upper)) {
      return &piece;
    }
  }
  return curve.pieces.empty() ? nullptr : &curve.pieces.back();
}

double value_in(const SettlementCurve::Piece& piece, double counted) {
  return piece.value + piece.slope * (counted - piece.anchor);
}

}  // namespace

SettlementCurve settlement_curve(const Contract& contract, const Facts& facts) {
  std::vector<FactProblem> problems;
  internal::check_overlay_facts(contract, facts, false, problems);
  if (!problems.empty()) {
    throw FactsError(std::move(problems));
  }
  SettlementCurve curve;
  if (!find_term<Layers>(contract) || !find_term<Reference>(contract)) {
    return curve;
  }
  const internal::Overlay overlay = internal::resolve_overlay(contract, facts);
  if (!overlay.shares) {
    return curve;
  }
  const double benchmark = internal::to_euro(overlay.benchmark);
  const std::vector<Segment> up = segments_of(overlay.up, overlay.benchmark, overlay.mode);
  const std::vector<Segment> down = segments_of(overlay.down, overlay.benchmark, overlay.mode);
  for (std::size_t i = up.size(); i-- > 0;) {
    const double lower = i + 1 < up.size() ? benchmark - up[i + 1].from : -k_infinity;
    const double upper = benchmark - up[i].from;
    curve.pieces.push_back({lower, upper, upper, up[i].value, -up[i].slope, up[i].revenue_slope});
  }
  for (std::size_t i = 0; i < down.size(); ++i) {
    const double lower = benchmark + down[i].from;
    const double upper = i + 1 < down.size() ? benchmark + down[i + 1].from : k_infinity;
    curve.pieces.push_back({lower, upper, lower, -down[i].value, -down[i].slope, -down[i].revenue_slope});
  }
  curve.largest_share = std::max(largest_share_of(overlay.up), largest_share_of(overlay.down));
  return curve;
}

double value_at(const SettlementCurve& curve, double counted) {
  const SettlementCurve::Piece* piece = piece_at(curve, counted);
  return piece ? value_in(*piece, counted) : 0.0;
}

double expected_value(const SettlementCurve& curve, Forecast counted) {
  if (!(counted.sd > 0.0)) {
    return value_at(curve, counted.mean);
  }
  double sum = 0.0;
  for (const SettlementCurve::Piece& piece : curve.pieces) {
    const AtBound low = at_bound(piece.lower, counted);
    const AtBound high = at_bound(piece.upper, counted);
    sum += value_in(piece, counted.mean) * (high.cdf - low.cdf) + piece.slope * counted.sd * (low.pdf - high.pdf);
  }
  return sum;
}

double expected_slope(const SettlementCurve& curve, Forecast counted, SlopeCap cap) {
  double slope = 0.0;
  if (!(counted.sd > 0.0)) {
    const SettlementCurve::Piece* piece = piece_at(curve, counted.mean);
    slope = piece ? piece->slope : 0.0;
  } else {
    // Moving the mean moves mass along the pieces and across the jumps between them.
    AtBound low;  // the first piece starts at minus infinity
    for (std::size_t i = 0; i < curve.pieces.size(); ++i) {
      const SettlementCurve::Piece& piece = curve.pieces[i];
      const AtBound high = at_bound(piece.upper, counted);
      slope += piece.slope * (high.cdf - low.cdf);
      if (i + 1 < curve.pieces.size()) {
        const double jump = value_in(curve.pieces[i + 1], piece.upper) - value_in(piece, piece.upper);
        slope += jump * high.pdf / counted.sd;
      }
      low = high;
    }
  }
  const double most = 2.0 * curve.largest_share;
  return cap == SlopeCap::twice_share ? std::clamp(slope, -most, most) : slope;
}

double expected_revenue_slope(const SettlementCurve& curve, Forecast counted) {
  if (!(counted.sd > 0.0)) {
    const SettlementCurve::Piece* piece = piece_at(curve, counted.mean);
    return piece ? piece->revenue_slope : 0.0;
  }
  double slope = 0.0;
  for (const SettlementCurve::Piece& piece : curve.pieces) {
    if (piece.revenue_slope != 0.0) {
      slope += piece.revenue_slope * (at_bound(piece.upper, counted).cdf - at_bound(piece.lower, counted).cdf);
    }
  }
  return slope;
}

}  // namespace waterbed
