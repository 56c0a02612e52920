#include "waterbed/scenario/check.hpp"

#include "waterbed/scenario/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace waterbed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> faults(const Scenario& s) {
  std::vector<std::string> lines;
  for (const Problem& problem : check(s)) {
    lines.push_back(problem.message());
  }
  return lines;
}

class Check : public testing::Test {
 protected:
  Scenario s = load_scenario("scenarios/two_clinics.yaml");
};

TEST_F(Check, FindsNothingInASoundScenario) {
  EXPECT_THAT(faults(s), IsEmpty());
  EXPECT_THAT(faults(load_scenario("scenarios/sick_sicker.yaml")), IsEmpty());
}

TEST_F(Check, AsksAnEmptyScenarioForWhatItMustHave) {
  const auto found = faults(Scenario{});
  EXPECT_THAT(found, ElementsAre("<scenario>: arms: must hold at least one, got none",
                                 "<scenario>: baseline: must be given", "<scenario>: name: must be given",
                                 "<scenario>: population: must have one of cells and people, got none",
                                 "<scenario>: population.municipalities: must hold at least one, got none"));
}

TEST_F(Check, KeepsEveryNumberInItsRange) {
  s.kinds[3].utilisation = 0.0;
  s.behaviour.psi = std::numeric_limits<double>::quiet_NaN();
  s.mortality.values[1][2] = -0.1;
  s.run.replications = 0;
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: behaviour.psi: must be a number, got nan",
                                     "<scenario>: kinds.ward.utilisation: must be in (0, 1], got 0",
                                     "<scenario>: mortality[2].men: must be in [0, 1000] (deaths per person-year), "
                                     "got -0.1",
                                     "<scenario>: run.replications: must be in [1, 1000000], got 0"));
}

TEST_F(Check, HintsAtTheNearestNameOfTheRightKind) {
  s.kinds[0].sector = "gpp";
  s.providers[2].decided_by["ward"] = "hospital_inn";
  s.arms[1].presses.providers[0] = "hospital";
  EXPECT_THAT(faults(s),
              ElementsAre("<scenario>: arms.squeezed_ceiling.presses.providers[0]: must be a known provider, "
                          "got hospital",
                          "<scenario>: kinds.gp_consult.sector: must be a known sector, got gpp (did you "
                          "mean gp?)",
                          "<scenario>: providers.hospital_in.decided_by.ward: must be a known provider, got "
                          "hospital_inn (did you mean hospital_in?)"));
}

TEST_F(Check, NamesThingsOnceAndPlainly) {
  s.kinds.push_back(s.kinds[0]);
  s.strata[0].name = "most deprived";
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: kinds.gp_consult: must be given once, got gp_consult",
                                     "<scenario>: strata.most deprived: a name must be letters, digits and _, a "
                                     "letter first, got most deprived"));
}

TEST_F(Check, NamesTheCycleOfAWalkThatCannotEnd) {
  NeedSpec& need = s.needs[1];
  for (PathwaySpec& p : need.pathways) {
    p.probability = p.from_kind == "ward" ? 0.999 : p.probability;
  }
  EXPECT_THAT(faults(s), IsEmpty());  // one in a thousand leaves: long, but it ends
  need.pathways.push_back({"gp_consult", EpisodeStep::follow_up, "ward", EpisodeStep::first, 1.0, 0});
  for (PathwaySpec& p : need.pathways) {
    p.probability = p.from_kind == "ward" ? 1.0 : p.probability;
  }
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: needs.injury.pathways.ward: a walk must be able to end: no way leads "
                                     "out of ward, gp_consult.follow_up, got ward -> gp_consult.follow_up -> ward"));
}

TEST_F(Check, LetsReturnsFallBackOnFollowUpsAndFirstContacts) {
  // Returns to the GP have no row of their own in this need: they go on as first contacts do, so the row is entered.
  s.needs[0].pathways.push_back({"emergency_department", EpisodeStep::back, "ward", EpisodeStep::first, 0.1, 0});
  EXPECT_THAT(faults(s), IsEmpty());
  s.needs[0].pathways.push_back({"ward", EpisodeStep::back, "ward", EpisodeStep::first, 0.1, 0});
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: needs.skin_complaint.pathways.ward.back: must be entered: nothing "
                                     "leads here, got ward.back"));
}

TEST_F(Check, WantsSharesToSumToOne) {
  s.uncertainty = {};  // what was uncertain about the shares is fixed here
  s.behaviour.defers = 0.5;
  s.behaviour.comes_back_at["gp_consult"] = 0.7;
  s.population.gp_groups[0].share = 0.6;
  s.population.municipalities[1].deprivation[0] = 0.2;
  EXPECT_THAT(
      faults(s),
      ElementsAre("<scenario>: behaviour: goes_on, defers, sends_back and sends_elsewhere must sum to 1, got 1.1",
                  "<scenario>: behaviour.comes_back_at: shares must sum to 1, got 0.9",
                  "<scenario>: population.gp_groups: shares of eastbank must sum to 1, got 0.9",
                  "<scenario>: population.municipalities.westbank.deprivation: shares must sum to 1, got 0.9"));
}

TEST_F(Check, WantsAStayWhereOneIsMade) {
  s.needs[0].stay_days = {{"dermatology_clinic", 1.0}};
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: needs.skin_complaint.stay_days.dermatology_clinic: is for kinds with "
                                     "per_day or bed_days (days), got 1"));
  s.needs[0].stay_days.clear();
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: needs.skin_complaint.stay_days: must give the mean stay at ward "
                                     "(days)"));
}

TEST_F(Check, RefusesTwoContractsOfEqualPrecedenceOnlyWhereTheyMeet) {
  s.contracts[3].holders = {"hospital_in"};  // hospital_outside now pays the same hospital
  const auto found = faults(s);
  ASSERT_EQ(found.size(), 2U);  // once for each pair of contracts, whatever the arms, payers and kinds
  EXPECT_THAT(found[0], testing::HasSubstr("\"hospital_ceiling_squeezed\" and \"hospital_outside\" both pay"));
  EXPECT_THAT(found[1], testing::HasSubstr("\"hospital_ceiling\" and \"hospital_outside\" both pay"));
  s.contracts[3].terms.precedence = 0;
  EXPECT_THAT(faults(s), IsEmpty());
}

TEST_F(Check, WantsBenchmarkYearsThatAreSimulated) {
  s.time.base_years = 1;
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: contracts.gp_shared_savings.terms.reference.steps[0].history.years: "
                                     "must be at most time.base_years, 1, got 2"));
}

TEST_F(Check, WantsEachKindReachedAndOffered) {
  s.kinds.push_back(s.kinds[1]);
  s.kinds.back().name = "physiotherapy";
  EXPECT_THAT(faults(s), ElementsAre("<scenario>: kinds.physiotherapy: must be reached by a need: no way leads to it, "
                                     "got physiotherapy"));
}

TEST_F(Check, DoesNotTouchTheScenario) {
  const Scenario before = s;
  (void)check(s);
  EXPECT_EQ(s.needs[0].pathways.size(), before.needs[0].pathways.size());
  EXPECT_EQ(s.arms[1].contracts, before.arms[1].contracts);
}

}  // namespace
}  // namespace waterbed
