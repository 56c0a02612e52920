#include "waterbed/network/walk.hpp"

#include <Eigen/LU>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace waterbed {
namespace {

/// Rows sum to at most 0.98, about a third of the moves do not exist.
Eigen::MatrixXd random_walk(Index states, std::uint32_t seed) {
  std::mt19937 words(seed);
  const auto uniform = [&words] { return static_cast<double>(words()) / 4294967296.0; };
  Eigen::MatrixXd transitions(states, states);
  for (Index row = 0; row < states; ++row) {
    for (Index column = 0; column < states; ++column) {
      const double weight = uniform();
      transitions(row, column) = weight < 0.33 ? 0.0 : weight;
    }
    const double total = transitions.row(row).sum();
    const double stay = 0.98 * uniform();
    if (total > 0.0) {
      transitions.row(row) *= stay / total;
    }
  }
  return transitions;
}

TEST(Walk, ClinicThatSeesHalfAgainGivesTwoVisits) {
  const Eigen::MatrixXd loop = Eigen::MatrixXd::Constant(1, 1, 0.5);
  EXPECT_DOUBLE_EQ(fundamental_matrix(loop)(0, 0), 2.0);
}

TEST(Walk, AgreesWithAChainSolvedByHand) {
  // GP sends 1 in 5 to the clinic, the clinic 1 in 4 to the ward and 1 in 2 back to itself, the ward all to the GP.
  Eigen::MatrixXd transitions(3, 3);
  transitions << 0.0, 0.2, 0.0,  //
      0.0, 0.5, 0.25,            //
      1.0, 0.0, 0.0;
  // x_gp = 100 + x_ward, x_clinic = 0.2 x_gp + 0.5 x_clinic, x_ward = 0.25 x_clinic: x_gp = 100 / 0.9.
  const Eigen::VectorXd visits = expected_visits(transitions, Eigen::Vector3d(100.0, 0.0, 0.0));
  EXPECT_NEAR(visits(0), 1000.0 / 9.0, 1e-11);
  EXPECT_NEAR(visits(1), 400.0 / 9.0, 1e-11);
  EXPECT_NEAR(visits(2), 100.0 / 9.0, 1e-11);
}

TEST(Walk, AgreesWithTheTextbookRandomWalkOnFiveStates) {
  // Source: Kemeny & Snell, Finite Markov Chains (1960), section 3.2: the drunkard's walk between absorbing ends,
  // equal chances, three states inside.
  Eigen::Matrix3d transitions;
  transitions << 0.0, 0.5, 0.0,  //
      0.5, 0.0, 0.5,             //
      0.0, 0.5, 0.0;
  Eigen::Matrix3d expected;
  expected << 1.5, 1.0, 0.5,  //
      1.0, 2.0, 1.0,          //
      0.5, 1.0, 1.5;
  EXPECT_TRUE(fundamental_matrix(transitions).isApprox(expected, 1e-14));
}

RC_GTEST_PROP(Walk, FundamentalMatrixUndoesLeaving, ()) {
  const Index states = *rc::gen::inRange<Index>(1, 60);
  const Eigen::MatrixXd transitions = random_walk(states, *rc::gen::arbitrary<std::uint32_t>());
  const Eigen::MatrixXd visits = fundamental_matrix(transitions);
  const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(states, states);
  RC_ASSERT((visits * (identity - transitions) - identity).cwiseAbs().maxCoeff() < 1e-11);
  RC_ASSERT(visits.minCoeff() >= -1e-13);
}

RC_GTEST_PROP(Walk, ExpectedVisitsAreArrivalsTimesFundamentalMatrix, ()) {
  const Index states = *rc::gen::inRange<Index>(1, 40);
  const Eigen::MatrixXd transitions = random_walk(states, *rc::gen::arbitrary<std::uint32_t>());
  const Eigen::VectorXd arrivals = Eigen::VectorXd::LinSpaced(states, 1.0, 7.0);
  const Eigen::VectorXd direct = expected_visits(transitions, arrivals);
  const Eigen::VectorXd through = fundamental_matrix(transitions).transpose() * arrivals;
  RC_ASSERT((direct - through).cwiseAbs().maxCoeff() <= 1e-11 * through.cwiseAbs().maxCoeff());
}

TEST(Walk, BitsDoNotDependOnTheProcessorsCaches) {
  std::ptrdiff_t l1 = 0;
  std::ptrdiff_t l2 = 0;
  std::ptrdiff_t l3 = 0;
  Eigen::internal::manage_caching_sizes(Eigen::GetAction, &l1, &l2, &l3);
  for (const Index states : {5, 20, 33, 60, 80, 100, 130, 160}) {
    const Eigen::MatrixXd transitions = random_walk(states, static_cast<std::uint32_t>(states));
    const Eigen::VectorXd arrivals = Eigen::VectorXd::LinSpaced(states, 0.0, 1.0);
    Eigen::MatrixXd first;
    Eigen::VectorXd first_visits;
    for (const auto& [a, b, c] : {std::array{16, 128, 1024}, std::array{32, 512, 16384}, std::array{64, 2048, 65536}}) {
      Eigen::setCpuCacheSizes(a * 1024, b * 1024, c * 1024);
      const Eigen::MatrixXd visits = fundamental_matrix(transitions);
      const Eigen::VectorXd expected = expected_visits(transitions, arrivals);
      if (first.size() == 0) {
        first = visits;
        first_visits = expected;
      }
      const auto bytes = static_cast<std::size_t>(visits.size()) * sizeof(double);
      EXPECT_EQ(std::memcmp(first.data(), visits.data(), bytes), 0) << states << " states, " << a << " KiB";
      EXPECT_EQ(std::memcmp(first_visits.data(), expected.data(), bytes / static_cast<std::size_t>(states)), 0)
          << states << " states, " << a << " KiB";
    }
  }
  Eigen::setCpuCacheSizes(l1, l2, l3);
}

TEST(Walk, NamesTheStatesWithoutAWayOut) {
  Eigen::MatrixXd transitions = Eigen::MatrixXd::Zero(4, 4);
  transitions(0, 1) = 0.5;
  transitions(1, 2) = 1.0;
  transitions(2, 1) = 1.0;
  transitions(3, 0) = 1.0;
  const std::vector<std::string> names = {"gp", "clinic", "ward", "ed"};
  try {
    (void)fundamental_matrix(transitions, names);
    FAIL() << "must throw";
  } catch (const EndlessWalk& fault) {
    EXPECT_EQ(fault.states(), (std::vector<Index>{1, 2}));
    EXPECT_STREQ(fault.what(), "transitions: every walk must reach discharge, got no way out from clinic, ward");
  }
  EXPECT_THROW((void)expected_visits(transitions, Eigen::VectorXd::Ones(4)), EndlessWalk);
}

TEST(Walk, ChancesThatMissOneByRoundingAreNoWayOut) {
  Eigen::MatrixXd transitions = Eigen::MatrixXd::Constant(10, 10, 0.1);
  ASSERT_LT(0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1, 1.0);
  EXPECT_EQ(endless_states(transitions).size(), 10U);
  transitions(3, 3) = 0.05;
  EXPECT_TRUE(endless_states(transitions).empty());
}

TEST(Walk, RefusesWhatIsNoChance) {
  EXPECT_THROW((void)fundamental_matrix(Eigen::MatrixXd::Zero(2, 3)), InvalidArgument);
  EXPECT_THROW((void)fundamental_matrix(Eigen::MatrixXd::Constant(1, 1, -0.1)), InvalidArgument);
  EXPECT_THROW((void)fundamental_matrix(Eigen::MatrixXd::Constant(1, 1, std::nan(""))), InvalidArgument);
  EXPECT_THROW((void)fundamental_matrix(Eigen::MatrixXd::Constant(2, 2, 0.6)), InvalidArgument);
  EXPECT_THROW((void)expected_visits(Eigen::MatrixXd::Zero(2, 2), Eigen::VectorXd::Ones(3)), InvalidArgument);
}

TEST(Walk, NetworkWithoutPlacesIsEmpty) { EXPECT_EQ(fundamental_matrix(Eigen::MatrixXd(0, 0)).size(), 0); }

}  // namespace
}  // namespace waterbed
