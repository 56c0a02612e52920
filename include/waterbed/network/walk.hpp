#pragma once

#include "waterbed/core/error.hpp"
#include "waterbed/core/ids.hpp"

#include <Eigen/Core>

#include <span>
#include <string>
#include <vector>

namespace waterbed {

/// Patients who come to some places can never be discharged.
class EndlessWalk : public InvalidArgument {
 public:
  /// @param states  positions from which discharge cannot be reached, ascending
  /// @param names   names of all states, or empty: positions are shown
  explicit EndlessWalk(std::vector<Index> states, std::span<const std::string> names = {});

  [[nodiscard]] const std::vector<Index>& states() const { return states_; }

 private:
  std::vector<Index> states_;
};

/// States from which discharge cannot be reached, ascending; empty if every walk ends.
///
/// A state discharges if its row leaves more than 1e-12 of 1: less is rounding.
/// @throws InvalidArgument as fundamental_matrix()
[[nodiscard]] std::vector<Index> endless_states(const Eigen::Ref<const Eigen::MatrixXd>& transitions);

/// N = (I - P)^-1: expected visits to each state (column) by a walk that starts in each state (row).
///
/// Solved one column at a time, so the bits do not depend on the processor's caches. Cost: cubic.
/// @param transitions  P, chance of each next state; discharge is what is missing, so rows sum to at most 1;
///                     shape (states, states)
/// @param names        of the states, for the message; may be empty
/// @throws InvalidArgument if P is not square, a chance is negative or not finite, or a row exceeds 1 by over 1e-9
/// @throws EndlessWalk naming the states that cannot reach discharge
/// Source: Kemeny & Snell, Finite Markov Chains (1960), theorem 3.2.4.
[[nodiscard]] Eigen::MatrixXd fundamental_matrix(const Eigen::Ref<const Eigen::MatrixXd>& transitions,
                                                 std::span<const std::string> names = {});

/// Expected visits to each state until all walks have ended: solves (I - P)^T x = a once.
///
/// The exact mean of the simulated walk when capacity is unlimited.
/// @param arrivals  walks that start in each state, per cycle; shape (states,)
/// @returns visits per cycle, shape (states,)
/// @throws as fundamental_matrix(); InvalidArgument if shapes differ or an arrival is not finite
[[nodiscard]] Eigen::VectorXd expected_visits(const Eigen::Ref<const Eigen::MatrixXd>& transitions,
                                              const Eigen::Ref<const Eigen::VectorXd>& arrivals,
                                              std::span<const std::string> names = {});

}  // namespace waterbed
