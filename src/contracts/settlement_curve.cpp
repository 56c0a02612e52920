#include "waterbed/contracts/settlement_curve.hpp"

#include "curve_parts.hpp"
#include "overlay.hpp"
#include "waterbed/contracts/layers.hpp"
#include "waterbed/contracts/term_curves.hpp"

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
  bool scales = true;  // grows with the benchmark and |G| alike; a limit in euro or of revenue does not
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
  const double of_revenue = direction.limit_of_revenue.convert_to<double>();
  const Segment at_limit{0.0, limit * keep, 0.0, of_revenue * keep, of_revenue == 0.0 && !direction.limit_is_fixed};
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
    segments.push_back({from, value * keep, slope * keep, 0.0, true});
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

void add_piece(SettlementCurve& curve, const PaymentCurve::Piece& piece, double by_revenue, bool scales) {
  curve.pieces.push_back(piece);
  // W(B, S) is homogeneous of degree one: W = S dW/dS + B dW/dB.
  const double by_benchmark = scales ? (piece.value - piece.slope * piece.anchor) / curve.benchmark : 0.0;
  curve.moved.push_back({by_revenue, by_benchmark});
}

/// Mean over the pieces of what moves them.
double mean_moved(const SettlementCurve& curve, const Forecast& counted, double SettlementCurve::Moved::*by) {
  double sum = 0.0;
  for (std::size_t i = 0; i < curve.pieces.size(); ++i) {
    if (curve.moved[i].*by != 0.0) {
      sum += curve.moved[i].*by * (internal::at_bound(curve.pieces[i].upper, counted).cdf -
                                   internal::at_bound(curve.pieces[i].lower, counted).cdf);
    }
  }
  return sum;
}

double known_moved(const SettlementCurve& curve, double counted, double SettlementCurve::Moved::*by) {
  const PaymentCurve::Piece* piece = internal::piece_at(curve, counted);
  return piece ? curve.moved[static_cast<std::size_t>(piece - curve.pieces.data())].*by : 0.0;
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
  curve.benchmark = internal::to_euro(overlay.benchmark);
  const std::vector<Segment> up = segments_of(overlay.up, overlay.benchmark, overlay.mode);
  const std::vector<Segment> down = segments_of(overlay.down, overlay.benchmark, overlay.mode);
  for (std::size_t i = up.size(); i-- > 0;) {
    const double lower = i + 1 < up.size() ? curve.benchmark - up[i + 1].from : -k_infinity;
    const double upper = curve.benchmark - up[i].from;
    add_piece(curve, {lower, upper, upper, up[i].value, -up[i].slope}, up[i].revenue_slope, up[i].scales);
  }
  for (std::size_t i = 0; i < down.size(); ++i) {
    const double lower = curve.benchmark + down[i].from;
    const double upper = i + 1 < down.size() ? curve.benchmark + down[i + 1].from : k_infinity;
    add_piece(curve, {lower, upper, lower, -down[i].value, -down[i].slope}, -down[i].revenue_slope, down[i].scales);
  }
  curve.largest_share = std::max(largest_share_of(overlay.up), largest_share_of(overlay.down));
  return curve;
}

double expected_slope(const SettlementCurve& curve, const Forecast& counted, SlopeCap cap) {
  const double slope = expected_slope(static_cast<const PaymentCurve&>(curve), counted);
  const double most = 2.0 * curve.largest_share;
  return cap == SlopeCap::twice_share ? std::clamp(slope, -most, most) : slope;
}

double expected_revenue_slope(const SettlementCurve& curve, const Forecast& counted) {
  constexpr auto by = &SettlementCurve::Moved::by_revenue;
  return counted.sd > 0.0 ? mean_moved(curve, counted, by) : known_moved(curve, counted.mean, by);
}

double expected_benchmark_slope(const SettlementCurve& curve, const Forecast& counted) {
  constexpr auto by = &SettlementCurve::Moved::by_benchmark;
  if (!(counted.sd > 0.0)) {
    return known_moved(curve, counted.mean, by);
  }
  double slope = mean_moved(curve, counted, by);
  // Gates are shares of the benchmark: a jump at S moves by S / B, and mass crosses it the other way.
  for (std::size_t i = 0; i + 1 < curve.pieces.size(); ++i) {
    const double jump = internal::jump_after(curve, i);
    if (jump != 0.0) {
      const double at = curve.pieces[i].upper;
      const internal::AtBound bound = internal::at_bound(at, counted);
      slope -= jump * at / curve.benchmark * bound.pdf / bound.width;
    }
  }
  return slope;
}

double attribution_marginal(const SettlementCurve& curve, const Forecast& counted, double benchmark_per_person,
                            double spending_of_person) {
  return expected_benchmark_slope(curve, counted) * benchmark_per_person +
         expected_slope(curve, counted, SlopeCap::none) * spending_of_person;
}

double settlement_share(const Contract& contract, const std::string& party, double amount) {
  if (const Split* split = find_term<Split>(contract)) {
    return split_share(*split, party, amount);
  }
  return party == contract.holder ? 1.0 : 0.0;
}

SettlementCurve party_curve(const SettlementCurve& curve, const Contract& contract, const std::string& party,
                            double added) {
  const Split whole{{{contract.holder, Rate{Rate::k_one}}}};
  const Split* split = find_term<Split>(contract);
  const PaymentCurve own = split_curve(split ? *split : whole, party);
  SettlementCurve result;
  double largest = 0.0;
  for (const internal::Part& part : internal::parts_through(own, curve, added)) {
    const SettlementCurve::Moved moved = part.of < curve.moved.size() ? curve.moved[part.of] : SettlementCurve::Moved{};
    result.pieces.push_back(part.piece);
    result.moved.push_back({moved.by_revenue * part.outer_slope, moved.by_benchmark * part.outer_slope});
    largest = std::max(largest, part.outer_slope);
  }
  result.largest_share = curve.largest_share * largest;
  result.benchmark = curve.benchmark;
  return result;
}

double settlement_marginal(const Contract& contract, const Facts& facts, const Forecast& counted,
                           const std::string& party, SlopeCap cap, double added) {
  return expected_slope(party_curve(settlement_curve(contract, facts), contract, party, added), counted, cap);
}

}  // namespace waterbed
