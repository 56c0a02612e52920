#pragma once

namespace waterbed {

/// How fast behaviour follows a new contract.
struct AdaptationPace {
  double period_months = 3.0;      ///< between refreshes, >= 0
  double half_life_months = 12.0;  ///< until half the gap is closed, >= 0; 0: at once
};

/// Part of the gap that one refresh closes: kappa = 1 - 2^(-period / half-life).
///
/// Refreshes compose: three months at a time and one month three times close the same part.
/// @throws InvalidArgument if either is negative or not finite
[[nodiscard]] double kappa(const AdaptationPace& pace);

/// Utility shift after a refresh: (1 - kappa) shift + kappa target; exactly the target at kappa 1, and exactly the
/// shift where target and shift are equal.
struct UtilityShift {
  double current = 0.0;
  double target = 0.0;
};
[[nodiscard]] constexpr double adapt(UtilityShift shift, double kappa) {
  return shift.current == shift.target ? shift.current : (1.0 - kappa) * shift.current + kappa * shift.target;
}

/// A shift this large moves flows enough that N must be solved again at once.
inline constexpr double k_resolve_shift = 0.3;

}  // namespace waterbed
