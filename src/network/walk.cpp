#include "waterbed/network/walk.hpp"

#include <Eigen/LU>

#include <cmath>
#include <string>
#include <utility>

namespace waterbed {
namespace {

constexpr double k_rounding = 1e-12;
constexpr double k_row_tolerance = 1e-9;

std::string listed(const std::vector<Index>& states, std::span<const std::string> names) {
  std::string text;
  for (const Index state : states) {
    text += text.empty() ? "" : ", ";
    const auto position = static_cast<std::size_t>(state);
    text += position < names.size() ? names[position] : std::to_string(state);
  }
  return text;
}

void check(const Eigen::Ref<const Eigen::MatrixXd>& transitions) {
  if (transitions.rows() != transitions.cols()) {
    throw InvalidArgument("transitions", "must be square",
                          std::to_string(transitions.rows()) + " x " + std::to_string(transitions.cols()));
  }
  for (Index row = 0; row < transitions.rows(); ++row) {
    double sum = 0.0;
    for (Index column = 0; column < transitions.cols(); ++column) {
      const double chance = transitions(row, column);
      if (!(chance >= 0.0 && std::isfinite(chance))) {
        throw InvalidArgument("transitions[" + std::to_string(row) + "," + std::to_string(column) + "]",
                              "must be in [0, 1]", std::to_string(chance));
      }
      sum += chance;
    }
    if (sum > 1.0 + k_row_tolerance) {
      throw InvalidArgument("transitions[" + std::to_string(row) + "]", "must sum to at most 1", std::to_string(sum));
    }
  }
}

/// I - P, once it is known that every walk ends.
Eigen::MatrixXd leaving(const Eigen::Ref<const Eigen::MatrixXd>& transitions, std::span<const std::string> names) {
  std::vector<Index> endless = endless_states(transitions);
  if (!endless.empty()) {
    throw EndlessWalk(std::move(endless), names);
  }
  return Eigen::MatrixXd::Identity(transitions.rows(), transitions.cols()) - transitions;
}

}  // namespace

EndlessWalk::EndlessWalk(std::vector<Index> states, std::span<const std::string> names)
    : InvalidArgument("transitions", "every walk must reach discharge", "no way out from " + listed(states, names)),
      states_(std::move(states)) {}

std::vector<Index> endless_states(const Eigen::Ref<const Eigen::MatrixXd>& transitions) {
  check(transitions);
  const Index states = transitions.rows();
  std::vector<bool> ends(static_cast<std::size_t>(states), false);
  std::vector<Index> open;
  for (Index state = 0; state < states; ++state) {
    double sum = 0.0;
    for (Index next = 0; next < states; ++next) {
      sum += transitions(state, next);
    }
    if (1.0 - sum > k_rounding) {
      ends[static_cast<std::size_t>(state)] = true;
      open.push_back(state);
    }
  }
  // Backwards from discharge.
  while (!open.empty()) {
    const Index next = open.back();
    open.pop_back();
    for (Index state = 0; state < states; ++state) {
      if (!ends[static_cast<std::size_t>(state)] && transitions(state, next) > 0.0) {
        ends[static_cast<std::size_t>(state)] = true;
        open.push_back(state);
      }
    }
  }
  std::vector<Index> endless;
  for (Index state = 0; state < states; ++state) {
    if (!ends[static_cast<std::size_t>(state)]) {
      endless.push_back(state);
    }
  }
  return endless;
}

Eigen::MatrixXd fundamental_matrix(const Eigen::Ref<const Eigen::MatrixXd>& transitions,
                                   std::span<const std::string> names) {
  const Eigen::PartialPivLU<Eigen::MatrixXd> factors(leaving(transitions, names));
  const Index states = transitions.rows();
  Eigen::MatrixXd visits(states, states);
  // Many right-hand sides at once would be cut into blocks by cache size.
  for (Index state = 0; state < states; ++state) {
    const Eigen::VectorXd start = Eigen::VectorXd::Unit(states, state);
    const Eigen::VectorXd column = factors.solve(start);
    visits.col(state) = column;
  }
  return visits;
}

Eigen::VectorXd expected_visits(const Eigen::Ref<const Eigen::MatrixXd>& transitions,
                                const Eigen::Ref<const Eigen::VectorXd>& arrivals, std::span<const std::string> names) {
  if (arrivals.size() != transitions.rows()) {
    throw InvalidArgument("arrivals", "must have one number a state, " + std::to_string(transitions.rows()),
                          std::to_string(arrivals.size()));
  }
  for (Index state = 0; state < arrivals.size(); ++state) {
    if (!std::isfinite(arrivals(state))) {
      throw InvalidArgument("arrivals[" + std::to_string(state) + "]", "must be finite",
                            std::to_string(arrivals(state)));
    }
  }
  const Eigen::MatrixXd transposed = leaving(transitions, names).transpose();
  return Eigen::PartialPivLU<Eigen::MatrixXd>(transposed).solve(Eigen::VectorXd(arrivals));
}

}  // namespace waterbed
