#include "waterbed/network/care_network.hpp"

#include "waterbed/core/error.hpp"
#include "waterbed/network/walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace waterbed {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CareNetwork, SoundNetworkHasNoFindings) {
  const NetworkFindings findings = examine(
      {.places = {{"gp", 1.0}, {"clinic"}, {"ward"}},
       .pathways = {{"gp", "clinic", 0.1}, {"clinic", "clinic", 0.5}, {"clinic", "ward", 0.5}, {"ward", "gp", 0.9}}});
  EXPECT_TRUE(findings.every_walk_ends());
  EXPECT_THAT(findings.leads_in, IsEmpty());
  EXPECT_THAT(findings.unreachable, IsEmpty());
}

TEST(CareNetwork, NamesTheShortestCycleOfATrapInOrder) {
  // The way round clinic -> imaging -> surgery -> ward -> clinic is longer than clinic -> ward -> clinic.
  const NetworkFindings findings = examine({.places = {{"gp", 1.0}, {"clinic"}, {"imaging"}, {"surgery"}, {"ward"}},
                                            .pathways = {{"gp", "clinic", 1.0},
                                                         {"clinic", "imaging", 0.4},
                                                         {"clinic", "ward", 0.6},
                                                         {"imaging", "surgery", 1.0},
                                                         {"surgery", "ward", 1.0},
                                                         {"ward", "clinic", 1.0}}});
  ASSERT_EQ(findings.endless.size(), 1U);
  EXPECT_EQ(findings.endless[0].text(), "clinic -> ward -> clinic");
  EXPECT_THAT(findings.endless[0].places, ElementsAre("clinic", "imaging", "surgery", "ward"));
  EXPECT_THAT(findings.leads_in, ElementsAre("gp"));
}

TEST(CareNetwork, NamesEachTrapAndALoopOnOnePlace) {
  const NetworkFindings findings =
      examine({.places = {{"a", 1.0}, {"b"}, {"c"}, {"d"}},
               .pathways = {{"a", "b", 0.5}, {"a", "d", 0.3}, {"b", "c", 1.0}, {"c", "b", 1.0}, {"d", "d", 1.0}}});
  ASSERT_EQ(findings.endless.size(), 2U);
  EXPECT_EQ(findings.endless[0].text(), "b -> c -> b");
  EXPECT_EQ(findings.endless[1].text(), "d -> d");
  EXPECT_THAT(findings.leads_in, IsEmpty()) << "a may discharge at once";
}

TEST(CareNetwork, FindsWhatNoEntryReachesEvenIfItIsATrap) {
  const NetworkFindings findings =
      examine({.places = {{"gp", 2.0}, {"closed"}, {"spare"}, {"lost"}},
               .pathways = {{"gp", "closed", 0.0}, {"spare", "gp", 0.2}, {"lost", "lost", 1.0}}});
  EXPECT_THAT(findings.unreachable, ElementsAre("closed", "spare", "lost"));
  ASSERT_EQ(findings.endless.size(), 1U);
  EXPECT_EQ(findings.endless[0].text(), "lost -> lost");
}

TEST(CareNetwork, RefusesUnknownAndDoubleNames) {
  EXPECT_THROW((void)examine({.places = {{"gp"}, {"gp"}}, .pathways = {}}), InvalidArgument);
  EXPECT_THROW((void)examine({.places = {{"gp"}}, .pathways = {{"gp", "ward", 0.1}}}), InvalidArgument);
  EXPECT_TRUE(examine({}).every_walk_ends());
}

TEST(CareNetwork, DotNamesPlacesAndLabelsPathways) {
  const std::string dot =
      to_dot({.places = {{"gp", 1.0}, {"ward \"A\""}}, .pathways = {{"gp", "ward \"A\"", 0.125}, {"gp", "gp", 0.0}}});
  EXPECT_EQ(dot,
            "digraph G {\n"
            "0[label=gp, shape=box];\n"
            "1[label=\"ward \\\"A\\\"\"];\n"
            "0->1 [label=\"0.125\"];\n"
            "}\n");
}

/// The graph's view and the matrix's view of one network must agree.
RC_GTEST_PROP(CareNetwork, AgreesWithTheMatrixOnWhichWalksEnd, ()) {
  const auto places = *rc::gen::inRange<std::size_t>(1, 9);
  CareNetwork network;
  Eigen::MatrixXd transitions = Eigen::MatrixXd::Zero(static_cast<Index>(places), static_cast<Index>(places));
  for (std::size_t place = 0; place < places; ++place) {
    network.places.push_back({std::to_string(place), 1.0});
  }
  for (std::size_t place = 0; place < places; ++place) {
    const auto next = *rc::gen::container<std::vector<std::size_t>>(2, rc::gen::inRange<std::size_t>(0, places));
    const double each = *rc::gen::elementOf(std::vector<double>{0.0, 0.5, 0.5, 0.5, 0.4});
    for (const std::size_t to : next) {
      network.pathways.push_back({std::to_string(place), std::to_string(to), each});
      transitions(static_cast<Index>(place), static_cast<Index>(to)) += each;
    }
  }
  const NetworkFindings findings = examine(network);
  std::vector<Index> endless;
  for (const auto& trap : findings.endless) {
    for (const std::string& place : trap.places) {
      endless.push_back(std::stol(place));
    }
    // The cycle is a walk that can happen.
    for (std::size_t step = 0; step < trap.cycle.size(); ++step) {
      const std::string& to = trap.cycle[(step + 1) % trap.cycle.size()];
      RC_ASSERT(transitions(std::stol(trap.cycle[step]), std::stol(to)) > 0.0);
    }
  }
  for (const std::string& place : findings.leads_in) {
    endless.push_back(std::stol(place));
  }
  std::ranges::sort(endless);
  RC_ASSERT(endless == endless_states(transitions));
}

}  // namespace
}  // namespace waterbed
