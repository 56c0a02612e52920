#pragma once

namespace waterbed {

/// A wait as seen by who chooses, beside the wait that observed practice was measured under; months.
struct PerceivedWait {
  double months = 0.0;
  double reference_months = 0.0;
};

/// Log-odds that a wait takes from an option: -omega * (wait - reference); exactly 0 at the reference.
/// @param omega  log-odds per month, >= 0
[[nodiscard]] constexpr double wait_utility(double omega, PerceivedWait wait) {
  return omega * (wait.reference_months - wait.months);
}

/// Mean length of a month, for waits kept in days.
inline constexpr double k_days_per_month = 365.25 / 12.0;

}  // namespace waterbed
