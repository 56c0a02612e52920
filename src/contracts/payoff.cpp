#include "waterbed/contracts/payoff.hpp"

#include "overlay.hpp"
#include "payoff_base.hpp"
#include "waterbed/contracts/settlement_curve.hpp"

#include <algorithm>
#include <cmath>

namespace waterbed {
namespace {

using internal::Direction;
using internal::Overlay;

/// Marks of savings (side -1: left of the benchmark) or of losses (+1).
void add_marks(const Overlay& overlay, const Direction& direction, double side, Payoff& payoff) {
  const double B = payoff.benchmark;
  const double gate = direction.gate.convert_to<double>();
  const double offset = overlay.mode == GateMode::excess ? gate : 0.0;
  if (direction.layers.empty()) {
    return;  // nothing is shared on this side
  }
  if (gate > 0.0) {
    payoff.marks.push_back({PayoffMarkKind::gate, B * (1.0 + side * gate), gate});
  }
  for (const internal::ResolvedLayer& layer : direction.layers) {
    if (layer.edge) {
      const double edge = layer.edge->convert_to<double>() + offset;
      payoff.marks.push_back({PayoffMarkKind::corridor, B * (1.0 + side * edge), edge});
    }
  }
  if (!direction.limit) {
    return;
  }
  // The curve is flat from the cap on, away from the benchmark.
  const double most = internal::to_euro(*direction.limit * direction.keep);
  for (const PaymentCurve::Piece& piece : payoff.curve.pieces) {
    const bool own_side = side < 0.0 ? piece.upper <= B : piece.lower >= B;
    const double near = side < 0.0 ? piece.upper : piece.lower;
    if (own_side && piece.slope == 0.0 && most > 0.0 && std::abs(piece.value + side * most) <= 1e-9 * most) {
      payoff.marks.push_back({PayoffMarkKind::cap, near, -side * most});
    }
  }
}

Payoff settlement_payoff(const Contract& contract, const Facts& facts) {
  const SettlementCurve curve = settlement_curve(contract, facts);
  Payoff payoff;
  payoff.axis = PayoffAxis::counted;
  payoff.benchmark = curve.benchmark;
  payoff.curve = static_cast<const PaymentCurve&>(curve);
  if (!curve.pieces.empty()) {
    const Overlay overlay = internal::resolve_overlay(contract, facts);
    payoff.marks.push_back({PayoffMarkKind::benchmark, payoff.benchmark, payoff.benchmark});
    add_marks(overlay, overlay.up, -1.0, payoff);
    add_marks(overlay, overlay.down, 1.0, payoff);
  }
  internal::finish(payoff);
  return payoff;
}

}  // namespace

std::string_view axis_name(PayoffAxis axis) {
  switch (axis) {
    case PayoffAxis::counted:
      return "counted";
    case PayoffAxis::turnover:
      return "turnover";
    case PayoffAxis::delivered:
      return "delivered";
    case PayoffAxis::person_years:
      return "person_years";
    case PayoffAxis::outcome:
      return "outcome";
    case PayoffAxis::quality:
      break;
  }
  return "quality";
}

std::string_view mark_name(PayoffMarkKind kind) {
  switch (kind) {
    case PayoffMarkKind::benchmark:
      return "benchmark";
    case PayoffMarkKind::gate:
      return "gate";
    case PayoffMarkKind::corridor:
      return "corridor";
    case PayoffMarkKind::cap:
      return "cap";
    case PayoffMarkKind::tier:
      return "tier";
    case PayoffMarkKind::ceiling:
      return "ceiling";
    case PayoffMarkKind::floor:
      return "floor";
    case PayoffMarkKind::band:
      return "band";
    case PayoffMarkKind::rung:
      break;
  }
  return "rung";
}

Payoff payoff(const Contract& contract, const Facts& facts) {
  const bool shares = find_term<Layers>(contract) != nullptr && find_term<Reference>(contract) != nullptr;
  return shares ? settlement_payoff(contract, facts) : internal::base_payoff(contract, facts);
}

}  // namespace waterbed
